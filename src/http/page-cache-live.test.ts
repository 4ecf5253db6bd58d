import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { announceChange } from '#db/changes.ts'
import { inTenant } from '#db/tenant.ts'
import { hearing, listening, type TestApp, type TestSite, testApp } from '../../test/app.ts'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { aNetwork, aPage, aToken, somePages, type TestNetwork } from '../../test/factories.ts'

let database: TestDatabase
let network: TestNetwork
/** Two processes on one database. */
let one: TestApp
let two: TestApp
let siteOne: TestSite
let siteTwo: TestSite
let logged: { route: string; status: number; cached?: boolean }[] = []

beforeAll(async () => {
  database = await testDatabase()
  network = await aNetwork(database, { slug: 'fil' })
  await aNetwork(database, { slug: 'ferme', visibility: 'private' })
  one = await testApp({ database, log: line => logged.push(JSON.parse(line)) })
  two = await testApp({ database })
  siteOne = await listening(one)
  siteTwo = await listening(two)
})

afterAll(async () => {
  for (const part of [siteOne, siteTwo, one, two, database]) await part.close()
})

beforeEach(() => {
  for (const { services } of [one, two]) services.pageCache.forget(network.id)
  logged = []
})

const pages = () => one.services.pageCache.size().pages
const get = (path: string, headers: Record<string, string> = {}) => fetch(siteOne.url + path, { headers })

