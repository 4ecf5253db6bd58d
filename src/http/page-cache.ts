import type { IncomingMessage, ServerResponse } from 'node:http'
import { alreadyHas } from '#http/entity-tag.ts'

/**
 * Public pages as they were last sent, so that a busy page costs one look-up. Only what every visitor would get alike
 * is kept: successful GETs of the public, without cookie or key. When something of a network changes, PostgreSQL
 * notifies every process and the network's pages are forgotten; without that line open, nothing is kept at all.
 */
export interface PageCache {
  /** Answers a request from the cache. @returns the page sent, with its status; null when the application has to */
  serve(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ): { route: string; status: 200 | 304 } | null
  /** The moment, counted in changes heard. To be taken before anything of a page is read, and passed to `keep`. */
  moment(): number
  keep(page: KeptPage): void
  forget(networkId: string): void
  /** Whether changes are heard of. Those missed in between are unknown: either way, everything is forgotten. */
  setListening(listening: boolean): void
  size(): { pages: number; bytes: number }
}

export interface KeptPage {
  networkId: string
  /** What `moment` said before the page was read: a change since then makes the page stale at birth. */
  moment: number
  key: string
  /** Pattern of the address, for the log. */
  route: string
  headers: Record<string, string>
  etag: string
  body: Buffer
}

export function openPageCache(options: { maxBytes: number; maxAgeMs: number }): PageCache {
  const pages = new Map<string, KeptPage & { keptAt: number }>()
  const forgotten = new Map<string, number>()
  let allForgotten = 0
  let clock = 0
  let bytes = 0
  let listening = false

  function drop(key: string): void {
    const page = pages.get(key)
    if (!page) return
    pages.delete(key)
    bytes -= weightOf(page)
  }

  function isStale(page: KeptPage): boolean {
    return page.moment < Math.max(allForgotten, forgotten.get(page.networkId) ?? 0)
  }

  return {
    serve(request, response, requestId) {
      const key = sharedKey(request)
      const page = key === null ? undefined : pages.get(key)
      if (!page || key === null) return null
      if (Date.now() - page.keptAt > options.maxAgeMs) {
        drop(key)
        return null
      }
      // Last used, last to go: a Map keeps the order of insertion.
      pages.delete(key)
      pages.set(key, page)
      const {
        'content-type': type,
        'content-encoding': encoding,
        'content-length': length,
        ...rest
      } = page.headers
      if (alreadyHas(request.headers['if-none-match'], page.etag)) {
        response.writeHead(304, { ...rest, 'x-request-id': requestId })
        response.end()
        return { route: page.route, status: 304 }
      }
      response.writeHead(200, { ...page.headers, 'x-request-id': requestId })
      response.end(page.body)
      return { route: page.route, status: 200 }
    },
    moment: () => clock,
    keep(page) {
      if (!listening || isStale(page) || weightOf(page) > options.maxBytes / 16) return
      drop(page.key)
      pages.set(page.key, { ...page, keptAt: Date.now() })
      bytes += weightOf(page)
      for (const key of pages.keys()) {
        if (bytes <= options.maxBytes) break
        drop(key)
      }
    },
    forget(networkId) {
      clock += 1
      forgotten.set(networkId, clock)
      for (const [key, page] of pages) if (page.networkId === networkId) drop(key)
    },
    setListening(heard) {
      listening = heard
      clock += 1
      allForgotten = clock
      forgotten.clear()
      pages.clear()
      bytes = 0
    },
    size: () => ({ pages: pages.size, bytes }),
  }
}

/**
 * What the answer to a request of the public is known by: host (absolute addresses), address as sent, and encoding.
 * @returns null for a request whose answer may be its own: with a cookie or a key, or with an address in absolute
 *   form (RFC 9112, 3.2.2), whose host goes before the header's
 */
export function sharedKey(request: IncomingMessage): string | null {
  const { method, url, headers } = request
  if (method !== 'GET' || headers.cookie || headers.authorization || !url?.startsWith('/')) return null
  return `${encodingFor(String(headers['accept-encoding'] ?? ''))} ${headers.host ?? ''} ${url}`
}

export function encodingFor(acceptEncoding: string): 'br' | 'gzip' | 'identity' {
  if (/\bbr\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(acceptEncoding)) return 'br'
  if (/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(acceptEncoding)) return 'gzip'
  return 'identity'
}

function weightOf(page: KeptPage): number {
  return page.body.length + page.key.length * 2 + 1_500
}
