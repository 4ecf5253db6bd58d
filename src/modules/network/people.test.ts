import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../test/app.ts'
import {
  aNetwork,
  anOrganisation,
  aPerson,
  type TestNetwork,
  type TestPerson,
} from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let cooperative: string
const people: Record<string, TestPerson> = {}

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'club', visibility: 'private' })
  cooperative = await anOrganisation(site.database, network, 'Coopérative du Val')
  const { database } = site
  people.administrator = await aPerson(database, network, 'administrator', { name: 'Zoé Administre' })
  people.facilitator = await aPerson(database, network, 'facilitator', {
    name: 'Élodie Anime',
    organisationId: cooperative,
    title: 'Animatrice',
  })
  people.member = await aPerson(database, network, 'member', {
    name: '=Formule',
    organisationId: cooperative,
  })
  people.former = await aPerson(database, network, 'member', { name: 'Ancien Membre', until: '2020-01-01' })
  people.outsider = await aPerson(database, await aNetwork(database), 'administrator', { name: 'Ailleurs' })
})

afterAll(() => site.close())

describe('the members', () => {
  test('whose account is erased are no longer among them, though their last mandate lasts until midnight', async () => {
    const { database } = site
    const own = await aNetwork(database, { slug: 'effacement', visibility: 'private' })
    const { cookie } = await aPerson(database, own, 'administrator', { name: 'Qui Reste' })
    const gone = await aPerson(database, own, 'administrator', { name: 'Qui Part' })
    await database.asOwner('update person set erased_at = now() where id = $1', [gone.personId])
    for (const page of ['', '?without=mandate']) {
      const html = await (await site.get(`/fr/effacement/members${page}`, { cookie })).text()
      expect(html).not.toContain('Qui Part')
      expect(html).toMatch(/Tous\s*<small>1</)
    }
  })

  test.each([
    ['private', '/fr?done=mandate-'],
    ['public', '/fr/passage-public?done=mandate-'],
  ] as const)('who hand over a %s network are led to a page that is open to them', async (visibility, to) => {
    const { database } = site
    const slug = `passage-${visibility}`
    const own = await aNetwork(database, { slug, visibility })
    const leaving = await aPerson(database, own, 'administrator')
    await aPerson(database, own, 'administrator')
    const answer = await site.app.request(
      `/fr/${slug}/members/${leaving.personId}/mandates/${leaving.mandateId}/end`,
      {
        method: 'POST',
        headers: { cookie: leaving.cookie, origin: 'http://localhost' },
        body: new URLSearchParams({ 'last-day': 'now' }),
      },
    )
    expect(answer.status).toBe(303)
    const address = answer.headers.get('location') ?? ''
    expect(address.startsWith(to)).toBe(true)
    expect((await site.get(address, { cookie: leaving.cookie })).status).toBe(200)
  })

  test('are listed by name as people sort them, with what they are entrusted with', async () => {
    const html = await (await as('member', '/fr/club/members')).text()
    const names = [...html.matchAll(/class="who"[^>]*>([^<]+)/g)].map(([, name]) => name)
    expect(names).toEqual(['=Formule', 'Élodie Anime', 'Zoé Administre'])
    expect(html).toMatch(
      /Animatrice, <a href="\/fr\/club\/members\?organisation=[^"]+">Coopérative du Val<\/a>/,
    )
    expect(html).not.toContain('@exemple.org')
    expect(html).not.toContain('Ancien Membre')
  })

  test('are shown with addresses to those who manage them, and with those who hold nothing', async () => {
    const html = await (await as('administrator', '/fr/club/members')).text()
    expect(html).toContain(people.member?.email)
    const without = await (await as('administrator', '/fr/club/members?without=mandate')).text()
    expect(without).toContain('Ancien Membre')
    // For a member that filter is none.
    expect(await (await as('member', '/fr/club/members?without=mandate')).text()).not.toContain(
      'Ancien Membre',
    )
  })

  test.each([
    ['q=elodie', ['Élodie Anime']],
    ['q=val+anime', ['Élodie Anime']],
    ['q=%25', []],
    ['role=administrator', ['Zoé Administre']],
    ['organisation=COOPERATIVE', ['=Formule', 'Élodie Anime']],
    ['organisation=COOPERATIVE&role=member', ['=Formule']],
    ['role=nonsense', ['=Formule', 'Élodie Anime', 'Zoé Administre']],
  ])('are found by %s', async (query, expected) => {
    const html = await (
      await as('member', `/fr/club/members?${query.replace('COOPERATIVE', cooperative)}`)
    ).text()
    expect([...html.matchAll(/class="who"[^>]*>([^<]+)/g)].map(([, name]) => name)).toEqual(expected)
  })

  test('are not found by an address that is not shown', async () => {
    const query = `/fr/club/members?q=${encodeURIComponent(people.member?.email ?? '')}`
    expect(await (await as('administrator', query)).text()).toContain('=Formule')
    expect(await (await as('facilitator', query)).text()).not.toContain('=Formule')
  })

  test('come page by page, none twice and none left out', async () => {
    const big = await aNetwork(site.database)
    const reader = await aPerson(site.database, big, 'member', { name: 'Alpha' })
    await site.database.asOwner(
      `with made as (
        insert into person (network_id, id, name) select $1, gen_random_uuid(), 'Même nom' from generate_series(1, 119)
        returning network_id, id
      ) insert into mandate (network_id, id, person_id, role) select network_id, gen_random_uuid(), id, 'member' from made`,
      [big.id],
    )
    const seen: string[] = []
    let path: string | undefined = `/fr/${big.slug}/members`
    for (let pages = 0; path && pages < 10; pages += 1) {
      const html: string = await (await site.get(path, { cookie: reader.cookie })).text()
      seen.push(...[...html.matchAll(/class="who" href="([^"]+)/g)].map(([, link]) => link ?? ''))
      path = /rel="next" href="([^"]+)/.exec(html)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(seen).toHaveLength(120)
    expect(new Set(seen).size).toBe(120)
  })

  test('leave as CSV that no spreadsheet runs, with addresses for those alone who manage them', async () => {
    const read = async (who: string) =>
      cells(await (await as(who, '/fr/club/members/export/members.csv')).text())
    await site.database.asOwner(
      `update organisation set town = 'Revel', country = 'FR' where name = 'Coopérative du Val'`,
    )
    const own = await read('administrator')
    const ofOrganisation = [
      'Type',
      'Taille',
      'Secteur d’activité',
      'Ville',
      'Pays',
      'Référence dans vos listes',
    ]
    const heads = ['Personne', 'Rôle', 'Pour quelle organisation', 'Fonction', ...ofOrganisation]
    expect(own[0]).toEqual([...heads, 'Adresse de courriel'])
    expect(own[2]).toEqual([
      'Élodie Anime',
      'Animation',
      'Coopérative du Val',
      'Animatrice',
      ...['', '', '', 'Revel', 'France', ''],
      people.facilitator?.email,
    ])
    expect(own.map(row => row[0])).toContain("'=Formule")
    const plain = await read('member')
    expect(plain[0]).toHaveLength(10)
    expect(plain.flat().join()).not.toContain('@')
    expect((await as('member', '/fr/club/members/export/other.csv')).status).toBe(404)
  })
})

