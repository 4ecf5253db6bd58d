import type { Trx } from '#db/database.ts'
import { readTenant } from '#db/tenant.ts'
import { type AppContext, originOf } from '#http/context.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { AppError } from '#kernel/errors.ts'
import { findItem, type Item } from '#modules/commons/items.ts'
import {
  documentResponse,
  fileHeaders,
  type ItemFormat,
  itemFormats,
  type Refused,
  retrySeconds,
} from '#modules/commons/publication/document-response.ts'
import { itemDocument } from '#modules/commons/publication/item-document.ts'
import { addressOf, itemManuscript } from '#modules/commons/publication/item-manuscript.ts'
import { publishingFor } from '#modules/commons/publication/publishing.ts'
import { RefusalPage } from '#modules/commons/publication/views/refusal-page.tsx'
import { entryOf } from '#modules/network/index.ts'
import type { DocumentFormat } from '#platform/typesetting/index.ts'

/** GET …/commons/:slug/export/:slug.pdf, and in the other formats. */
export async function showItemExport(c: AppContext): Promise<Response> {
  await limitAddress(c, 'export')
  const slug = c.req.param('slug') ?? ''
  const file = c.req.param('file') ?? ''
  const format = itemFormats.find(one => file === `${slug}.${one}`)
  if (!format) throw new AppError('not-found')
  const answer = await itemResponse(c, slug, format)
  if (answer instanceof Response) return answer
  return refusalPage(c, answer.item, answer.refused)
}

/** The item in words of another language, by its translators, as a document. @param item with its translated source */
export async function translatedExport(
  c: AppContext,
  trx: Trx,
  item: Item,
  format: DocumentFormat,
): Promise<() => Promise<Response>> {
  const publishing = await publishingFor(c, trx, [item.source])
  // Typesetting takes its time: it is done once nothing holds a connection any more.
  return async () => {
    const manuscript = await itemManuscript(item, publishing)
    const fileName = `${item.slug}-${item.language}.${format}`
    const { id: networkId } = entryOf(c).network
    const answer = await documentResponse(c, { networkId, manuscript, format, fileName })
    return answer instanceof Response ? answer : refusalPage(c, item, answer)
  }
}

function refusalPage(c: AppContext, item: Item, refused: Refused): Response {
  const { network } = entryOf(c)
  if (refused === 'busy') c.header('retry-after', String(retrySeconds))
  const status = refused === 'busy' ? 503 : 422
  return page(
    c,
    RefusalPage,
    { network, refused, title: item.title, item: item.slug, address: c.req.path },
    { status },
  )
}

/** The item in a format, as a file; or why it cannot be had in this one. */
export async function itemResponse(
  c: AppContext,
  slug: string,
  format: ItemFormat,
): Promise<Response | { item: Item; refused: Refused }> {
  const { network, tenant } = entryOf(c)
  const { db } = c.var.services
  const fileName = `${slug}.${format}`
  const found = await readTenant(db, tenant, async trx => {
    const item = await findItem(trx, network.id, slug)
    if (!item) throw new AppError('not-found')
    if (format === 'md') return { item, body: item.source }
    if (format === 'json') {
      const url = addressOf(slug, { network, origin: originOf(c) })
      return { item, body: `${JSON.stringify(await itemDocument(trx, network.id, item, url))}\n` }
    }
    return { item, publishing: await publishingFor(c, trx, [item.source]) }
  })
  const { item } = found
  if ('body' in found) {
    c.set('shared', { networkId: network.id })
    return c.body(found.body ?? '', 200, fileHeaders(format, format === 'md' ? item.fileName : fileName))
  }
  if (format !== 'pdf' && format !== 'docx') throw new AppError('not-found')
  const manuscript = await itemManuscript(item, found.publishing)
  const answer = await documentResponse(c, { networkId: network.id, manuscript, format, fileName })
  return answer instanceof Response ? answer : { item, refused: answer }
}
