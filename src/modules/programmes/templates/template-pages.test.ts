import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { findTemplate, mostTemplates, templateChoices } from '#modules/programmes/templates/catalogue.ts'
import { keepDraft, publishTemplate } from '#modules/programmes/templates/publishing.ts'
import { checkTemplate, readTemplate } from '#modules/programmes/templates/reading.ts'
import { shippedTemplate, shippedTemplates } from '#modules/programmes/templates/shipped.ts'
import type { ProgrammeTemplate } from '#modules/programmes/templates/template.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  anEntry,
  aPerson,
  aToken,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let elsewhere: TestNetwork
let member: TestPerson
let facilitator: TestPerson
let stranger: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'reseau' })
  elsewhere = await aNetwork(site.database, { slug: 'ailleurs' })
  member = await aPerson(site.database, network, 'member')
  facilitator = await aPerson(site.database, network, 'facilitator', { name: 'Fanny Anime' })
  stranger = await aPerson(site.database, elsewhere, 'administrator')
})

afterAll(() => site.close())

describe('in a network', () => {
  test('members read them, and those who run it change them', async () => {
    const list = '/fr/reseau/programme-templates'
    const statuses = async (path: string) =>
      Promise.all(
        [undefined, stranger, member, facilitator].map(async who => (await browse(path, who)).status),
      )
    for (const path of ['', '/quarter-cycle', '/quarter-cycle/versions/1', '/quarter-cycle/template.yaml'])
      expect(await statuses(list + path)).toEqual([401, 403, 200, 200])
    expect(await statuses(`${list}/new?from=quarter-cycle`)).toEqual([401, 403, 403, 200])
    expect(await statuses(`${list}/quarter-cycle/draft`)).toEqual([401, 403, 403, 404])
    expect(await statuses(`${list}/rien`)).toEqual([401, 403, 404, 404])
    expect((await send(member, small('refuse'))).status).toBe(403)
    expect((await act(member, 'quarter-cycle/retirement')).status).toBe(403)
    // What comes with the program is nobody's to retire.
    expect((await act(facilitator, 'quarter-cycle/retirement')).status).toBe(404)
  })

  test('a page tells what happens in which month', async () => {
    const page = await (await browse('/fr/reseau/programme-templates/collective-19-months', member)).text()
    expect(page).toContain('19 mois · 7 capsules, 19 étapes')
    expect(page).toContain('mois 2 à 4')
    expect(page).toContain('Revue d’évaluation')
    expect(page).toContain('au moins 1 jour après «\u00a0Lecture partagée\u00a0»')
    expect(page).not.toContain('Adapter')
    const english = await (await browse('/en/reseau/programme-templates/quarter-cycle', member)).text()
    expect(english).toContain('Try it in your organisation')
  })

  test('what is shipped expects what the modules of the program see done', () => {
    for (const template of shippedTemplates())
      expect(checkTemplate(template, site.services.expectations)).toEqual({ template })
  })
})

