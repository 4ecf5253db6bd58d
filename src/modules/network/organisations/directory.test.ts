import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import { addOrganisation } from '#modules/network/organisations/changing.ts'
import {
  countOrganisations,
  type DirectoryQuery,
  listOrganisations,
  readDirectoryQuery,
  wholeDirectory,
  writeDirectoryQuery,
} from '#modules/network/organisations/directory.ts'
import { organisationInput } from '#modules/network/organisations/input.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPerson, aToken, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let member: TestPerson
let facilitator: TestPerson

const kept: Record<string, unknown>[] = [
  {
    ...{ name: 'Étoffes du Val', kind: 'company', sizeClass: 'small', sector: 'naf2:13.20Z', country: 'FR' },
    ...{ region: 'Occitanie', town: 'Mazamet', engagement: 2 },
    identifiers: [{ scheme: 'siren', value: '732 829 320' }],
  },
  {
    ...{ name: 'Savons du Midi', kind: 'company', sizeClass: 'micro', sector: 'naf2:20.41Z', country: 'FR' },
    ...{ region: 'Occitanie', town: 'Toulouse', engagement: 4, reference: 'AD-17' },
  },
  {
    ...{ name: 'La Ressourcerie', kind: 'association', sector: 'isic4:E38', country: 'FR', town: 'Albi' },
    region: 'Occitanie',
  },
  { name: 'Taller del Río', kind: 'cooperative', sector: 'isic4:C20', country: 'ES', town: 'Lleida' },
  { name: '=Danger;+1', kind: 'other', sector: 'isic4:C' },
]

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  network = await aNetwork(database, { slug: 'club', visibility: 'private' })
  const other = await aNetwork(database, { slug: 'autre', visibility: 'private' })
  member = await aPerson(database, network, 'member')
  facilitator = await aPerson(database, network, 'facilitator')
  const stranger = await aPerson(database, other, 'administrator')
  for (const input of kept)
    await inTenant(database.db, { ...network.inside, accountId: facilitator.accountId }, trx =>
      addOrganisation(trx, network.id, facilitator.actor, organisationInput.parse(input)),
    )
  await inTenant(database.db, { ...other.inside, accountId: stranger.accountId }, trx =>
    addOrganisation(trx, other.id, stranger.actor, organisationInput.parse({ name: 'Savons d’ailleurs' })),
  )
})

afterAll(() => site.close())

const list = (query: Partial<DirectoryQuery>, page: { after?: string; limit?: number } = {}) =>
  readTenant(site.database.db, network.inside, trx =>
    listOrganisations(trx, network.id, { ...wholeDirectory, ...query }, page),
  )
const names = async (query: Partial<DirectoryQuery>) =>
  (await list(query)).organisations.map(({ name }) => name)

