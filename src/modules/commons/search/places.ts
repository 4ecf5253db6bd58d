import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { matches } from '#modules/commons/search/matching.ts'
import type { CommonsQuery } from '#modules/commons/search/query.ts'
import { readText } from '#modules/commons/search/search-text.ts'

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
    from ${matches(query, text, { box, most: mostPlaces + 1 })} found
    join commons_item item on item.network_id = ${networkId} and item.id = found.item_id
    order by item.id`.execute(trx)
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

/** The marks of one picture; more of them would hide each other. */
const mostClusters = 300

/** What is found, gathered by cells of `degrees`, or wider ones where those are too many; the largest first. */
export async function clusters(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  degrees: number,
): Promise<Cluster[]> {
  const text = query.q ? await readText(trx, query.q) : null
  if (text && text.tsquery === null) return []
  for (let side = degrees; ; side *= 2) {
    const { rows } = await sql<Cluster>`
      select avg(item.latitude) as latitude, avg(item.longitude) as longitude, count(*) as count,
        min(item.slug) as slug, (array_agg(item.title order by item.slug))[1] as title
      from ${matches(query, text, { box: [-180, -90, 180, 90] })} found
      join commons_item item on item.network_id = ${networkId} and item.id = found.item_id
      group by floor(item.latitude / ${side}::double precision), floor(item.longitude / ${side}::double precision)
      order by count(*) desc, min(item.slug) limit ${mostClusters + 1}`.execute(trx)
    if (rows.length <= mostClusters || side > 180) return rows
  }
}

/**
 * A box as addresses have it: west, south, east, north in degrees. West is greater than east across the antimeridian.
 * @throws AppError 'invalid-input' unless it is one
 */
export function readBox(text = '-180,-90,180,90'): number[] {
  const parts = text.split(',')
  const box = parts.map(Number)
  const [west = Number.NaN, south = Number.NaN, east = Number.NaN, north = Number.NaN] = box
  const sound =
    parts.length === 4 &&
    parts.every(part => degrees.test(part)) &&
    Math.abs(west) <= 180 &&
    Math.abs(east) <= 180 &&
    south >= -90 &&
    north <= 90 &&
    south <= north
  if (!sound) throw new AppError('invalid-input', { fields: [{ field: 'bbox', message: 'field.box' }] })
  return box
}

const degrees = /^-?\d{1,3}(\.\d{1,30})?$/
