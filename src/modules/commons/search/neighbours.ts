import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { splitFacet } from '#modules/commons/facets.ts'
import type { Item } from '#modules/commons/items.ts'
import { matches } from '#modules/commons/search/matching.ts'
import { emptyQuery } from '#modules/commons/search/query.ts'
import { wordsOf } from '#modules/commons/search/words.ts'

/** Why an item lies close to another. */
export type Nearness = 'content' | 'theme' | 'place' | 'resemblance'

export interface Neighbour {
  slug: string
  title: string
  type: string | null
  language: string | null
  reason: Nearness
  /** For a place, in kilometres; for a resemblance, from 0 to 1; for themes, how many are shared. */
  measure: number | null
}

const most = 4

/** Pages, over all the words or themes by which the likes of one are sought. */
const mostWeighed = 300

/** What lies close to an item: by what it says, by its themes, by its place, and what may be the same thing told twice. */
export async function neighboursOf(trx: Trx, networkId: string, item: Item): Promise<Neighbour[]> {
  const groups = [
    await resembling(trx, networkId, item),
    await byContent(trx, networkId, item),
    await byTheme(trx, networkId, item),
    await byPlace(trx, networkId, item),
  ]
  const seen = new Set([item.slug])
  return groups.flatMap(group => {
    const fresh = group.filter(neighbour => !seen.has(neighbour.slug)).slice(0, most)
    for (const neighbour of fresh) seen.add(neighbour.slug)
    return fresh
  })
}

/** Near-duplicates: shown to those inside the network, who can judge. */
async function resembling(trx: Trx, networkId: string, item: Item): Promise<Neighbour[]> {
  const { rows } = await sql<Row>`
    select other.slug, other.title, other.type, other.language, pair.resemblance as measure
    from commons_resemblance pair
    join commons_item other on other.network_id = pair.network_id
      and other.id = case when pair.item_id = ${item.id} then pair.other_id else pair.item_id end
    where pair.network_id = ${networkId} and (pair.item_id = ${item.id} or pair.other_id = ${item.id})
    order by pair.resemblance desc, other.id limit ${most}`.execute(trx)
  return rows.map(row => ({ ...row, reason: 'resemblance' as const }))
}

/**
 * The rare words of title and tags, and the rarest of the summary, say what a page is about; who shares several of them
 * is close. Long pages have every word, so that a text weighs by its length too.
 */
async function byContent(trx: Trx, networkId: string, item: Item): Promise<Neighbour[]> {
  const tags = item.facets.map(splitFacet).filter(({ kind }) => kind === 'theme' || kind === 'method')
  const heading = new Set(wordsOf([item.title, ...tags.map(tag => tag.key)]).keys())
  const words = [...new Set([...heading, ...wordsOf([item.summary]).keys()])].filter(word => word.length > 3)
  const { rows } = await sql<{ word: string; pages: number }>`
    select word, pages from commons_word_pages(${words}::text[]) where pages > 1 order by word`.execute(trx)
  const rarest = rows
    .map(row => ({ ...row, weight: row.pages * (heading.has(row.word) ? 1 : 8) }))
    .sort((a, b) => a.weight - b.weight)
    .slice(0, 12)
  const known = asLongAs(rarest, ({ pages }) => pages)
  if (known.length < 2) return []
  const query = known.map(({ word }) => `'${word}'`).join(' | ')
  const { rows: found } = await sql<Row>`
    with stems as materialized (
      -- Four languages agree on most stems; each is weighed once.
      select string_agg(distinct stem, ' | ')::tsquery as query
      from (values ('cordee_fr'::regconfig), ('cordee_en'), ('cordee_es'), ('cordee_pt')) as language (config)
      cross join lateral regexp_split_to_table(to_tsquery(config, ${query})::text, ' \\| ') as stem
      where stem <> ''
    )
    select other.slug, other.title, other.type, other.language, null::real as measure
    from stems
    -- A rare word may share its stem with common ones.
    cross join lateral (select item_id from commons_match(stems.query, '[]', null, null) limit ${mostWeighed * 2}) match
    join commons_item other on other.network_id = ${networkId} and other.id = match.item_id
    where stems.query is not null and match.item_id <> ${item.id}
    order by ts_rank(other.heading_search, stems.query) + ts_rank(other.search, stems.query) * 8 / sqrt(length(other.search)) desc,
      other.id limit ${most * 2}`.execute(trx)
  return found.map(row => ({ ...row, reason: 'content' as const }))
}

