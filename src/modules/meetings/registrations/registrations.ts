import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { type Locale, locales } from '#kernel/locale.ts'
import { openMeeting } from '#modules/meetings/meetings.ts'
import { closedBy } from '#modules/meetings/registrations/closing.ts'
import {
  fillPlaces,
  type LockedMeeting,
  lockMeeting,
  queueGuests,
  queueUp,
} from '#modules/meetings/registrations/places.ts'
import { tellMovedUp, tellRegistered, tellWithdrawn } from '#modules/meetings/telling/telling.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

const name = z.string().trim().max(200)

/** How somebody comes: what the forms of members, of visitors and of those who run it ask alike. */
export const comingInput = z.object({
  attends: z.enum(['place', 'video']).default('place'),
  accessNeeds: z.string().trim().max(1000).default(''),
  /** Null where nobody asked. */
  photoConsent: z
    .union([z.boolean(), z.enum(['yes', 'no']).transform(said => said === 'yes')])
    .nullable()
    .default(null),
  /** By name. */
  guests: z
    .array(name)
    .max(10)
    .default([])
    .transform(names => names.filter(Boolean)),
})

export const registrationInput = comingInput.extend({
  /** For which of theirs they come; null: for that of the mandate under which they act. */
  organisationId: z
    .string()
    .trim()
    .nullish()
    .transform(id => id || null)
    .refine(id => id === null || isId(id), { error: 'form.error.choose' }),
  /** In which they are written to; null: the network's. */
  locale: z.enum(locales).nullable().default(null),
})
export type RegistrationInput = z.output<typeof registrationInput>

export interface Registration {
  id: string
  /** The order in which they came. */
  number: number
  personId: string | null
  name: string
  /** Of those who are no person of the network. */
  email: string | null
  organisationId: string | null
  organisation: string | null
  /** The registration of whoever brings them. */
  guestOf: string | null
  state: 'registered' | 'waiting' | 'withdrawn'
  attends: 'place' | 'video'
  /** For those alone who run the meeting. */
  accessNeeds: string
  photoConsent: boolean | null
  present: boolean | null
  createdAt: Date
}

/**
 * Registers whoever entered, or `personId` by those who run the meeting; registered already, it changes what they said. One who
 * comes for more places than are left waits for the rest, in the order in which all came (decision 0055).
 * @throws Refusal when registration is closed
 */
export async function register(
  trx: Trx,
  entry: Entry,
  meetingId: string,
  input: RegistrationInput,
  personId: string | null = entry.personId,
): Promise<{ id: string; state: 'registered' | 'waiting'; waitingGuests: number }> {
  const { network } = entry
  const itself = personId === entry.personId
  const { mayRun } = await openMeeting(trx, entry, meetingId, itself ? 'take-part' : 'run')
  if (personId === null) throw new AppError('forbidden')
  // Before the lock, for which others may wait.
  const organisationId = await organisationOf(trx, entry, personId, input.organisationId)
  const meeting = await lockMeeting(trx, network.id, meetingId)
  refuseClosed(meeting, mayRun)
  const coming = { ...input, ...manner(meeting, input) }
  const before = await findOwn(trx, network.id, meetingId, sql`person_id = ${personId}::uuid`)
  const locale = input.locale ?? network.locale
  const id = before
    ? await changeOwn(trx, network.id, meeting, before, { ...coming, organisationId })
    : await queueUp(trx, network.id, meeting, {
        ...{ ...coming, personId, organisationId, locale },
        ...{ name: '', email: null, organisationName: '' },
      })
  const moved = await fillPlaces(trx, network.id, meetingId)
  const { state, waitingGuests } = await standingOf(trx, network.id, meetingId, id)
  if (!before) await tellRegistered(trx, network.id, meetingId, id)
  else if (before.state === 'registered' && state === 'waiting')
    await tellRegistered(trx, network.id, meetingId, id, true)
  await tellMovedUp(trx, network.id, meetingId, moved, before ? null : id)
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: before ? 'registration.changed' : 'registration.added',
    subject: { type: 'meeting', id: meetingId },
    after: { registration: id, person: personId, state, guests: coming.guests.length },
  })
  return { id, state, waitingGuests }
}

/** Takes back one's own, or, by those who run the meeting, anyone's; their guests stay away as well. Whoever waits first moves up. */
export async function withdraw(
  trx: Trx,
  entry: Entry,
  meetingId: string,
  registrationId: string,
): Promise<void> {
  const { network } = entry
  const { mayRun } = await openMeeting(trx, entry, meetingId, 'take-part')
  if (!isId(registrationId)) throw new AppError('not-found')
  const owner = await trx
    .selectFrom('registration')
    .leftJoin('registration as host', join =>
      join
        .onRef('host.network_id', '=', 'registration.network_id')
        .onRef('host.meeting_id', '=', 'registration.meeting_id')
        .onRef('host.id', '=', 'registration.guest_of'),
    )
    .select(({ fn }) => fn.coalesce('host.person_id', 'registration.person_id').as('person_id'))
    .where('registration.network_id', '=', network.id)
    .where('registration.meeting_id', '=', meetingId)
    .where('registration.id', '=', registrationId)
    .executeTakeFirst()
  if (!owner) throw new AppError('not-found')
  const own = entry.personId !== null && owner.person_id === entry.personId
  if (!own && !mayRun) throw new AppError('forbidden')
  await giveUp(trx, network.id, meetingId, registrationId)
  await recordChange(trx, network.id, entry.actor, {
    action: 'registration.withdrawn',
    subject: { type: 'meeting', id: meetingId },
    before: { registration: registrationId, person: owner.person_id },
  })
}

