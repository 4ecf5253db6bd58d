import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { ItemRecord } from '#modules/commons/exports/record.ts'
import { readItem } from '#modules/commons/items.ts'
import { matches } from '#modules/commons/search/matching.ts'
import { type CommonsQuery, isWhole } from '#modules/commons/search/query.ts'
import { readText } from '#modules/commons/search/search-text.ts'

const batchItems = 100

/** How an export reads: in a transaction of its caller's, or in a short one each time. */
export type Reading = <T>(work: (trx: Trx) => Promise<T>) => Promise<T>

/**
 * Everything found, one after the other by key: the commons as it was when the export began, since each page is read
 * in the version it then had. Nothing is held between two batches but keys, so a slow reader costs the site nothing.
 */
export async function* exportItems(
  read: Reading,
  networkId: string,
  query: CommonsQuery,
  options: { urlOf: (slug: string) => string },
): AsyncGenerator<ItemRecord> {
  const found = await read(async trx => {
    const text = query.q ? await readText(trx, query.q) : null
    if (text && text.tsquery === null) return []
    const { rows } = await sql<{ id: string; version: number }>`
      select item.id, item.version from ${matches(query, text)} found
      join commons_item item on item.network_id = ${networkId} and item.id = found.item_id
      order by item.id`.execute(trx)
    return rows
  })
  yield* readRecords(read, networkId, found, options)
}

/** Items in the order and each in the version given. */
export async function* readRecords(
  read: Reading,
  networkId: string,
  wanted: readonly { id: string; version: number }[],
  options: { urlOf: (slug: string) => string },
): AsyncGenerator<ItemRecord> {
  for (let from = 0; from < wanted.length; from += batchItems) {
    const batch = wanted.slice(from, from + batchItems)
    const { rows } = await read(trx =>
      sql<Row>`
        select item.id, item.slug, item.file_name, item.language, item.updated_at, version.source
        from unnest(${batch.map(({ id }) => id)}::uuid[], ${batch.map(({ version }) => version)}::integer[])
          with ordinality as wanted (id, number, place)
        join commons_item item on item.network_id = ${networkId} and item.id = wanted.id
        join commons_version version on version.network_id = item.network_id and version.item_id = item.id
          and version.number = wanted.number
        order by wanted.place`.execute(trx),
    )
    for (const row of rows) yield asRecord(row, options.urlOf)
  }
}

/** The latest changes, for a feed. */
export async function* latestItems(
  read: Reading,
  networkId: string,
  query: CommonsQuery,
  options: { urlOf: (slug: string) => string; most: number },
): AsyncGenerator<ItemRecord> {
  const rows = await read(async trx => {
    const text = query.q ? await readText(trx, query.q) : null
    if (text && text.tsquery === null) return []
    const found = isWhole(query)
      ? sql`(select id as item_id, updated_at from commons_item where network_id = ${networkId})`
      : matches(query, text, { sort: 'updated' })
    const latest = await sql<Row>`
      select item.id, item.slug, item.file_name, item.language, item.updated_at, version.source
      from (select item_id from ${found} found order by updated_at desc, item_id limit ${options.most}) latest
      join commons_item item on item.network_id = ${networkId} and item.id = latest.item_id
      join commons_version version on version.network_id = item.network_id and version.item_id = item.id
        and version.number = item.version
      order by item.updated_at desc, item.id`.execute(trx)
    return latest.rows
  })
  for (const row of rows) yield asRecord(row, options.urlOf)
}

interface Row {
  id: string
  slug: string
  file_name: string
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
    type: facts.type,
    title: facts.title,
    summary: facts.summary,
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
    licence: facts.licence,
  }
}
