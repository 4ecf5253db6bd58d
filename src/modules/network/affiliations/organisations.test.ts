import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import { anAffiliation, sharing } from '#modules/network/affiliations/affiliations.fixture.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  anOrganisation,
  aPerson,
  aToken,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let site: TestApp

beforeAll(async () => {
  site = await testApp()
})

afterAll(() => site.close())

async function pair(visibility: 'public' | 'private' = 'public') {
  const { database } = site
  const [federation, region] = [
    await aNetwork(database, { visibility }),
    await aNetwork(database, { visibility }),
  ]
  await anAffiliation(database, region, federation)
  return { federation, region, administrator: await aPerson(database, federation, 'administrator') }
}

const page = (network: TestNetwork, by: TestPerson, query = '') =>
  site.get(`/fr/${network.slug}/affiliations/organisations${query}`, { cookie: by.cookie })
const text = async (network: TestNetwork, by: TestPerson, query = '') =>
  (await page(network, by, query)).text()
const take = (network: TestNetwork, by: TestPerson, fields: Record<string, string>) =>
  site.app.request(`/fr/${network.slug}/affiliations/organisations`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { 'sec-fetch-site': 'same-origin', accept: 'text/html', cookie: by.cookie },
  })
const membersOf = (network: TestNetwork) =>
  site.database
    .asOwner<{ organisation_id: string }>(
      'select organisation_id from membership where network_id = $1 order by 1',
      [network.id],
    )
    .then(rows => rows.map(row => row.organisation_id))

async function identified(organisation: string, scheme: string, value: string): Promise<void> {
  await site.database.asOwner(
    'insert into organisation_identifier (organisation_id, scheme, value) values ($1, $2, $3)',
    [organisation, scheme, value],
  )
}

