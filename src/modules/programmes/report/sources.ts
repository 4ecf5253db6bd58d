import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Programme } from '#modules/programmes/programme.ts'
import type { Period } from '#modules/programmes/report/period.ts'

/** Somebody who facilitated or coordinated the group, or was the tutor of a step. */
export interface RanBy {
  name: string
  organisation: string | null
  role: 'facilitator' | 'coordinator' | 'tutor'
}

/** An organisation that took part for at least a day of the period. */
export interface Participation {
  id: string
  name: string
  kind: string | null
  sizeClass: string | null
  since: string
  /** Its last day, where it has left. */
  until: string | null
}

/** A meeting of the programme that was held. */
export interface HeldMeeting {
  id: string
  stepId: string
  title: string
  startsAt: Date
  timeZone: string
  /** As long as it was to last; of one of several days, the days' hours alone. */
  minutes: number
  /** Who was in the group on that day. */
  invited: number
  people: number
  organisations: number
  /** Of all who were there, together. */
  presentMinutes: number
}

/** What an organisation was there for, all its people together. */
export interface Presence {
  organisationId: string
  meetings: number
  people: number
  minutes: number
}

/** Minutes that people of an organisation said they spent on a step. */
export interface Declared {
  organisationId: string
  stepId: string
  minutes: number
}

export interface HandedIn {
  id: string
  title: string
  step: string
  organisation: string
  doneOn: string
  url: string | null
  file: { id: string; name: string } | null
}

/** What was moved, stopped or changed in its course, and was not put back. */
export interface CourseChange {
  kind:
    | 'moved'
    | 'paused'
    | 'resumed'
    | 'shortened'
    | 'capsule_added'
    | 'step_added'
    | 'mode_changed'
    | 'reordered'
  day: string
  reason: string
}

/** More than a programme comes to; beyond, the report says less rather than stand still. */
const most = 2_000

type Of = Pick<Programme, 'id' | 'groupId' | 'timeZone'>

export async function peopleWhoRan(
  trx: Trx,
  networkId: string,
  { id, groupId }: Of,
  { from, until }: Period,
): Promise<RanBy[]> {
  const { rows } = await sql<RanBy>`
    select name, organisation, role from (
      select distinct on (person.id) person.name, organisation.name as organisation, ran.role
      from (
        select member.person_id, member.organisation_id, member.role, 0 as place from group_member member
        where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
          and member.role in ('facilitator', 'coordinator')
          and member.valid_from <= ${until}::date and coalesce(member.valid_until, 'infinity') >= ${from}::date
        union all
        select step.tutor_id, null, 'tutor', 1 from programme_step step
        where step.network_id = ${networkId}::uuid and step.programme_id = ${id}::uuid and step.dropped_at is null
          and step.tutor_id is not null and step.opens_on <= ${until}::date and step.due_on >= ${from}::date
      ) ran
      join person on person.network_id = ${networkId}::uuid and person.id = ran.person_id
      left join organisation on organisation.id = ran.organisation_id
      order by person.id, ran.place
    ) everyone
    order by role, name collate name_order limit ${most}`.execute(trx)
  return rows
}

export async function organisationsIn(
  trx: Trx,
  networkId: string,
  { groupId }: Of,
  { from, until }: Period,
): Promise<Participation[]> {
  const { rows } = await sql<Participation>`
    select organisation.id, organisation.name, organisation.kind, organisation.size_class as "sizeClass",
      min(member.valid_from) as since,
      case when bool_or(member.valid_until is null) then null else max(member.valid_until) end as until
    from group_organisation member
    join organisation on organisation.id = member.organisation_id
    where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
      and member.valid_from <= ${until}::date and coalesce(member.valid_until, 'infinity') >= ${from}::date
    group by organisation.id
    order by organisation.name collate name_order, organisation.id limit ${most}`.execute(trx)
  return rows
}

export async function heldIn(
  trx: Trx,
  networkId: string,
  programme: Of,
  period: Period,
): Promise<HeldMeeting[]> {
  const { rows } = await sql<HeldMeeting>`
    with ${held(networkId, programme, period)}
    select held.id, held.step_id as "stepId", held.title, held.starts_at as "startsAt", held.time_zone as "timeZone",
      held.minutes, (
        select count(distinct member.person_id)::int from group_member member
        where member.network_id = ${networkId}::uuid and member.group_id = ${programme.groupId}::uuid
          and held.day between member.valid_from and coalesce(member.valid_until, 'infinity')
      ) as invited,
      coalesce(present.people, 0) as people, coalesce(present.organisations, 0) as organisations,
      coalesce(present.minutes, 0) as "presentMinutes"
    from held
    left join lateral (
      select count(*)::int as people, count(distinct registration.organisation_id)::int as organisations,
        sum(coalesce(registration.attended_minutes, held.minutes))::int as minutes
      from registration
      where registration.network_id = ${networkId}::uuid and registration.meeting_id = held.id
        and registration.present and registration.state <> 'withdrawn'
    ) present on true
    order by held.starts_at, held.id limit ${most}`.execute(trx)
  return rows
}

