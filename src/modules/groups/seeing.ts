import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { type Role, rank } from '#http/policies.ts'

/** Who looks: an `Entry` is one. */
export interface Reader {
  network: { id: string }
  /** In the network. */
  role: Role
  personId: string | null
}

/** Whoever helps to run the network may see and run each of its groups. */
export function runsAll({ role }: Pick<Reader, 'role'>): boolean {
  return rank(role) >= rank('facilitator')
}

/**
 * Which groups someone may know of. Row-level security keeps networks apart and lets visitors see what is public; within
 * a network this is the one place that says so, and every list goes through it.
 * @param group what the table `network_group` is called in the query
 */
export function seen(reader: Reader, group = 'network_group'): RawBuilder<SqlBool> {
  const visibility = sql.ref(`${group}.visibility`)
  if (runsAll(reader)) return sql<SqlBool>`true`
  if (reader.role === 'visitor') return sql<SqlBool>`${visibility} = 'public'`
  return sql<SqlBool>`(${visibility} <> 'group' or exists (
    select from group_member own
    where own.network_id = ${reader.network.id}::uuid and own.group_id = ${sql.ref(`${group}.id`)}
      and own.person_id = ${reader.personId}::uuid and ${inForce('own', reader.network.id)}
  ))`
}

/** The ids of those groups, for `where group_id in (…)` of others' lists. */
export function visibleGroups(trx: Trx, reader: Reader) {
  return trx
    .selectFrom('network_group')
    .select('network_group.id')
    .where('network_group.network_id', '=', reader.network.id)
    .where(seen(reader))
}

/** Today where the network is, worked out once in a query. */
export function today(networkId: string): RawBuilder<string> {
  return sql<string>`(select (now() at time zone time_zone)::date from network where id = ${networkId}::uuid)`
}

/** Whether a row with `valid_from` and `valid_until` holds today, both days included. */
export function inForce(table: string, networkId: string): RawBuilder<SqlBool> {
  const [from, until] = [sql.ref(`${table}.valid_from`), sql.ref(`${table}.valid_until`)]
  return sql<SqlBool>`(${from} <= ${today(networkId)} and (${until} is null or ${until} >= ${today(networkId)}))`
}

/** Whether a row of `group_member` is of someone who is in the group, and in the network still. */
export function present(member: string, networkId: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${inForce(member, networkId)} and exists (
    select from mandate
    where mandate.network_id = ${networkId}::uuid and mandate.person_id = ${sql.ref(`${member}.person_id`)}
      and ${inForce('mandate', networkId)}
  ))`
}
