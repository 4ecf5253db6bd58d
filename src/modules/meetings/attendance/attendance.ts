import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { isId } from '#kernel/ids.ts'
import { isRunBy, type Reader } from '#modules/meetings/reading-rights.ts'

/** What is counted: in which days, of which group, meeting, organisation or person. */
export interface AttendanceQuery {
  /** ISO days, both included, in the network's time zone. */
  from: string | null
  until: string | null
  groupId: string | null
  meetingId: string | null
  organisation: string | null
  person: string | null
}

/** Each number, and what it opens to. */
export interface AttendanceTotals {
  meetings: number
  presences: number
  /** Distinct: who came twice counts once. */
  people: number
  organisations: number
  minutes: number
  /** Who had registered and did not come. */
  absences: number
}

/** Somebody who was at a meeting, or was expected there and did not come. */
export interface Attendance {
  registrationId: string
  meetingId: string
  meeting: string
  group: string | null
  place: string
  startsAt: Date
  endsAt: Date
  timeZone: string
  personKey: string
  personId: string | null
  name: string
  organisationKey: string | null
  organisationId: string | null
  organisation: string
  organisationKind: string | null
  sizeClass: string | null
  sector: string | null
  attends: 'place' | 'video'
  arrivedAt: Date | null
  checkedBy: string | null
  minutes: number
}

/** What several presences have in common: a meeting, a person, an organisation. */
export interface Counted {
  key: string
  name: string
  /** To be linked to, where there is a page. */
  id: string | null
  startsAt: Date | null
  timeZone: string | null
  presences: number
  people: number
  organisations: number
  absences: number
  minutes: number
}

export const countings = ['meetings', 'people', 'organisations'] as const
export type Counting = (typeof countings)[number]

/** One view of the whole, consistent in itself: what the reader runs, and where they were themselves. */
export async function attendanceTotals(
  trx: Trx,
  reader: Reader,
  query: AttendanceQuery,
): Promise<AttendanceTotals> {
  const { rows } = await sql<AttendanceTotals>`
    ${counted(reader, query)}
    select count(distinct meeting_id)::int as meetings, count(*)::int as presences,
      count(distinct person_key)::int as people, count(distinct organisation_key)::int as organisations,
      coalesce(sum(minutes), 0)::int as minutes, (select count(*) from attended where not present)::int as absences
    from attended where present`.execute(trx)
  return rows[0] ?? { meetings: 0, presences: 0, people: 0, organisations: 0, minutes: 0, absences: 0 }
}

/** Each who was there, or each who was not, of the latest meeting first. @param page.after the `next` of the answer before */
export async function listAttendance(
  trx: Trx,
  reader: Reader,
  query: AttendanceQuery,
  page: { after?: string | undefined; limit?: number; absent?: boolean } = {},
): Promise<{ attendance: Attendance[]; next: string | null }> {
  const { after, limit = 50, absent = false } = page
  const { networkId } = reader
  const last = await meetingOf(trx, networkId, after)
  // The latest meetings that have as many between them, whoever was there; then the names of those on the page alone.
  const { rows } = await sql<Attendance>`
    with held as materialized (
      ${held(reader, query, last && sql`(meeting.starts_at, meeting.id) <= (${last.startsAt}::timestamptz, ${last.id}::uuid)`)}
      order by meeting.starts_at desc, meeting.id desc
    ), page as (
      select registration.*, held.starts_at, held.minutes as whole from held
      cross join lateral (
        select * from registration
        where ${ofMeeting(reader, query)} and registration.present = ${!absent}
          ${last ? sql`and (held.id <> ${last.id}::uuid or registration.id < ${after}::uuid)` : sql``}
        order by registration.id desc
      ) registration
      order by held.starts_at desc, held.id desc, registration.id desc
      limit ${limit + 1}
    )
    select registration.id as "registrationId", meeting.id as "meetingId", meeting.title as meeting,
      network_group.name as "group", meeting.place, meeting.starts_at as "startsAt", meeting.ends_at as "endsAt",
      meeting.time_zone as "timeZone", ${personKey} as "personKey", registration.person_id as "personId",
      ${personName} as name, ${organisationKey} as "organisationKey", registration.organisation_id as "organisationId",
      ${organisationName} as organisation, organisation.kind as "organisationKind",
      organisation.size_class as "sizeClass", organisation.sector, registration.attends,
      registration.arrived_at as "arrivedAt", registration.checked_by as "checkedBy",
      case when registration.present then coalesce(registration.attended_minutes, registration.whole) else 0 end as minutes
    from page registration
    join meeting on meeting.network_id = ${networkId}::uuid and meeting.id = registration.meeting_id
    left join network_group on network_group.network_id = meeting.network_id and network_group.id = meeting.group_id
    left join person on person.network_id = registration.network_id and person.id = registration.person_id
    left join organisation on organisation.id = registration.organisation_id
    order by meeting.starts_at desc, meeting.id desc, registration.id desc`.execute(trx)
  const attendance = rows.slice(0, limit)
  return { attendance, next: rows.length > limit ? (attendance.at(-1)?.registrationId ?? null) : null }
}

