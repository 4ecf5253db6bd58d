import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { type Extract, extractOf } from '#modules/commons/extract.ts'
import { type FacetKind, facetKinds, facetOf, splitFacet } from '#modules/commons/facets.ts'
import { type CommonsQuery, isWhole } from '#modules/commons/query.ts'
import { correct, readText, type TextQuery } from '#modules/commons/search-text.ts'

export interface Hit {
  id: string
  slug: string
  title: string
  type: string | null
  summary: string
  language: string | null
  year: number | null
  facets: string[]
  updatedAt: Date
  /** Where the words looked for stand in the text; null without words or when only title or tags have them. */
  extract: Extract | null
}

export interface FacetCount {
  key: string
  label: string
  count: number
}

export interface SearchResult {
  total: number
  hits: Hit[]
  /** Where the next page starts; null on the last. */
  next: string | null
  /** What was searched instead, when what was typed finds nothing. */
  corrected: string | null
  /** Nothing but stop words was typed. */
  unsearchable: boolean
}

export const pageSize = 20

/** Beyond so many matches only title and tags decide the order: reading every text would take too long. */
const rankLimit = 2_000

/** One page of what is found, in order. A search that finds nothing is tried once more with its spelling mended. */
export async function search(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  size = pageSize,
): Promise<SearchResult> {
  const text = query.q ? await readText(trx, query.q) : null
  if (text && text.tsquery === null)
    return { total: 0, hits: [], next: null, corrected: null, unsearchable: true }
  const found = await searchText(trx, networkId, query, text, size)
  if (found.total > 0 || !query.q) return { ...found, corrected: null, unsearchable: false }
  const correction = await correct(trx, query.q)
  if (correction) {
    const again = await readText(trx, correction.q)
    const mended = again.tsquery === null ? found : await searchText(trx, networkId, query, again, size)
    if (mended.total > 0) return { ...mended, corrected: correction.q, unsearchable: false }
  }
  return { ...found, corrected: null, unsearchable: false }
}

/**
 * How many of what is found carry each value. Within a kind the counts leave that kind's own choice aside, so that
 * they say what one more choice would bring.
 */
export async function countFacets(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  kinds: readonly FacetKind[],
  most: number,
): Promise<Map<FacetKind, FacetCount[]>> {
  const whole = isWhole(query)
  const counts = whole
    ? await storedCounts(trx, networkId, kinds, most)
    : await liveCounts(trx, networkId, query, kinds, most)
  const byKind = Map.groupBy(counts, count => count.kind)
  return new Map(kinds.filter(kind => byKind.has(kind)).map(kind => [kind, byKind.get(kind) ?? []]))
}

/** How many items there are to be found. */
export async function countItems(trx: Trx, networkId: string, query: CommonsQuery): Promise<number> {
  const text = query.q ? await readText(trx, query.q) : null
  return total(trx, networkId, query, text)
}

/** The matches of a query as a relation of `item_id` and `relevance`. Rank only what will be ordered by it. */
export function matches(
  query: CommonsQuery,
  text: TextQuery | null,
  ranked: boolean,
  box: number[] | null = null,
): RawBuilder<unknown> {
  const groups = facetKinds.flatMap(kind => {
    const values = query.facets[kind]
    return values ? [values.map(value => facetOf(kind, value))] : []
  })
  return sql`commons_match(${text?.tsquery ?? null}::tsquery, ${JSON.stringify(groups)}::jsonb, ${box}::double precision[],
    ${ranked ? rankLimit : null}::integer)`
}

async function searchText(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  text: TextQuery | null,
  size: number,
) {
  const count = await total(trx, networkId, query, text)
  if (count === 0) return { total: 0, hits: [], next: null }
  const order = orderOf(query)
  const start = query.after ? readCursor(query.after, order.name) : null
  const whole = isWhole(query)
  const source = whole
    ? sql`commons_item item`
    : sql`${matches(query, text, order.name === 'relevance')} found
        join commons_item item on item.network_id = ${networkId} and item.id = found.item_id`
  const relevance = whole ? sql`0::real` : sql`found.relevance`
  const { rows } = await sql<Row>`
    select item.id, item.slug, item.title, item.type, item.summary, item.language, item.year, item.facets, item.updated_at,
      ${relevance} as relevance,
      ${
        text
          ? sql`(select version.source from commons_version version
        where version.network_id = item.network_id and version.item_id = item.id and version.number = item.version)`
          : sql`null::text`
      } as source
    from ${source}
    where item.network_id = ${networkId} ${start ? sql`and ${order.after(start)}` : sql``}
    order by ${order.by}
    limit ${size + 1}`.execute(trx)
  const shown = rows.slice(0, size)
  const last = shown.at(-1)
  return {
    total: count,
    hits: shown.map(row => asHit(row, text)),
    next: rows.length > size && last ? writeCursor(order.name, order.cursor(last), last.id) : null,
  }
}

async function total(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  text: TextQuery | null,
): Promise<number> {
  const { rows } = isWhole(query)
    ? await sql<{
        count: number
      }>`select count(*) as count from commons_item where network_id = ${networkId}`.execute(trx)
    : await sql<{
        count: number
      }>`select count(*) as count from ${matches(query, text, false)} found`.execute(trx)
  return rows[0]?.count ?? 0
}

interface Row {
  id: string
  slug: string
  title: string
  type: string | null
  summary: string
  language: string | null
  year: number | null
  facets: string[]
  updated_at: Date
  relevance: number
  source: string | null
}

interface Order {
  name: string
  by: RawBuilder<unknown>
  cursor(row: Row): string
  after(start: { value: string; id: string }): RawBuilder<unknown>
}

