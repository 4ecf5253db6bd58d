import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../test/app.ts'
import { aNetwork, aPage, somePages } from '../../test/factories.ts'

let site: TestApp
let lines: string[] = []

beforeAll(async () => {
  site = await testApp({ log: line => lines.push(line), env: { TRUSTED_PROXIES: '1' } })
  site.app.get('/fr/failure/a/b/c/d/e', async c => {
    await c.var.services.db.selectFrom('api_token').select('id').where('id', '=', '06 12 34 56 78').execute()
    return c.text('')
  })
  const network = await aNetwork(site.database, { slug: 'fil' })
  await somePages(site.database, network, { 'a.md': aPage('Un four') })
})

afterAll(() => site.close())

test.each([
  ['GET', '/fr/fil/commons?q=Marie+Dupont', '/:locale/:network/commons', 200],
  ['GET', '/fr/fil/commons/un-four', '/:locale/:network/commons/:slug', 200],
  ['HEAD', '/healthz', '/healthz', 200],
  ['GET', '/api/networks/fil/commons/items?q=Marie+Dupont', '/api/networks/:network/commons/items', 200],
  ['GET', '/fr/fil/commons/export/commons.csv?q=Marie', '/:locale/:network/commons/export/:file', 200],
  ['GET', '/fr/fil/commons/Marie-Dupont', '/:locale/:network/commons/:slug', 404],
])('%s %s is one line, with the pattern alone', async (method, path, route, status) => {
  lines = []
  const response = await site.app.request(path, { method, headers: { 'x-forwarded-for': '192.0.2.7' } })
  await response.body?.cancel()
  expect(lines).toHaveLength(1)
  const line = JSON.parse(lines[0] ?? '')
  expect(line).toEqual({
    level: 30,
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    requestId: response.headers.get('x-request-id'),
    method,
    route,
    status,
    ms: expect.any(Number),
    msg: 'request',
  })
})

test('what is not there leaves no trace of what it was called', async () => {
  lines = []
  await site.get('/Marie-Dupont/0612345678', { 'x-forwarded-for': '192.0.2.7' })
  expect(lines.join()).not.toMatch(/Marie|0612|192\.0\.2/)
  expect(lines).toHaveLength(1)
})

test('a failure says where and why, without the values that PostgreSQL repeats', async () => {
  lines = []
  await site.get('/fr/failure/a/b/c/d/e')
  const failure = lines.map(line => JSON.parse(line)).find(line => line.level === 50)
  expect(failure.err).toMatchObject({ code: '22P02', type: 'error' })
  expect(Object.keys(failure.err).sort()).toEqual(['code', 'stack', 'type'])
})
