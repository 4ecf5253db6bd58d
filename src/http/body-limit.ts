import type { MiddlewareHandler } from 'hono'
import type { AppContext, AppEnv } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'

const mebibyte = 2 ** 20

/**
 * What is read whole before it is understood: JSON, and all that the library of accounts takes. Archives and files are
 * written down as they come, with limits of their own.
 * @throws AppError 'too-large'
 */
export const limitBody: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { headers } = c.req.raw
  const whole = c.req.path.startsWith('/api/auth/') || /\bjson\b/i.test(headers.get('content-type') ?? '')
  if (whole && headers.has('content-length')) refuseBeyond(mebibyte, Number(headers.get('content-length')))
  else if (whole && c.req.raw.body) {
    const body = await wholeBody(c, mebibyte)
    // Anew: the server's own kind of request cannot be copied by the constructor.
    c.req.raw = new Request(c.req.url, { method: c.req.method, headers, body })
  }
  await next()
}

/** Counted as it comes: a length may be missing. @throws AppError 'too-large' */
export async function wholeBody(c: AppContext, mostBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of c.req.raw.body ?? []) {
    bytes += chunk.length
    refuseBeyond(mostBytes, bytes)
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

function refuseBeyond(mostBytes: number, bytes: number): void {
  if (bytes > mostBytes) throw new AppError('too-large', { params: { megabytes: mostBytes / mebibyte } })
}
