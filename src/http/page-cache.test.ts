import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect, test, vi } from 'vitest'
import { encodingFor, type KeptPage, openPageCache, type PageCache, sharedKey } from '#http/page-cache.ts'

test('what is used least goes first when there is no room', () => {
  const cache = aCache({ maxBytes: 160_000 })
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n'])
    keep(cache, { url: `/${name}`, size: 8_400 })
  expect(cache.size().pages).toBe(14)
  expect(served(cache, '/a')).toBe(200)
  keep(cache, { url: '/o', size: 8_400 })
  keep(cache, { url: '/p', size: 8_400 })
  keep(cache, { url: '/q', size: 8_400 })
  expect(cache.size().bytes).toBeLessThanOrEqual(160_000)
  expect(served(cache, '/a')).toBe(200)
  expect(served(cache, '/b')).toBeNull()
  expect(served(cache, '/q')).toBe(200)
})

test('a page kept again takes no more room', () => {
  const cache = aCache()
  keep(cache, { url: '/a', size: 5_000 })
  const { bytes } = cache.size()
  keep(cache, { url: '/a', size: 5_000 })
  expect(cache.size()).toEqual({ pages: 1, bytes })
  cache.forget('network')
  expect(cache.size()).toEqual({ pages: 0, bytes: 0 })
})

test('one page never takes the room of all others', () => {
  const cache = aCache({ maxBytes: 160_000 })
  keep(cache, { url: '/big', size: 10_000 })
  expect(cache.size().pages).toBe(0)
})

test('a page grows old', () => {
  vi.useFakeTimers()
  try {
    const cache = aCache({ maxAgeMs: 1_000 })
    keep(cache, { url: '/a' })
    vi.advanceTimersByTime(1_000)
    expect(served(cache, '/a')).toBe(200)
    vi.advanceTimersByTime(1)
    expect(served(cache, '/a')).toBeNull()
    expect(cache.size()).toEqual({ pages: 0, bytes: 0 })
  } finally {
    vi.useRealTimers()
  }
})

test('a change forgets the pages of its network, and of no other', () => {
  const cache = aCache()
  keep(cache, { url: '/ours', networkId: 'ours' })
  keep(cache, { url: '/theirs', networkId: 'theirs' })
  cache.forget('ours')
  expect(served(cache, '/ours')).toBeNull()
  expect(served(cache, '/theirs')).toBe(200)
})

test('a page read before a change is not kept after it', () => {
  const cache = aCache()
  const moment = cache.moment()
  cache.forget('network')
  keep(cache, { url: '/a', moment })
  expect(cache.size().pages).toBe(0)
  keep(cache, { url: '/a', moment: cache.moment() })
  expect(cache.size().pages).toBe(1)
})

test('a change of another network does not matter to it', () => {
  const cache = aCache()
  const moment = cache.moment()
  cache.forget('another')
  keep(cache, { url: '/a', moment })
  expect(cache.size().pages).toBe(1)
})

test('deaf, it keeps nothing and forgets all', () => {
  const cache = aCache()
  keep(cache, { url: '/a' })
  cache.setListening(false)
  expect(cache.size()).toEqual({ pages: 0, bytes: 0 })
  keep(cache, { url: '/a' })
  expect(cache.size().pages).toBe(0)
})

test('a page read while deaf is not kept when it hears again: a change may have been missed', () => {
  const cache = aCache()
  cache.setListening(false)
  const moment = cache.moment()
  cache.setListening(true)
  keep(cache, { url: '/a', moment })
  expect(cache.size().pages).toBe(0)
})

test('before it ever listened it keeps nothing', () => {
  const cache = openPageCache({ maxBytes: 1_000_000, maxAgeMs: 1_000 })
  keep(cache, { url: '/a' })
  expect(cache.size().pages).toBe(0)
})

test('only what everyone would get alike has a key', () => {
  expect(sharedKey(aRequest('/fr'))).toBe('identity cordee.example /fr')
  expect(sharedKey(aRequest('/fr', { 'accept-encoding': 'gzip, br' }))).toBe('br cordee.example /fr')
  expect(sharedKey(aRequest('/fr', { cookie: 'a=b' }))).toBeNull()
  expect(sharedKey(aRequest('/fr', { authorization: 'Bearer x' }))).toBeNull()
  expect(sharedKey(aRequest('http://evil.example/fr'))).toBeNull()
  expect(sharedKey(aRequest('/fr', {}, 'HEAD'))).toBeNull()
  expect(sharedKey(aRequest('/fr', {}, 'POST'))).toBeNull()
})

test.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['BR', 'br'],
  ['gzip;q=1.0, br;q=0', 'gzip'],
  ['br;q=0.000, gzip;q=0', 'identity'],
  ['br;q=0.1', 'br'],
  ['', 'identity'],
  ['identity', 'identity'],
  ['brotli', 'identity'],
])('of "%s" it takes %s', (header, encoding) => {
  expect(encodingFor(header)).toBe(encoding)
})

function aCache(options: { maxBytes?: number; maxAgeMs?: number } = {}): PageCache {
  const cache = openPageCache({ maxBytes: 1_000_000, maxAgeMs: 60_000, ...options })
  cache.setListening(true)
  return cache
}

function keep(cache: PageCache, page: Partial<KeptPage> & { url: string; size?: number }): void {
  const { url, size = 100, ...rest } = page
  cache.keep({
    networkId: 'network',
    moment: cache.moment(),
    key: sharedKey(aRequest(url)) ?? '',
    route: '/:locale',
    headers: { 'content-type': 'text/html' },
    etag: '"tag"',
    body: Buffer.alloc(size),
    ...rest,
  })
}

function served(cache: PageCache, url: string): number | null {
  const request = aRequest(url)
  return cache.serve(request, new ServerResponse(request), 'id')?.status ?? null
}

function aRequest(url: string, headers: Record<string, string> = {}, method = 'GET'): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  return Object.assign(request, { url, method, headers: { host: 'cordee.example', ...headers } })
}
