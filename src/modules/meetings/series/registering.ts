import { sql } from 'kysely'
import type { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { fillPlaces, lockMeeting, queueUp } from '#modules/meetings/registrations/places.ts'
import { comingInput, manner } from '#modules/meetings/registrations/registrations.ts'
import { follow, follows, unfollow } from '#modules/meetings/series/following.ts'
import { openSeries } from '#modules/meetings/series/series.ts'
import { tellRegistered, tellWithdrawn } from '#modules/meetings/series/telling.ts'
import { tellMovedUp } from '#modules/meetings/telling/telling.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** How somebody comes to all dates alike. */
export const seriesRegistrationInput = comingInput

/**
 * Registers whoever entered for every date that is open to them and that they are not registered for, and for those that
 * will be added. Where a date is full they wait for it, as anyone does. One message lists them all.
 * @returns for how many they have a place, and for how many they wait
 * @throws Refusal where no date is left
 */
export async function registerForSeries(
  trx: Trx,
  entry: Entry,
  seriesId: string,
  input: z.output<typeof seriesRegistrationInput>,
  locale = entry.network.locale,
): Promise<{ registered: number; waiting: number }> {
  const { network, personId } = entry
  const series = await openSeries(trx, entry, seriesId, 'read')
  if (personId === null) throw new AppError('forbidden')
  if (input.guests.length > series.terms.guests)
    throw new Refusal({
      field: 'guests',
      message: 'meetings.error.guests',
      values: { most: series.terms.guests },
    })
  const open = await openDates(trx, network.id, series.id, personId)
  if (open.length === 0 && (await follows(trx, network.id, series.id, personId)))
    throw new Refusal({ field: '', message: 'series.error.none-open' })
  const acting = entry.mandates.find(({ id }) => id === entry.actor.mandateId) ?? entry.mandates[0]
  const organisationId = acting?.organisationId ?? null
  await follow(trx, network.id, series.id, { ...input, personId, organisationId, locale })
  const registrations: string[] = []
  // One after the other, under the lock of each, by the rules of places: a series is bounded, and few are long.
  for (const id of open) {
    const meeting = await lockMeeting(trx, network.id, id)
    registrations.push(
      await queueUp(trx, network.id, meeting, {
        // One that was changed on its own may have room for fewer.
        ...manner(meeting, { ...input, guests: input.guests.slice(0, meeting.guests) }),
        personId,
        organisationId,
        name: '',
        email: null,
        organisationName: '',
        locale,
        accessNeeds: input.accessNeeds,
      }),
    )
    const newcomer = registrations.at(-1) ?? null
    await tellMovedUp(trx, network.id, id, await fillPlaces(trx, network.id, id), newcomer)
  }
  if (open.length > 0) await tellRegistered(trx, entry, series, registrations, open)
  const { rows } = await sql<{ registered: number; waiting: number }>`
    select count(*) filter (where state = 'registered')::int as registered,
      count(*) filter (where state = 'waiting')::int as waiting
    from registration
    where network_id = ${network.id}::uuid and meeting_id = any(${open}::uuid[])
      and id = any(${registrations}::uuid[])`.execute(trx)
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'series.joined',
    subject: { type: 'series', id: series.id },
    after: { person: personId, dates: open.length },
  })
  return rows[0] ?? { registered: 0, waiting: 0 }
}

/** Takes back all registrations of whoever entered for dates to come, and for those to be added. @returns how many there were */
export async function withdrawFromSeries(trx: Trx, entry: Entry, seriesId: string): Promise<number> {
  const { network, personId } = entry
  const series = await openSeries(trx, entry, seriesId, 'read')
  if (personId === null) throw new AppError('forbidden')
  // Who was seen there already is taken back at the door alone.
  const { rows: own } = await sql<{ id: string; meeting_id: string; noted: boolean }>`
    select registration.id, registration.meeting_id, registration.state = 'registered' as noted
    from meeting
    join registration on registration.network_id = meeting.network_id and registration.meeting_id = meeting.id
    where meeting.network_id = ${network.id}::uuid and meeting.series_id = ${series.id}::uuid
      and meeting.starts_at > now() and meeting.state = 'scheduled'
      and registration.person_id = ${personId}::uuid and registration.state <> 'withdrawn'
      and not exists (
        select from registration there
        where there.network_id = registration.network_id and there.meeting_id = registration.meeting_id
          and registration.id in (there.id, there.guest_of) and there.present)
    order by meeting.id for update of meeting`.execute(trx)
  await unfollow(trx, network.id, series.id, personId)
  if (own.length === 0) return 0
  const meetings = own.map(row => row.meeting_id)
  const registrations = own.map(row => row.id)
  await sql`
    update registration set state = 'withdrawn', withdrawn_at = now()
    where network_id = ${network.id}::uuid and meeting_id = any(${meetings}::uuid[]) and state <> 'withdrawn'
      and (id = any(${registrations}::uuid[]) or guest_of = any(${registrations}::uuid[]))`.execute(trx)
  for (const id of meetings) await tellMovedUp(trx, network.id, id, await fillPlaces(trx, network.id, id))
  const left = own.filter(({ noted }) => noted).map(({ id }) => id)
  await tellWithdrawn(trx, entry, series, registrations, meetings, left)
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'series.left',
    subject: { type: 'series', id: series.id },
    before: { person: personId, dates: own.length },
  })
  return own.length
}

/** Held fast, in the order of their ids as everyone takes them. */
async function openDates(trx: Trx, networkId: string, seriesId: string, personId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from meeting
    where network_id = ${networkId}::uuid and series_id = ${seriesId}::uuid and state = 'scheduled'
      and coalesce(registration_until, starts_at) > now()
      and not exists (
        select from registration
        where registration.network_id = meeting.network_id and registration.meeting_id = meeting.id
          and registration.person_id = ${personId}::uuid and registration.state <> 'withdrawn'
      )
    order by id for update`.execute(trx)
  return rows.map(({ id }) => id)
}
