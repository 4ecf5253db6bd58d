import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** What the day of meetings holds about somebody, beside their registrations: what they wrote, decided, and are to do. */
export async function dayData(
  trx: Trx,
  networkId: string,
  accountId: string,
): Promise<Record<string, unknown>> {
  const mine = sql`(select id from person where network_id = ${networkId}::uuid and account_id = ${accountId}::uuid)`
  const meeting = (table: string) =>
    sql`join meeting on meeting.network_id = ${sql.ref(`${table}.network_id`)} and meeting.id = ${sql.ref(`${table}.meeting_id`)}`
  const attendance = await sql`
    select meeting.title, meeting.starts_at as "startsAt", registration.checked_by as "checkedBy",
      registration.half_days as "halfDays",
      coalesce(registration.attended_minutes, attended_minutes(meeting.starts_at, meeting.ends_at, meeting.time_zone)) as minutes
    from registration ${meeting('registration')}
    where registration.network_id = ${networkId}::uuid and registration.present and registration.person_id in ${mine}
    order by meeting.starts_at, meeting.id limit 10000`.execute(trx)
  const notes = await sql`
    select meeting.title, count(*)::int as savings, max(notes.written_at) as latest
    from meeting_notes notes ${meeting('notes')}
    where notes.network_id = ${networkId}::uuid and notes.person_id in ${mine}
    group by meeting.id, meeting.title order by latest limit 10000`.execute(trx)
  const decisions = await sql`
    select meeting.title, decision.text, decision.due_on as "dueOn", decision.owner_id in ${mine} as "toDo",
      decision.created_at as at
    from meeting_decision decision ${meeting('decision')}
    where decision.network_id = ${networkId}::uuid
      and (decision.owner_id in ${mine} or decision.created_by in ${mine})
    order by decision.id limit 10000`.execute(trx)
  const minutes = await sql`
    select meeting.title, minutes.version, minutes.published_at as at
    from meeting_minutes minutes ${meeting('minutes')}
    where minutes.network_id = ${networkId}::uuid and minutes.published_by in ${mine}
    order by minutes.published_at limit 10000`.execute(trx)
  const tables = await sql`
    select meeting.title, seat.round, seat.seat_table as "table"
    from breakout_seat seat ${meeting('seat')}
    join registration on registration.network_id = seat.network_id and registration.meeting_id = seat.meeting_id
      and registration.id = seat.registration_id
    where seat.network_id = ${networkId}::uuid and registration.person_id in ${mine}
    order by meeting.starts_at, seat.round limit 10000`.execute(trx)
  return {
    meetingAttendance: attendance.rows,
    meetingNotes: notes.rows,
    meetingDecisions: decisions.rows,
    meetingMinutesPublished: minutes.rows,
    meetingTables: tables.rows,
  }
}
