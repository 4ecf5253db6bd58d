import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { anAffiliation } from '#modules/network/affiliations/affiliations.fixture.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPerson, aToken, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

let site: TestApp

beforeAll(async () => {
  site = await testApp()
})

afterAll(() => site.close())

interface World {
  network: TestNetwork
  administrator: TestPerson
  member: TestPerson
}

async function world(name: string, visibility: 'public' | 'private' = 'public'): Promise<World> {
  const network = await aNetwork(site.database, { visibility, name: { fr: name } })
  return {
    network,
    administrator: await aPerson(site.database, network, 'administrator'),
    member: await aPerson(site.database, network, 'member'),
  }
}

const terms = {
  side: 'member',
  kind: 'region',
  level: 'regional',
  mandate: 'Anime la région.',
  from: '2026-01-01',
  until: '',
}

async function post(world: World, path: string, fields: Record<string, string>, by = world.administrator) {
  return site.app.request(`/fr/${world.network.slug}/affiliations${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { 'sec-fetch-site': 'same-origin', accept: 'text/html', cookie: by.cookie },
  })
}

const ask = (by: World, address: string, change: Record<string, string> = {}) =>
  post(by, '', { ...terms, address, ...change })

async function read(of: World, by: TestPerson | null = of.administrator, path = ''): Promise<string> {
  const headers: Record<string, string> = by ? { cookie: by.cookie } : {}
  const response = await site.get(`/fr/${of.network.slug}/affiliations${path}`, headers)
  expect(response.status).toBe(200)
  return response.text()
}

async function waitingIn(of: World): Promise<string> {
  const found = /affiliations\/([0-9a-f-]{36})"/.exec(await read(of))
  expect(found).not.toBeNull()
  return found?.[1] ?? ''
}

const logOf = (network: TestNetwork) =>
  site.database
    .asOwner<{ action: string }>(
      `select action from audit_entry where network_id = $1 and action like 'affiliation.%' order by seq`,
      [network.id],
    )
    .then(rows => rows.map(({ action }) => action))

const lettersTo = (person: TestPerson) =>
  site.database
    .asOwner<{ template: string }>('select template from mail_message where account_id = $1 order by id', [
      person.accountId,
    ])
    .then(rows => rows.map(({ template }) => template))

test('one asks, the other accepts, both and everyone see it, either ends it; both logs and letters say so', async () => {
  const federation = await world('Fédération des sources')
  const region = await world('Région des étangs')
  const asked = await ask(region, federation.network.slug)
  expect(asked.headers.get('location')).toContain('done=affiliation-asked')
  expect(await read(region, null)).not.toContain('Fédération des sources')
  expect(await lettersTo(federation.administrator)).toEqual(['affiliation-asked'])

  expect(await read(federation)).toContain('Région des étangs demande à faire partie de notre réseau')
  const id = await waitingIn(federation)
  expect((await post(region, `/${id}/acceptance`, {})).status).toBe(422)
  const accepted = await post(federation, `/${id}/acceptance`, {})
  expect(accepted.headers.get('location')).toContain('done=affiliation-accepted')
  for (const page of [
    await read(region, null),
    await read(federation, null),
    await read(federation, federation.member),
  ])
    expect(page).toContain('Anime la région.')
  expect(await lettersTo(region.administrator)).toEqual(['affiliation-accepted'])

  expect((await post(region, `/${id}/end`, { until: '2025-12-31' })).status).toBe(422)
  expect((await post(region, `/${id}/end`, { until: '2026-02-01' })).status).toBe(303)
  expect((await post(federation, `/${id}/end`, { until: '2026-03-01' })).status).toBe(422)
  const page = await read(federation, null)
  expect(page).toContain('Affiliations passées')
  expect(page).not.toContain('Qui fait partie de qui')
  expect(await lettersTo(federation.administrator)).toEqual(['affiliation-asked', 'affiliation-ended'])
  const all = ['affiliation.asked', 'affiliation.accepted', 'affiliation.ended']
  expect([await logOf(region.network), await logOf(federation.network)]).toEqual([all, all])
})

test('a parent can ask, whoever is asked can decline, whoever asked can take back', async () => {
  const federation = await world('Fédération des cols')
  const region = await world('Région des gués')
  expect((await ask(federation, region.network.slug, { side: 'parent' })).status).toBe(303)
  expect(await read(region)).toContain('Fédération des cols nous demande de faire partie de son réseau')
  const id = await waitingIn(region)
  expect((await ask(region, federation.network.slug)).status).toBe(422)
  expect((await post(region, `/${id}/refusal`, {})).status).toBe(303)
  expect(await lettersTo(federation.administrator)).toEqual(['affiliation-declined'])
  expect(await read(federation, federation.administrator, `/${id}`)).toContain('Demande déclinée')
  expect((await post(region, `/${id}/acceptance`, {})).status).toBe(422)

  expect((await ask(federation, region.network.slug, { side: 'parent' })).status).toBe(303)
  const second = await waitingIn(region)
  expect((await post(federation, `/${second}/withdrawal`, {})).status).toBe(303)
  expect((await post(region, `/${second}/acceptance`, {})).status).toBe(422)
  expect(await lettersTo(region.administrator)).toEqual([
    'affiliation-asked',
    'affiliation-asked',
    'affiliation-withdrawn',
  ])
})

describe('a private network', () => {
  test('is asked as an address that leads nowhere is, and may refuse without a word', async () => {
    const hidden = await world('Réseau caché', 'private')
    const asker = await world('Réseau demandeur')
    const other = await world('Autre demandeur')
    const [real, none] = [
      await ask(asker, hidden.network.slug),
      await ask(other, 'reseau-qui-n-existe-pas-du-tout'),
    ]
    expect([real.status, real.headers.get('location')?.split('?')[1]]).toEqual([
      none.status,
      none.headers.get('location')?.split('?')[1],
    ])
    const comparable = async (of: World, address: string, path = '') =>
      (await read(of, of.administrator, path))
        .replaceAll(address, 'ADRESSE')
        .replaceAll(of.network.slug, 'NOUS')
        .replaceAll(/Réseau demandeur|Autre demandeur/g, 'NOUS')
        .replaceAll(of.administrator.name, 'MOI')
        .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    const same = async () => {
      expect(await comparable(asker, hidden.network.slug)).toBe(
        await comparable(other, 'reseau-qui-n-existe-pas-du-tout'),
      )
      const [one, two] = [await waitingIn(asker), await waitingIn(other)]
      expect(await comparable(asker, hidden.network.slug, `/${one}`)).toBe(
        await comparable(other, 'reseau-qui-n-existe-pas-du-tout', `/${two}`),
      )
    }
    await same()
    for (const one of [asker, other])
      expect(
        (await ask(one, one === asker ? hidden.network.slug : 'reseau-qui-n-existe-pas-du-tout')).status,
      ).toBe(422)

    const id = await waitingIn(hidden)
    expect(await read(hidden)).toContain('Réseau demandeur demande')
    expect((await post(hidden, `/${id}/refusal`, {})).status).toBe(303)
    await same()
    expect(await lettersTo(asker.administrator)).toEqual([])
    expect(await logOf(asker.network)).toEqual(['affiliation.asked'])
    expect((await ask(asker, hidden.network.slug)).status).toBe(422)
    expect((await post(asker, `/${id}/withdrawal`, {})).status).toBe(303)
    expect((await ask(asker, hidden.network.slug)).status).toBe(303)
  })

  test('is named to both sides once it has accepted, and to nobody outside', async () => {
    const hidden = await world('Maison close au public', 'private')
    const federation = await world('Fédération des vallées')
    const sibling = await world('Région voisine')
    await anAffiliation(site.database, sibling.network, federation.network)
    expect((await ask(hidden, federation.network.slug)).status).toBe(303)
    expect((await post(federation, `/${await waitingIn(federation)}/acceptance`, {})).status).toBe(303)
    expect(await read(federation, federation.member)).toContain('Maison close au public')
    expect(await read(hidden, hidden.member)).toContain('Fédération des vallées')
    for (const page of [
      await read(federation, null),
      await read(federation, sibling.member),
      await read(sibling),
      await (await site.get('/fr')).text(),
      await (await site.get(`/api/networks/${federation.network.slug}/affiliations`)).text(),
    ])
      expect(page).not.toContain('Maison close')
    // Over the other’s tenant neither, and not by forgetting a condition.
    const seen = await readTenant(site.database.db, sibling.network.inside, trx =>
      trx.selectFrom('affiliation').select(['network_id', 'other_id']).execute(),
    )
    expect(seen.some(row => row.network_id === hidden.network.id || row.other_id === hidden.network.id)).toBe(
      false,
    )
  })
})

describe('no circle', () => {
  test('a network does not belong to itself', async () => {
    const one = await world('Seul')
    const answer = await ask(one, one.network.slug)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('un réseau ne fait pas partie de lui-même')
  })

  test('nor through others, at the time; what is over stands in nobody’s way', async () => {
    const [a, b, c] = [await world('Cercle A'), await world('Cercle B'), await world('Cercle C')]
    await anAffiliation(site.database, a.network, b.network, { from: '2025-01-01', until: '2025-12-31' })
    await anAffiliation(site.database, b.network, c.network, { from: '2025-06-01' })
    const during = await ask(c, a.network.slug, { from: '2025-07-01' })
    expect(during.status).toBe(422)
    expect(await during.text()).toContain('un réseau ferait partie de lui-même en passant par d’autres')
    expect((await ask(c, a.network.slug, { from: '2026-01-01' })).status).toBe(303)
  })

  test('nor through a private network: said when that is no secret any more', async () => {
    const [open, hidden, far] = [
      await world('Cercle ouvert'),
      await world('Cercle fermé', 'private'),
      await world('Cercle lointain', 'private'),
    ]
    await anAffiliation(site.database, far.network, hidden.network)
    await anAffiliation(site.database, hidden.network, open.network)
    // far → hidden → open: that open belongs to far would close it, which open cannot see.
    expect((await ask(open, far.network.slug)).status).toBe(303)
    const answer = await post(far, `/${await waitingIn(far)}/acceptance`, {})
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('ferait partie de lui-même')
  })

  test('of two asked at once that would close one, the second to be accepted is refused', async () => {
    const [a, b] = [await world('Pair A'), await world('Pair B')]
    const one = await anAffiliation(site.database, a.network, b.network, { state: 'asked' })
    const two = await anAffiliation(site.database, b.network, a.network, { state: 'asked' })
    const both = await Promise.all([post(b, `/${one}/acceptance`, {}), post(a, `/${two}/acceptance`, {})])
    expect(both.map(({ status }) => status).sort()).toEqual([303, 422])
  })
})

describe('the rows themselves', () => {
  test('who asked cannot accept, who was asked cannot write into the terms, others do neither', async () => {
    const [a, b, c] = [await world('Ligne A'), await world('Ligne B'), await world('Ligne C')]
    const id = await anAffiliation(site.database, a.network, b.network, { state: 'asked' })
    const set = (by: TestNetwork, values: Record<string, string>) =>
      inTenant(site.database.db, by.inside, trx =>
        trx.updateTable('affiliation').set(values).where('id', '=', id).executeTakeFirst(),
      )
    await expect(set(a.network, { state: 'accepted' })).rejects.toThrow(/not for this network/)
    await expect(set(b.network, { state: 'withdrawn' })).rejects.toThrow(/not for this network/)
    await expect(set(b.network, { mandate: 'Tout' })).rejects.toThrow(/permission denied/)
    expect((await set(c.network, { state: 'accepted' })).numUpdatedRows).toBe(0n)
    const forged = inTenant(site.database.db, c.network.inside, trx =>
      trx
        .insertInto('affiliation')
        .values({
          network_id: a.network.id,
          id: '00000000-0000-7000-8000-000000000001',
          address: c.network.slug,
          other_id: c.network.id,
          asked_as: 'member',
          kind: 'region',
          level: 'local',
          valid_from: '2026-01-01',
        })
        .execute(),
    )
    await expect(forged).rejects.toThrow(/row-level security/)
    const settled = inTenant(site.database.db, a.network.inside, trx =>
      trx
        .insertInto('affiliation')
        .values({
          network_id: a.network.id,
          id: '00000000-0000-7000-8000-000000000002',
          address: c.network.slug,
          other_id: c.network.id,
          asked_as: 'parent',
          kind: 'region',
          level: 'local',
          valid_from: '2026-01-01',
          state: 'accepted',
        })
        .execute(),
    )
    await expect(settled).rejects.toThrow(/row-level security/)
  })

  test('nothing invented reaches a network of real people', async () => {
    const [real, invented] = [await world('Réel'), await world('Inventé')]
    await site.database.asOwner(`update network set demonstration = 'loaded' where id = $1`, [
      invented.network.id,
    ])
    expect((await ask(invented, real.network.slug)).status).toBe(303)
    expect(await read(real)).not.toContain('Inventé')
    expect(await lettersTo(real.administrator)).toEqual([])
  })
})

test('who may: visitors read, administrators act', async () => {
  const one = await world('Droits', 'private')
  const path = `/fr/${one.network.slug}/affiliations`
  expect((await site.get(path)).status).toBe(404)
  expect((await site.get(`${path}/new`, { cookie: one.member.cookie })).status).toBe(403)
  expect((await site.get(`${path}/numbers`, { cookie: one.member.cookie })).status).toBe(403)
  expect((await post(one, '', terms, one.member)).status).toBe(403)
  expect((await site.get(`${path}/new`, { cookie: one.administrator.cookie })).status).toBe(200)
  const open = await world('Droits ouverts')
  expect((await site.get(`/fr/${open.network.slug}/affiliations/new`)).status).toBe(401)
})

test('programs read the same: outside what is public, with a key all that the network knows', async () => {
  const [parent, open, hidden] = [
    await world('API parente'),
    await world('API ouverte'),
    await world('API fermée', 'private'),
  ]
  const id = await anAffiliation(site.database, open.network, parent.network, { from: '2026-01-01' })
  await anAffiliation(site.database, hidden.network, parent.network, { state: 'asked' })
  await anAffiliation(site.database, hidden.network, parent.network, { until: '2999-12-31' })
  const path = `/api/networks/${parent.network.slug}/affiliations`
  expect(await (await site.get(path)).json()).toEqual({
    affiliations: [
      {
        ...{ id, side: 'parent', kind: 'region', level: 'regional', mandate: '' },
        network: { slug: open.network.slug, name: { fr: 'API ouverte' } },
        ...{ from: '2026-01-01', until: null },
      },
    ],
  })
  const authorization = `Bearer ${await aToken(site.database, parent.network, ['commons:read'])}`
  const known = (await (await site.get(path, { authorization })).json()) as { affiliations: unknown[] }
  expect(known.affiliations).toHaveLength(2)
  expect((await site.get(`/api/networks/${hidden.network.slug}/affiliations`)).status).toBe(404)
  const weak = `Bearer ${await aToken(site.database, parent.network, ['files:read'])}`
  expect((await site.get(path, { authorization: weak })).status).toBe(403)
})

test('the door of a network leads there, the front page shows the tree', async () => {
  const [top, below] = [await world('Sommet des arbres'), await world('Branche des arbres')]
  await anAffiliation(site.database, below.network, top.network)
  expect(await (await site.get(`/fr/${below.network.slug}`)).text()).toContain('Voir les réseaux affiliés')
  const home = await (await site.get('/fr')).text()
  expect(home.indexOf('Sommet des arbres')).toBeLessThan(home.indexOf('Branche des arbres'))
  expect(home).toContain('Fédérations et réseaux de réseaux')
})