/**
 * The same by meeting, the latest first, or by person or organisation, those first who came most often.
 * @param page.after the `next` of the answer before
 */
export async function countAttendance(
  trx: Trx,
  reader: Reader,
  query: AttendanceQuery,
  by: Counting,
  page: { after?: string | undefined; limit?: number } = {},
): Promise<{ counted: Counted[]; next: string | null }> {
  const { after, limit = 50 } = page
  const key = groupings[by]
  const latest = by === 'meetings'
  // Counted by keys alone; names are looked up of those on the page.
  const order = (table: string) =>
    latest
      ? sql`${sql.ref(`${table}.startsAt`)}, ${sql.ref(`${table}.key`)}`
      : sql`${sql.ref(`${table}.presences`)}, ${sql.ref(`${table}.key`)}`
  const { rows } = await sql<Summed>`
    ${counted(reader, query)}, sums as (
      select ${key} as key, count(*) filter (where present)::int as presences,
        count(distinct person_key) filter (where present)::int as people,
        count(distinct organisation_key) filter (where present)::int as organisations,
        count(*) filter (where not present)::int as absences,
        coalesce(sum(minutes) filter (where present), 0)::int as minutes, max(starts_at) as "startsAt",
        max(person_id::text collate "C") as "personId", max(organisation_id::text collate "C") as "organisationId",
        max(meeting_id::text collate "C") as "meetingId", max(name collate "C") as written,
        max(organisation_name collate "C") as "organisationWritten"
      from attended where ${key} is not null
      group by ${key}
      having count(*) filter (where present) > 0
    )
    select * from sums
    ${after === undefined ? sql`` : sql`where (${order('sums')}) < (select ${order('last')} from sums last where last.key = ${after})`}
    order by ${latest ? sql`"startsAt"` : sql`presences`} desc, key desc
    limit ${limit + 1}`.execute(trx)
  const found = rows.slice(0, limit)
  const named = await namesOf(trx, reader.networkId, by, found)
  return { counted: found.map(named), next: rows.length > limit ? (found.at(-1)?.key ?? null) : null }
}

interface Summed extends Omit<Counted, 'name' | 'id' | 'timeZone'> {
  personId: string | null
  organisationId: string | null
  meetingId: string
  written: string
  organisationWritten: string
}

/** How each is called, and where its page is. */
async function namesOf(
  trx: Trx,
  networkId: string,
  by: Counting,
  found: readonly Summed[],
): Promise<(row: Summed) => Counted> {
  const idOf = ({ personId, organisationId, meetingId }: Summed) =>
    by === 'people' ? personId : by === 'organisations' ? organisationId : meetingId
  const ids = found.map(idOf).filter(id => id !== null)
  const { rows } = await {
    people: sql<Named>`
      select id, name, null as "timeZone" from person where network_id = ${networkId}::uuid and id = any(${ids}::uuid[])`,
    organisations: sql<Named>`select id, name, null as "timeZone" from organisation where id = any(${ids}::uuid[])`,
    meetings: sql<Named>`
      select id, title as name, time_zone as "timeZone" from meeting
      where network_id = ${networkId}::uuid and id = any(${ids}::uuid[])`,
  }[by].execute(trx)
  const known = new Map(rows.map(row => [row.id, row]))
  return row => {
    const id = idOf(row)
    const named = id === null ? undefined : known.get(id)
    const { key, presences, people, organisations, absences, minutes, startsAt } = row
    return {
      ...{ key, presences, people, organisations, absences, minutes },
      name: named?.name ?? (by === 'people' ? row.written : row.organisationWritten),
      id: named ? id : null,
      startsAt: by === 'meetings' ? startsAt : null,
      timeZone: named?.timeZone ?? null,
    }
  }
}

