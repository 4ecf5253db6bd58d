import { type RawBuilder, sql } from 'kysely'
import type { Role } from '#http/policies.ts'
import type { Entry } from '#modules/network/index.ts'

/** Who reads meetings: as much of them as their rights go by. */
export interface Reader {
  networkId: string
  timeZone: string
  personId: string | null
  role: Role
  /** A key of the network itself, given to run its meetings. */
  keyed?: boolean
}

export function readerOf(entry: Entry): Reader {
  const { network, personId, role, actor, scopes } = entry
  const keyed = scopes !== null && actor.accountId === null && scopes.includes('meetings:run')
  return { networkId: network.id, timeZone: network.timeZone, personId, role, keyed }
}

/** Whether a reader sees a row of `meeting`: the one place that says so. Row-level security knows only the public. */
export function isVisible(reader: Reader): RawBuilder<boolean> {
  if (reader.role === 'visitor')
    return sql<boolean>`(meeting.state <> 'draft' and meeting.visibility = 'public')`
  if (runsAll(reader)) return sql<boolean>`true`
  return sql<boolean>`(
    meeting.state <> 'draft' and (meeting.visibility <> 'group' or meeting.group_id in ${groupsOf(reader)})
    or ${isRunBy(reader)}
  )`
}

/**
 * Whether a reader runs a row of `meeting`: those who run the network, the group's facilitators and coordinators, whoever
 * made it, and its host.
 */
export function isRunBy(reader: Reader): RawBuilder<boolean> {
  if (runsAll(reader)) return sql<boolean>`true`
  if (reader.role === 'visitor' || reader.personId === null) return sql<boolean>`false`
  return sql<boolean>`(
    coalesce(meeting.created_by = ${reader.personId}::uuid, false)
    or coalesce(meeting.host_person_id = ${reader.personId}::uuid, false)
    or coalesce(meeting.group_id in ${groupsOf(reader, true)}, false)
  )`
}

/** Whether they may make meetings of the network itself. */
export function runsAll({ role, keyed }: Reader): boolean {
  return role === 'facilitator' || role === 'administrator' || keyed === true
}

/** The groups somebody is in today; `runs`: those they run. */
export function groupsOf(reader: Reader, runs = false): RawBuilder<unknown> {
  return sql`(
    select group_member.group_id from group_member
    where group_member.network_id = ${reader.networkId} and group_member.person_id = ${reader.personId}::uuid
      ${runs ? sql`and group_member.role in ('facilitator', 'coordinator')` : sql``}
      and (now() at time zone ${reader.timeZone})::date
        between group_member.valid_from and coalesce(group_member.valid_until, 'infinity')
  )`
}
