import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { AppError } from '#kernel/errors.ts'
import {
  type Collection,
  type CollectionEntry,
  collectionEntries,
  openCollection,
} from '#modules/commons/collections/collections.ts'
import type { Item } from '#modules/commons/items.ts'
import {
  bookletManuscript,
  type Chapter,
  type ChapterLength,
} from '#modules/commons/publication/booklet-manuscript.ts'
import {
  documentResponse,
  type Refused,
  retrySeconds,
} from '#modules/commons/publication/document-response.ts'
import { publishingFor } from '#modules/commons/publication/publishing.ts'
import { RefusalPage } from '#modules/commons/publication/views/refusal-page.tsx'
import { entryOf } from '#modules/network/index.ts'
import type { DocumentFormat } from '#platform/typesetting/index.ts'

export const bookletFormats = ['pdf', 'docx'] as const satisfies DocumentFormat[]

/** What a book of whole pages has at most: more would not be read, and takes too long to set. Summaries have no such limit. */
export const mostChapters = 200

/** GET …/collections/:collection/booklet/:collection.pdf; `?chapters=summary` for what the pages say of themselves. */
export async function showBooklet(c: AppContext): Promise<Response> {
  await limitAddress(c, 'export')
  const slug = c.req.param('collection') ?? ''
  const format = bookletFormats.find(one => c.req.param('file') === `${slug}.${one}`)
  if (!format) throw new AppError('not-found')
  const length: ChapterLength = c.req.query('chapters') === 'summary' ? 'summary' : 'whole'
  const answer = await bookletResponse(c, slug, format, length)
  if (answer instanceof Response) return answer
  const { collection, refused } = answer
  if (refused === 'busy') c.header('retry-after', String(retrySeconds))
  const { network } = entryOf(c)
  const shorter = length === 'whole' && refused === 'too-long' ? `${c.req.path}?chapters=summary` : null
  const props = { network, refused, title: collection.title, item: null, address: c.req.path, shorter }
  return page(c, RefusalPage, props, { status: refused === 'busy' ? 503 : 422 })
}

/** The collection as a book, or why it cannot be had as one. */
export async function bookletResponse(
  c: AppContext,
  slug: string,
  format: DocumentFormat,
  length: ChapterLength,
): Promise<Response | { collection: Collection; refused: Refused }> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const found = await readTenant(c.var.services.db, tenant, async trx => {
    const { id } = await openCollection(trx, entry, slug, 'read')
    const { collection, chapters, texts } = await readBooklet(trx, network.id, id, length)
    return { collection, chapters, publishing: await publishingFor(c, trx, texts) }
  })
  const { collection, chapters } = found
  if (!chapters) return { collection, refused: 'too-long' }
  const manuscript = await bookletManuscript(collection, chapters, length, found.publishing)
  const fileName = `${slug}.${format}`
  const answer = await documentResponse(c, { networkId: network.id, manuscript, format, fileName })
  return answer instanceof Response ? answer : { collection, refused: answer }
}

/** What a book is made of; without chapters where the pages are too many to be set whole. `texts` name the pictures. */
export async function readBooklet(
  trx: Trx,
  networkId: string,
  id: string,
  length: ChapterLength,
): Promise<{ collection: Collection; chapters: Chapter[] | null; texts: string[] }> {
  const { collection, entries } = await collectionEntries(trx, networkId, id)
  if (length === 'whole' && entries.length > mostChapters) return { collection, chapters: null, texts: [] }
  const chapters = await chaptersOf(trx, networkId, entries)
  const texts = [collection.about, ...chapters.flatMap(({ item, note }) => [note, item.source])]
  return { collection, chapters, texts }
}

/** The entries with their pages as they are now. */
async function chaptersOf(trx: Trx, networkId: string, entries: CollectionEntry[]): Promise<Chapter[]> {
  const { rows } = await sql<Pick<Item, 'id' | 'version' | 'source'> & { file_name: string }>`
    select item.id, item.version, item.file_name, version.source from commons_item item
    join commons_version version on version.network_id = item.network_id and version.item_id = item.id
      and version.number = item.version
    where item.network_id = ${networkId} and item.id = any(${entries.map(({ item }) => item.id)}::uuid[])`.execute(
    trx,
  )
  const pages = new Map(rows.map(row => [row.id, row]))
  return entries.flatMap(({ item, section, note }) => {
    const row = pages.get(item.id)
    if (!row) return []
    const { version, source, file_name: fileName } = row
    const place = { latitude: null, longitude: null }
    return [{ item: { ...item, ...place, version, source, fileName }, section, note }]
  })
}
