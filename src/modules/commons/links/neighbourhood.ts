import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { LinkedItem, LinkKind } from '#modules/commons/links/links.ts'

/** Items around one, up to two links away, and how they are linked. */
export interface Neighbourhood {
  /** The one in the middle first, those one link away next, the oldest links first. */
  items: (LinkedItem & { distance: 0 | 1 | 2 })[]
  links: { from: string; to: string; kind: LinkKind }[]
  /** There was more than is shown. */
  more: boolean
}

export const mostNeighbours = 30

/** What the reader may read of it: two statements, however much is linked. */
export async function neighbourhoodOf(trx: Trx, networkId: string, itemId: string): Promise<Neighbourhood> {
  const { rows } = await sql<LinkedItem & { distance: 0 | 1 | 2 }>`
    with near as (
      select case when from_item = ${itemId}::uuid then to_item else from_item end as id, min(created_at) as since
      from commons_link
      where network_id = ${networkId} and (from_item = ${itemId}::uuid or to_item = ${itemId}::uuid)
      group by 1 order by 2, 1 limit ${mostNeighbours}
    ), far as (
      select case when link.from_item = near.id then link.to_item else link.from_item end as id, min(link.created_at) as since
      from near
      join commons_link link on link.network_id = ${networkId} and (link.from_item = near.id or link.to_item = near.id)
      group by 1 order by 2, 1 limit ${2 * mostNeighbours + 1}
    ), around as (
      select ${itemId}::uuid as id, 0 as distance, null::timestamptz as since
      union all select id, 1, since from near
      union all select id, 2, since from far where id <> ${itemId}::uuid and id not in (select id from near)
    )
    select item.id, item.slug, item.title, item.type, item.language, item.year, around.distance
    from around join commons_item item on item.network_id = ${networkId} and item.id = around.id
    order by around.distance, around.since, item.id limit ${mostNeighbours + 1}`.execute(trx)
  const items = rows.slice(0, mostNeighbours)
  const ids = items.map(item => item.id)
  const links = await sql<{ from: string; to: string; kind: LinkKind }>`
    select from_item as "from", to_item as "to", kind from commons_link
    where network_id = ${networkId} and from_item = any (${ids}::uuid[]) and to_item = any (${ids}::uuid[])
    order by created_at, id limit 200`.execute(trx)
  return { items, links: links.rows, more: rows.length > mostNeighbours }
}
