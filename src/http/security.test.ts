import { Parser } from 'htmlparser2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../test/app.ts'
import { aNetwork, aPage, aToken, somePages, type TestNetwork } from '../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let asset: string

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'fil' })
  await somePages(site.database, network, {
    'a.md': aPage(
      'Un four',
      { geography: 'Sénégal' },
      '<img src=x onerror="alert(1)"><b style="color:red">gras</b>',
    ),
  })
  asset = site.services.assets.url('main.css')
})

afterAll(() => site.close())

const pages = [
  '/fr',
  '/fr/fil',
  '/fr/fil/commons',
  '/fr/fil/commons/map',
  '/fr/fil/commons/un-four',
  '/api',
  '/fr/none',
]
const others = [
  '/',
  '/healthz',
  '/readyz',
  '/robots.txt',
  '/api/openapi.json',
  '/api/none',
  '/fr/fil/commons/export/commons.csv',
  '/fr/',
]

test.each([...pages, ...others, 'asset'])('%s comes with the security headers', async path => {
  const { headers } = await site.get(path === 'asset' ? asset : path)
  const csp = headers.get('content-security-policy') ?? ''
  expect(csp).toContain("default-src 'none'")
  expect(csp).toContain("script-src 'self'")
  expect(csp).toContain("style-src 'self'")
  expect(csp).toContain("frame-ancestors 'none'")
  expect(csp).toContain("base-uri 'none'")
  expect(csp).toContain("object-src 'none'")
  expect(csp).toContain("form-action 'self'")
  expect(csp).not.toMatch(/unsafe|\*|data:|http:/)
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin')
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
  expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
  expect(headers.get('permissions-policy')).toContain('geolocation=()')
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  expect(headers.has('set-cookie')).toBe(false)
  expect(headers.has('x-powered-by')).toBe(false)
  expect(headers.has('strict-transport-security')).toBe(false)
})

test.each(pages)('%s has nothing inline that would run', async path => {
  const html = await (await site.get(path)).text()
  const inline: string[] = []
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === 'style') inline.push('<style>')
      if (name === 'script' && !attributes.src?.startsWith('/assets/'))
        inline.push('<script> without address')
      for (const [attribute, value] of Object.entries(attributes)) {
        if (attribute === 'style' || attribute.startsWith('on')) inline.push(`${name} ${attribute}`)
        if (/^\s*(?:javascript|vbscript|data):/i.test(value)) inline.push(`${name} ${attribute}=${value}`)
      }
    },
  })
  parser.end(html)
  expect(html).toMatch(/^<!doctype html>/)
  expect(inline).toEqual([])
})

test('an address in https is asked for in https from then on', async () => {
  const secure = await testApp({ env: { BASE_URL: 'https://cordee.example' }, database: site.database })
  expect((await secure.get('/fr')).headers.get('strict-transport-security')).toMatch(/^max-age=31536000/)
  await secure.close()
})

test('robots are told what to leave alone', async () => {
  const response = await site.get('/robots.txt')
  expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
  expect(await response.text()).toMatch(/^User-agent: \*\nDisallow: \/api\/\n/)
})

describe('a request that writes', () => {
  const send = async (headers: Record<string, string>, options: { token?: boolean } = {}) => {
    const token: Record<string, string> =
      options.token === false
        ? {}
        : { authorization: `Bearer ${await aToken(site.database, network, ['commons:write'])}` }
    return site.app.request('/api/networks/fil/commons/imports?name=a.md', {
      method: 'POST',
      headers: { 'content-type': 'text/markdown', ...token, ...headers },
      body: aPage('Envoyé'),
    })
  }

  test.each([
    ['a program, with a key', {}],
    ['our own page', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost' }],
    ['our own page, in an older browser', { origin: 'http://localhost' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
  ])('is let in from %s', async (_, headers: Record<string, string>) => {
    expect((await send(headers)).status).toBe(202)
  })

  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['another site that hides', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour of the same site', { 'sec-fetch-site': 'same-site', origin: 'http://other.localhost' }],
    ['another site, in an older browser', { origin: 'https://evil.example' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['another port', { origin: 'http://localhost:8080' }],
    ['what looks like us', { origin: 'http://localhost.evil.example' }],
  ])('is refused from %s', async (_, headers: Record<string, string>) => {
    const response = await send(headers)
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'cross-site', status: 403 })
  })

  test('is refused before anything is done', async () => {
    const before = await site.database.asOwner('select id from commons_import')
    await send({ 'sec-fetch-site': 'cross-site' })
    expect(await site.database.asOwner('select id from commons_import')).toHaveLength(before.length)
  })

  test('without a key is not let in', async () => {
    expect((await send({}, { token: false })).status).toBe(401)
  })
})