test('the second answer comes from the cache, and is the first', async () => {
  const first = await get('/fr/fil')
  const html = await first.text()
  expect(pages()).toBe(1)
  const enquiry = vi.spyOn(one.database.pool, 'connect')
  const second = await get('/fr/fil')
  expect(await second.text()).toBe(html)
  expect(enquiry).not.toHaveBeenCalled()
  enquiry.mockRestore()
  const changing = ['date', 'x-request-id']
  const headersOf = (response: Response) => [...response.headers].filter(([name]) => !changing.includes(name))
  expect(headersOf(second)).toEqual(headersOf(first))
  expect(second.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(second.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'))
  expect(logged.map(({ route, status, cached }) => ({ route, status, cached }))).toEqual([
    { route: '/:locale/:network', status: 200, cached: undefined },
    { route: '/:locale/:network', status: 200, cached: true },
  ])
})

test('who has it is told so from the cache', async () => {
  const first = await get('/fr/fil')
  const etag = first.headers.get('etag') ?? ''
  for (const given of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const response = await get('/fr/fil', { 'if-none-match': given })
    expect([given, response.status, response.headers.get('etag')]).toEqual([given, 304, etag])
    expect(response.headers.get('vary')).toBe('accept-encoding')
    expect(await response.text()).toBe('')
  }
})

test('a change is seen by every process, once it is committed', async () => {
  const path = '/fr/fil/commons'
  const titles = async (site: TestSite) =>
    (await (await fetch(site.url + path)).text()).includes('Une idée neuve')
  expect([await titles(siteOne), await titles(siteTwo)]).toEqual([false, false])
  const sizes = () => [one, two].map(({ services }) => services.pageCache.size().pages)
  expect(sizes()).toEqual([1, 1])
  await inTenant(database.db, network.inside, async trx => {
    await announceChange(trx, network.id)
    await new Promise(resolve => setTimeout(resolve, 100))
    expect(sizes()).toEqual([1, 1])
  })
  await vi.waitFor(() => expect(sizes()).toEqual([0, 0]), 15_000)
  await somePages(database, network, { 'n.md': aPage('Une idée neuve') })
  await vi.waitFor(
    async () => expect([await titles(siteOne), await titles(siteTwo)]).toEqual([true, true]),
    15_000,
  )
})

test('a page made while something changes is not kept', async () => {
  const { services } = one
  const found = services.sections.home[0]
  if (!found) throw new Error('no section')
  services.sections.home[0] = async context => {
    const section = await found(context)
    // After the page was read, before it is sent.
    await inTenant(database.db, network.inside, trx => announceChange(trx, network.id))
    await vi.waitFor(() => expect(services.pageCache.moment()).toBeGreaterThan(before), 15_000)
    return section
  }
  const before = services.pageCache.moment()
  try {
    expect((await get('/fr/fil')).status).toBe(200)
    expect(pages()).toBe(0)
  } finally {
    services.sections.home[0] = found
  }
  await get('/fr/fil')
  expect(pages()).toBe(1)
})

test('when the line breaks, nothing is kept until it is mended', async () => {
  const third = await testApp({ database })
  const deaf = await hearing(database, third.services.pageCache)
  const cache = third.services.pageCache
  const state: boolean[] = []
  vi.spyOn(cache, 'setListening').mockImplementation(open => void state.push(open))
  try {
    await database.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cordee listener' and datname = current_database()",
    )
    await vi.waitFor(() => expect(state).toEqual([false, true]), 5_000)
  } finally {
    await deaf()
    await third.close()
  }
  await vi.waitFor(async () => {
    await get('/fr/fil')
    expect(pages()).toBe(1)
  }, 5_000)
})

test('a visitor with a cookie or a key neither reads from it nor writes to it', async () => {
  const token = await aToken(database, network, ['commons:read'])
  await get('/fr/fil', { cookie: 'session=1' })
  await get('/fr/fil', { authorization: `Bearer ${token}` })
  expect(pages()).toBe(0)
  await get('/fr/fil')
  logged = []
  await get('/fr/fil', { cookie: 'session=1' })
  await get('/fr/fil', { authorization: 'Basic eA==' })
  expect(logged.map(line => line.cached)).toEqual([undefined, undefined])
})

test('languages, encodings and searches each have their own', async () => {
  const seen = new Set<string>()
  for (const path of ['/fr/fil', '/en/fil', '/fr/fil?x=1', '/fr/fil/commons'])
    for (const encoding of ['br', 'gzip', 'identity']) {
      const response = await get(path, { 'accept-encoding': encoding, 'accept-language': 'es' })
      seen.add(response.headers.get('etag') ?? '')
    }
  expect(pages()).toBe(12)
  expect(seen.size).toBe(12)
  expect(await (await get('/en/fil', { 'accept-language': 'pt' })).text()).toContain('<html lang="en"')
})

test('what fails, moves or is private is never kept', async () => {
  for (const [path, status] of [
    ['/fr/none', 404],
    ['/fr/ferme', 404],
    ['/fr/fil/commons/none', 404],
    ['/fr/fil/commons?sort=wrong', 422],
  ] as const)
    expect([path, (await get(path)).status]).toEqual([path, status])
  await get('/fr/fil/', { connection: 'close' })
  expect(pages()).toBeLessThanOrEqual(1)
  expect(one.services.pageCache.size().pages).toBe(pages())
  await fetch(`${siteOne.url}/fr/fil`, { method: 'HEAD' })
})

test('forwarded headers change nothing that is kept', async () => {
  await get('/fr/fil', {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-prefix': '/evil',
    forwarded: 'host=evil.example',
    'x-original-url': '/fr/evil',
    'x-http-method-override': 'POST',
  })
  const html = await (await get('/fr/fil')).text()
  expect(pages()).toBe(1)
  expect(html).not.toContain('evil')
  expect(html).toContain('Réseau')
})

test('another host has its own pages, and cannot speak for ours', async () => {
  const ours = await raw('GET /fr/fil HTTP/1.1', `127.0.0.1:${siteOne.port}`)
  const theirs = await raw('GET /fr/fil HTTP/1.1', 'evil.example')
  expect(theirs.includes('evil.example')).toBe(ours.includes(`127.0.0.1:${siteOne.port}`))
  expect(pages()).toBe(2)
  expect(await raw('GET /fr/fil HTTP/1.1', `127.0.0.1:${siteOne.port}`)).not.toContain('evil.example')
})

test('an address in absolute form speaks for no host', async () => {
  const attack = await raw('GET http://evil.example/fr/fil HTTP/1.1', `127.0.0.1:${siteOne.port}`)
  expect(attack).toMatch(/^HTTP\/1.1 (?:200|400)/)
  expect(pages()).toBe(0)
  expect(await raw('GET /fr/fil HTTP/1.1', `127.0.0.1:${siteOne.port}`)).not.toContain('evil.example')
})

test('an address that is written differently is another address', async () => {
  await raw('GET /fr/./x/../fil HTTP/1.1', `127.0.0.1:${siteOne.port}`)
  const direct = await raw('GET /fr/fil HTTP/1.1', `127.0.0.1:${siteOne.port}`)
  expect(direct).toContain('Réseau')
})

/** What no client of good manners sends. */
async function raw(requestLine: string, host: string): Promise<string> {
  const socket = connect(siteOne.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`${requestLine}\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  return text(socket)
}
