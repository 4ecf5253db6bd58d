import { type SqlBool, sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { asNetwork, type OtherNetwork } from '#modules/network/affiliations/affiliations.ts'
import type { AffiliationKind, Level } from '#modules/network/affiliations/schema.ts'
import type { Translated } from '#modules/network/networks.ts'

/** One network belongs to another, today. */
export interface Tie {
  member: string
  parent: string
  kind: AffiliationKind
  level: Level
}

export type TreeNetwork = OtherNetwork & { summary: Translated }

/** A network with those that belong to it. */
export interface Branch {
  network: TreeNetwork
  /** As what it belongs to the one it stands under; null at the top. */
  tie: Tie | null
  branches: Branch[]
}

const most = 500

/**
 * The networks that a network is tied to today, as far as whoever asks may see: all that it belongs to, and all that belong
 * to those. Row-level security leaves out what is not to be seen.
 */
export async function treesAround(
  trx: Trx,
  network: { id: string; timeZone: string },
  sortIn: string,
): Promise<Branch[]> {
  const { rows: tops } = await sql<{ id: string }>`
    with recursive today as (
      select member_id, parent_id from affiliation where ${inForce(network.timeZone)}
    ), above (id) as (
      select ${network.id}::uuid
      union
      select today.parent_id from above join today on today.member_id = above.id
    )
    select id from above where not exists (select from today where today.member_id = above.id) limit ${most}`.execute(
    trx,
  )
  const { rows } = await sql<TieRow>`
    with recursive today as (
      select * from affiliation where ${inForce(network.timeZone)}
    ), below (id) as (
      select unnest(${tops.map(({ id }) => id)}::uuid[])
      union
      select today.member_id from below join today on today.parent_id = below.id
    )
    select today.member_id, today.parent_id, today.kind, today.level
    from today join below on below.id = today.parent_id limit ${most}`.execute(trx)
  return grown(trx, rows, sortIn)
}

/** The trees of public networks of the whole installation, where there are any. */
export async function publicTrees(db: Db, sortIn: string): Promise<Branch[]> {
  const { rows } = await sql<TieRow>`
    select member_id, parent_id, kind, level from affiliation where ${inForce('UTC')} limit ${most}`.execute(
    db,
  )
  return grown(db, rows, sortIn)
}

/**
 * Puts networks under those they belong to. One that belongs to two stands under each, with its own under the first.
 * @param sorted the networks in the order in which they stand beside each other
 */
export function treeOf(ties: readonly Tie[], sorted: readonly TreeNetwork[]): Branch[] {
  const place = new Map(sorted.map((network, index) => [network.id, { network, index }]))
  const below = new Map<string, Tie[]>()
  for (const tie of ties) {
    const siblings = below.get(tie.parent)
    if (siblings) siblings.push(tie)
    else below.set(tie.parent, [tie])
  }
  const members = new Set(ties.map(({ member }) => member))
  const drawn = new Set<string>()
  const branch = (id: string, tie: Tie | null): Branch[] => {
    const found = place.get(id)
    if (!found) return []
    // Drawn once with all that is under it: what many belong to by many ways would fill the page else.
    const again = drawn.has(id)
    drawn.add(id)
    const branches = (again ? [] : (below.get(id) ?? []))
      .toSorted((a, b) => (place.get(a.member)?.index ?? 0) - (place.get(b.member)?.index ?? 0))
      .flatMap(one => branch(one.member, one))
    return [{ network: found.network, tie, branches }]
  }
  return sorted.filter(({ id }) => below.has(id) && !members.has(id)).flatMap(({ id }) => branch(id, null))
}

interface TieRow {
  member_id: string
  parent_id: string
  kind: string
  level: string
}

async function grown(db: Db, rows: TieRow[], sortIn: string): Promise<Branch[]> {
  if (rows.length === 0) return []
  const ids = [...new Set(rows.flatMap(row => [row.member_id, row.parent_id]))]
  const networks = await db
    .selectFrom('network')
    .select(['id', 'slug', 'name', 'summary', 'locale', 'visibility'])
    .where('id', 'in', ids)
    .orderBy(sql`coalesce(name ->> ${sortIn}, name ->> locale) collate name_order`)
    .orderBy('id')
    .execute()
  const ties = rows.map(row => ({
    member: row.member_id,
    parent: row.parent_id,
    kind: row.kind as AffiliationKind,
    level: row.level as Level,
  }))
  return treeOf(
    ties,
    networks.map(row => ({ ...asNetwork(row), summary: row.summary as Translated })),
  )
}

/** Both have agreed, and it is neither over nor yet to come. */
function inForce(timeZone: string) {
  return sql<SqlBool>`state = 'accepted' and member_id is not null and parent_id is not null
    and (now() at time zone ${timeZone})::date between valid_from and coalesce(valid_until, 'infinity')`
}
