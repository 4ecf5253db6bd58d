import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { markPresence } from '#modules/meetings/door/presences.ts'
import { type Meeting, openFor } from '#modules/meetings/meetings.ts'
import type { Entry } from '#modules/network/index.ts'

/** A meeting as the poster at its door names it. */
export interface DoorMeeting {
  id: string
  title: string
  place: string
  startsAt: Date
  endsAt: Date
  timeZone: string
  state: string
}

/** The meeting whose poster this is the key of, or null. */
export async function findByDoorKey(trx: Trx, networkId: string, key: string): Promise<DoorMeeting | null> {
  if (!/^[0-9a-f]{20}$/.test(key)) return null
  const row = await trx
    .selectFrom('meeting')
    .select(['id', 'title', 'place', 'starts_at', 'ends_at', 'time_zone', 'state'])
    .where('network_id', '=', networkId)
    .where('door_key', '=', key)
    .where('state', '<>', 'draft')
    .executeTakeFirst()
  return row
    ? {
        id: row.id,
        title: row.title,
        place: row.place,
        startsAt: row.starts_at,
        endsAt: row.ends_at,
        timeZone: row.time_zone,
        state: row.state,
      }
    : null
}

export async function doorKeyOf(trx: Trx, networkId: string, meetingId: string): Promise<string> {
  const row = await trx
    .selectFrom('meeting')
    .select('door_key')
    .where('network_id', '=', networkId)
    .where('id', '=', meetingId)
    .executeTakeFirstOrThrow()
  return row.door_key
}

/** 'several': more than one goes by that name; 'waiting': those at the door have to let them in. */
export type Arrival = { name: string; again: boolean } | 'unknown' | 'several' | 'waiting'

/**
 * Somebody says by themselves that they have come: by the address they registered with, or by their whole name where
 * nobody else has it. Nobody learns who else is registered. That they stand at the door was examined before.
 * @param who typed by them; null for whoever is signed in
 */
export async function arrive(trx: Trx, entry: Entry, meeting: Meeting, who: string | null): Promise<Arrival> {
  const networkId = entry.network.id
  const written = (who ?? '').trim().toLowerCase()
  const { rows } = await sql<{
    id: string
    state: string
    name: string
    present: boolean | null
    by_email: boolean
  }>`
    select registration.id, registration.state, registration.present,
      coalesce(nullif(registration.name, ''), person.name, '') as name,
      coalesce(registration.email = ${written} or lower(person.email) = ${written}, false) as by_email
    from registration
    left join person on person.network_id = registration.network_id and person.id = registration.person_id
    where registration.network_id = ${networkId}::uuid and registration.meeting_id = ${meeting.id}::uuid
      and registration.state <> 'withdrawn'
      and ${
        who === null
          ? sql`registration.person_id = ${entry.personId}::uuid`
          : sql`(registration.email = ${written} or lower(person.email) = ${written}
              or regexp_replace(unaccent(lower(coalesce(nullif(registration.name, ''), person.name, ''))), '\\s+', ' ', 'g')
                = regexp_replace(unaccent(${written}), '\\s+', ' ', 'g'))`
      }
    order by by_email desc, registration.guest_of nulls first, registration.number
    limit 3`.execute(trx)
  const [found] = rows
  if (!found) return 'unknown'
  if (!found.by_email && rows.length > 1) return 'several'
  if (found.state === 'waiting') return 'waiting'
  const changed = await markPresence(trx, entry, meeting, {
    registrationId: found.id,
    present: true,
    by: 'code',
  })
  return { name: found.name, again: !changed }
}

/** The meeting itself, for one who is at its door: what they may otherwise read of it plays no part. */
export async function meetingAtDoor(trx: Trx, entry: Entry, meetingId: string): Promise<Meeting> {
  const { network, personId } = entry
  const reader = { networkId: network.id, timeZone: network.timeZone, personId, role: 'facilitator' as const }
  return (await openFor(trx, reader, meetingId, 'read')).meeting
}