interface Named {
  id: string
  name: string
  timeZone: string | null
}

/**
 * Whoever is no person of the network is the same by the same address, else each time another. Compared by their bytes:
 * putting two hundred thousand of them in the order of a language takes seconds.
 */
const personKey = sql<string>`coalesce(registration.person_id::text, registration.email, registration.id::text) collate "C"`
const organisationKey = sql<string | null>`coalesce(registration.organisation_id::text,
  nullif(lower(unaccent(trim(registration.organisation_name))), '')) collate "C"`
const personName = sql<string>`coalesce(nullif(registration.name, ''), person.name, '')`
const organisationName = sql<string>`coalesce(organisation.name, registration.organisation_name)`

const groupings: Record<Counting, RawBuilder<unknown>> = {
  meetings: sql`meeting_id::text collate "C"`,
  people: sql`person_key`,
  organisations: sql`organisation_key`,
}

/** As the beginning of a query: `attended`, all that counts for this reader, those who came and those who did not. */
function counted(reader: Reader, query: AttendanceQuery): RawBuilder<unknown> {
  return sql`
    with held as materialized (${held(reader, query)}), attended as materialized (
      select registration.meeting_id, registration.person_id, registration.organisation_id, registration.name,
        registration.organisation_name, registration.present, ${personKey} as person_key,
        ${organisationKey} as organisation_key, coalesce(registration.attended_minutes, held.minutes) as minutes,
        held.starts_at
      from held join registration on ${ofMeeting(reader, query)}
      where registration.present is not null
    )`
}

/** The meetings that count, for this reader, with how long each was: those they run, and those they were at. */
function held(
  reader: Reader,
  query: AttendanceQuery,
  before: RawBuilder<unknown> | null = null,
): RawBuilder<unknown> {
  const { networkId, timeZone, personId } = reader
  const midnight = (day: string, days: number) =>
    sql`((${day}::date + ${days}::integer)::timestamp at time zone ${timeZone})`
  const runs = isRunBy(reader)
  const conditions = [
    sql`meeting.network_id = ${networkId}::uuid`,
    sql`meeting.state in ('scheduled', 'held')`,
    sql`(${runs} or meeting.id in (
      select own.meeting_id from registration own
      where own.network_id = ${networkId}::uuid and own.person_id = ${personId}::uuid))`,
    before,
    query.from && sql`meeting.starts_at >= ${midnight(query.from, 0)}`,
    query.until && sql`meeting.starts_at < ${midnight(query.until, 1)}`,
    query.groupId && sql`meeting.group_id = ${query.groupId}::uuid`,
    query.meetingId && sql`meeting.id = ${query.meetingId}::uuid`,
  ]
  return sql`
    select meeting.id, meeting.starts_at, ${runs} as runs,
      attended_minutes(meeting.starts_at, meeting.ends_at, meeting.time_zone) as minutes
    from meeting
    where ${sql.join(
      conditions.filter(condition => condition !== null && condition !== ''),
      sql` and `,
    )}`
}

/** Of one of these, who counts: the one place that says so. */
function ofMeeting(
  { networkId, personId }: Reader,
  { person, organisation }: AttendanceQuery,
): RawBuilder<unknown> {
  return sql`registration.network_id = ${networkId}::uuid and registration.meeting_id = held.id
    and registration.state <> 'withdrawn'
    and (held.runs or coalesce(registration.person_id = ${personId}::uuid, false))
    ${person ? sql`and ${personKey} = ${person}` : sql``}
    ${organisation ? sql`and ${organisationKey} = ${organisation}` : sql``}`
}

async function meetingOf(
  trx: Trx,
  networkId: string,
  registrationId: string | undefined,
): Promise<{ id: string; startsAt: Date } | null> {
  if (registrationId === undefined || !isId(registrationId)) return null
  const { rows } = await sql<{ id: string; startsAt: Date }>`
    select meeting.id, meeting.starts_at as "startsAt" from registration
    join meeting on meeting.network_id = registration.network_id and meeting.id = registration.meeting_id
    where registration.network_id = ${networkId}::uuid and registration.id = ${registrationId}::uuid`.execute(
    trx,
  )
  return rows[0] ?? null
}
