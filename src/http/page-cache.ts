import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Public pages as they were last sent, so that a busy page costs one look-up. Only what every visitor would get alike
 * is kept: successful GETs of the public, without cookie or key. When something of a network changes, PostgreSQL
 * notifies every process and the network's pages are forgotten; without that line open, nothing is kept at all.
 */
export interface PageCache {
  /** Answers a request from the cache. @returns false when the application has to. */
  serve(request: IncomingMessage, response: ServerResponse): boolean
  /** To be called before the page is read from the database, and passed to `keep`. */
  generation(networkId: string): number
  keep(page: KeptPage): void
  forget(networkId: string): void
  /** Whether changes are heard of; turning it off forgets everything. */
  setListening(listening: boolean): void
  size(): { pages: number; bytes: number }
}

export interface KeptPage {
  networkId: string
  /** What `generation` said before the page was read: a change since then makes the page stale at birth. */
  generation: number
  key: string
  headers: Record<string, string>
  etag: string
  body: Buffer
}

export function openPageCache(options: { maxBytes: number; maxAgeMs: number }): PageCache {
  const pages = new Map<string, KeptPage & { keptAt: number }>()
  const generations = new Map<string, number>()
  let bytes = 0
  let listening = false

  function drop(key: string): void {
    const page = pages.get(key)
    if (!page) return
    pages.delete(key)
    bytes -= weightOf(page)
  }

  function forget(networkId: string): void {
    generations.set(networkId, (generations.get(networkId) ?? 0) + 1)
    for (const [key, page] of pages) if (page.networkId === networkId) drop(key)
  }

  return {
    serve(request, response) {
      if (request.method !== 'GET' || request.headers.cookie || request.headers.authorization) return false
      const key = pageKey(request.headers.host, request.url, request.headers['accept-encoding'])
      const page = pages.get(key)
      if (!page) return false
      if (Date.now() - page.keptAt > options.maxAgeMs) {
        drop(key)
        return false
      }
      // Last used, last to go: a Map keeps the order of insertion.
      pages.delete(key)
      pages.set(key, page)
      if (request.headers['if-none-match'] === page.etag) {
        response.writeHead(304, {
          etag: page.etag,
          vary: page.headers.vary,
          'cache-control': page.headers['cache-control'],
        })
        response.end()
        return true
      }
      response.writeHead(200, page.headers)
      response.end(page.body)
      return true
    },
    generation: networkId => generations.get(networkId) ?? 0,
    keep(page) {
      if (!listening || page.generation !== (generations.get(page.networkId) ?? 0)) return
      if (weightOf(page) > options.maxBytes / 16) return
      drop(page.key)
      pages.set(page.key, { ...page, keptAt: Date.now() })
      bytes += weightOf(page)
      for (const key of pages.keys()) {
        if (bytes <= options.maxBytes) break
        drop(key)
      }
    },
    forget,
    setListening(heard) {
      listening = heard
      if (heard) return
      pages.clear()
      bytes = 0
    },
    size: () => ({ pages: pages.size, bytes }),
  }
}

/** Pages differ by host (absolute addresses), address and the encoding that the browser takes. */
export function pageKey(
  host: string | undefined,
  url: string | undefined,
  acceptEncoding: string | string[] | undefined,
): string {
  return `${encodingFor(String(acceptEncoding ?? ''))} ${host ?? ''} ${url ?? ''}`
}

export function encodingFor(acceptEncoding: string): 'br' | 'gzip' | 'identity' {
  if (/\bbr\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(acceptEncoding)) return 'br'
  if (/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(acceptEncoding)) return 'gzip'
  return 'identity'
}

function weightOf(page: KeptPage): number {
  return page.body.length + page.key.length * 2 + 1_000
}
