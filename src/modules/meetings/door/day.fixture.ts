import { newId } from '#kernel/ids.ts'
import type { TestDatabase } from '../../../../test/database.ts'
import type { TestNetwork } from '../../../../test/factories.ts'

/** In minutes from now. */
interface TestMeeting {
  title?: string
  from?: number
  minutes?: number
  state?: string
  visibility?: string
  capacity?: number | null
  groupId?: string | null
  createdBy?: string | null
  timeZone?: string
  startsAt?: string
  endsAt?: string
}

/** A meeting that began half an hour ago, unless said otherwise. @returns its id */
export async function aHeldMeeting(
  database: TestDatabase,
  network: TestNetwork,
  meeting: TestMeeting = {},
): Promise<string> {
  const id = newId()
  const { from = -30, minutes = 120 } = meeting
  const startsAt = meeting.startsAt ?? new Date(Date.now() + from * 60_000).toISOString()
  const endsAt = meeting.endsAt ?? new Date(Date.parse(startsAt) + minutes * 60_000).toISOString()
  await database.asOwner(
    `insert into meeting (network_id, id, group_id, title, starts_at, ends_at, time_zone, place, state, visibility,
       capacity, created_by, link_origin)
     values ($1, $2, $3, $4, $5, $6, $7, 'Salle Jaurès', $8, $9, $10, $11, 'https://cordee.example')`,
    [
      network.id,
      id,
      meeting.groupId ?? null,
      meeting.title ?? 'Réunion du mois',
      startsAt,
      endsAt,
      meeting.timeZone ?? 'Europe/Paris',
      meeting.state ?? 'scheduled',
      meeting.visibility ?? 'network',
      meeting.capacity ?? null,
      meeting.createdBy ?? null,
    ],
  )
  return id
}

interface TestRegistration {
  name?: string
  email?: string | null
  personId?: string | null
  organisationId?: string | null
  organisationName?: string
  state?: string
  attends?: string
  present?: boolean | null
}

export async function aRegistration(
  database: TestDatabase,
  network: TestNetwork,
  meetingId: string,
  registration: TestRegistration = {},
): Promise<{ id: string; code: string }> {
  const id = newId()
  const { present = null } = registration
  const [row] = await database.asOwner<{ code: string }>(
    `with numbered as (
       update meeting set last_number = last_number + 1 where network_id = $1 and id = $2 returning last_number
     )
     insert into registration (network_id, meeting_id, id, number, person_id, organisation_id, organisation_name, name,
       email, state, attends, present, arrived_at, checked_by)
     select $1, $2, $3, last_number, $4, $5, $6, $7, $8, $9, $10, $11::boolean,
       case when $11::boolean then now() end, case when $11::boolean then 'list' end from numbered
     returning check_in_code as code`,
    [
      network.id,
      meetingId,
      id,
      registration.personId ?? null,
      registration.organisationId ?? null,
      registration.organisationName ?? '',
      registration.name ?? '',
      registration.email ?? null,
      registration.state ?? 'registered',
      registration.attends ?? 'place',
      present,
    ],
  )
  return { id, code: row?.code ?? '' }
}

/** What is kept of who was there, by the name they were written down with. */
export function presencesIn(database: TestDatabase, network: TestNetwork, meetingId: string) {
  return database.asOwner<{
    name: string
    present: boolean | null
    state: string
    checked_by: string | null
    organisation_id: string | null
    half_days: number[] | null
    attended_minutes: number | null
    arrived_at: Date | null
  }>(
    `select coalesce(nullif(registration.name, ''), person.name) as name, present, state, checked_by, organisation_id,
       half_days, attended_minutes, arrived_at
     from registration
     left join person on person.network_id = registration.network_id and person.id = registration.person_id
     where registration.network_id = $1 and meeting_id = $2 order by number`,
    [network.id, meetingId],
  )
}