describe('one’s own', () => {
  test('is checked, kept as a draft, read over, published, changed as its next version, and retired', async () => {
    const wrong = small('essai').replace('mode: video', 'mode: ailleurs').replace('P3M', 'toujours')
    const refused = await send(facilitator, wrong)
    expect(refused.status).toBe(422)
    const page = await refused.text()
    expect(page).toContain('2 choses sont à corriger')
    expect(page).toMatch(/Ligne 4, colonne 11 \(duration\)/)
    expect(page).toContain('mode: ailleurs')
    expect((await send(facilitator, ' ')).status).toBe(422)

    const kept = await send(facilitator, small('essai'), { asFile: true })
    expect(kept.headers.get('location')).toMatch(/\/programme-templates\/essai\/draft\?done=/)
    expect(await choices()).not.toContain('essai')
    expect((await browse('/fr/reseau/programme-templates/essai', facilitator)).status).toBe(404)
    const draft = await (await browse('/fr/reseau/programme-templates/essai/draft', facilitator)).text()
    expect(draft).toContain('Brouillon de la version 1')

    expect((await act(facilitator, 'essai/publication')).status).toBe(303)
    expect(await choices()).toContain('essai')
    // As it is in use, it is no news; changed, it is the next version, and the first stays as it was.
    expect((await send(facilitator, small('essai'))).status).toBe(422)
    await send(facilitator, small('essai').replace('fr: Essai', 'fr: Autre essai'))
    await act(facilitator, 'essai/publication')
    const versions = await readTenant(site.database.db, network.inside, async trx =>
      Promise.all([undefined, 1, 2, 3].map(version => findTemplate(trx, network.id, 'essai', version))),
    )
    expect(versions.map(found => found?.name.fr)).toEqual(['Autre essai', 'Essai', 'Autre essai', undefined])
    expect(await (await browse('/fr/reseau/programme-templates/essai/versions/1', member)).text()).toContain(
      'Une autre version est en usage',
    )
    expect(await (await browse('/fr/reseau/programme-templates/essai', member)).text()).toMatch(
      /par Fanny Anime/,
    )

    expect((await act(facilitator, 'essai/retirement')).status).toBe(303)
    expect(await choices()).not.toContain('essai')
    expect((await browse('/fr/reseau/programme-templates/essai', member)).status).toBe(404)
    expect((await browse('/fr/reseau/programme-templates/essai/versions/2', member)).status).toBe(200)
    const actions = await site.database.asOwner(
      `select action from audit_entry where network_id = $1 and subject_id = 'essai' order by seq`,
      [network.id],
    )
    expect(actions.map(({ action }) => action)).toEqual([
      'programme-template.published',
      'programme-template.published',
      'programme-template.retired',
    ])
  })

  test('takes the place of the one that came with the program, from its text, until it is retired', async () => {
    const form = await (
      await browse('/fr/reseau/programme-templates/new?from=quarter-cycle', facilitator)
    ).text()
    expect(form).toContain('Adapter «\u00a0Cycle d’un trimestre\u00a0»')
    expect(form).toContain('key: quarter-cycle')
    const file = await browse('/fr/reseau/programme-templates/quarter-cycle/template.yaml', facilitator)
    expect(file.headers.get('content-disposition')).toContain('quarter-cycle.yaml')
    const text = (await file.text()).replace('Cycle d’un trimestre', 'Trimestre de Provence')
    await send(facilitator, text)
    // A draft that is sent again is the same draft.
    await send(facilitator, text.replace('de Provence', 'du club'))
    await act(facilitator, 'quarter-cycle/publication')
    const list = await (await browse('/fr/reseau/programme-templates', member)).text()
    expect(list).toContain('Trimestre du club')
    expect(list).not.toContain('Cycle d’un trimestre')
    expect(await named('quarter-cycle')).toEqual(['Trimestre du club', 2])
    await act(facilitator, 'quarter-cycle/retirement')
    expect(await named('quarter-cycle')).toEqual(['Cycle d’un trimestre', 1])
    // Neither in another network.
    const theirs = await readTenant(site.database.db, elsewhere.inside, trx =>
      findTemplate(trx, elsewhere.id, 'quarter-cycle', 2),
    )
    expect(theirs).toBeUndefined()
  })

  test('a draft can be thrown away; some names cannot be had; there are only so many', async () => {
    await send(facilitator, small('ephemere'))
    expect((await act(facilitator, 'ephemere/draft/removal')).status).toBe(303)
    expect((await act(facilitator, 'ephemere/draft/removal')).status).toBe(404)
    expect((await act(facilitator, 'ephemere/publication')).status).toBe(404)
    expect(await (await send(facilitator, small('new'))).text()).toContain('ne peut pas être la clé')
    const full = await aNetwork(site.database)
    const author = await anEntry(
      site.database,
      full,
      await aPerson(site.database, full, 'facilitator'),
      'facilitator',
    )
    await inTenant(site.database.db, author.tenant, async trx => {
      for (let at = 0; at < mostTemplates; at++) await keepDraft(trx, author, templateOf(`essai-${at}`))
      await keepDraft(trx, author, templateOf('essai-1'))
      await expect(keepDraft(trx, author, templateOf('un-de-trop'))).rejects.toMatchObject({
        fields: [{ message: 'programmeTemplate.error.tooMany' }],
      })
    })
  })

  test('two who publish at once get two versions', async () => {
    const author = await anEntry(site.database, network, facilitator, 'facilitator')
    const both = await Promise.all(
      ['Ici', 'Là'].map(name =>
        inTenant(site.database.db, author.tenant, trx =>
          publishTemplate(trx, author, { ...templateOf('a-deux'), name: { fr: name } }),
        ),
      ),
    )
    expect(both.map(({ version }) => version).toSorted()).toEqual([1, 2])
    expect(await choices()).toContain('a-deux')
  })
})