describe('organisations of affiliated networks', () => {
  test('are offered once both networks let it be, and come in as the organisations they are', async () => {
    const { federation, region, administrator } = await pair('private')
    const theirs = await anOrganisation(site.database, region, 'Recyclerie du pont')
    for (const [here, there] of [
      [false, false],
      [true, false],
      [false, true],
    ] as const) {
      await sharing(site.database, federation, here)
      await sharing(site.database, region, there)
      expect(await text(federation, administrator)).not.toContain('Recyclerie du pont')
      expect((await take(federation, administrator, { organisation: theirs })).status).toBe(422)
    }
    await sharing(site.database, federation, true)
    expect(await text(federation, administrator, '?q=RECYCLERIE')).toContain('Reprendre Recyclerie du pont')
    expect(await text(federation, administrator, '?q=blanchisserie')).not.toContain('Recyclerie')
    const done = await take(federation, administrator, { organisation: theirs })
    expect(done.headers.get('location')).toBe(
      `/fr/${federation.slug}/organisations/${theirs}?done=organisation-taken-over`,
    )
    expect(await membersOf(federation)).toEqual([theirs])
    expect(await text(federation, administrator)).not.toContain('Recyclerie du pont')
    const logs = await site.database.asOwner(
      `select network_id, action, account_id, after from audit_entry
       where subject_type = 'organisation' and subject_id = $1 order by action`,
      [theirs],
    )
    expect(logs).toEqual([
      {
        network_id: region.id,
        action: 'organisation.shared',
        account_id: null,
        after: { network_id: federation.id },
      },
      {
        network_id: federation.id,
        action: 'organisation.taken-over',
        account_id: administrator.accountId,
        after: { network_id: region.id },
      },
    ])
  })

  test('are not offered before the affiliation, after it, nor by networks further away', async () => {
    const { database } = site
    const [own, before, after, sibling] = [
      await aNetwork(database),
      await aNetwork(database),
      await aNetwork(database),
      await aNetwork(database),
    ]
    const administrator = await aPerson(database, own, 'administrator')
    await anAffiliation(database, before, own, { from: '2999-01-01' })
    await anAffiliation(database, after, own, { from: '2020-01-01', until: '2020-12-31' })
    await anAffiliation(database, own, after, { state: 'asked' })
    await anAffiliation(database, sibling, before)
    for (const network of [own, before, after, sibling]) {
      await sharing(database, network, true)
      await anOrganisation(database, network, `Lointaine ${network.slug}`)
    }
    expect(await text(own, administrator)).not.toContain('Lointaine')
    const [theirs = ''] = await membersOf(after)
    const past = inTenant(database.db, own.inside, trx =>
      trx
        .selectNoFrom(({ fn, val }) =>
          fn('affiliated_organisation_take', [val(theirs), val(null), val('2026-01-01')]).as('x'),
        )
        .execute(),
    )
    await expect(past).rejects.toThrow(/no organisation to take over/)
  })

  test('one that seems to be ours comes first, and takes the place of ours with all that hangs on it', async () => {
    const { database } = site
    const { federation, region, administrator } = await pair()
    for (const network of [federation, region]) await sharing(database, network, true)
    const [theirs, ours, namesake] = [
      await anOrganisation(database, region, 'Les Jardins'),
      await anOrganisation(database, federation, 'Jardins (association)'),
      await anOrganisation(database, region, 'Atelier Élan'),
    ]
    await anOrganisation(database, federation, 'atelier elan')
    for (const one of [theirs, ours]) await identified(one, 'siren', '732829320')
    await identified(ours, 'vat', 'FR44732829320')
    const person = await aPerson(database, federation, 'member', { organisationId: ours })
    await database.asOwner(
      'update membership set reference = $3, engagement = 2 where network_id = $1 and organisation_id = $2',
      [federation.id, ours, 'A-12'],
    )
    const group = newId()
    await database.asOwner(
      `insert into network_group (network_id, id, slug, kind, name) values ($1, $2, 'collectif', 'collective', 'Collectif')`,
      [federation.id, group],
    )
    await database.asOwner(
      'insert into group_organisation (network_id, group_id, organisation_id) values ($1, $2, $3)',
      [federation.id, group, ours],
    )
    const html = await text(federation, administrator)
    expect(html).toContain('Même numéro (SIREN) que')
    expect(html).toContain('Même nom que')
    expect(html).not.toContain('Pas encore dans votre réseau')
    // Of the same name, it cannot come in beside ours, nor in the place of another.
    expect((await take(federation, administrator, { organisation: namesake })).status).toBe(422)
    expect(
      (await take(federation, administrator, { organisation: namesake, 'instead-of': ours })).status,
    ).toBe(404)

    expect((await take(federation, administrator, { organisation: theirs, 'instead-of': ours })).status).toBe(
      303,
    )
    const [all] = await database.asOwner(
      `select (select organisation_id from mandate where network_id = $1 and person_id = $3) as mandate,
        (select organisation_id from group_organisation where network_id = $1 and group_id = $4) as grouped,
        (select array_agg(scheme order by scheme) from organisation_identifier where organisation_id = $2) as schemes,
        (select reference || engagement from membership where network_id = $1 and organisation_id = $2) as reference,
        (select count(*)::int from organisation where id = $5) as left`,
      [federation.id, theirs, person.personId, group, ours],
    )
    expect(all).toEqual({
      mandate: theirs,
      grouped: theirs,
      schemes: ['siren', 'vat'],
      reference: 'A-122',
      left: 0,
    })
  })

  test('whoever holds a mandate for it in both networks may say so, and nobody else who is no administrator', async () => {
    const { database } = site
    const { federation, region } = await pair()
    const [theirs, ours] = [
      await anOrganisation(database, region, 'La Petite Manivelle'),
      await anOrganisation(database, federation, 'La petite manivelle'),
    ]
    await anOrganisation(database, region, 'Autre de la région')
    const both = await aPerson(database, federation, 'member', { organisationId: ours })
    const here = await aPerson(database, federation, 'member', { organisationId: ours })
    await database.asOwner(
      `with there as (
         insert into person (network_id, id, account_id, name) values ($1, $2, $3, 'La même') returning network_id, id
       )
       insert into mandate (network_id, id, person_id, organisation_id, role)
       select network_id, $2, id, $4, 'member' from there`,
      [region.id, newId(), both.accountId, theirs],
    )
    const html = await text(federation, both)
    expect(html).toContain('Réunir La Petite Manivelle')
    expect(html).not.toContain('Autre de la région')
    expect(await text(federation, here)).not.toContain('La Petite Manivelle')
    const fields = { organisation: theirs, 'instead-of': ours }
    expect((await take(federation, here, fields)).status).toBe(422)
    expect((await take(federation, both, { organisation: theirs })).status).toBe(403)
    expect((await take(federation, both, fields)).status).toBe(303)
    expect(await membersOf(federation)).toEqual([theirs])
  })

  test('who may: members look, strangers do not know', async () => {
    const { federation } = await pair('private')
    const path = `/fr/${federation.slug}/affiliations/organisations`
    expect((await site.get(path)).status).toBe(404)
    const stranger = await aPerson(site.database, await aNetwork(site.database), 'administrator')
    expect((await page(federation, stranger)).status).toBe(404)
    expect((await page(federation, await aPerson(site.database, federation, 'member'))).status).toBe(200)
  })
})

