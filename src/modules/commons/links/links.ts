import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { mayCurate } from '#modules/commons/collections/collections.ts'
import { refusal } from '#modules/commons/collections/refusal.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** What one item is to another, said of the first. */
export const linkKinds = ['builds_on', 'adapts', 'pilot_of', 'answers', 'contradicts', 'related'] as const
export type LinkKind = (typeof linkKinds)[number]

/** What holds both ways is written in one, and read alike from either end. */
const mutual: readonly LinkKind[] = ['related']

/** As much of the item at the other end as a list shows. */
export interface LinkedItem {
  id: string
  slug: string
  title: string
  type: string | null
  language: string | null
  year: number | null
}

/** A link as one of its ends sees it. */
export interface Link {
  id: string
  kind: LinkKind
  /** Whether it is said of this item ('out': "builds on") or of the other ('in': "is built on by"). */
  direction: 'out' | 'in'
  other: LinkedItem
  note: string
  /** Who made it. */
  personId: string | null
  createdAt: Date
}

/** Of one item, those it makes before those made with it. */
export const mostLinks = 200

/** The links of an item whose other end the reader may read, by kind. */
export async function linksOf(trx: Trx, networkId: string, itemId: string): Promise<Link[]> {
  const end = (own: 'from_item' | 'to_item', other: 'from_item' | 'to_item') => sql`
    select link.id, link.kind, ${own === 'from_item' ? 'out' : 'in'} as direction, link.${sql.ref(other)} as other_id, link.note,
      link.person_id, link.created_at
    from commons_link link where link.network_id = ${networkId} and link.${sql.ref(own)} = ${itemId}::uuid`
  const { rows } = await sql<LinkRow>`
    select ends.id, ends.kind, ends.direction, ends.note, ends.person_id, ends.created_at, item.id as item_id, item.slug,
      item.title, item.type, item.language, item.year
    from (${end('from_item', 'to_item')} union all ${end('to_item', 'from_item')}) ends
    join commons_item item on item.network_id = ${networkId} and item.id = ends.other_id
    order by array_position(${[...linkKinds]}::text[], ends.kind), ends.direction desc, ends.created_at, ends.id
    limit ${2 * mostLinks}`.execute(trx)
  return rows.map(asLink)
}

export interface LinkInput {
  kind: LinkKind
  /** In a sentence or two. */
  note: string
}

/**
 * Says what one item is to another, by the last words of their addresses.
 * @throws AppError 'not-found', 'invalid-input' for what is said already, leads back to itself, or is too much
 */
export async function addLink(
  trx: Trx,
  entry: Entry,
  from: string,
  to: string,
  { kind, note }: LinkInput,
): Promise<{ id: string }> {
  const networkId = entry.network.id
  // One after the other: two that close a circle together would each find it open.
  await sql`select pg_advisory_xact_lock(hashtextextended(${networkId}, 4207019))`.execute(trx)
  const { here, there, links } = await ends(trx, networkId, from, to)
  if (here.id === there.id) throw refusal('to', 'links.error.itself')
  if (links >= mostLinks) throw refusal('to', 'links.error.many', { most: mostLinks })
  if (kind === 'builds_on') {
    const chain = await chainBetween(trx, networkId, there.id, here.id)
    if (chain)
      throw refusal('to', 'links.error.circle', {
        // Its links lead from one to the next, and back to the first.
        chain: shortened([here.title, ...chain.map(one => one.title)]).join(' → '),
      })
  }
  const id = newId()
  const turned = mutual.includes(kind) && there.id < here.id
  const [first, second] = turned ? [there.id, here.id] : [here.id, there.id]
  const { rows } = await sql`
    insert into commons_link (network_id, id, from_item, to_item, kind, note, person_id)
    values (${networkId}, ${id}, ${first}, ${second}, ${kind}, ${note}, ${entry.personId})
    on conflict (network_id, from_item, to_item, kind) do nothing returning id`.execute(trx)
  if (rows.length === 0) throw refusal('to', 'links.error.there')
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: 'commons.linked',
    subject: { type: 'link', id },
    after: { from: first, to: second, kind },
  })
  return { id }
}

/**
 * For whoever made it, and for those who tend what others share. @param item at either end, by its address
 * @throws AppError 'not-found', 'forbidden'
 */
export async function removeLink(trx: Trx, entry: Entry, item: string, id: string): Promise<void> {
  const networkId = entry.network.id
  const { rows } = await sql<{
    person_id: string | null
    from_item: string
    to_item: string
    kind: LinkKind
  }>`
    select link.person_id, link.from_item, link.to_item, link.kind from commons_link link
    join commons_item item on item.network_id = link.network_id and item.id in (link.from_item, link.to_item)
    where link.network_id = ${networkId} and link.id = ${isId(id) ? id : null}::uuid
      and item.slug = ${item.replaceAll('\0', '')}`.execute(trx)
  const [link] = rows
  if (!link) throw new AppError('not-found')
  if (!mayRemoveLink(entry, link.person_id)) throw new AppError('forbidden')
  await sql`delete from commons_link where network_id = ${networkId} and id = ${id}`.execute(trx)
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: 'commons.unlinked',
    subject: { type: 'link', id },
    before: { from: link.from_item, to: link.to_item, kind: link.kind },
  })
}