describe('the directory', () => {
  test.each<[Partial<DirectoryQuery>, string[]]>([
    [{}, ['=Danger;+1', 'Étoffes du Val', 'La Ressourcerie', 'Savons du Midi', 'Taller del Río']],
    [{ q: 'etoffes' }, ['Étoffes du Val']],
    [{ q: 'SAVONS toulouse' }, ['Savons du Midi']],
    [{ q: 'rio lleida' }, ['Taller del Río']],
    [{ q: 'ad-17' }, ['Savons du Midi']],
    [{ q: '732 829 320' }, ['Étoffes du Val']],
    [{ q: '%' }, []],
    [{ q: '100% coton' }, []],
    [{ kind: 'company' }, ['Étoffes du Val', 'Savons du Midi']],
    [{ size: 'micro' }, ['Savons du Midi']],
    [{ division: '20' }, ['Savons du Midi', 'Taller del Río']],
    [{ division: 'C' }, ['=Danger;+1']],
    [{ country: 'ES' }, ['Taller del Río']],
    [{ region: 'Occitanie', kind: 'association' }, ['La Ressourcerie']],
    [{ engagement: 4 }, ['Savons du Midi']],
    [{ former: true }, []],
  ])('narrowed to %j', async (query, expected) => expect(await names(query)).toEqual(expected))

  test('is paged by key, none twice and none left out', async () => {
    const seen: string[] = []
    let after: string | undefined
    do {
      const found = await list({}, { limit: 2, ...(after !== undefined && { after }) })
      seen.push(...found.organisations.map(({ name }) => name))
      after = found.next ?? undefined
    } while (after !== undefined)
    expect(seen).toEqual(await names({}))
  })

  test('counts where each value would lead, whatever is chosen of its own kind', async () => {
    const count = (query: Partial<DirectoryQuery>) =>
      readTenant(site.database.db, network.inside, trx =>
        countOrganisations(trx, network.id, { ...wholeDirectory, ...query }),
      )
    const { all, facets } = await count({ kind: 'company' })
    expect(all).toBe(2)
    expect(facets.kind).toEqual([
      { value: 'company', count: 2 },
      { value: 'association', count: 1 },
      { value: 'cooperative', count: 1 },
      { value: 'other', count: 1 },
    ])
    expect(facets.country).toEqual([{ value: 'FR', count: 2 }])
    expect(facets.division.map(({ value }) => value).sort()).toEqual(['13', '20'])
    for (const [value, division] of Object.entries({ 20: 2, 38: 1, C: 1 })) {
      const found = (await count({})).facets.division.find(one => one.value === value)
      expect(found?.count).toBe(division)
      expect(await names({ division: value })).toHaveLength(division)
    }
    expect((await count({ q: 'savons' })).all).toBe(1)
  })

  test('an address says what is chosen, and what it does not say is not', () => {
    const query = { ...wholeDirectory, q: 'val', kind: 'company', division: '20', engagement: 3 } as const
    expect(readDirectoryQuery(writeDirectoryQuery(query))).toEqual(query)
    const nonsense = 'kind=x&size=huge&division=999&country=ZZ&engagement=9&former=maybe&region=%20'
    expect(readDirectoryQuery(new URLSearchParams(nonsense))).toEqual(wholeDirectory)
  })
})

