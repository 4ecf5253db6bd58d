import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { halfDaysOf, minutesSigned } from '#modules/meetings/door/half-days.ts'
import type { Meeting } from '#modules/meetings/meetings.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** By what somebody was found to be there. */
export const checks = ['code', 'list', 'sheet', 'walk_in', 'video'] as const
export type Check = (typeof checks)[number]

/** Someone who is expected, as those at the door need them. */
export interface Expected {
  id: string
  /** The order in which they registered. */
  number: number
  personId: string | null
  name: string
  organisation: string
  state: 'registered' | 'waiting'
  attends: 'place' | 'video'
  /** Whose guest they are. */
  guestOf: string | null
  accessNeeds: string
  photoConsent: boolean | null
  /** Null until somebody says so. */
  present: boolean | null
  arrivedAt: Date | null
  checkedBy: Check | null
  /** Of a sheet signed by half-days, those that were signed; null: all. */
  halfDays: number[] | null
}

export interface DoorCounts {
  /** Registered beforehand. */
  expected: number
  present: number
  absent: number
  waiting: number
  /** On the list: expected, waiting and come unannounced. */
  listed: number
  /** Of them, not there yet. */
  missing: number
  /** Who has a place, and of whom nobody has said yet whether they came: closing says they did not. */
  unseen: number
}

export interface DoorQuery {
  q?: string | undefined
  /** 'expected': those who have not come yet. */
  show?: 'all' | 'expected' | 'present'
  /** The `next` of the answer before. */
  after?: string | undefined
  limit?: number
}

const pageSize = 200

/** Who is expected, by name; those on the waiting list last. */
export async function expectedAt(
  trx: Trx,
  networkId: string,
  meetingId: string,
  query: DoorQuery = {},
): Promise<{ people: Expected[]; next: string | null }> {
  const { q = '', show = 'all', after, limit = pageSize } = query
  const words = q.trim().slice(0, 100)
  const { rows } = await sql<Expected>`
    with door as (
      select registration.id, registration.number, registration.person_id as "personId",
        coalesce(nullif(registration.name, ''), person.name, '') as name,
        coalesce(organisation.name, registration.organisation_name) as organisation,
        registration.state, registration.attends, registration.access_needs as "accessNeeds",
        registration.photo_consent as "photoConsent", registration.present, registration.arrived_at as "arrivedAt",
        registration.checked_by as "checkedBy", registration.half_days as "halfDays",
        case when host.id is null then null else coalesce(nullif(host.name, ''), inviter.name) end as "guestOf"
      from registration
      left join person on person.network_id = registration.network_id and person.id = registration.person_id
      left join organisation on organisation.id = registration.organisation_id
      left join registration host on host.network_id = registration.network_id
        and host.meeting_id = registration.meeting_id and host.id = registration.guest_of
      left join person inviter on inviter.network_id = host.network_id and inviter.id = host.person_id
      where registration.network_id = ${networkId}::uuid and registration.meeting_id = ${meetingId}::uuid
        and registration.state <> 'withdrawn'
        ${show === 'expected' ? sql`and registration.present is not true` : sql``}
        ${show === 'present' ? sql`and registration.present` : sql``}
    )
    select * from door
    where true
      ${words ? sql`and strpos(unaccent(lower(name || ' ' || organisation)), unaccent(lower(${words}))) > 0` : sql``}
      ${
        after !== undefined && isId(after)
          ? sql`and (state, name collate name_order, id) > (select state, name collate name_order, id from door where id = ${after}::uuid)`
          : sql``
      }
    order by state, name collate name_order, id
    limit ${limit + 1}`.execute(trx)
  const people = rows.slice(0, limit)
  return { people, next: rows.length > limit ? (people.at(-1)?.id ?? null) : null }
}

export async function doorCounts(trx: Trx, networkId: string, meetingId: string): Promise<DoorCounts> {
  const { rows } = await sql<DoorCounts>`
    select count(*) filter (where state = 'registered' and checked_by is distinct from 'walk_in')::int as expected,
      count(*) filter (where present)::int as present,
      count(*) filter (where present = false)::int as absent,
      count(*) filter (where state = 'waiting')::int as waiting,
      count(*)::int as listed,
      count(*) filter (where present is not true)::int as missing,
      count(*) filter (where state = 'registered' and present is null)::int as unseen
    from registration
    where network_id = ${networkId}::uuid and meeting_id = ${meetingId}::uuid and state <> 'withdrawn'`.execute(
    trx,
  )
  return rows[0] ?? { expected: 0, present: 0, absent: 0, waiting: 0, listed: 0, missing: 0, unseen: 0 }
}

export interface Marking {
  registrationId: string
  /** Null takes back what was said. */
  present: boolean | null
  by: Check
  at?: Date | undefined
  /** Those of the sheet that were signed; all unless said otherwise. */
  halfDays?: readonly number[] | undefined
}

/**
 * Says of somebody that they are there. Said twice, also by two at once, it is said once: the first holds. Somebody of the
 * waiting list who is let in is registered.
 * @returns whether it changed anything
 * @throws AppError 'not-found'; 'conflict' for a meeting that is not held at all
 */
export async function markPresence(
  trx: Trx,
  entry: Entry,
  meeting: Meeting,
  marking: Marking,
): Promise<boolean> {
  const [changed = null] = await markPresences(trx, entry, meeting, [marking])
  if (changed === null) throw new AppError('not-found')
  return changed
}