/** What withdrawing does, whoever does it. @throws Refusal once the meeting is over, or where they or their guests were there */
export async function giveUp(
  trx: Trx,
  networkId: string,
  meetingId: string,
  registrationId: string,
): Promise<void> {
  const meeting = await lockMeeting(trx, networkId, meetingId)
  if (meeting.state === 'held' || meeting.endsAt < new Date())
    throw new Refusal({ field: '', message: 'meetings.error.over' })
  const { rows } = await sql<{ id: string; guest_of: string | null; state: string; present: boolean | null }>`
    select id, guest_of, state, present from registration
    where network_id = ${networkId} and meeting_id = ${meetingId} and state <> 'withdrawn'
      and ${registrationId}::uuid in (id, guest_of)
    order by id for update`.execute(trx)
  if (rows.length === 0) return
  // Who was there was there: attendance is changed at the door, and nowhere else.
  if (rows.some(({ present }) => present)) throw new Refusal({ field: '', message: 'meetings.error.present' })
  await sql`
    update registration set state = 'withdrawn', withdrawn_at = now()
    where network_id = ${networkId} and meeting_id = ${meetingId}
      and id = any(${rows.map(({ id }) => id)}::uuid[])`.execute(trx)
  const moved = await fillPlaces(trx, networkId, meetingId)
  const own = rows.find(({ id }) => id === registrationId)
  if (own?.guest_of === null)
    await tellWithdrawn(trx, networkId, meetingId, registrationId, own.state === 'registered')
  await tellMovedUp(trx, networkId, meetingId, moved)
  await announceChange(trx, networkId)
}

/** Who comes and who waits, in the order in which they came. @param after the number of the last one seen */
export async function registrationsOf(
  trx: Trx,
  networkId: string,
  meetingId: string,
  options: { after?: number | undefined; limit?: number; withdrawn?: boolean } = {},
): Promise<{ registrations: Registration[]; next: number | null }> {
  const { after = 0, limit = 500, withdrawn = false } = options
  const { rows } = await sql<Registration>`
    select registration.id, registration.number, registration.person_id as "personId",
      coalesce(person.name, registration.name) as name, registration.email,
      registration.organisation_id as "organisationId",
      coalesce(organisation.name, nullif(registration.organisation_name, '')) as organisation,
      registration.guest_of as "guestOf", registration.state, registration.attends,
      registration.access_needs as "accessNeeds", registration.photo_consent as "photoConsent", registration.present,
      registration.created_at as "createdAt"
    from registration
    left join person on person.network_id = registration.network_id and person.id = registration.person_id
    left join organisation on organisation.id = registration.organisation_id
    where registration.network_id = ${networkId} and registration.meeting_id = ${meetingId}
      and registration.number > ${after} and (registration.state <> 'withdrawn' or ${withdrawn})
    order by registration.number limit ${limit + 1}`.execute(trx)
  const registrations = rows.slice(0, limit)
  return { registrations, next: rows.length > limit ? (registrations.at(-1)?.number ?? null) : null }
}

/** What somebody said when they registered, for its form. */
export async function ownFields(
  trx: Trx,
  networkId: string,
  meetingId: string,
  id: string,
): Promise<{
  organisationId: string | null
  attends: string
  accessNeeds: string
  photoConsent: boolean | null
  guests: string[]
} | null> {
  const { rows } = await sql<NonNullable<Awaited<ReturnType<typeof ownFields>>>>`
    select organisation_id as "organisationId", attends, access_needs as "accessNeeds", photo_consent as "photoConsent",
      array(select guest.name from registration guest
        where guest.network_id = ${networkId} and guest.meeting_id = ${meetingId} and guest.guest_of = ${id}
          and guest.state <> 'withdrawn' order by guest.number) as guests
    from registration where network_id = ${networkId} and meeting_id = ${meetingId} and id = ${id}`.execute(
    trx,
  )
  return rows[0] ?? null
}

/** Those who run it may let people in after the deadline, as long as it lasts. */
export function refuseClosed(meeting: LockedMeeting, mayRun = false): void {
  const message = closedBy(meeting, mayRun)
  if (message !== null) throw new Refusal({ field: '', message })
}

/** What of their wishes the meeting has: nobody comes by video where there is none, nor to no place. */
export function manner(
  meeting: LockedMeeting,
  coming: Pick<RegistrationInput, 'attends' | 'guests' | 'photoConsent'>,
): Pick<RegistrationInput, 'attends' | 'guests' | 'photoConsent'> {
  if (coming.guests.length > meeting.guests)
    throw new Refusal({ field: 'guests', message: 'meetings.error.guests', values: { most: meeting.guests } })
  if (meeting.photos && coming.photoConsent === null)
    throw new Refusal({ field: 'photoConsent', message: 'form.error.choose' })
  return {
    attends: !meeting.hasVideo ? 'place' : meeting.hasPlace ? coming.attends : 'video',
    guests: coming.guests,
    photoConsent: meeting.photos ? coming.photoConsent : null,
  }
}

