import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listening, type TestApp, type TestSite, testApp } from '../../test/app.ts'
import { aNetwork, aPage, somePages } from '../../test/factories.ts'

let site: TestApp
let web: TestSite
let letGo = false

beforeAll(async () => {
  site = await testApp()
  const network = await aNetwork(site.database, { slug: 'fil' })
  const pages = Array.from({ length: 300 }, (_, index) => [`p${index}.md`, aPage(`Page numéro ${index}`)])
  await somePages(site.database, network, Object.fromEntries(pages))
  const stream = () =>
    new ReadableStream({
      pull: controller => controller.enqueue(new Uint8Array(1)),
      cancel() {
        letGo = true
      },
    })
  site.app.get('/fr/stream/a/b/c/d', c => c.body(stream(), 200, { 'x-stream': '1' }))
  web = await listening(site)
})

afterAll(async () => {
  await web.close()
  await site.close()
})

const bytes = async (response: Response) => Buffer.from(await response.arrayBuffer())

describe('a page', () => {
  test('has a tag, a length and says what it depends on', async () => {
    const response = await site.get('/fr/fil')
    expect(response.headers.get('etag')).toMatch(/^"[\w-]{20}"$/)
    expect(response.headers.get('vary')).toBe('accept-encoding')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(response.headers.get('content-language')).toBe('fr')
    expect(response.headers.get('content-length')).toBe(String((await bytes(response)).length))
  })

  test('is compressed as the browser takes it, each form with a tag of its own', async () => {
    const plain = await site.get('/fr/fil')
    const html = await bytes(plain)
    const tags = new Set([plain.headers.get('etag')])
    for (const [accept, encoding, unpack] of [
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['gzip', 'gzip', gunzipSync],
      ['gzip, br;q=0', 'gzip', gunzipSync],
    ] as const) {
      const response = await site.get('/fr/fil', { 'accept-encoding': accept })
      expect(response.headers.get('content-encoding')).toBe(encoding)
      const packed = await bytes(response)
      expect(response.headers.get('content-length')).toBe(String(packed.length))
      expect(packed.length).toBeLessThan(html.length)
      expect(unpack(packed).equals(html)).toBe(true)
      tags.add(response.headers.get('etag'))
    }
    expect(tags.size).toBe(3)
    expect((await site.get('/fr/fil', { 'accept-encoding': 'br;q=0' })).headers.has('content-encoding')).toBe(
      false,
    )
  })

  test('is not sent again to who has it', async () => {
    const headers = { 'accept-encoding': 'br' }
    const etag = (await site.get('/fr/fil', headers)).headers.get('etag') ?? ''
    for (const given of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await site.get('/fr/fil', { ...headers, 'if-none-match': given })
      expect([given, response.status]).toEqual([given, 304])
      expect(response.headers.get('etag')).toBe(etag)
      expect(response.headers.get('vary')).toBe('accept-encoding')
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(response.headers.has('content-length')).toBe(false)
      expect(response.headers.has('content-type')).toBe(false)
      expect(await response.text()).toBe('')
    }
    expect((await site.get('/fr/fil', { ...headers, 'if-none-match': '"old"' })).status).toBe(200)
    // The tag of another form is no tag of this one.
    expect((await site.get('/fr/fil', { 'if-none-match': etag })).status).toBe(200)
  })

  test('asked for by HEAD has the headers alone', async () => {
    const full = await site.get('/fr/fil')
    const response = await site.app.request('/fr/fil', { method: 'HEAD' })
    expect(response.status).toBe(200)
    for (const name of ['etag', 'content-length', 'content-type', 'vary'])
      expect([name, response.headers.get(name)]).toEqual([name, full.headers.get(name)])
    expect(await response.text()).toBe('')
  })

  test('in the language of the browser says so', async () => {
    const response = await site.get('/api', { 'accept-language': 'pt' })
    expect(response.headers.get('vary')).toBe('accept-language, accept-encoding')
    expect(response.headers.get('content-language')).toBe('pt')
  })
})

test('a stream passes untouched', async () => {
  const response = await site.get('/fr/fil/commons/export/commons.csv', { 'accept-encoding': 'br, gzip' })
  expect(response.headers.has('content-encoding')).toBe(false)
  expect(response.headers.has('content-length')).toBe(false)
  expect(response.headers.has('etag')).toBe(false)
  expect(response.headers.has('x-stream')).toBe(false)
  expect((await response.text()).split('\n').length).toBeGreaterThan(120)
})

test('a stream asked for by HEAD is let go of', async () => {
  letGo = false
  const response = await site.app.request('/fr/stream/a/b/c/d', { method: 'HEAD' })
  expect([response.status, letGo]).toEqual([200, true])
})

test('an export asked for by HEAD holds no transaction', async () => {
  for (const format of ['csv', 'xlsx', 'json', 'zip', 'geojson', 'atom']) {
    for (let count = 0; count < 4; count++) {
      const response = await site.app.request(`/fr/fil/commons/export/commons.${format}`, { method: 'HEAD' })
      expect(response.status).toBe(200)
    }
  }
  await new Promise(resolve => setTimeout(resolve, 200))
  const { rows } = await sql<{ busy: number }>`
    select count(*)::int as busy from pg_stat_activity
    where datname = current_database() and state = 'idle in transaction'`.execute(site.database.db)
  expect(rows[0]?.busy).toBe(0)
})

describe('an asset', () => {
  const file = () => site.services.assets.url('main.css')

  test('is kept for ever, in the form the browser takes', async () => {
    const plain = await bytes(await fetch(web.url + file(), { headers: { 'accept-encoding': 'identity' } }))
    for (const [accept, encoding] of [
      ['br, gzip', 'br'],
      ['gzip', 'gzip'],
      ['identity', null],
    ] as const) {
      const response = await site.get(file(), { 'accept-encoding': accept })
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/css; charset=utf-8')
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(response.headers.get('vary')).toBe('accept-encoding')
      expect(response.headers.get('content-encoding')).toBe(encoding)
      const body = await bytes(response)
      if (encoding === 'br') expect(brotliDecompressSync(body).equals(plain)).toBe(true)
      if (encoding === 'gzip') expect(gunzipSync(body).equals(plain)).toBe(true)
    }
    const sent = await fetch(web.url + file(), { headers: { 'accept-encoding': 'br' } })
    expect(Number(sent.headers.get('content-length'))).toBeGreaterThan(0)
    expect((await bytes(sent)).equals(plain)).toBe(true)
  })

  test.each([
    '/assets/none.css',
    '/assets/',
    '/assets/manifest.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e%2fcordee.js',
    '/assets/..%5c..%5cpackage.json',
    '/assets/../cordee.js',
    '/assets/%252e%252e%252fcordee.js',
    '/assets/main.css%00.js',
    '/assets/__proto__',
    '/assets/constructor',
    '/assets/x/main.css',
  ])('%s is none', async path => {
    const response = await site.get(path)
    expect([301, 404]).toContain(response.status)
    expect(await response.text()).not.toContain('"name": "cordee"')
  })

  test('named by its source or by its packed form is none', async () => {
    expect((await site.get('/assets/main.css')).status).toBe(404)
    expect((await site.get(`${file()}.br`)).status).toBe(404)
  })
})