/**
 * The same for many, one query for all.
 * @returns of each whether it changed anything; null for one that is not there
 */
export async function markPresences(
  trx: Trx,
  { network, actor }: Entry,
  meeting: Meeting,
  markings: readonly Marking[],
): Promise<(boolean | null)[]> {
  refuseUnheld(meeting)
  const wanted = markings.filter(({ registrationId }) => isId(registrationId))
  if (wanted.length === 0) return markings.map(() => null)
  const halfDays = halfDaysOf(meeting)
  const rows = wanted.map(({ registrationId, present, by, at, halfDays: signed }) => {
    const part = present && signed ? minutesSigned(halfDays, signed) : null
    return {
      id: registrationId,
      present,
      by: present === null ? null : by,
      at: present ? (at ?? null) : null,
      half_days: part === null ? null : [...new Set(signed)].sort((a, b) => a - b),
      minutes: part,
    }
  })
  const { rows: known } = await sql<{ id: string; present: boolean | null; same: boolean }>`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as given (id uuid, present boolean, by text, at timestamptz, half_days smallint[], minutes integer)
    ), standing as (
      select registration.id, registration.present, registration.half_days, registration.arrived_at, registration.checked_by
      from registration
      where registration.network_id = ${network.id}::uuid and registration.meeting_id = ${meeting.id}::uuid
        and registration.id in (select id from given) and registration.state <> 'withdrawn'
      order by registration.id for update
    ), changed as (
      update registration set
        present = given.present,
        -- Typed from paper, or said once it is over, this is not the moment at which they came.
        arrived_at = case when given.present then coalesce(given.at, standing.arrived_at,
          case when given.by <> 'sheet' and now() < ${meeting.endsAt}::timestamptz then now() end) end,
        checked_by = case when standing.present is not distinct from given.present then standing.checked_by else given.by end,
        half_days = given.half_days,
        attended_minutes = given.minutes,
        state = case
          when given.present then 'registered'
          when given.present is null and standing.checked_by = 'walk_in' then 'withdrawn'
          else registration.state end
      from given join standing using (id)
      where registration.network_id = ${network.id}::uuid and registration.meeting_id = ${meeting.id}::uuid
        and registration.id = given.id
        and (standing.present is distinct from given.present or standing.half_days is distinct from given.half_days
          or (given.at is not null and standing.arrived_at is distinct from given.at))
      returning registration.id
    )
    select standing.id, standing.present, standing.id not in (select id from changed) as same from standing`.execute(
    trx,
  )
  const found = new Map(known.map(({ id, same }) => [id, !same]))
  const changes = wanted.filter(({ registrationId }) => found.get(registrationId))
  if (changes.length > 0) {
    const ids = (present: boolean | null) =>
      changes.filter(one => one.present === present).map(({ registrationId }) => registrationId)
    await recordChange(trx, network.id, actor, {
      action: 'meeting.presence-marked',
      subject: { type: 'meeting', id: meeting.id },
      after: Object.fromEntries(
        Object.entries({ present: ids(true), absent: ids(false), taken_back: ids(null) }).filter(
          ([, all]) => all.length > 0,
        ),
      ),
    })
  }
  return markings.map(({ registrationId }) => found.get(registrationId) ?? null)
}

/** Of a meeting that is only planned, or called off, nobody can have been there. */
export function refuseUnheld({ state }: Meeting): void {
  if (state === 'draft' || state === 'cancelled') throw new AppError('conflict')
}

/** The registration a code stands for, and of which meeting it is; null for none. */
export async function findByCode(
  trx: Trx,
  networkId: string,
  code: string,
): Promise<{
  registrationId: string
  meetingId: string
  state: string
  present: boolean | null
  name: string
} | null> {
  if (!/^[0-9a-f]{20}$/.test(code)) return null
  const { rows } = await sql<{
    registrationId: string
    meetingId: string
    state: string
    present: boolean | null
    name: string
  }>`
    select registration.id as "registrationId", registration.meeting_id as "meetingId", registration.state,
      registration.present, coalesce(nullif(registration.name, ''), person.name, '') as name
    from registration
    left join person on person.network_id = registration.network_id and person.id = registration.person_id
    where registration.network_id = ${networkId}::uuid and registration.check_in_code = ${code}`.execute(trx)
  return rows[0] ?? null
}

/** What stands in the code of a registration, for its page and its mail; null where there is none. */
export async function codeOf(trx: Trx, networkId: string, registrationId: string): Promise<string | null> {
  const { rows } = await sql<{ code: string }>`
    select check_in_code as code from registration
    where network_id = ${networkId}::uuid and id = ${registrationId}::uuid and state <> 'withdrawn'`.execute(
    trx,
  )
  return rows[0]?.code ?? null
}

/** What is known of each by now; of so many as can stand at one door. */
export async function presencesOf(
  trx: Trx,
  networkId: string,
  meetingId: string,
): Promise<{ id: string; present: boolean | null }[]> {
  const { rows } = await sql<{ id: string; present: boolean | null }>`
    select id, present from registration
    where network_id = ${networkId}::uuid and meeting_id = ${meetingId}::uuid and state <> 'withdrawn'
    order by number limit 2000`.execute(trx)
  return rows
}
