import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { aDocument, whole } from '#modules/commons/writing/writing.fixture.ts'
import { issueToken } from '#modules/network/index.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPerson, aToken, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let author: TestPerson
let key: string

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'plume' })
  author = await aPerson(site.database, network, 'member')
  await aPerson(site.database, network, 'facilitator')
  key = await keyOf(author)
})

afterAll(() => site.close())

async function keyOf(person: TestPerson): Promise<string> {
  const inside = { ...network.inside, accountId: person.accountId }
  const { secret } = await inTenant(site.database.db, inside, trx =>
    issueToken(trx, network.id, {
      name: 'Test',
      scopes: ['commons:contribute'],
      days: 1,
      accountId: person.accountId,
    }),
  )
  return secret
}

function call(method: string, path: string, body?: unknown, secret: string | null = key) {
  return site.app.request(`/api/networks/plume/documents${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(secret && { authorization: `Bearer ${secret}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

test('a programme begins a page, writes in it, and asks for it to be shared', async () => {
  const begun = await call('POST', '', { template: 'learning-plan', language: 'fr', title: 'Par programme' })
  expect(begun.status).toBe(201)
  const { id, ...document } = await begun.json()
  expect(document).toMatchObject({
    state: 'draft',
    title: 'Par programme',
    version: 0,
    slug: null,
    pending: 0,
  })
  const refused = await call('POST', `/${id}/publication`, { visibility: 'public' })
  expect(refused.status).toBe(422)
  expect((await refused.json()).errors.map(({ field }: { field: string }) => field).sort()).toEqual(
    Object.keys(whole).sort(),
  )
  const changes = Object.entries(whole).map(([path, value]) => ({ path, value, seen: 0 }))
  const wrong = { path: 'place', value: { lat: 'nord' }, seen: 0 }
  const saved = await (await call('POST', `/${id}/answers`, { changes: [...changes, wrong] })).json()
  expect(saved.saved).toHaveLength(2)
  expect(saved.problems).toEqual([{ path: 'place', problem: { code: 'not-a-place' } }])
  const read = await (await call('GET', `/${id}`)).json()
  expect(read.answers).toContainEqual({ path: 'themes', value: ['water'], revision: expect.any(Number) })
  expect(read.source).toContain('[[thematic_areas:water]]')
  const shared = await (await call('POST', `/${id}/publication`, { visibility: 'network' })).json()
  expect(shared).toMatchObject({ outcome: 'shared', state: 'network', slug: 'par-programme' })
  const asked = await (await call('POST', `/${id}/publication`, { visibility: 'public' })).json()
  expect(asked).toMatchObject({ outcome: 'asked', state: 'network' })
  const list = await (await call('GET', '')).json()
  expect(list.documents.map((one: { id: string }) => one.id)).toContain(id)
})

test('nobody else writes in a draft, and a key of the network is nobody', async () => {
  const id = await aDocument(site, network, author)
  const other = await keyOf(await aPerson(site.database, network, 'facilitator'))
  const networkKey = await aToken(site.database, network, ['commons:contribute'])
  const wrongKey = await aToken(site.database, network, ['commons:read'])
  const asks: [string, string, unknown][] = [
    ['GET', `/${id}`, undefined],
    ['POST', `/${id}/answers`, { changes: [] }],
    ['POST', `/${id}/publication`, { visibility: 'network' }],
  ]
  for (const [method, path, body] of asks) {
    expect([path, (await call(method, path, body, null)).status]).toEqual([path, 401])
    expect([path, (await call(method, path, body, wrongKey)).status]).toEqual([path, 403])
    expect([path, (await call(method, path, body, other)).status]).toEqual([path, 404])
    expect([path, (await call(method, path, body, networkKey)).status]).toEqual([path, 404])
  }
  const input = { template: 'learning-plan', language: 'fr', title: 'De personne' }
  expect((await call('POST', '', input, networkKey)).status).toBe(403)
  expect(await (await call('GET', '', undefined, networkKey)).json()).toEqual({ documents: [], next: null })
  expect((await call('POST', '', { ...input, template: 'none' })).status).toBe(422)
  expect((await call('GET', '/nonsense')).status).toBe(404)
})
