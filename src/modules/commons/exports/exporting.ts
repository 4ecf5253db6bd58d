import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { ItemRecord } from '#modules/commons/exports/record.ts'
import { readItem } from '#modules/commons/items.ts'
import { matches } from '#modules/commons/search/matching.ts'
import { type CommonsQuery, isWhole } from '#modules/commons/search/query.ts'
import { readText } from '#modules/commons/search/search-text.ts'

const batchItems = 100

/**
 * Everything found, one after the other by key, read in batches on the caller's transaction: one consistent state of
 * the commons, however long the reader takes. Only the keys are held in memory.
 */
export async function* exportItems(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  options: { urlOf: (slug: string) => string },
): AsyncGenerator<ItemRecord> {
  const text = query.q ? await readText(trx, query.q) : null
  if (text && text.tsquery === null) return
  const { rows: found } = await sql<{ item_id: string }>`
    select item_id from ${matches(query, text)} found order by item_id`.execute(trx)
  for (let from = 0; from < found.length; from += batchItems) {
    const ids = found.slice(from, from + batchItems).map(row => row.item_id)
    const { rows } = await sql<Row>`
      select ${columns} from ${itemsWithSource}
      where item.network_id = ${networkId} and item.id = any (${ids}::uuid[])
      order by item.id`.execute(trx)
    for (const row of rows) yield asRecord(row, options.urlOf)
  }
}

/** The latest changes, for a feed. */
export async function* latestItems(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  options: { urlOf: (slug: string) => string; most: number },
): AsyncGenerator<ItemRecord> {
  const text = query.q ? await readText(trx, query.q) : null
  if (text && text.tsquery === null) return
  const found = isWhole(query)
    ? sql`(select id as item_id, updated_at from commons_item where network_id = ${networkId})`
    : matches(query, text, { sort: 'updated' })
  const { rows } = await sql<Row>`
    select ${columns} from (select item_id from ${found} found order by updated_at desc, item_id limit ${options.most}) latest
    join ${itemsWithSource} on item.network_id = ${networkId} and item.id = latest.item_id
    order by item.updated_at desc, item.id`.execute(trx)
  for (const row of rows) yield asRecord(row, options.urlOf)
}

const columns = sql`item.id, item.slug, item.file_name, item.title, item.summary, item.type, item.language, item.updated_at,
  version.source`

const itemsWithSource = sql`(commons_item item
  join commons_version version
    on version.network_id = item.network_id and version.item_id = item.id and version.number = item.version)`

interface Row {
  id: string
  slug: string
  file_name: string
  title: string
  summary: string
  type: string | null
  language: string | null
  updated_at: Date
  source: string
}

function asRecord(row: Row, urlOf: (slug: string) => string): ItemRecord {
  const { facts } = readItem({ source: row.source, fileName: row.file_name, language: row.language })
  const written = (kind: string) => [
    ...new Set(facts.tags.filter(tag => tag.kind === kind).map(tag => tag.written)),
  ]
  return {
    id: row.id,
    slug: row.slug,
    fileName: row.file_name,
    url: urlOf(row.slug),
    type: row.type,
    title: row.title,
    summary: row.summary,
    language: row.language,
    years: facts.years,
    date: facts.date,
    countries: facts.countries,
    sdgs: facts.sdgs,
    stages: facts.stages,
    themes: written('theme'),
    methods: written('method'),
    datasources: written('datasource'),
    place: facts.place,
    source: row.source,
    updatedAt: row.updated_at.toISOString(),
    licence: null,
  }
}
