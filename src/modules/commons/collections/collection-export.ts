import { stringify } from 'csv-stringify/sync'
import { readTenant } from '#db/tenant.ts'
import { type AppContext, originOf } from '#http/context.ts'
import { href } from '#http/routes.ts'
import { textStream } from '#kernel/byte-stream.ts'
import { AppError } from '#kernel/errors.ts'
import {
  type Collection,
  type CollectionEntry,
  collectionEntries,
  openCollection,
} from '#modules/commons/collections/collections.ts'
import { neutralised } from '#modules/commons/exports/csv.ts'
import { type Reading, readRecords } from '#modules/commons/exports/exporting.ts'
import { formats } from '#modules/commons/exports/formats.ts'
import { columns, type ItemRecord, type Value, valuesOf } from '#modules/commons/exports/record.ts'
import { type Entry, inLanguage } from '#modules/network/index.ts'
import { plainText } from '#platform/markdown/index.ts'

/** What a collection can be taken away as: with its sections and notes, as pages, or as a feed of what is added. */
export const collectionFormats = ['csv', 'json', 'markdown', 'atom'] as const

const feedLength = 50

/** Streams a collection as the file of this name: `collection.csv`. @throws AppError 'not-found' */
export async function exportCollection(
  c: AppContext,
  entry: Entry,
  slug: string,
  file: string,
): Promise<Response> {
  const name = collectionFormats.find(one => file === `collection.${formats[one].extension}`)
  if (!name) throw new AppError('not-found')
  const { network, tenant } = entry
  const read: Reading = work => readTenant(c.var.services.db, tenant, work)
  const { collection, entries } = await read(async trx => {
    const { id } = await openCollection(trx, entry, slug, 'read')
    return collectionEntries(trx, network.id, id)
  })
  const here = { locale: c.var.locale, network: network.slug }
  const origin = originOf(c)
  const urlOf = (item: string) => origin + href('item', { ...here, slug: item })
  const home = origin + href('collection', { ...here, collection: collection.slug })
  const content = (wanted: CollectionEntry[]) =>
    collected(
      readRecords(
        read,
        network.id,
        wanted.map(({ item }) => item),
        { urlOf },
      ),
      wanted,
    )
  c.header('content-type', formats[name].mediaType)
  c.header('cache-control', 'no-cache')
  c.header('x-stream', '1')
  if (name !== 'atom') {
    const extension = formats[name].extension
    c.header('content-disposition', `attachment; filename="${network.slug}-${collection.slug}.${extension}"`)
  }
  switch (name) {
    case 'csv':
      return c.body(textStream(csvOf(content(entries))))
    case 'json':
      return c.body(textStream(jsonOf(collection, home, content(entries))))
    case 'markdown':
      return c.body(formats.markdown.write(content(entries)))
    case 'atom': {
      const latest = entries
        .toSorted((a, b) => b.addedAt.getTime() - a.addedAt.getTime())
        .slice(0, feedLength)
      const feed = {
        self: origin + new URL(c.req.url).pathname,
        home,
        author: inLanguage(network.name, c.var.locale, network.locale).text,
        language: collection.language,
        updatedAt: collection.updatedAt.toISOString(),
      }
      return c.body(formats.atom.write(asNews(content(latest)), { title: collection.title, feed }))
    }
  }
}

type CollectedRecord = ItemRecord & { section: string | null; note: string; addedAt: string }

/** Pages with what the collection says of them. What was taken back while they were being read is passed over. */
async function* collected(
  records: AsyncIterable<ItemRecord>,
  entries: CollectionEntry[],
): AsyncGenerator<CollectedRecord> {
  const byItem = new Map(entries.map(entry => [entry.item.id, entry]))
  for await (const record of records) {
    const entry = byItem.get(record.id)
    if (!entry) continue
    yield { ...record, section: entry.section, note: entry.note, addedAt: entry.addedAt.toISOString() }
  }
}

/** As the export of the commons, with what the collection adds in front. */
async function* csvOf(records: AsyncIterable<CollectedRecord>): AsyncGenerator<string> {
  yield `\ufeff${['section', 'note', 'added_at', ...columns].map(column => `"${column}"`).join(',')}\r\n`
  for await (const record of records) {
    const values = valuesOf(record)
    const line = [record.section, record.note, record.addedAt, ...columns.map(column => values[column])]
    yield stringify([line.map(cell)], {
      record_delimiter: 'windows',
      quoted_string: true,
      quoted_empty: false,
    })
  }
}

function cell(value: Value): string | number | null {
  if (value === null || typeof value === 'number') return value
  if (typeof value === 'string') return neutralised(value)
  return value.map(one => neutralised(String(one))).join('; ')
}

async function* jsonOf(
  { title, about, state, language, updatedAt }: Collection,
  url: string,
  records: AsyncIterable<CollectedRecord>,
): AsyncGenerator<string> {
  yield `{ "collection": ${JSON.stringify({ title, about, state, language, updatedAt, url })}, "items": [`
  let separator = '\n'
  for await (const record of records) {
    yield separator + JSON.stringify(record)
    separator = ',\n'
  }
  yield '\n] }\n'
}

/** New is what was added, or has changed since; first the keeper speaks, then the page. */
async function* asNews(records: AsyncIterable<CollectedRecord>): AsyncGenerator<ItemRecord> {
  for await (const record of records) {
    const updatedAt = record.addedAt > record.updatedAt ? record.addedAt : record.updatedAt
    const summary = [plainText(record.note), record.summary].filter(Boolean).join('\n\n')
    yield { ...record, updatedAt, summary }
  }
}