/** Each order is total, by the key of the item at the end, so that a page can start exactly after another. */
function orderOf(query: CommonsQuery): Order {
  switch (query.sort) {
    case 'title':
      return {
        name: 'title',
        by: sql`item.title collate name_order, item.id`,
        cursor: row => row.title,
        after: ({ value, id }) => sql`(item.title collate name_order, item.id) > (${value}, ${id}::uuid)`,
      }
    case 'updated':
      return {
        name: 'updated',
        by: sql`item.updated_at desc, item.id`,
        cursor: row => row.updated_at.toISOString(),
        // Milliseconds is all a JavaScript date has: compare what was written with what can be read.
        after: ({ value, id }) =>
          sql`(date_trunc('milliseconds', item.updated_at) < ${value}::timestamptz
            or (date_trunc('milliseconds', item.updated_at) = ${value}::timestamptz and item.id > ${id}::uuid))`,
      }
    case 'relevance':
      if (query.q) {
        return {
          name: 'relevance',
          by: sql`found.relevance desc, item.id`,
          cursor: row => String(row.relevance),
          after: ({ value, id }) =>
            sql`(found.relevance < ${value}::real or (found.relevance = ${value}::real and item.id > ${id}::uuid))`,
        }
      }
      break
  }
  return {
    name: 'recent',
    by: sql`item.year desc nulls last, item.id`,
    cursor: row => String(row.year ?? ''),
    after: ({ value, id }) =>
      value === ''
        ? sql`item.year is null and item.id > ${id}::uuid`
        : sql`(item.year < ${value}::smallint or item.year is null or (item.year = ${value}::smallint and item.id > ${id}::uuid))`,
  }
}

function writeCursor(order: string, value: string, id: string): string {
  return Buffer.from(JSON.stringify([order, value, id])).toString('base64url')
}

/** @throws AppError 'invalid-input' for one that we did not write, or wrote for another order */
function readCursor(cursor: string, order: string): { value: string; id: string } {
  try {
    const [name, value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[]
    const sound =
      name === order &&
      typeof value === 'string' &&
      typeof id === 'string' &&
      isId(id) &&
      !value.includes('\0') &&
      cursorShape[order]?.test(value)
    if (sound) return { value, id }
  } catch {
    // Not ours, as below.
  }
  throw new AppError('invalid-input', { fields: [{ field: 'after', message: 'Unknown cursor' }] })
}

const cursorShape: Record<string, RegExp> = {
  title: /^/,
  updated: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  relevance: /^\d{1,10}(\.\d{1,20})?(e[+-]?\d{1,2})?$/,
  recent: /^(\d{4})?$/,
}

function asHit(row: Row, text: TextQuery | null): Hit {
  const { id, slug, title, type, summary, language, year, facets } = row
  return {
    id,
    slug,
    title,
    type,
    summary,
    language,
    year,
    facets,
    updatedAt: row.updated_at,
    extract: text && row.source !== null ? extractOf(row.source, text.stems) : null,
  }
}

interface CountRow extends FacetCount {
  kind: FacetKind
}

/** Kept right by every write, so that the front page counts nothing. */
async function storedCounts(
  trx: Trx,
  networkId: string,
  kinds: readonly FacetKind[],
  most: number,
): Promise<CountRow[]> {
  const { rows } = await sql<CountRow>`
    select kind, key, label, count from (
      select kind, key, label, case when app_inside() then items else public_items end as count,
        row_number() over (partition by kind order by case when app_inside() then items else public_items end desc, key) as place
      from commons_facet where network_id = ${networkId} and kind = any (${[...kinds]})
    ) ranked
    where place <= ${most} and count > 0
    order by kind, place`.execute(trx)
  return rows
}

async function liveCounts(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  kinds: readonly FacetKind[],
  most: number,
): Promise<CountRow[]> {
  const text = query.q ? await readText(trx, query.q) : null
  const chosen = kinds.filter(kind => query.facets[kind])
  const others = kinds.filter(kind => !query.facets[kind])
  const counts = others.length > 0 ? await countMatches(trx, networkId, query, text, others, most) : []
  for (const kind of chosen) {
    const { [kind]: own = [], ...facets } = query.facets
    const found = await countMatches(trx, networkId, { ...query, facets }, text, [kind], most)
    // What is chosen is always shown, so that it can be taken out again.
    const missing = own.filter(key => !found.some(count => count.key === key))
    const shown =
      missing.length > 0 ? await countMatches(trx, networkId, { ...query, facets }, text, [kind], 1_000) : []
    counts.push(...found)
    for (const key of missing)
      counts.push(shown.find(count => count.key === key) ?? { kind, key, label: key, count: 0 })
  }
  return counts
}

async function countMatches(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  text: TextQuery | null,
  kinds: readonly FacetKind[],
  most: number,
): Promise<CountRow[]> {
  if (isWhole(query)) return storedCounts(trx, networkId, kinds, most)
  const { rows } = await sql<{ facet: string; label: string | null; count: number }>`
    with counted as (
      select facet, count(*) as count
      from ${matches(query, text, false)} found
      join commons_item item on item.network_id = ${networkId} and item.id = found.item_id
      cross join unnest(item.facets) as facet
      where split_part(facet, ':', 1) = any (${[...kinds]})
      group by facet
    ), ranked as (
      select *, row_number() over (partition by split_part(facet, ':', 1) order by count desc, facet) as place from counted
    )
    select ranked.facet, known.label, ranked.count
    from ranked
    left join commons_facet known on known.network_id = ${networkId}
      and known.kind = split_part(ranked.facet, ':', 1) and known.key = substr(ranked.facet, strpos(ranked.facet, ':') + 1)
    where place <= ${most}
    order by place`.execute(trx)
  return rows.map(row => {
    const { kind, key } = splitFacet(row.facet)
    return { kind, key, label: row.label ?? key, count: row.count }
  })
}