describe('numbers', () => {
  test('a federation sees of each network what it shares, and organisations once each', async () => {
    const { database } = site
    const { federation, region } = await pair()
    const [other, silent] = [await aNetwork(database), await aNetwork(database)]
    for (const network of [other, silent]) await anAffiliation(database, network, federation)
    const shared = await anOrganisation(database, region, 'Commune aux deux')
    await anOrganisation(database, region, 'À la région seule')
    await database.asOwner('insert into membership (network_id, organisation_id) values ($1, $2)', [
      other.id,
      shared,
    ])
    await database.asOwner(
      `insert into membership (network_id, organisation_id, valid_from, valid_until)
       select $1, id, '2020-01-01', '2020-12-31' from organisation where name = 'À la région seule'`,
      [other.id],
    )
    await aPerson(database, region, 'member')
    await sharing(database, region, false, ['organisations', 'people', 'groups', 'meetings'])
    await sharing(database, other, false, ['organisations'])
    const facilitator = await aPerson(database, federation, 'facilitator')
    const html = await (
      await site.get(`/fr/${federation.slug}/affiliations/numbers`, { cookie: facilitator.cookie })
    ).text()
    expect(html).toContain('non partagé')
    const token = await aToken(database, federation, ['organisations:manage'])
    const answer = await site.get(`/api/networks/${federation.slug}/federation`, {
      authorization: `Bearer ${token}`,
    })
    const { distinctOrganisations, networks } = (await answer.json()) as {
      distinctOrganisations: number
      networks: { network: { slug: string }; [count: string]: unknown }[]
    }
    expect(distinctOrganisations).toBe(2)
    const of = (network: TestNetwork) => networks.find(one => one.network.slug === network.slug)
    expect(of(region)).toMatchObject({ organisations: 2, people: 1, groups: 0, meetings: 0 })
    expect(of(other)).toMatchObject({ organisations: 1, people: null, groups: null, meetings: null })
    expect(of(silent)).toMatchObject({ organisations: null, people: null })
    expect(networks).toHaveLength(3)
    // Nobody is told from outside, nor those whose parent they are not.
    for (const tenant of [federation.outside, region.inside]) {
      const rows = await readTenant(database.db, tenant, trx =>
        trx.selectNoFrom(({ fn }) => fn<number>('affiliated_distinct_organisations').as('n')).execute(),
      )
      expect(rows).toEqual([{ n: 0 }])
    }
  })

  test('what is shared is chosen on a page, and nothing is by itself', async () => {
    const { region } = await pair()
    const administrator = await aPerson(site.database, region, 'administrator')
    const path = `/fr/${region.slug}/affiliations/sharing`
    const checked = async () =>
      [...(await (await site.get(path, { cookie: administrator.cookie })).text()).matchAll(/ checked/g)]
        .length
    expect(await checked()).toBe(0)
    const body = new URLSearchParams([
      ['organisations', 'on'],
      ['numbers', 'people'],
      ['numbers', 'groups'],
    ])
    const headers = { 'sec-fetch-site': 'same-origin', accept: 'text/html', cookie: administrator.cookie }
    expect((await site.app.request(path, { method: 'POST', body, headers })).status).toBe(303)
    expect(await checked()).toBe(3)
    const wrong = new URLSearchParams({ numbers: 'everything' })
    expect((await site.app.request(path, { method: 'POST', body: wrong, headers })).status).toBe(422)
  })
})