interface Own {
  id: string
  person_id: string | null
  organisation_id: string | null
  state: 'registered' | 'waiting'
  attends: 'place' | 'video'
  organisation_name: string
  locale: Locale
}

/** @param which by person, or by its id */
export async function findOwn(
  trx: Trx,
  networkId: string,
  meetingId: string,
  which: RawBuilder<unknown>,
): Promise<Own | null> {
  const { rows } = await sql<Own>`
    select id, person_id, organisation_id, state, attends, organisation_name, locale from registration
    where network_id = ${networkId} and meeting_id = ${meetingId} and ${which}
      and state <> 'withdrawn'`.execute(trx)
  return rows[0] ?? null
}

/**
 * Whoever comes to the place after all goes to the end of the line; guests are known by their names, and one who is there
 * already stays.
 */
export async function changeOwn(
  trx: Trx,
  networkId: string,
  meeting: LockedMeeting,
  own: Own,
  coming: Pick<RegistrationInput, 'attends' | 'accessNeeds' | 'photoConsent' | 'guests' | 'organisationId'>,
): Promise<string> {
  const { attends, accessNeeds, photoConsent, guests, organisationId } = coming
  await sql`
    update registration set access_needs = ${accessNeeds}, photo_consent = ${photoConsent}::boolean,
      organisation_id = ${organisationId}::uuid
    where network_id = ${networkId} and meeting_id = ${meeting.id} and id = ${own.id}`.execute(trx)
  await sql`
    update registration set state = 'withdrawn', withdrawn_at = now()
    where network_id = ${networkId} and meeting_id = ${meeting.id} and guest_of = ${own.id}
      and state <> 'withdrawn' and present is not true and name <> all(${guests})`.execute(trx)
  const { rows: kept } = await sql<{ name: string }>`
    select name from registration
    where network_id = ${networkId} and meeting_id = ${meeting.id} and guest_of = ${own.id}
      and state <> 'withdrawn'`.execute(trx)
  const known = new Set(kept.map(row => row.name))
  let { lastNumber } = meeting
  if (attends !== own.attends) {
    const { rows } = await sql<{ last: number }>`
      with line as (
        select id, ${lastNumber}::integer + row_number() over (order by number) as turn from registration
        where network_id = ${networkId} and meeting_id = ${meeting.id} and ${own.id}::uuid in (id, guest_of)
          and state <> 'withdrawn'
      )
      update registration set attends = ${attends}, state = 'waiting', number = line.turn
      from line
      where registration.network_id = ${networkId} and registration.meeting_id = ${meeting.id}
        and registration.id = line.id
      returning registration.number as last`.execute(trx)
    lastNumber = Math.max(lastNumber, ...rows.map(row => row.last))
  }
  const host = {
    id: own.id,
    attends,
    organisationId,
    organisationName: own.organisation_name,
    locale: own.locale,
  }
  const added = guests.filter(guest => !known.has(guest))
  await queueGuests(trx, networkId, { id: meeting.id, lastNumber }, host, added)
  return own.id
}

/** @throws Refusal for an organisation they hold no mandate of today */
async function organisationOf(
  trx: Trx,
  { network, personId: own, actor }: Entry,
  personId: string,
  chosen: string | null,
): Promise<string | null> {
  const acting = personId === own ? actor.mandateId : null
  const { rows } = await sql<{ organisation_id: string }>`
    select organisation_id from mandate
    where network_id = ${network.id} and person_id = ${personId} and organisation_id is not null
      and (now() at time zone ${network.timeZone})::date between valid_from and coalesce(valid_until, 'infinity')
      and (${chosen}::uuid is null or organisation_id = ${chosen}::uuid)
    order by id = ${acting}::uuid desc nulls last, created_at, id limit 1`.execute(trx)
  if (chosen !== null && !rows[0])
    throw new Refusal({ field: 'organisationId', message: 'form.error.choose' })
  return rows[0]?.organisation_id ?? null
}

/** Where they stand now, and how many of the guests they bring wait. */
async function standingOf(
  trx: Trx,
  networkId: string,
  meetingId: string,
  id: string,
): Promise<{ state: 'registered' | 'waiting'; waitingGuests: number }> {
  const { rows } = await sql<{ state: string; waitingGuests: number }>`
    select state, (select count(*)::integer from registration guest
      where guest.network_id = registration.network_id and guest.meeting_id = registration.meeting_id
        and guest.guest_of = registration.id and guest.state = 'waiting') as "waitingGuests"
    from registration
    where network_id = ${networkId} and meeting_id = ${meetingId} and id = ${id}`.execute(trx)
  const [row] = rows
  if (!row) throw new AppError('internal')
  return { ...row, state: row.state === 'registered' ? 'registered' : 'waiting' }
}
