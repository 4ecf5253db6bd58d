import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { type AppContext, type AppEnv, clientAddress, originOf, type Services } from '#http/context.ts'
import { subscriber } from '#http/rate-limit.ts'
import { readConfig } from '#kernel/config.ts'

describe("the visitor's address", () => {
  test.each([
    [0, '203.0.113.9', '10.0.0.1'],
    [0, undefined, '10.0.0.1'],
    [1, '203.0.113.9', '203.0.113.9'],
    [1, '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    [2, '198.51.100.1, 203.0.113.9, 192.0.2.1', '203.0.113.9'],
    [2, '203.0.113.9', '10.0.0.1'],
    [1, undefined, '10.0.0.1'],
    [1, '', '10.0.0.1'],
    [1, ' , ', '10.0.0.1'],
    [1, '203.0.113.9:4711', '203.0.113.9'],
    [1, '[2001:db8::1]:4711', '2001:db8::1'],
    [1, '2001:db8::1', '2001:db8::1'],
  ])('behind %i proxies that say %s is %s', async (proxies, forwarded, expected) => {
    const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
    const address = await told(
      clientAddress,
      { TRUSTED_PROXIES: String(proxies) },
      'http://localhost/',
      headers,
    )
    expect(address).toBe(expected)
  })
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0db8:0001:0002::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
  ['::', '0:0:0:0'],
  ['unknown', 'unknown'],
  ['<script>', '<script>'],
])('%s is counted as %s', (address, expected) => {
  expect(subscriber(address)).toBe(expected)
})

test('the address of the site is the one configured, else the one it was reached by', async () => {
  const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
  const reached = 'http://reached.example:8080/fr?x=1'
  expect(await told(originOf, {}, reached, headers)).toBe('http://reached.example:8080')
  expect(await told(originOf, { BASE_URL: 'https://cordee.example/' }, reached, headers)).toBe(
    'https://cordee.example',
  )
})

/** What `tell` finds in a request, under the configuration of `env`. */
async function told(
  tell: (c: AppContext) => string,
  env: Record<string, string>,
  url: string,
  headers: Record<string, string>,
): Promise<string> {
  const app = new Hono<AppEnv>()
  app.get('*', c => {
    c.set('services', { config: readConfig(env) } as Services)
    return c.text(tell(c))
  })
  const bindings = { incoming: { socket: { remoteAddress: '10.0.0.1' } } }
  return (await app.request(url, { headers }, bindings)).text()
}
