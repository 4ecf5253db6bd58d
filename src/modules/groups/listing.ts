import { type SqlBool, sql } from 'kysely'
import { kept, type Trx } from '#db/database.ts'
import { type GroupKind, type GroupRole, groupKinds } from '#modules/groups/kinds.ts'
import { asGroup, type Group } from '#modules/groups/opening.ts'
import { inForce, present, type Reader, seen } from '#modules/groups/seeing.ts'
import { inTreeOrder } from '#modules/groups/tree.ts'

export interface ListedGroup extends Group {
  /** Who are in it today. */
  people: number
  organisations: number
}

export interface GroupsQuery {
  /** In names and summaries. */
  q: string
  kind: GroupKind | null
  archived: boolean
}

export type KindCounts = { kind: GroupKind; count: number }[]

/** More than any network has; of the tree no more is looked at. */
const mostGroups = 5_000

/**
 * What the reader may know of: as a tree, each group before those in it; where something is looked for, by name.
 * @param page.after id of the last group already shown
 */
export async function listGroups(
  trx: Trx,
  reader: Reader,
  query: GroupsQuery,
  { after, limit = 50 }: { after?: string | undefined; limit?: number } = {},
): Promise<{ groups: { group: ListedGroup; depth: number }[]; counts: KindCounts; next: string | null }> {
  const words = query.q.trim().split(/\s+/).filter(Boolean).slice(0, 8)
  const skeleton = await trx
    .selectFrom('network_group')
    .select(['id', 'parent_id as parentId', 'name', 'kind'])
    .where('network_id', '=', reader.network.id)
    .where('archived_at', query.archived ? 'is not' : 'is', null)
    .where(seen(reader))
    .where(({ and }) =>
      and(
        words.map(
          word =>
            sql<SqlBool>`unaccent(name || ' ' || summary) ilike unaccent(${`%${word.replace(/[\\%_]/g, '\\$&')}%`})`,
        ),
      ),
    )
    .orderBy(sql`name collate name_order`)
    .orderBy('id')
    .limit(mostGroups)
    .execute()
  const narrowed = words.length > 0 || query.kind !== null
  const ordered = narrowed
    ? skeleton
        .filter(group => query.kind === null || group.kind === query.kind)
        .map(group => ({ group, depth: 0 }))
    : inTreeOrder(skeleton)
  // One that is gone meanwhile begins anew.
  const from = ordered.findIndex(({ group }) => group.id === after) + 1
  const shown = ordered.slice(from, from + limit)
  const details = await detailsOf(
    trx,
    reader.network.id,
    shown.map(({ group }) => group.id),
  )
  const byId = new Map(details.map(group => [group.id, group]))
  const counts = groupKinds
    .map(kind => ({ kind, count: skeleton.filter(group => group.kind === kind).length }))
    .filter(({ count }) => count > 0)
  return {
    groups: shown.flatMap(({ group, depth }) => {
      const found = byId.get(group.id)
      return found ? [{ group: found, depth }] : []
    }),
    counts,
    next: ordered.length > from + limit ? (shown.at(-1)?.group.id ?? null) : null,
  }
}

export interface OwnGroup {
  id: string
  slug: string
  name: string
  kind: GroupKind
  role: GroupRole
}

/** Those somebody is in, by name: fifty at most. */
export async function groupsOfPerson(trx: Trx, reader: Reader, personId: string | null): Promise<OwnGroup[]> {
  if (personId === null) return []
  const { rows } = await sql<OwnGroup>`${kept}
    select network_group.id, network_group.slug, network_group.name, network_group.kind, group_member.role
    from group_member
    join network_group on network_group.network_id = group_member.network_id
      and network_group.id = group_member.group_id
    where group_member.network_id = ${reader.network.id}::uuid and group_member.person_id = ${personId}::uuid
      and network_group.archived_at is null and ${inForce('group_member', reader.network.id)} and ${seen(reader)}
    order by network_group.name collate name_order, network_group.id
    limit 50`.execute(trx)
  return rows
}

/** Those an organisation is in, by name: fifty at most. */
export async function groupsOfOrganisation(
  trx: Trx,
  reader: Reader,
  organisationId: string,
): Promise<Omit<OwnGroup, 'role'>[]> {
  const rows = await trx
    .selectFrom('group_organisation')
    .innerJoin('network_group', join =>
      join
        .onRef('network_group.network_id', '=', 'group_organisation.network_id')
        .onRef('network_group.id', '=', 'group_organisation.group_id'),
    )
    .select(['network_group.id', 'network_group.slug', 'network_group.name', 'network_group.kind'])
    .where('group_organisation.network_id', '=', reader.network.id)
    .where('group_organisation.organisation_id', '=', organisationId)
    .where('network_group.archived_at', 'is', null)
    .where(inForce('group_organisation', reader.network.id))
    .where(seen(reader))
    .orderBy(sql`network_group.name collate name_order`)
    .orderBy('network_group.id')
    .limit(50)
    .execute()
  return rows.map(row => ({ ...row, kind: row.kind as GroupKind }))
}

/** The groups it is in, the outermost first, and those in it, as far as the reader may know of them. */
export async function surroundingsOf(
  trx: Trx,
  reader: Reader,
  group: Group,
): Promise<{
  path: { slug: string; name: string }[]
  inner: { slug: string; name: string; kind: GroupKind }[]
}> {
  const networkId = reader.network.id
  const { rows: path } = await sql<{ slug: string; name: string }>`
    with recursive above as (
      select id, parent_id, slug, name, visibility, network_id, 1 as distance from network_group
      where network_id = ${networkId}::uuid and id = ${group.parentId}::uuid
      union all
      select one.id, one.parent_id, one.slug, one.name, one.visibility, one.network_id, above.distance + 1
      from network_group one join above on one.id = above.parent_id
      where one.network_id = ${networkId}::uuid and above.distance < 20
    )
    select slug, name from above where ${seen(reader, 'above')} order by distance desc`.execute(trx)
  const inner = await trx
    .selectFrom('network_group')
    .select(['slug', 'name', 'kind'])
    .where('network_id', '=', networkId)
    .where('parent_id', '=', group.id)
    .where('archived_at', 'is', null)
    .where(seen(reader))
    .orderBy(sql`name collate name_order`)
    .orderBy('id')
    .limit(100)
    .execute()
  return { path, inner: inner.map(row => ({ ...row, kind: row.kind as GroupKind })) }
}

async function detailsOf(trx: Trx, networkId: string, ids: string[]): Promise<ListedGroup[]> {
  if (ids.length === 0) return []
  const rows = await trx
    .selectFrom('network_group')
    .selectAll()
    .select(
      sql<number>`(select count(*) from group_member member where member.network_id = ${networkId}::uuid
        and member.group_id = network_group.id and ${present('member', networkId)})::int`.as('people'),
    )
    .select(
      sql<number>`(select count(*) from group_organisation member where member.network_id = ${networkId}::uuid
        and member.group_id = network_group.id and ${inForce('member', networkId)})::int`.as('organisations'),
    )
    .where('network_id', '=', networkId)
    .where('id', 'in', ids)
    .execute()
  return rows.map(row => ({ ...asGroup(row), people: row.people, organisations: row.organisations }))
}

/** How many people and organisations are in a group today. */
export async function countMembers(
  trx: Trx,
  networkId: string,
  groupId: string,
): Promise<{ people: number; organisations: number }> {
  const [found] = await detailsOf(trx, networkId, [groupId])
  return { people: found?.people ?? 0, organisations: found?.organisations ?? 0 }
}
