import { contentDisposition } from '#http/content-disposition.ts'
import type { AppContext } from '#http/context.ts'
import { alreadyHas } from '#http/entity-tag.ts'
import { documentTag, setDocument } from '#modules/commons/publication/kept-documents.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import type { DocumentFormat, Manuscript, Typeset } from '#platform/typesetting/index.ts'

export const mediaTypes = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  json: 'application/json',
  md: 'text/markdown; charset=utf-8',
} as const

/** The ways in which one page of the commons leaves the platform, by the ending of the file's name. */
export type ItemFormat = keyof typeof mediaTypes

export const itemFormats = Object.keys(mediaTypes) as ItemFormat[]

export type Refused = Extract<Typeset, { refused: string }>['refused']

/** What those are told who cannot have a document, by why. */
export const refusalMessages: Record<Refused, { title: MessageKey; text: MessageKey }> = {
  busy: { title: 'commons.publication.busy.title', text: 'commons.publication.busy.text' },
  'too-long': { title: 'commons.publication.too-long.title', text: 'commons.publication.too-long.text' },
}

/** How soon one who was refused for the moment may come again. */
export const retrySeconds = 20

/** The document as a file to keep, or why there is none now. What the reader already has is not set again. */
export async function documentResponse(
  c: AppContext,
  options: { networkId: string; manuscript: Manuscript; format: DocumentFormat; fileName: string },
): Promise<Response | Refused> {
  const { networkId, manuscript, format, fileName } = options
  const tag = documentTag(manuscript, format)
  const etag = `"${tag}"`
  // Made for this reader, and asked about each time: what they may read can change.
  const headers = new Headers({ etag, 'cache-control': 'private, no-cache', 'x-robots-tag': 'noindex' })
  if (alreadyHas(c.req.header('if-none-match'), etag)) return new Response(null, { status: 304, headers })
  headers.set('content-type', mediaTypes[format])
  headers.set('content-disposition', contentDisposition('attachment', fileName))
  headers.set('x-content-type-options', 'nosniff')
  if (c.req.method === 'HEAD') return new Response(null, { headers })
  const outcome = await setDocument(c.var.services.storage, networkId, { manuscript, format, tag })
  if ('refused' in outcome) return outcome.refused
  headers.set('content-length', String(outcome.content.length))
  return new Response(new Uint8Array(outcome.content), { headers })
}

/** What is said of a file that is as it is stored or computed in no time. */
export function fileHeaders(format: ItemFormat, fileName: string): Record<string, string> {
  return {
    'content-type': mediaTypes[format],
    'content-disposition': contentDisposition('attachment', fileName),
    'x-robots-tag': 'noindex',
  }
}
