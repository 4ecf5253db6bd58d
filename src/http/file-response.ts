import { Readable } from 'node:stream'
import { readRange } from '#http/byte-range.ts'
import { contentDisposition } from '#http/content-disposition.ts'
import type { AppContext } from '#http/context.ts'
import { alreadyHas } from '#http/entity-tag.ts'
import { AppError } from '#kernel/errors.ts'
import type { StoredFile } from '#platform/files/files.ts'
import { objectKey, type PreviewWidth } from '#platform/files/storage.ts'

/** Those that browsers may be told of. All else comes as bytes, to be saved. */
const named = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'application/pdf',
  'text/plain',
  'text/csv',
  'text/markdown',
])

/** What is under an address never changes; but who may read it does, and what was removed must not stay for long. */
const publicSeconds = 86_400
const privateSeconds = 3_600

/**
 * Sends a file whose row the reader was shown by row-level security: never one named by a path. Pictures are shown in the
 * page, everything else is for saving; nothing of it runs in the name of this site.
 * @param options.preview the picture made small, in WebP; for other files the file itself
 * @throws AppError not-found when the storage has lost it
 */
export async function fileResponse(
  c: AppContext,
  file: StoredFile,
  options: { preview?: PreviewWidth; download?: boolean } = {},
): Promise<Response> {
  const isPicture = file.mediaType.startsWith('image/') && file.width !== null
  const preview = isPicture ? options.preview : undefined
  const etag = `"${Buffer.from(file.sha256, 'hex').toString('base64url')}${preview === undefined ? '' : `-${preview}`}"`
  const headers = safeHeaders(file, { preview, shown: isPicture && !options.download, etag })
  if (alreadyHas(c.req.header('if-none-match'), etag)) return answer(304, headers, null)

  headers.set('content-type', typeOf(file, preview))
  const { storage } = c.var.services
  const key = objectKey(file.networkId, file.id, preview)
  const isHead = c.req.method === 'HEAD'
  if (preview !== undefined) {
    const content = isHead ? null : await storage.get(key)
    if (!content && !isHead) throw new AppError('not-found')
    return answer(200, headers, content)
  }

  headers.set('accept-ranges', 'bytes')
  const ifRange = c.req.header('if-range')
  const range =
    ifRange === undefined || ifRange === etag ? readRange(c.req.header('range'), file.bytes) : null
  if (range === 'unsatisfiable') {
    headers.delete('content-type')
    headers.set('content-range', `bytes */${file.bytes}`)
    return answer(416, headers, null)
  }
  if (range) headers.set('content-range', `bytes ${range.first}-${range.last}/${file.bytes}`)
  headers.set('content-length', String(range ? range.last - range.first + 1 : file.bytes))
  const content = isHead ? null : await storage.get(key, range ?? undefined)
  if (!content && !isHead) throw new AppError('not-found')
  return answer(range ? 206 : 200, headers, content)
}

function safeHeaders(
  file: StoredFile,
  { preview, shown, etag }: { preview: PreviewWidth | undefined; shown: boolean; etag: string },
): Headers {
  const open = file.visibility === 'public'
  const name = preview === undefined ? file.name : `${file.name.replace(/\.[^.]*$/, '')}-${preview}.webp`
  return new Headers({
    etag,
    'cache-control': open
      ? `public, max-age=${publicSeconds}, immutable`
      : `private, max-age=${privateSeconds}, immutable`,
    // Whoever signs out, or in as somebody else, asks again.
    ...(!open && { vary: 'cookie, authorization' }),
    'content-disposition': contentDisposition(shown ? 'inline' : 'attachment', name),
    'content-security-policy': "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    // Logos stand in mails and on partners' pages; what is not public stands nowhere else.
    'cross-origin-resource-policy': open ? 'cross-origin' : 'same-origin',
    'x-stream': '1',
  })
}

function typeOf(file: StoredFile, preview: PreviewWidth | undefined): string {
  if (preview !== undefined) return 'image/webp'
  if (!named.has(file.mediaType)) return 'application/octet-stream'
  return file.mediaType.startsWith('text/') ? `${file.mediaType}; charset=utf-8` : file.mediaType
}

function answer(status: number, headers: Headers, content: Readable | null): Response {
  // The types of Node and of browsers name the same stream twice.
  return new Response(content && (Readable.toWeb(content) as unknown as ReadableStream), { status, headers })
}