describe('a person', () => {
  test('is shown with mandates past and present', async () => {
    const html = await (await as('member', `/fr/club/members/${people.former?.personId}`)).text()
    expect(html).toContain('Ancien Membre')
    expect(html).toContain('1er janvier 2020')
    expect(html).not.toContain(people.former?.email)
    expect(html).not.toContain('Confier un mandat')
  })

  test('is added, entrusted, corrected and removed by an administrator, step by step', async () => {
    const added = await post('administrator', '/fr/club/members', { name: 'Nouvelle Venue', email: '' })
    expect(added.status).toBe(303)
    const path = (added.headers.get('location') ?? '').replace(/\?.*/, '')
    expect(await (await as('administrator', path)).text()).toContain('Retirer cette personne')
    const given = await post('administrator', `${path}/mandates`, {
      role: 'member',
      organisation: cooperative,
      title: 'Trésorière',
      from: '',
      until: '',
    })
    expect(given.headers.get('location')).toBe(`${path}?done=mandate-given`)
    const html = await (await as('administrator', path)).text()
    const mandate = /href="([^"]+\/mandates\/[0-9a-f-]{36})"/.exec(html)?.[1] ?? ''
    expect(await (await as('administrator', mandate)).text()).toContain('value="Trésorière"')
    const wrong = await post('administrator', mandate, {
      role: 'member',
      from: '2026-02-01',
      until: '2026-01-01',
    })
    expect(wrong.status).toBe(422)
    expect(await wrong.text()).toContain('Le dernier jour vient avant le premier.')
    expect((await post('administrator', `${mandate}/removal`, {})).status).toBe(303)
    expect((await post('administrator', `${path}/removal`, {})).headers.get('location')).toBe(
      '/fr/club/members?done=person-removed',
    )
    expect((await as('administrator', path)).status).toBe(404)
    const log = await site.database.asOwner<{ action: string; text: string }>(
      `select action, audit_entry::text as text from audit_entry where action like 'person.%' order by seq`,
    )
    expect(log.map(({ action }) => action)).toEqual(['person.added', 'person.removed'])
    // What could not be erased is not in the log.
    expect(log.map(({ text }) => text).join()).not.toContain('Nouvelle')
  })

  test('of an address that is taken is refused, with whose it is', async () => {
    const answer = await post('administrator', '/fr/club/members', {
      name: 'Double',
      email: (people.member?.email ?? '').toUpperCase(),
    })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Dans ce réseau, =Formule a déjà cette adresse.')
  })

  test('who alone administers is told why that cannot end', async () => {
    const { personId, mandateId } = people.administrator ?? {}
    const path = `/fr/club/members/${personId}/mandates/${mandateId}`
    for (const [to, fields] of [
      [`${path}/end`, { 'last-day': 'now' }],
      [`${path}/removal`, {}],
      [path, { role: 'member' }],
    ] as const) {
      const answer = await post('administrator', to, fields)
      expect([to, answer.status]).toEqual([to, 422])
      expect(await answer.text()).toContain('sans personne pour l’administrer')
    }
  })

  test('with mandates is not removed', async () => {
    const answer = await post('administrator', `/fr/club/members/${people.former?.personId}/removal`, {})
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('mettez fin à ses mandats')
  })
})

