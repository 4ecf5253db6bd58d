import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { AppEnv } from '#http/context.ts'
import type { Scope } from '#http/policies.ts'
import { AppError, type ErrorCode, statusOf } from '#kernel/errors.ts'
import { locales } from '#kernel/locale.ts'
import { issueToken } from '#modules/network/index.ts'
import { messages } from '#platform/i18n/i18n.ts'
import { type TestApp, testApp } from '../../test/app.ts'
import { aNetwork, aPage, aPerson, aToken, somePages, type TestNetwork } from '../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let logged: string[] = []

beforeAll(async () => {
  site = await testApp({ log: line => logged.push(line) })
  network = await aNetwork(site.database, { slug: 'fil' })
  await somePages(site.database, network, { 'a.md': aPage('Un four') })
})

afterAll(() => site.close())

test('a key is told which scope it lacks, its person that it is their role', async () => {
  const { database } = site
  const member = await aPerson(database, network, 'member')
  const told = async (scopes: Scope[]) => {
    const input = { name: 'Test', scopes, days: 1, accountId: member.accountId }
    const { secret } = await inTenant(database.db, network.inside, trx => issueToken(trx, network.id, input))
    const headers = { authorization: `Bearer ${secret}`, 'accept-language': 'en' }
    const answer = await site.app.request('/api/networks/fil/invitations', { method: 'POST', headers })
    expect(answer.status).toBe(403)
    return ((await answer.json()) as { detail: string }).detail
  }
  expect(await told(['members:read'])).toContain('(members:manage)')
  expect(await told(['members:manage'])).toBe(messages.en['failure.forbidden.text'])
})

describe('what does not exist', () => {
  test('is a page for people, in their language', async () => {
    for (const locale of locales) {
      for (const [path, language] of [
        [`/${locale}/none`, undefined],
        [`/${locale}/fil/commons/none`, 'de'],
        ['/none', locale],
        ['/assets/none.css', `de, ${locale};q=0.8`],
      ] as const) {
        const response = await site.get(path, language ? { 'accept-language': language } : {})
        expect([path, response.status]).toEqual([path, 404])
        expect(response.headers.get('content-type')).toMatch(/^text\/html/)
        expect(response.headers.get('content-language')).toBe(locale)
        expect(response.headers.get('cache-control')).toBe('no-store')
        const html = await response.text()
        expect(html).toContain(`<html lang="${locale}"`)
        expect(html).toContain(messages[locale]['error.not-found.title'])
        expect(html).toContain('noindex')
      }
    }
  })

  test('is a problem for programs', async () => {
    for (const [path, accept] of [
      ['/api/none', 'text/html'],
      ['/api/networks/none/commons/items', '*/*'],
      ['/fr/none', 'application/json'],
      ['/fr/none', 'application/problem+json'],
    ] as const) {
      const response = await site.get(path, { accept, 'accept-language': 'es' })
      expect(response.status).toBe(404)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      const language = path.startsWith('/fr') ? 'fr' : 'es'
      expect(response.headers.get('content-language')).toBe(language)
      expect(await response.json()).toEqual({
        type: 'http://localhost/api#not-found',
        title: messages[language]['error.not-found.title'],
        status: 404,
        detail: messages[language]['error.not-found.text'],
        code: 'not-found',
        instance: `urn:uuid:${response.headers.get('x-request-id')}`,
      })
    }
  })

  test.each([
    '/fr/%00',
    '/fr/fil/commons/%00',
    '/fr/fil/commons?theme=%00',
    '/api/networks/%00/commons/items',
    '/fr/fil/commons/un-four/versions/%00',
  ])('%s breaks nothing', async path => {
    expect([400, 404, 422]).toContain((await site.get(path)).status)
  })

  test.each([
    '/fr/%ff',
    '/fr/fil/commons/%E0%A4%A',
    '/fr/fil/commons/%ED%A0%80',
    '/fr/fil/commons/un-four/versions/99999999999',
  ])('%s is not there', async path => {
    expect((await site.get(path)).status).toBe(404)
  })
})

describe('another method', () => {
  test.each([
    ['POST', '/fr/fil', 'GET, HEAD'],
    ['DELETE', '/fr', 'GET, HEAD'],
    ['PUT', '/healthz', 'GET, HEAD'],
    ['POST', '/api/networks', 'GET, HEAD'],
    ['PATCH', '/api/networks/fil/commons/imports', 'GET, HEAD, POST'],
    ['OPTIONS', '/fr/fil', 'GET, HEAD'],
  ])('%s %s is refused, and said what is not', async (method, path, allow) => {
    const response = await site.app.request(path, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allow)
  })

  test.each([
    ['/fr/account/address', '/fr/account'],
    ['/es/fil/invitation/abc/account', '/es/fil/invitation/abc'],
    ['/pt/fil/settings/logo/removal', '/pt/fil/settings'],
  ])('%s only takes a form: one who opens it is led to the page it belongs to', async (path, page) => {
    const response = await site.app.request(path)
    expect([response.status, response.headers.get('location')]).toEqual([303, page])
    expect((await site.app.request(path, { method: 'PUT' })).status).toBe(405)
  })

  test('of what does not exist is not there', async () => {
    expect((await site.app.request('/api/none', { method: 'POST' })).status).toBe(404)
    expect((await site.app.request('/xx/fil', { method: 'POST' })).status).toBe(404)
  })
})