/** By organisation; who came for none is counted with the meeting alone. */
export async function presencesIn(
  trx: Trx,
  networkId: string,
  programme: Of,
  period: Period,
): Promise<Presence[]> {
  const { rows } = await sql<Presence>`
    with ${held(networkId, programme, period)}
    select registration.organisation_id as "organisationId", count(distinct held.id)::int as meetings,
      count(distinct coalesce(registration.person_id::text, registration.email, registration.id::text))::int as people,
      sum(coalesce(registration.attended_minutes, held.minutes))::int as minutes
    from held
    join registration on registration.network_id = ${networkId}::uuid and registration.meeting_id = held.id
    where registration.present and registration.state <> 'withdrawn' and registration.organisation_id is not null
    group by registration.organisation_id limit ${most}`.execute(trx)
  return rows
}

export async function declaredIn(
  trx: Trx,
  networkId: string,
  programmeId: string,
  { from, until }: Period,
): Promise<Declared[]> {
  const { rows } = await sql<Declared>`
    select fulfilment.organisation_id as "organisationId", expectation.step_id as "stepId",
      sum(fulfilment.minutes)::int as minutes
    from programme_fulfilment fulfilment
    join programme_expectation expectation on expectation.network_id = fulfilment.network_id
      and expectation.programme_id = fulfilment.programme_id and expectation.id = fulfilment.expectation_id
    where fulfilment.network_id = ${networkId}::uuid and fulfilment.programme_id = ${programmeId}::uuid
      and fulfilment.minutes is not null and fulfilment.done_on between ${from}::date and ${until}::date
    group by 1, 2`.execute(trx)
  return rows
}

export async function handedInIn(
  trx: Trx,
  networkId: string,
  programmeId: string,
  { from, until }: Period,
): Promise<HandedIn[]> {
  const { rows } = await sql<HandedIn>`
    select fulfilment.id, expectation.title, step.title as step, organisation.name as organisation,
      fulfilment.done_on as "doneOn", fulfilment.url,
      case when file.id is not null then jsonb_build_object('id', file.id, 'name', file.name) end as file
    from programme_fulfilment fulfilment
    join programme_expectation expectation on expectation.network_id = fulfilment.network_id
      and expectation.programme_id = fulfilment.programme_id and expectation.id = fulfilment.expectation_id
    join programme_step step on step.network_id = expectation.network_id
      and step.programme_id = expectation.programme_id and step.id = expectation.step_id
    join organisation on organisation.id = fulfilment.organisation_id
    left join file on file.network_id = fulfilment.network_id and file.id = fulfilment.file_id and file.state = 'ready'
    where fulfilment.network_id = ${networkId}::uuid and fulfilment.programme_id = ${programmeId}::uuid
      and fulfilment.done_on between ${from}::date and ${until}::date
      and (fulfilment.url is not null or file.id is not null)
    order by fulfilment.done_on, organisation.name collate name_order, fulfilment.id limit ${most}`.execute(
    trx,
  )
  return rows
}

export async function changesIn(
  trx: Trx,
  networkId: string,
  { id, timeZone }: Of,
  { from, until }: Period,
): Promise<CourseChange[]> {
  const { rows } = await sql<CourseChange>`
    select kind, (made_at at time zone ${timeZone})::date as day, reason from programme_change
    where network_id = ${networkId}::uuid and programme_id = ${id}::uuid and undone_at is null
      and kind in ('moved', 'paused', 'resumed', 'shortened', 'capsule_added', 'step_added', 'mode_changed', 'reordered')
      and (made_at at time zone ${timeZone})::date between ${from}::date and ${until}::date
    order by revision limit ${most}`.execute(trx)
  return rows
}

/** Meetings of its steps that are over, those of steps left out since as well: they took place. */
function held(networkId: string, { id, timeZone }: Of, { from, until }: Period) {
  return sql`held as materialized (
    select distinct on (meeting.id) meeting.id, step.id as step_id, meeting.title, meeting.starts_at, meeting.time_zone,
      (meeting.starts_at at time zone ${timeZone})::date as day,
      attended_minutes(meeting.starts_at, meeting.ends_at, meeting.time_zone) as minutes
    from programme_step step
    join meeting on meeting.network_id = step.network_id and meeting.id = step.meeting_id
    where step.network_id = ${networkId}::uuid and step.programme_id = ${id}::uuid
      and meeting.state in ('scheduled', 'held') and meeting.ends_at <= now()
      and (meeting.starts_at at time zone ${timeZone})::date between ${from}::date and ${until}::date
    order by meeting.id
  )`
}