/** Shared themes, the rare ones counting more: two pages on "seaweed" are closer than two on "innovation". */
async function byTheme(trx: Trx, networkId: string, item: Item): Promise<Neighbour[]> {
  const themes = item.facets.map(splitFacet).filter(({ kind }) => kind === 'theme')
  if (themes.length === 0) return []
  const { rows: known } = await sql<{ key: string; items: number }>`
    select key, items from commons_facet
    where network_id = ${networkId} and kind = 'theme' and key = any (${themes.map(theme => theme.key)}::text[]) and items > 1
    order by items, key limit 5`.execute(trx)
  if (known.length === 0) return []
  const keys = asLongAs(known, ({ items }) => items).map(({ key }) => key)
  const { rows } = await sql<Row>`
    select other.slug, other.title, other.type, other.language, shared.themes as measure
    from ${matches({ ...emptyQuery, facets: { theme: keys } }, null)} found
    join commons_item other on other.network_id = ${networkId} and other.id = found.item_id
    cross join lateral (
      select count(*) as themes from unnest(other.facets) facet where facet = any (${keys.map(key => `theme:${key}`)}::text[])
    ) shared
    where other.id <> ${item.id}
    order by shared.themes desc, other.year desc nulls last, other.id limit ${most * 2}`.execute(trx)
  return rows.map(row => ({ ...row, reason: 'theme' as const }))
}

/** The first and rarest in any case, and of those after it as many as can be weighed together. */
function asLongAs<Row>(rows: Row[], pagesOf: (row: Row) => number): Row[] {
  let room = mostWeighed
  return rows.filter((row, index) => {
    if (index > 0 && pagesOf(row) > room) return false
    room -= pagesOf(row)
    return true
  })
}

/** Within about 300 km; distances on a sphere of 6,371 km. */
async function byPlace(trx: Trx, networkId: string, item: Item): Promise<Neighbour[]> {
  const { latitude, longitude } = item
  if (latitude === null || longitude === null) return []
  const box = boxAround(latitude, longitude)
  const { rows } = await sql<Row>`
    select other.slug, other.title, other.type, other.language,
      2 * 6371 * asin(least(1, sqrt(
        power(sin(radians(other.latitude - ${latitude}::double precision) / 2), 2) +
        cos(radians(${latitude}::double precision)) * cos(radians(other.latitude)) *
        power(sin(radians(other.longitude - ${longitude}::double precision) / 2), 2)))) as measure
    from ${matches(emptyQuery, null, { box })} found
    join commons_item other on other.network_id = ${networkId} and other.id = found.item_id
    where other.id <> ${item.id}
    order by measure, other.id limit ${most * 2}`.execute(trx)
  return rows.map(row => ({ ...row, reason: 'place' as const }))
}

interface Row {
  slug: string
  title: string
  type: string | null
  language: string | null
  measure: number | null
}

/** West, south, east, north of all that lies within `reach`; around a pole every longitude does. */
export function boxAround(latitude: number, longitude: number): number[] {
  const [south, north] = [Math.max(-90, latitude - reach), Math.min(90, latitude + reach)]
  if (south === -90 || north === 90) return [-180, south, 180, north]
  const radian = Math.PI / 180
  // The widest point of a circle on a sphere, at high latitudes well beyond reach / cos(latitude).
  const wide = Math.asin(Math.min(1, Math.sin(reach * radian) / Math.cos(latitude * radian))) / radian
  return [wrap(longitude - wide), south, wrap(longitude + wide), north]
}

/** Degrees of latitude in 300 km. */
const reach = 2.7

function wrap(longitude: number): number {
  return longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude
}