test('every error has its words in every language', async () => {
  for (const code of Object.keys(statusOf) as ErrorCode[])
    for (const locale of locales) {
      expect(messages[locale][`error.${code}.title`]).toBeTruthy()
      expect(messages[locale][`error.${code}.text`]).toBeTruthy()
    }
})

describe('a value that is not valid', () => {
  test('is named', async () => {
    const response = await site.get('/api/networks/fil/commons/items?sort=wrong&limit=0')
    expect(response.status).toBe(422)
    const { errors } = (await response.json()) as { errors: { field: string; message: string }[] }
    expect(errors.map(error => error.field).sort()).toEqual(['limit', 'sort'])
    for (const { message } of errors) expect(message).not.toBe('')
  })

  test('makes a page as well', async () => {
    const response = await site.get('/fr/fil/commons?sort=wrong')
    expect(response.status).toBe(422)
    const page = await response.text()
    expect(page).toContain(messages.fr['error.invalid-input.title'])
    // Which one, and what may stand there.
    expect(page).toMatch(/<code>sort<\/code> Au choix.*relevance, recent, title, updated/)
  })

  test('of the size of a novel is too much', async () => {
    expect((await site.get(`/fr/fil/commons?q=${'a'.repeat(400)}`)).status).toBe(422)
  })
})

describe('too many requests', () => {
  test.each([
    ['search', '/fr/fil/commons?q=four'],
    ['export', '/fr/fil/commons/export/commons.csv'],
    ['api', '/api/networks/fil/commons/items'],
    ['export by the API', '/api/networks/fil/commons/export/commons.csv'],
  ])('are held back: %s', async (_, path) => {
    await held(async limited => limited.app.request(path))
  })

  test('are held back: import', async () => {
    const token = await aToken(site.database, network, ['commons:write'])
    await held(async limited =>
      limited.app.request('/api/networks/fil/commons/imports?name=a.md', {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: aPage('Un four'),
      }),
    )
  })

  test('are held back: keys that are wrong', async () => {
    await held(async limited =>
      limited.app.request('/api/networks/fil/commons/imports', {
        headers: { authorization: 'Bearer cordee_wrong' },
      }),
    )
  })

  test('hold back nobody else', async () => {
    const limited = await testApp({
      database: site.database,
      env: { RATE_LIMIT: '0.001', TRUSTED_PROXIES: '1' },
    })
    const from = async (address: string) =>
      (await limited.get('/fr/fil/commons?q=four', { 'x-forwarded-for': address })).status
    expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.2')]).toEqual([
      200, 429, 200,
    ])
    expect((await limited.get('/fr/fil/commons', { 'x-forwarded-for': '192.0.2.1' })).status).toBe(200)
    await limited.close()
  })

  test('are counted together by several processes', async () => {
    await site.database.asOwner('truncate rate_limit')
    const env = { RATE_LIMIT: '0.01' }
    const [one, two] = [
      await testApp({ database: site.database, env }),
      await testApp({ database: site.database, env }),
    ]
    const statuses = []
    for (const each of [one, two, one, two]) statuses.push((await each.get('/fr/fil/commons?q=four')).status)
    expect(statuses).toEqual([200, 200, 429, 429])
    await one.close()
    await two.close()
  })

  async function held(request: (limited: TestApp) => Promise<Response>): Promise<void> {
    await site.database.asOwner('truncate rate_limit')
    const limited = await testApp({ database: site.database, env: { RATE_LIMIT: '0.001' } })
    const first = await request(limited)
    expect(first.status).not.toBe(429)
    await first.body?.cancel()
    const second = await request(limited)
    expect(second.status).toBe(429)
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(second.headers.get('retry-after'))).toBeLessThanOrEqual(600)
    await limited.close()
    await site.database.asOwner('truncate rate_limit')
  }
})