describe('an organisation', () => {
  test('is added, changed, ended with its mandates, and resumed', async () => {
    const added = await post('administrator', '/fr/club/organisations', {
      name: 'Atelier Neuf',
      country: 'SN',
      website: 'exemple.org/atelier',
    })
    expect(added.status).toBe(303)
    const path = (added.headers.get('location') ?? '').replace(/\?.*/, '')
    const html = await (await as('member', path)).text()
    expect(html).toContain('Sénégal')
    expect(html).toContain('href="https://exemple.org/atelier"')
    const id = path.split('/').at(-1) ?? ''
    const one = await aPerson(site.database, network, 'member', { organisationId: id })
    const [{ day } = { day: '' }] = await site.database.asOwner<{ day: string }>(
      `select ((now() at time zone 'Europe/Paris')::date)::text as day`,
    )
    const ended = await post('administrator', `${path}/end`, { until: day })
    expect(ended.headers.get('location')).toBe(`${path}?done=membership-ended`)
    const [mandate] = await site.database.asOwner('select valid_until::text from mandate where id = $1', [
      one.mandateId,
    ])
    expect(mandate).toEqual({ valid_until: day })
    expect((await post('administrator', `${path}/resumption`, {})).status).toBe(303)
  })

  test('of a name the network has already is refused, whatever its accents', async () => {
    const answer = await post('administrator', '/fr/club/organisations', { name: 'COOPERATIVE du val' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Le réseau a déjà «\u00a0Coopérative du Val\u00a0».')
  })

  test('known to another network is not known here', async () => {
    const other = await aNetwork(site.database)
    const id = await anOrganisation(site.database, other, 'Secret de Polichinelle')
    expect((await as('administrator', `/fr/club/organisations/${id}`)).status).toBe(404)
    const added = await post('administrator', '/fr/club/organisations', { name: 'Secret de Polichinelle' })
    expect(added.status).toBe(303)
    expect(added.headers.get('location')).not.toContain(id)
  })

  test.each(['javascript:alert(1)', 'https://', 'http://x y'])(
    'does not have the website %s',
    async website => {
      const answer = await post('administrator', '/fr/club/organisations', {
        name: `Site ${website}`,
        website,
      })
      expect(answer.status).toBe(422)
    },
  )
})

/** Of a table whose cells are quoted, or empty. */
function cells(csv: string): string[][] {
  const lines = csv.replace('\uFEFF', '').trimEnd().split('\r\n')
  return lines.map(line => line.split(',').map(cell => cell.slice(1, -1)))
}

const anyone = '00000000-0000-7000-8000-000000000000'

test.each([
  ['/fr/club/members', 'GET', 'member'],
  ['/fr/club/members/export/members.csv', 'GET', 'member'],
  ['/fr/club/members/PERSON', 'GET', 'member'],
  ['/fr/club/organisations', 'GET', 'member'],
  ['/fr/club/organisations/ORGANISATION', 'GET', 'member'],
  ['/fr/club/members', 'POST', 'administrator'],
  ['/fr/club/members/new', 'GET', 'administrator'],
  ['/fr/club/members/PERSON/details', 'GET', 'administrator'],
  ['/fr/club/members/PERSON/details', 'POST', 'administrator'],
  ['/fr/club/members/PERSON/removal', 'POST', 'administrator'],
  ['/fr/club/members/PERSON/mandates', 'GET', 'administrator'],
  ['/fr/club/members/PERSON/mandates', 'POST', 'administrator'],
  [`/fr/club/members/PERSON/mandates/${anyone}`, 'GET', 'administrator'],
  [`/fr/club/members/PERSON/mandates/${anyone}`, 'POST', 'administrator'],
  [`/fr/club/members/PERSON/mandates/${anyone}/end`, 'POST', 'administrator'],
  [`/fr/club/members/PERSON/mandates/${anyone}/removal`, 'POST', 'administrator'],
  ['/fr/club/organisations', 'POST', 'facilitator'],
  ['/fr/club/organisations/new', 'GET', 'facilitator'],
  ['/fr/club/organisations/ORGANISATION/end', 'POST', 'administrator'],
] as const)('%s by %s is for the %s and above', async (pattern, method, least) => {
  const path = pattern.replace('PERSON', people.former?.personId ?? '').replace('ORGANISATION', cooperative)
  const status = async (who: string | null) => (await ask(who, path, method)).status
  expect(await status(null)).toBe(404)
  expect(await status('outsider')).toBe(404)
  const refused = { member: [], facilitator: ['member'], administrator: ['member', 'facilitator'] }[least]
  for (const who of ['member', 'facilitator'])
    expect([who, (await status(who)) === 403]).toEqual([who, refused.some(one => one === who)])
  expect([200, 303, 404, 422]).toContain(await status('administrator'))
})

function as(who: string, path: string): Promise<Response> {
  return ask(who, path, 'GET')
}

function post(who: string, path: string, fields: Record<string, string>): Promise<Response> {
  return ask(who, path, 'POST', new URLSearchParams(fields))
}

async function ask(
  who: string | null,
  path: string,
  method: string,
  body?: URLSearchParams,
): Promise<Response> {
  const cookie = (who && people[who]?.cookie) ?? ''
  const headers = { cookie, accept: 'text/html', 'sec-fetch-site': 'same-origin' }
  return site.app.request(path, { method, headers, ...(body && { body }) })
}
