import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { splitFacet } from '#modules/commons/facets.ts'
import { everyItem, locatedItem } from '#modules/commons/importing/counting.ts'
import { type Extract, extractOf } from '#modules/commons/search/extract.ts'
import { matches } from '#modules/commons/search/matching.ts'
import { type Order, orderOf, type SortedRow } from '#modules/commons/search/order.ts'
import { type CommonsQuery, isWhole } from '#modules/commons/search/query.ts'
import { corrections, readText, stemsIn, type TextQuery } from '#modules/commons/search/search-text.ts'

export type { FacetCount } from '#modules/commons/search/facet-counts.ts'

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

/** One page of what is found, in order. A search that finds nothing is tried again with its spelling mended. */
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
  let best: SearchResult = { ...found, corrected: null, unsearchable: false }
  let distance: number | null = null
  for (const correction of await corrections(trx, query.q)) {
    // Of those as near as the first that finds something, the one that finds most: words that go together.
    if (distance !== null && correction.distance > distance) break
    const again = await readText(trx, correction.text)
    if (again.tsquery === null) continue
    const mended = await searchText(trx, networkId, query, again, size)
    if (mended.total <= best.total) continue
    best = { ...mended, corrected: correction.text, unsearchable: false }
    distance = correction.distance
  }
  return best
}

/** How many items there are to be found. */
export async function countItems(trx: Trx, networkId: string, query: CommonsQuery): Promise<number> {
  if (isWhole(query)) return storedCount(trx, networkId, everyItem)
  const text = query.q ? await readText(trx, query.q) : null
  return text && text.tsquery === null ? 0 : countMatches(trx, query, text)
}

/** How many of them say of which country they speak. @param countries every country that one of them speaks of */
export async function countLocated(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  countries: string[],
): Promise<number> {
  // A choice of countries leaves only items that have one.
  if (query.facets.country) return countItems(trx, networkId, query)
  if (isWhole(query)) return storedCount(trx, networkId, locatedItem)
  return countItems(trx, networkId, { ...query, facets: { ...query.facets, country: countries } })
}

async function searchText(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  text: TextQuery | null,
  size: number,
): Promise<{ total: number; hits: Hit[]; next: string | null }> {
  const order = orderOf(query)
  const { total, rows } = isWhole(query)
    ? await wholePage(trx, networkId, query, order, size)
    : await matchedPage(trx, networkId, query, text, order, size)
  const shown = rows.slice(0, size)
  const last = shown.at(-1)
  return {
    total,
    hits: shown.map(row => asHit(row, text)),
    next: rows.length > size && last ? order.cursor(last) : null,
  }
}

/** Of everything: counted before, and each order has its index. */
async function wholePage(trx: Trx, networkId: string, query: CommonsQuery, order: Order, size: number) {
  const { rows } = await sql<Row>`
    select ${hitColumns}, 0::real as relevance, null::text as source from commons_item item
    where network_id = ${networkId} ${query.after ? sql`and ${order.after(query.after, 'id')}` : sql``}
    order by ${order.by('id')}
    limit ${size + 1}`.execute(trx)
  return { rows, total: await storedCount(trx, networkId, everyItem) }
}

/** Of a search: sorted and counted in one go over the keys, and only what is shown is read. */
async function matchedPage(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  text: TextQuery | null,
  order: Order,
  size: number,
) {
  const source = sql`(select version.source from commons_version version
    where version.network_id = item.network_id and version.item_id = item.id and version.number = item.version)`
  const { rows } = await sql<Row & { total: number }>`
    with found as materialized (
      select * from ${matches(query, text, { sort: order.name })}
    ), page as (
      select item_id, relevance, row_number() over () as place from (
        select item_id, relevance from found
        ${query.after ? sql`where ${order.after(query.after, 'item_id')}` : sql``}
        order by ${order.by('item_id')}
        limit ${size + 1}
      ) sorted
    )
    select ${hitColumns}, page.relevance, ${text ? source : sql`null::text`} as source, counted.total
    from (select count(*) as total from found) counted
    left join (page join commons_item item on item.network_id = ${networkId} and item.id = page.item_id) on true
    order by page.place`.execute(trx)
  return { rows: rows.filter(row => row.id !== null), total: rows[0]?.total ?? 0 }
}

async function countMatches(trx: Trx, query: CommonsQuery, text: TextQuery | null): Promise<number> {
  const { rows } = await sql<{
    count: number
  }>`select count(*) as count from ${matches(query, text)}`.execute(trx)
  return rows[0]?.count ?? 0
}

async function storedCount(trx: Trx, networkId: string, counter: string): Promise<number> {
  const { kind, key } = splitFacet(counter)
  const { rows } = await sql<{ count: number }>`
    select case when app_inside() then items else public_items end as count
    from commons_facet where network_id = ${networkId} and kind = ${kind} and key = ${key}`.execute(trx)
  return rows[0]?.count ?? 0
}

const hitColumns = sql`item.id, item.slug, item.title, item.type, item.summary, item.language, item.year, item.facets,
  item.updated_at, item.newest_first`

interface Row extends SortedRow {
  slug: string
  type: string | null
  summary: string
  language: string | null
  year: number | null
  facets: string[]
  source: string | null
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
    extract: text && row.source !== null ? extractFrom(row.source, text, language) : null,
  }
}

/** A page can have been found by an answer in another language than most of it. */
function extractFrom(source: string, text: TextQuery, language: string | null): Extract | null {
  return extractOf(source, stemsIn(text, language)) ?? extractOf(source, stemsIn(text, null))
}
