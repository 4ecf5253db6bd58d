import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { addOrganisation, changeOrganisation } from '#modules/network/organisations/changing.ts'
import { readCoordinates } from '#modules/network/organisations/form.ts'
import { type OrganisationInput, organisationInput } from '#modules/network/organisations/input.ts'
import { findOrganisation } from '#modules/network/organisations/organisations.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

let site: TestApp
let here: TestNetwork
let there: TestNetwork
let facilitator: TestPerson

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  here = await aNetwork(database, { slug: 'ici', visibility: 'private', name: { fr: 'Réseau d’ici' } })
  there = await aNetwork(database, {
    slug: 'la-bas',
    visibility: 'private',
    name: { fr: 'Réseau de là-bas' },
  })
  facilitator = await aPerson(database, here, 'facilitator')
})

afterAll(() => site.close())

const adding = (network: TestNetwork, input: Partial<OrganisationInput> & { name: string }) =>
  inTenant(site.database.db, network.inside, trx =>
    addOrganisation(trx, network.id, nobody, organisationInput.parse(input)),
  )
const changing = (network: TestNetwork, id: string, input: Partial<OrganisationInput>) =>
  inTenant(site.database.db, network.inside, async trx => {
    const before = await findOrganisation(trx, network.id, id)
    await changeOrganisation(trx, network.id, nobody, id, organisationInput.parse({ ...before, ...input }))
  })
const reading = (network: TestNetwork, id: string) =>
  readTenant(site.database.db, network.inside, trx => findOrganisation(trx, network.id, id))
/** The same organisation in another network. */
const alsoIn = (network: TestNetwork, id: string) =>
  site.database.asOwner('insert into membership (network_id, organisation_id) values ($1, $2)', [
    network.id,
    id,
  ])

const nobody = { accountId: null, mandateId: null, tokenId: null, origin: 'command' } as const

describe('one organisation in two networks is one', () => {
  test('what is changed in the one is seen in the other, but for what it is in each', async () => {
    const id = await adding(here, { name: 'Scierie', engagement: 2, reference: 'A1' })
    await alsoIn(there, id)
    await changing(there, id, {
      ...{ name: 'Scierie du Lac', kind: 'company', town: 'Gérardmer', engagement: 5 },
      identifiers: [{ scheme: 'siren', value: '732829320' }],
    })
    const seen = await reading(here, id)
    expect(seen).toMatchObject({
      ...{ name: 'Scierie du Lac', kind: 'company', town: 'Gérardmer', engagement: 2, reference: 'A1' },
      identifiers: [{ scheme: 'siren', value: '732829320' }],
    })
    expect(seen?.changedAt).toBeInstanceOf(Date)
    expect(await reading(there, id)).toMatchObject({ engagement: 5, reference: null })
  })

  test('its form names those of the reader’s own networks that it is in, and no other', async () => {
    const { database } = site
    const id = await adding(here, { name: 'Partagée' })
    await alsoIn(there, id)
    const path = `/fr/ici/organisations/${id}/details`
    const alone = await (await site.get(path, { cookie: facilitator.cookie })).text()
    expect(alone).toContain('Une organisation est la même dans tous les réseaux')
    expect(alone).not.toContain('là-bas')
    const both = await aPerson(database, here, 'facilitator')
    const [person] = await database.asOwner<{ id: string }>(
      `insert into person (network_id, id, account_id, name) values ($1, gen_random_uuid(), $2, 'Deux') returning id`,
      [there.id, both.accountId],
    )
    await database.asOwner(
      `insert into mandate (network_id, id, person_id, role) values ($1, gen_random_uuid(), $2, 'member')`,
      [there.id, person?.id],
    )
    expect(await (await site.get(path, { cookie: both.cookie })).text()).toContain(
      'Elle est aussi membre d’autres réseaux\u00a0: Réseau de là-bas',
    )
  })

  test('a parent of another network is not seen here, and is not wiped out by what is changed here', async () => {
    const group = await adding(there, { name: 'Groupe de là-bas' })
    const id = await adding(there, { name: 'Filiale', parentId: group })
    await alsoIn(here, id)
    expect((await reading(here, id))?.parentId).toBeNull()
    await changing(here, id, { town: 'Lyon' })
    expect(await reading(there, id)).toMatchObject({ parentId: group, town: 'Lyon' })
  })
})