describe('its page', () => {
  test('shows members filters that lead where they say', async () => {
    const html = await read('/fr/club/organisations', member)
    expect(html).toContain('Étoffes du Val')
    expect(html).toMatch(/organisations\?division=20"[^>]*><span>Industrie chimique<\/span> <small>2</)
    expect(html).not.toContain('ailleurs')
    expect(html).not.toContain('organisations/new')
    expect(html).not.toContain('organisations.csv')
    const narrowed = await read('/fr/club/organisations?division=20', member)
    expect(narrowed).toContain('Taller del Río')
    expect(narrowed).not.toContain('Étoffes')
    const empty = await read('/fr/club/organisations?q=rien', member)
    expect(empty).toContain('Aucune organisation ne correspond')
  })

  test.each([
    ['member', 403],
    ['facilitator', 200],
  ] as const)('a %s taking it away as a file is answered %d', async (who, status) => {
    const person = who === 'member' ? member : facilitator
    for (const file of ['organisations.csv', 'organisations.xlsx'])
      expect(
        (await site.get(`/fr/club/organisations/export/${file}`, { cookie: person.cookie })).status,
      ).toBe(status)
  })

  test('is taken away as filtered, and no spreadsheet runs what is in it', async () => {
    const all = cells(await read('/fr/club/organisations/export/organisations.csv', facilitator))
    expect(all.map(row => row.Nom)).toEqual([
      "'=Danger;'+1",
      'Étoffes du Val',
      'La Ressourcerie',
      'Savons du Midi',
      'Taller del Río',
    ])
    expect(all[1]).toMatchObject({
      'Code d’activité': '13.20Z',
      SIREN: '732829320',
      Pays: 'France',
      Engagement: 'S’engage',
    })
    const some = cells(await read('/fr/club/organisations/export/organisations.csv?country=ES', facilitator))
    expect(some.map(row => row.Nom)).toEqual(['Taller del Río'])
    expect(
      (await site.get('/fr/club/organisations/export/x.pdf', { cookie: facilitator.cookie })).status,
    ).toBe(404)
  })
})

describe('by group', () => {
  const ids: Record<string, string> = {}

  beforeAll(async () => {
    for (const [slug, name, visibility, members] of [
      ['ouvert', 'Groupe des tissus', 'network', ['Étoffes du Val', 'Savons du Midi']],
      ['secret', 'Groupe très caché', 'group', ['La Ressourcerie']],
    ] as const) {
      ids[slug] = newId()
      await site.database.asOwner(
        `insert into network_group (network_id, id, slug, kind, name, visibility) values ($1, $2, $3, 'club', $4, $5)`,
        [network.id, ids[slug], slug, name, visibility],
      )
      await site.database.asOwner(
        `insert into group_organisation (network_id, group_id, organisation_id, valid_from)
         select $1, $2, organisation.id, '2020-01-01' from organisation
         join membership on membership.network_id = $1 and membership.organisation_id = organisation.id
         where organisation.name = any($3)`,
        [network.id, ids[slug], members],
      )
    }
  })

  test('members narrow it by the groups they may know of; who is in a secret one is not told', async () => {
    const page = await read('/fr/club/organisations', member)
    expect(page).toMatch(new RegExp(`group=${ids.ouvert}"[^>]*><span>Groupe des tissus</span> <small>2<`))
    expect(page).not.toContain('caché')
    expect(page).not.toContain(ids.secret)
    const narrowed = await read(`/fr/club/organisations?group=${ids.ouvert}&kind=company`, member)
    expect(narrowed).toContain('Étoffes du Val')
    expect(narrowed).not.toContain('Taller')
    expect(narrowed).toMatch(/2 organisations/)
    const secret = await read(`/fr/club/organisations?group=${ids.secret}`, member)
    expect(secret).toContain('Aucune organisation ne correspond')
    expect(secret).not.toContain('caché')
    const whole = await read(`/fr/club/organisations?group=${ids.secret}`, facilitator)
    expect(whole).toContain('Groupe très caché')
    expect(whole).toContain('La Ressourcerie')
  })

  test('who is in the secret group finds it, and nobody by what has ended', async () => {
    const insider = await aPerson(site.database, network, 'member')
    await site.database.asOwner(
      `insert into group_member (network_id, group_id, person_id, valid_from) values ($1, $2, $3, '2020-01-01')`,
      [network.id, ids.secret, insider.personId],
    )
    expect(await read(`/fr/club/organisations?group=${ids.secret}`, insider)).toContain('La Ressourcerie')
    await site.database.asOwner(
      `update group_organisation set valid_until = current_date - 2 where group_id = $1 and organisation_id in (
         select id from organisation where name = 'Savons du Midi')`,
      [ids.ouvert],
    )
    const page = await read(`/fr/club/organisations?group=${ids.ouvert}`, insider)
    expect([page.includes('Étoffes du Val'), page.includes('Savons du Midi')]).toEqual([true, false])
  })

  test('files and programmes follow it', async () => {
    const csv = await read(`/fr/club/organisations/export/organisations.csv?group=${ids.ouvert}`, facilitator)
    expect(cells(csv).map(row => row.Nom)).toEqual(['Étoffes du Val'])
    const token = await aToken(site.database, network, ['members:read'])
    const ask = async (group: string | undefined) => {
      const headers = { authorization: `Bearer ${token}` }
      const answer = await site.app.request(`/api/networks/club/organisations?group=${group}`, { headers })
      const { organisations } = (await answer.json()) as { organisations?: { name: string }[] }
      return [answer.status, organisations?.map(({ name }) => name)]
    }
    expect(await ask(ids.ouvert)).toEqual([200, ['Étoffes du Val']])
    expect(await ask(ids.secret)).toEqual([200, []])
    expect(await ask('x')).toEqual([422, undefined])
  })
})

async function read(path: string, person: TestPerson): Promise<string> {
  return (await site.get(path, { cookie: person.cookie })).text()
}

function cells(csv: string): Record<string, string>[] {
  return parse(csv, { bom: true, columns: true })
}