describe('what breaks on our side', () => {
  test('shows a reference and nothing else, and is in the log', async () => {
    const broken = await testApp({ database: site.database, log: line => logged.push(line) })
    const secret = "password 'hunter2' at /home/someone"
    broken.app.get('/fr/broken/a/b/c/d', () => {
      throw new Error(secret)
    })
    broken.app.get('/api/broken/a/b/c/d', () => {
      throw new Error(secret)
    })
    logged = []
    for (const locale of locales) {
      const response = await broken.get('/api/broken/a/b/c/d', { 'accept-language': locale })
      expect(response.status).toBe(500)
      const problem = await response.text()
      expect(JSON.parse(problem)).toMatchObject({
        code: 'internal',
        title: messages[locale]['error.internal.title'],
      })
      expect(problem).not.toMatch(/hunter2|someone|stack/)
    }
    const response = await broken.get('/fr/broken/a/b/c/d')
    expect(response.status).toBe(500)
    const html = await response.text()
    const reference = response.headers.get('x-request-id') ?? ''
    expect(html).toContain(reference)
    expect(html).not.toMatch(/hunter2|someone|node_modules/)
    expect(logged.some(line => line.includes(reference) && line.includes('hunter2'))).toBe(true)
    await broken.close()
  })

  test('thrown as something else is told by what it is', async () => {
    const app = await testApp({ database: site.database })
    const cases: [unknown, number][] = [
      [z.object({ a: z.string() }).safeParse({ a: 1 }).error, 422],
      [new AppError('conflict', { params: { name: 'x' } }), 409],
      [new AppError('too-large', { params: { megabytes: 1 } }), 413],
      [new AppError('unsupported-type', { params: { types: 'x' } }), 415],
      [databaseError('57P01'), 503],
      [databaseError('53300'), 503],
      [databaseError('08006'), 503],
      [databaseError('57014'), 503],
      [databaseError('23505'), 500],
      [databaseError('22021'), 400],
      [Object.assign(new Error('no file'), { code: 'ENOENT', syscall: 'open' }), 500],
      [Object.assign(new Error('no socket'), { code: 'ENOENT', syscall: 'connect' }), 503],
      [new Error('Connection terminated unexpectedly'), 503],
      [new Error('timeout exceeded when trying to connect'), 503],
    ]
    cases.forEach(([error], index) => {
      app.app.get(`/api/thrown/a/b/c/${index}`, () => {
        throw error
      })
    })
    for (const [index, [error, status]] of cases.entries())
      expect([String(error), (await app.get(`/api/thrown/a/b/c/${index}`)).status]).toEqual([
        String(error),
        status,
      ])
    await app.close()
  })

  test('a document that is no JSON is a bad request', async () => {
    const api = new OpenAPIHono<AppEnv>()
    const content = { 'application/json': { schema: z.object({}) } }
    api.openapi(
      createRoute({
        method: 'post',
        path: '/json',
        request: { body: { content, required: true } },
        responses: { 200: { description: '', content } },
      }),
      c => c.json({}, 200),
    )
    const app = await testApp({ database: site.database })
    app.app.route('/api/more/a/b/c', api)
    const response = await app.app.request('/api/more/a/b/c/json', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'bad-request' })
    await app.close()
  })
})

describe('when the database is away', () => {
  let away: TestApp

  beforeAll(async () => {
    away = await testApp({ database: site.database })
    const nowhere = openDatabase({ host: '127.0.0.1', port: 1, user: 'x', database: 'x' }, 2)
    away.services.db = nowhere.db
  })

  afterAll(() => away.close())

  test('pages and API say to come back, in every language', async () => {
    for (const locale of locales) {
      const page = await away.get(`/${locale}/fil`)
      expect(page.status).toBe(503)
      expect(page.headers.get('retry-after')).toBe('5')
      expect(page.headers.get('cache-control')).toBe('no-store')
      const html = await page.text()
      expect(html).toContain(messages[locale]['error.unavailable.title'])
      expect(html).toContain(page.headers.get('x-request-id'))
      const problem = await away.get('/api/networks', { 'accept-language': locale })
      expect(problem.status).toBe(503)
      expect(problem.headers.get('retry-after')).toBe('5')
      expect(await problem.json()).toMatchObject({
        code: 'unavailable',
        title: messages[locale]['error.unavailable.title'],
      })
    }
  })

  test('it is alive but not ready', async () => {
    expect(await (await away.get('/healthz')).json()).toEqual({ status: 'ok' })
    const ready = await away.get('/readyz')
    expect(ready.status).toBe(503)
    expect(await ready.json()).toEqual({ status: 'database-unavailable' })
    expect(ready.headers.get('cache-control')).toBe('no-store')
    expect((await away.get('/fr/about/accessibility')).status).toBe(200)
    expect((await away.get(away.services.assets.url('main.css'))).status).toBe(200)
  })

  test('back again, it is ready', async () => {
    expect((await site.get('/readyz')).status).toBe(200)
  })

  test('requests are counted in the process meanwhile, and not let through at will', async () => {
    const pool = new pg.Pool({ host: '127.0.0.1', port: 1, max: 1 })
    const { openRateLimits } = await import('#http/rate-limit.ts')
    const limits = openRateLimits(pool, 0.001)
    await limits.spend('search', 'x')
    await expect(limits.spend('search', 'x')).rejects.toThrow('too-many-requests')
    await pool.end()
  })
})

function databaseError(code: string): Error {
  return Object.assign(new Error('from the database'), { code })
}
