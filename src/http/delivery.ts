import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { AppEnv } from '#http/context.ts'
import { alreadyHas } from '#http/entity-tag.ts'
import { encodingFor, sharedKey } from '#http/page-cache.ts'

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)

const textual = /^(?:text\/|application\/(?:[a-z.+-]+\+)?(?:json|xml)\b|image\/svg)/
const smallest = 860

/**
 * The last hand a whole answer passes through, with all its headers: its ETag, its compression and, where every
 * visitor gets the same, its place in the page cache. Streams pass untouched.
 */
export const deliver: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { pageCache } = c.var.services
  const moment = pageCache.moment()
  await next()
  const type = c.res.headers.get('content-type') ?? ''
  if (c.req.method === 'HEAD') await letGo(c.res)
  if (c.res.status !== 200 || c.res.headers.has('content-encoding') || c.res.headers.has('x-stream')) {
    c.res.headers.delete('x-stream')
    return
  }
  if (!textual.test(type) || !['GET', 'HEAD'].includes(c.req.method)) return

  const plain = Buffer.from(await c.res.arrayBuffer())
  const encoding = plain.length < smallest ? 'identity' : encodingFor(c.req.header('accept-encoding') ?? '')
  // Each compressed form is another representation, hence another tag (RFC 9110, 8.8.3.3).
  const etag = `"${createHash('sha1').update(plain).digest('base64url').slice(0, 20)}${encoding === 'identity' ? '' : `-${encoding}`}"`
  const headers = new Headers(c.res.headers)
  headers.set('etag', etag)
  if (!headers.get('vary')?.includes('accept-encoding')) headers.append('vary', 'accept-encoding')
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-cache')

  // Hono adds the headers of the answer before to those of the next; there is to be none before.
  c.res = undefined
  if (alreadyHas(c.req.header('if-none-match'), etag)) {
    headers.delete('content-type')
    headers.delete('content-length')
    c.res = new Response(null, { status: 304, headers })
    return
  }
  const body = await compress(plain, encoding)
  if (encoding !== 'identity') headers.set('content-encoding', encoding)
  headers.set('content-length', String(body.length))
  c.res = new Response(new Uint8Array(body), { status: 200, headers })

  const { shared } = c.var
  const key = c.env?.incoming ? sharedKey(c.env.incoming) : null
  if (shared && key !== null) {
    pageCache.keep({
      networkId: shared.networkId,
      moment,
      key,
      route: routePath(c),
      etag,
      body,
      headers: Object.fromEntries(headers),
    })
  }
}

/** Nobody reads the body of an answer to HEAD: a stream would wait for ever, and hold its transaction. */
async function letGo(response: Response): Promise<void> {
  if (response.headers.has('x-stream')) await response.body?.cancel()
}

async function compress(plain: Buffer, encoding: 'br' | 'gzip' | 'identity'): Promise<Buffer> {
  if (encoding === 'br') return brotli(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } })
  if (encoding === 'gzip') return gzipped(plain, { level: 6 })
  return plain
}