export function mayRemoveLink(
  entry: Pick<Entry, 'role' | 'personId' | 'actor'>,
  personId: string | null,
): boolean {
  return mayCurate(entry) || (personId !== null && personId === entry.personId)
}

/** For exports: the links of several items at once, by the id of the item. */
export async function linksOfItems(
  trx: Trx,
  networkId: string,
  itemIds: string[],
): Promise<Map<string, { kind: LinkKind; direction: 'out' | 'in'; slug: string; note: string }[]>> {
  const { rows } = await sql<{
    item_id: string
    kind: LinkKind
    direction: 'out' | 'in'
    slug: string
    note: string
  }>`
    select ends.item_id, ends.kind, ends.direction, ends.note, item.slug from (
      select from_item as item_id, to_item as other_id, 'out' as direction, kind, note, id
      from commons_link where network_id = ${networkId} and from_item = any (${itemIds}::uuid[])
      union all
      select to_item, from_item, 'in', kind, note, id
      from commons_link where network_id = ${networkId} and to_item = any (${itemIds}::uuid[])
    ) ends
    join commons_item item on item.network_id = ${networkId} and item.id = ends.other_id
    order by ends.item_id, ends.id`.execute(trx)
  const links = Map.groupBy(rows, row => row.item_id)
  return new Map(
    [...links].map(([id, all]) => [
      id,
      all.map(({ kind, direction, slug, note }) => ({ kind, direction, slug, note })),
    ]),
  )
}

async function ends(
  trx: Trx,
  networkId: string,
  from: string,
  to: string,
): Promise<{ here: End; there: End; links: number }> {
  const { rows } = await sql<End & { slug: string; links: number }>`
    select item.id, item.slug, item.title,
      (select count(*) from commons_link link where link.network_id = item.network_id and link.from_item = item.id) as links
    from commons_item item
    where item.network_id = ${networkId} and item.slug in (${from.replaceAll('\0', '')}, ${to.replaceAll('\0', '')})`.execute(
    trx,
  )
  const here = rows.find(row => row.slug === from)
  const there = rows.find(row => row.slug === to)
  if (!here) throw new AppError('not-found')
  if (!there) throw refusal('to', 'links.error.unknown')
  return { here, there, links: here.links }
}

interface End {
  id: string
  title: string
}

/**
 * How one item builds on another, over as many steps as it takes: the shortest chain with both ends, or null. Each link
 * that can be reached is looked at once, however many ways lead to it.
 */
async function chainBetween(trx: Trx, networkId: string, start: string, end: string): Promise<End[] | null> {
  const { rows } = await sql<{ from_item: string; to_item: string }>`
    with recursive reached (from_item, to_item) as (
      select from_item, to_item from commons_link
      where network_id = ${networkId} and kind = 'builds_on' and from_item = ${start}::uuid
      union
      select link.from_item, link.to_item from commons_link link
      join reached on link.from_item = reached.to_item
      where link.network_id = ${networkId} and link.kind = 'builds_on'
    )
    select from_item, to_item from reached`.execute(trx)
  const path = shortestPath(
    rows.map(row => [row.from_item, row.to_item] as const),
    start,
    end,
  )
  if (!path) return null
  const titles = await sql<End>`
    select id, title from commons_item where network_id = ${networkId} and id = any (${path}::uuid[])`.execute(
    trx,
  )
  const byId = new Map(titles.rows.map(row => [row.id, row.title]))
  // What has been taken back still holds the chain together; its name is nobody's to read.
  return path.map(id => ({ id, title: byId.get(id) ?? '…' }))
}

/** What a message can name: of a long chain its two ends. */
function shortened(titles: string[]): string[] {
  return titles.length <= mostNamed ? titles : [...titles.slice(0, 4), '…', ...titles.slice(-3)]
}

const mostNamed = 8

/** By breadth. @returns the places passed, both ends included; null where no way leads there */
export function shortestPath(
  ways: readonly (readonly [from: string, to: string])[],
  start: string,
  end: string,
): string[] | null {
  const next = Map.groupBy(ways, ([from]) => from)
  const cameFrom = new Map<string, string | null>([[start, null]])
  // A map may grow while it is walked: those found wait at its end.
  for (const here of cameFrom.keys()) {
    if (here === end) break
    for (const [, to] of next.get(here) ?? []) if (!cameFrom.has(to)) cameFrom.set(to, here)
  }
  if (!cameFrom.has(end)) return null
  const path: string[] = []
  for (let at: string | null = end; at !== null; at = cameFrom.get(at) ?? null) path.unshift(at)
  return path
}

interface LinkRow {
  id: string
  kind: LinkKind
  direction: 'out' | 'in'
  note: string
  person_id: string | null
  created_at: Date
  item_id: string
  slug: string
  title: string
  type: string | null
  language: string | null
  year: number | null
}

function asLink(row: LinkRow): Link {
  const { id, kind, direction, note, item_id, slug, title, type, language, year } = row
  return {
    ...{ id, kind, direction, note },
    other: { id: item_id, slug, title, type, language, year },
    personId: row.person_id,
    createdAt: row.created_at,
  }
}
