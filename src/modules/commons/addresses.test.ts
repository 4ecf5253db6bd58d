import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { facetKinds } from '#modules/commons/facets.ts'
import { sorts } from '#modules/commons/search/query.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, aPage, somePages, type TestNetwork } from '../../../test/factories.ts'

let app: TestApp
let network: TestNetwork

beforeAll(async () => {
  app = await testApp()
  network = await aNetwork(app.database)
  await somePages(app.database, network, {
    'a.md': aPage('Un four', { country: 'Togo', thematic_areas: 'eau' }),
  })
})

afterAll(() => app.close())

const rooms = () => [
  `/fr/${network.slug}/commons`,
  `/fr/${network.slug}/commons/map`,
  `/fr/${network.slug}/commons/places.geojson`,
  `/fr/${network.slug}/commons/export/commons.csv`,
  `/api/networks/${network.slug}/commons/items`,
  `/api/networks/${network.slug}/commons/facets`,
  `/api/networks/${network.slug}/commons/places`,
]

/** The body is read too: a stream fails after its status. */
async function answer(address: string): Promise<number> {
  const response = await app.get(address)
  await response.arrayBuffer()
  return response.status
}

const hostile = [
  '\0',
  "'",
  "'; drop table commons_item; --",
  '{"a":1}',
  '{a,b}',
  '\\',
  '%',
  '_',
  '\u202e',
  '😀',
  '9'.repeat(30),
  '-1',
  '..',
  '../../etc/passwd',
  '<script>',
]

test('no parameter breaks a room', { timeout: 60_000 }, async () => {
  for (const room of rooms())
    for (const name of ['q', 'country', 'year', 'theme', 'sort', 'after', 'bbox', 'limit', 'most'])
      for (const value of hostile) {
        const status = await answer(`${room}?${new URLSearchParams([[name, value]])}`)
        expect([200, 422], `${room} ${name}=${JSON.stringify(value)}`).toContain(status)
      }
  expect(await answer(`${rooms()[0]}?country=%00`)).toBe(422)
  expect(await app.database.asOwner('select 1 as one from commons_item')).toEqual([{ one: 1 }])
})

test('no mixture of parameters does', { timeout: 60_000 }, async () => {
  const value = fc.oneof(
    fc.constantFrom(...hostile, ...sorts, 'TG', 'eau', ''),
    fc.string({ unit: 'binary', maxLength: 30 }),
  )
  const name = fc.constantFrom('q', 'sort', 'after', 'bbox', 'limit', ...facetKinds)
  await fc.assert(
    fc.asyncProperty(fc.nat(6), fc.array(fc.tuple(name, value), { maxLength: 5 }), async (room, params) => {
      const search = new URLSearchParams(params.map(([key, text]) => [key, text.toWellFormed()]))
      expect([200, 422]).toContain(await answer(`${rooms()[room]}?${search}`))
    }),
    { numRuns: 200 },
  )
})

test('no address of an item breaks it', async () => {
  for (const slug of [
    ...hostile,
    'x'.repeat(5_000),
    '%00',
    'un-four/versions/0',
    'un-four/versions/99999999999',
    'un-four/versions/1e9',
  ]) {
    const path = slug.startsWith('un-four') ? slug : encodeURIComponent(slug)
    for (const address of [
      `/fr/${network.slug}/commons/${path}`,
      `/api/networks/${network.slug}/commons/items/${path}`,
    ])
      if (!path.includes('..')) expect(await answer(address), address.slice(0, 80)).toBe(404)
  }
})

test('the points of the map are given so often to one address, and no more', async () => {
  const limited = await testApp({ database: app.database, env: { RATE_LIMIT: '0.001' } })
  const ask = (query: string) => limited.get(`/fr/${network.slug}/commons/places.geojson${query}`)
  expect((await ask('?bbox=-10,0,10,20')).status).toBe(200)
  // Another box is the same question again.
  const refused = await ask('?bbox=-10,0,10,21')
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  await limited.close()
})
