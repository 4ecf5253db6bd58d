import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { CommonsQuery } from '#modules/commons/query.ts'
import { readText } from '#modules/commons/search-text.ts'
import { matches } from '#modules/commons/searching.ts'

export interface Place {
  id: string
  slug: string
  title: string
  type: string | null
  latitude: number
  longitude: number
}

/** No screen shows more marks than that apart. */
export const mostPlaces = 2_000

/**
 * What is found within a box, as points. @param box west, south, east, north in degrees
 * @returns at most `mostPlaces`, and whether there were more
 */
export async function placesIn(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  box: number[],
): Promise<{ places: Place[]; more: boolean }> {
  const text = query.q ? await readText(trx, query.q) : null
  if (text && text.tsquery === null) return { places: [], more: false }
  const { rows } = await sql<Place>`
    select item.id, item.slug, item.title, item.type, item.latitude, item.longitude
    from ${matches(query, text, false, box)} found
    join commons_item item on item.network_id = ${networkId} and item.id = found.item_id
    order by item.id limit ${mostPlaces + 1}`.execute(trx)
  return { places: rows.slice(0, mostPlaces), more: rows.length > mostPlaces }
}

export interface Cluster {
  latitude: number
  longitude: number
  count: number
  /** An item of the cluster: the only one where `count` is 1. */
  slug: string
  title: string
}

/** What is found, gathered by cells of `degrees`, each at the middle of what it holds; the largest first. */
export async function clusters(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  degrees: number,
): Promise<Cluster[]> {
  const text = query.q ? await readText(trx, query.q) : null
  if (text && text.tsquery === null) return []
  const { rows } = await sql<Cluster>`
    select avg(item.latitude) as latitude, avg(item.longitude) as longitude, count(*) as count,
      min(item.slug) as slug, (array_agg(item.title order by item.slug))[1] as title
    from ${matches(query, text, false, [-180, -90, 180, 90])} found
    join commons_item item on item.network_id = ${networkId} and item.id = found.item_id
    group by floor(item.latitude / ${degrees}::double precision), floor(item.longitude / ${degrees}::double precision)
    order by count(*) desc, min(item.slug) limit 300`.execute(trx)
  return rows
}
