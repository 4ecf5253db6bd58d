import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import type { Locale } from '#kernel/locale.ts'

/** A meeting held fast until the end of the transaction: whoever else registers, withdraws or changes it waits. */
export interface LockedMeeting {
  id: string
  state: string
  visibility: string
  startsAt: Date
  endsAt: Date
  registrationUntil: Date | null
  guests: number
  photos: boolean
  hasPlace: boolean
  hasVideo: boolean
  lastNumber: number
}

/** @throws AppError 'not-found' */
export async function lockMeeting(trx: Trx, networkId: string, id: string): Promise<LockedMeeting> {
  const { rows } = await sql<LockedMeeting>`
    select id, state, visibility, starts_at as "startsAt", ends_at as "endsAt",
      registration_until as "registrationUntil", guests, photos, place || address <> '' as "hasPlace",
      video_url is not null as "hasVideo", last_number as "lastNumber"
    from meeting where network_id = ${networkId} and id = ${id} for update`.execute(trx)
  const [row] = rows
  if (!row) throw new AppError('not-found')
  return row
}

export interface Newcomer {
  personId: string | null
  organisationId: string | null
  name: string
  email: string | null
  organisationName: string
  locale: Locale
  attends: 'place' | 'video'
  accessNeeds: string
  photoConsent: boolean | null
  guests: string[]
}

/**
 * Puts somebody, and the guests they bring, at the end of the line: each with a number of their own. `fillPlaces` then says
 * who of those who wait has a place.
 * @returns the id of their registration
 */
export async function queueUp(
  trx: Trx,
  networkId: string,
  meeting: LockedMeeting,
  newcomer: Newcomer,
): Promise<string> {
  const id = newId()
  const first = meeting.lastNumber + 1
  await trx
    .insertInto('registration')
    .values({
      network_id: networkId,
      meeting_id: meeting.id,
      id,
      number: first,
      person_id: newcomer.personId,
      organisation_id: newcomer.organisationId,
      name: newcomer.name,
      email: newcomer.email,
      organisation_name: newcomer.organisationName,
      locale: newcomer.locale,
      state: 'waiting',
      attends: newcomer.attends,
      access_needs: newcomer.accessNeeds,
      photo_consent: newcomer.photoConsent,
      token: randomBytes(24).toString('base64url'),
    })
    .execute()
  await queueGuests(trx, networkId, { ...meeting, lastNumber: first }, { id, ...newcomer }, newcomer.guests)
  return id
}

/** Those somebody brings, after all who stand in line already. */
export async function queueGuests(
  trx: Trx,
  networkId: string,
  meeting: Pick<LockedMeeting, 'id' | 'lastNumber'>,
  host: Pick<Newcomer, 'organisationId' | 'organisationName' | 'locale' | 'attends'> & { id: string },
  guests: string[],
): Promise<void> {
  const rows = guests.map((name, index) => ({
    network_id: networkId,
    meeting_id: meeting.id,
    id: newId(),
    number: meeting.lastNumber + 1 + index,
    guest_of: host.id,
    name,
    organisation_id: host.organisationId,
    organisation_name: host.organisationName,
    locale: host.locale,
    state: 'waiting',
    attends: host.attends,
  }))
  if (rows.length > 0) await trx.insertInto('registration').values(rows).execute()
  await trx
    .updateTable('meeting')
    .set({ last_number: meeting.lastNumber + rows.length })
    .where('network_id', '=', networkId)
    .where('id', '=', meeting.id)
    .execute()
}

/**
 * Gives the places that are free to those who wait, by their numbers, under the lock of `lockMeeting`. By video there is
 * room for everyone where there is a place as well.
 * @returns the ids of the registrations that have a place now and had none before
 */
export async function fillPlaces(trx: Trx, networkId: string, meetingId: string): Promise<string[]> {
  return fillAllPlaces(trx, networkId, [meetingId])
}

/** The same of several meetings in one statement, each under its lock. */
export async function fillAllPlaces(
  trx: Trx,
  networkId: string,
  meetings: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with held as (
      select id, capacity, place || address = '' and video_url is not null as only_video from meeting
      where network_id = ${networkId} and id = any(${meetings}::uuid[])
    ), free as (
      -- Null where there is no capacity, and so without an end; greatest() would make it 0.
      select held.id, held.only_video, case when held.capacity is not null then greatest(0, held.capacity - (
        select count(*) from registration
        where network_id = ${networkId} and meeting_id = held.id and state = 'registered'
          and (attends = 'place' or held.only_video)
      )) end as places from held
    ), next as (
      select line.meeting_id, line.id from free cross join lateral (
        select meeting_id, id from registration
        where network_id = ${networkId} and meeting_id = free.id and state = 'waiting'
          and (attends = 'place' or free.only_video)
        order by number
        limit free.places
      ) line
    )
    update registration set state = 'registered'
    from held
    where registration.network_id = ${networkId} and registration.meeting_id = held.id
      and registration.state = 'waiting'
      and ((registration.meeting_id, registration.id) in (select meeting_id, id from next)
        or (registration.attends = 'video' and not held.only_video))
    returning registration.id`.execute(trx)
  return rows.map(({ id }) => id)
}