describe('an organisation belongs to another', () => {
  test('and never to itself, nor to what belongs to it, through whatever network', async () => {
    const [a, b, c] = [
      await adding(here, { name: 'A' }),
      await adding(here, { name: 'B' }),
      await adding(here, { name: 'C' }),
    ]
    await changing(here, a, { parentId: b })
    await expect(changing(here, a, { parentId: a })).rejects.toMatchObject({
      reasons: [{ field: 'parentId', message: 'organisation.error.parent-itself' }],
    })
    await alsoIn(there, b)
    await alsoIn(there, c)
    await changing(there, b, { parentId: c })
    await expect(changing(here, c, { parentId: a })).rejects.toMatchObject({
      reasons: [{ field: 'parentId', message: 'organisation.error.parent-circle' }],
    })
    expect((await reading(here, c))?.parentId).toBeNull()
  })

  test('of two that are put into each other at once, one stays on top', async () => {
    const [a, b] = [await adding(here, { name: 'Une' }), await adding(here, { name: 'Deux' })]
    const done = await Promise.allSettled([
      changing(here, a, { parentId: b }),
      changing(here, b, { parentId: a }),
    ])
    expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('that has to be of the same network', async () => {
    const elsewhere = await adding(there, { name: 'Ailleurs' })
    const id = await adding(here, { name: 'Seule' })
    await expect(changing(here, id, { parentId: elsewhere })).rejects.toMatchObject({
      reasons: [{ field: 'parentId', message: 'organisation.error.parent-unknown' }],
    })
  })
})

describe('the form', () => {
  test('takes what people write, and shows it again', async () => {
    const parent = await adding(here, { name: 'Groupe Éole' })
    const answer = await post('/fr/ici/organisations', facilitator, {
      ...{
        name: 'Tissages du Tarn',
        kind: 'company',
        'size-class': 'small',
        sector: '1320 z',
        country: 'FR',
      },
      ...{ region: 'Occitanie', town: 'Mazamet', address: '3, rue du Moulin', website: 'tissages.example' },
      ...{ coordinates: '43,4925; 2,3744', parent: 'groupe eole', engagement: '3', reference: 'T-1' },
      scheme: ['siren', 'siret', 'vat'],
      number: ['732 829 320', '', 'fr 44 732 829 320'],
    })
    expect(answer.status).toBe(303)
    const id = /organisations\/([^?]+)/.exec(answer.headers.get('location') ?? '')?.[1] ?? ''
    expect(await reading(here, id)).toMatchObject({
      ...{
        sector: 'naf2:13.20Z',
        sizeClass: 'small',
        parentId: parent,
        latitude: 43.4925,
        longitude: 2.3744,
      },
      ...{
        website: 'https://tissages.example',
        engagement: 3,
        reference: 'T-1',
        address: '3, rue du Moulin',
      },
      identifiers: [
        { scheme: 'siren', value: '732829320' },
        { scheme: 'vat', value: 'FR44732829320' },
      ],
    })
    const page = await (await site.get(`/fr/ici/organisations/${id}`, { cookie: facilitator.cookie })).text()
    for (const said of [
      '13.20Z · Tissage',
      'Groupe Éole',
      'Met en œuvre',
      '732\u00a0829\u00a0320',
      'Mazamet',
    ])
      expect(page).toContain(said)
    const form = await (
      await site.get(`/fr/ici/organisations/${id}/details`, { cookie: facilitator.cookie })
    ).text()
    expect(form).toContain('value="13.20Z · Tissage"')
    expect(form).toContain('value="43.4925, 2.3744"')
    expect(form).toContain('value="Groupe Éole"')
  })

  test('tells all that is wrong at once, and gives back what was typed', async () => {
    const answer = await post('/fr/ici/organisations', facilitator, {
      ...{ name: ' ', sector: 'parfum', parent: 'Personne', coordinates: 'au nord', website: 'pas un site' },
      scheme: ['siren', 'cnpj'],
      number: ['123 456 789', '11.222.333/0001-82'],
    })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    for (const said of [
      'À remplir',
      'Plusieurs secteurs s’en approchent',
      '20.42Z · Fabrication de parfums et de produits pour la toilette',
      'Le réseau n’a aucune organisation de ce nom',
      'Deux nombres sont attendus',
      'Ce SIREN n’est pas juste',
      'Ce CNPJ n’est pas juste',
      'value="123 456 789"',
      'value="au nord"',
    ])
      expect(html).toContain(said)
  })

  test('refuses a circle in words', async () => {
    const top = await adding(here, { name: 'Holding' })
    await adding(here, { name: 'Sous-holding', parentId: top })
    const answer = await post(`/fr/ici/organisations/${top}/details`, facilitator, {
      name: 'Holding',
      parent: 'Sous-holding',
    })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('dépend déjà de cette organisation')
  })

  test('is for its own people and those who manage organisations; its people leave alone what it is here', async () => {
    const { database } = site
    const id = await adding(here, { name: 'Brasserie', engagement: 4, reference: 'B-9' })
    const own = await aPerson(database, here, 'member', { organisationId: id })
    const other = await aPerson(database, here, 'member')
    const path = `/fr/ici/organisations/${id}/details`
    const status = async (person: TestPerson | null) =>
      (await site.get(path, person ? { cookie: person.cookie } : {})).status
    expect(await Promise.all([null, other, own, facilitator].map(status))).toEqual([404, 403, 200, 200])
    expect((await post(path, other, { name: 'Prise' })).status).toBe(403)
    expect(await (await site.get(path, { cookie: own.cookie })).text()).not.toContain('name="engagement"')
    const sent = { name: 'Brasserie du Pont', town: 'Foix', engagement: '1', reference: 'X' }
    expect((await post(path, own, sent)).status).toBe(303)
    expect(await reading(here, id)).toMatchObject({
      ...{ name: 'Brasserie du Pont', town: 'Foix', engagement: 4, reference: 'B-9' },
    })
  })
})

test('the log says which fields were changed, and not what they say', async () => {
  const id = await adding(here, { name: 'Journal' })
  await changing(here, id, { address: '12, rue du Secret', engagement: 2 })
  const entries = await site.database.asOwner<{ before: unknown; after: unknown }>(
    `select before, after from audit_entry where subject_id = $1 and action = 'organisation.changed'`,
    [id],
  )
  expect(entries).toEqual([
    { before: { fields: [], engagement: null }, after: { fields: ['address'], engagement: 2 } },
  ])
})

test.each([
  ['43.2965, 5.3698', { latitude: 43.2965, longitude: 5.3698 }],
  ['43,2965; 5,3698', { latitude: 43.2965, longitude: 5.3698 }],
  ['-33.9 18.4', { latitude: -33.9, longitude: 18.4 }],
  ['', { latitude: null, longitude: null }],
  ['91, 5', null],
  ['43', null],
  ['nord, est', null],
])('coordinates written %j are %j', (written, at) => expect(readCoordinates(written)).toEqual(at))

describe('the words of the five levels', () => {
  test('are the network’s own, in its languages, and ours where it has none', async () => {
    const administrator = await aPerson(site.database, here, 'administrator')
    const id = await adding(here, { name: 'Graduée', engagement: 2 })
    const shown = async (locale: string) =>
      (await site.get(`/${locale}/ici/organisations/${id}`, { cookie: administrator.cookie })).text()
    expect(await shown('fr')).toContain('S’engage')
    const address = '/fr/ici/settings/engagement'
    expect((await post(address, facilitator, {})).status).toBe(403)
    expect((await post(address, administrator, { 'fr-2': 'Sur le chemin' })).status).toBe(303)
    expect(await shown('fr')).toContain('Sur le chemin')
    // In a language without words of its own, those of the network's first.
    expect(await shown('es')).toContain('Sur le chemin')
    expect((await post(address, administrator, {})).status).toBe(303)
    expect(await shown('es')).toContain('Se compromete')
  })
})

async function post(
  path: string,
  person: TestPerson,
  fields: Record<string, string | string[]>,
): Promise<Response> {
  const body = new URLSearchParams(
    Object.entries(fields).flatMap(([name, values]) => [values].flat().map(value => [name, value])),
  )
  return site.app.request(path, {
    method: 'POST',
    headers: { cookie: person.cookie, origin: 'http://localhost' },
    body,
  })
}