describe('by API', () => {
  const path = '/api/networks/reseau/programme-templates'

  test('lists, gives, and publishes, each with its right', async () => {
    const read = await aToken(site.database, network, ['programmes:read'])
    const manage = await aToken(site.database, network, ['programmes:manage', 'programmes:read'])
    const theirs = await aToken(site.database, elsewhere, ['programmes:read', 'programmes:manage'])
    expect((await site.app.request(path)).status).toBe(401)
    expect((await call(path, theirs)).status).toBe(401)
    const other = await aToken(site.database, network, ['groups:read'])
    expect((await call(path, other)).status).toBe(403)
    const listed = await (await call(path, read)).json()
    expect(listed.templates).toContainEqual(
      expect.objectContaining({ key: 'collective-19-months', duration: 'P19M', steps: 19, shipped: true }),
    )
    const one = await (await call(`${path}/quarter-cycle`, read)).json()
    expect(one).toEqual(JSON.parse(JSON.stringify(shippedTemplate('quarter-cycle'))))
    expect((await call(`${path}/rien`, read)).status).toBe(404)

    const mine = { ...one, name: { en: 'Mine' } }
    expect((await call(`${path}/quarter-cycle`, read, mine)).status).toBe(403)
    const wrong = await call(`${path}/quarter-cycle`, manage, { ...mine, duration: 'P0D', capsules: [{}] })
    expect(wrong.status).toBe(422)
    expect((await wrong.json()).errors.map(({ field }: { field: string }) => field)).toEqual([
      'capsules[0].key',
      'capsules[0].title',
      'capsules[0].steps',
    ])
    expect((await call(`${path}/autre`, manage, mine)).status).toBe(422)
    expect((await call(`${path}/quarter-cycle?base=7`, manage, mine)).status).toBe(422)
    const put = await call(`${path}/quarter-cycle?base=1`, manage, mine)
    expect(put.status).toBe(200)
    // Versions 2 was given before; no number is given twice.
    expect(await put.json()).toMatchObject({ version: 3, name: { en: 'Mine' }, shipped: false })
    const schema = await (await site.app.request('/api/schemas/programme-template')).json()
    expect(schema.required).toContain('capsules')
  })
})

async function named(key: string): Promise<[string | undefined, number | undefined]> {
  const found = await readTenant(site.database.db, network.inside, trx => findTemplate(trx, network.id, key))
  return [found?.name.fr, found?.version]
}

async function choices(): Promise<string[]> {
  const found = await readTenant(site.database.db, network.inside, trx => templateChoices(trx, network.id))
  return found.map(({ key }) => key)
}

function browse(path: string, who?: TestPerson): Promise<Response> {
  return site.get(path, who ? { cookie: who.cookie } : {})
}

async function send(who: TestPerson, text: string, { asFile = false } = {}): Promise<Response> {
  const body = new FormData()
  if (asFile) body.set('file', new File([text], 'modele.yaml'))
  else body.set('text', text)
  return site.app.request('/fr/reseau/programme-templates', {
    method: 'POST',
    body,
    headers: { accept: 'text/html', cookie: who.cookie, 'sec-fetch-site': 'same-origin' },
  })
}

async function act(who: TestPerson, path: string): Promise<Response> {
  return site.app.request(`/fr/reseau/programme-templates/${path}`, {
    method: 'POST',
    body: '',
    headers: {
      ...{ accept: 'text/html', cookie: who.cookie, 'sec-fetch-site': 'same-origin' },
      'content-type': 'application/x-www-form-urlencoded',
    },
  })
}

async function call(path: string, token: string, body?: unknown): Promise<Response> {
  return site.app.request(path, {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'PUT', body: JSON.stringify(body) }),
  })
}

function templateOf(key: string): ProgrammeTemplate {
  const reading = readTemplate(small(key), null)
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems))
  return reading.template
}

function small(key: string): string {
  return `key: ${key}
name: { fr: Essai }
licence: CC0-1.0
duration: P3M
capsules:
  - key: une
    title: { fr: Une }
    steps:
      - key: debut
        title: { fr: Début }
        mode: video
        starts: P0D
        begins: "10:00"
`
}
