import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import type { Actor } from '#kernel/actor.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { isLocale, type Locale } from '#kernel/locale.ts'
import { whenOf } from '#modules/meetings/meeting-words.ts'
import { type OpenedMeeting, openFor } from '#modules/meetings/meetings.ts'
import type { Reader } from '#modules/meetings/reading-rights.ts'
import { fillPlaces, lockMeeting, queueUp } from '#modules/meetings/registrations/places.ts'
import {
  changeOwn,
  comingInput,
  findOwn,
  giveUp,
  manner,
  refuseClosed,
} from '#modules/meetings/registrations/registrations.ts'
import { tellMovedUp, tellRegistered } from '#modules/meetings/telling/telling.ts'
import { type Network, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { isAddress, queueMail } from '#platform/mail/index.ts'

/** What somebody of the public says who wants to come to a public meeting. */
export const visitorInput = comingInput.extend({
  name: z.string().trim().min(1).max(200),
  email: z
    .string()
    .trim()
    .min(1)
    .max(254)
    .transform(text => text.toLowerCase())
    .refine(isAddress, { error: 'form.error.email' }),
  organisationName: z.string().trim().max(200).default(''),
})
export type VisitorInput = z.output<typeof visitorInput>

/** What whoever holds the link of a registration says otherwise. A person of the network is called as there. */
export const heldInput = comingInput.extend({ name: visitorInput.shape.name.optional() })
export type HeldInput = z.output<typeof heldInput>

/** The visitor acts, whoever that is. */
const somebody: Actor = { accountId: null, mandateId: null, tokenId: null, origin: 'page' }
const hoursToConfirm = 48

/**
 * Writes to an address that asks for a place: it counts once the link is followed. Whether somebody of that address is known,
 * or registered already, makes no difference to what is answered here; the letter says it to them alone.
 * @param trx inside the network: the public writes nothing
 * @throws Refusal when registration is closed
 */
export async function askToCome(
  trx: Trx,
  network: Network,
  meetingId: string,
  input: VisitorInput,
  locale: Locale,
): Promise<void> {
  const { meeting } = await openFor(trx, visitorOf(network), meetingId, 'read')
  const locked = await lockMeeting(trx, network.id, meetingId)
  refuseClosed(locked)
  const terms = { ...input, ...manner(locked, input) }
  const token = randomBytes(24).toString('base64url')
  const expiresAt = new Date(Date.now() + hoursToConfirm * 3_600_000)
  // The last one asked for counts; what was asked before leads nowhere any more.
  await sql`delete from registration_request
    where network_id = ${network.id} and meeting_id = ${meetingId} and email = ${input.email}`.execute(trx)
  await trx
    .insertInto('registration_request')
    .values({
      network_id: network.id,
      meeting_id: meetingId,
      id: newId(),
      email: input.email,
      terms: JSON.stringify(terms),
      locale,
      token_hash: hash(token),
      expires_at: expiresAt,
    })
    .execute()
  await queueMail(trx, {
    networkId: network.id,
    to: { accountId: null, address: input.email, name: input.name, locale, timeZone: network.timeZone },
    template: 'meeting-confirmation',
    params: {
      title: meeting.title,
      when: whenOf(i18nFor(locale), meeting),
      url: meeting.linkOrigin + href('registrationConfirmation', { locale, network: network.slug, token }),
      expiresAt: expiresAt.toISOString(),
    },
    baseUrl: meeting.linkOrigin,
  })
}

/** The meeting that a link would confirm a place at; null for a link that leads nowhere. */
export async function requestedMeeting(
  trx: Trx,
  network: Network,
  token: string,
): Promise<OpenedMeeting['meeting'] | null> {
  const { rows } = await sql<{ meeting_id: string }>`
    select meeting_id from registration_request
    where network_id = ${network.id} and token_hash = ${hash(token)} and expires_at > now()`.execute(trx)
  const [row] = rows
  return row ? (await openFor(trx, visitorOf(network), row.meeting_id, 'read')).meeting : null
}

/**
 * Takes the place asked for, by the link that went to the address. Somebody of the network who came as a visitor is known by
 * their address, which the link has proven; whoever is registered already stays as they are.
 * @returns the token of their registration
 * @throws AppError 'not-found' for a link that leads nowhere; Refusal when registration was closed since
 */
export async function confirmComing(trx: Trx, network: Network, token: string): Promise<string> {
  const { rows } = await sql<{ meeting_id: string; email: string; terms: unknown; locale: string }>`
    delete from registration_request
    where network_id = ${network.id} and token_hash = ${hash(token)} and expires_at > now()
    returning meeting_id, email, terms, locale`.execute(trx)
  const [request] = rows
  if (!request) throw new AppError('not-found')
  const meetingId = request.meeting_id
  const locked = await lockMeeting(trx, network.id, meetingId)
  const known = await knownBy(trx, network, meetingId, request.email)
  if (known?.token) return known.token
  refuseClosed(locked)
  const input = visitorInput.parse(request.terms)
  const id = await queueUp(trx, network.id, locked, {
    ...input,
    ...manner(locked, input),
    personId: known?.personId ?? null,
    organisationId: known?.organisationId ?? null,
    locale: isLocale(request.locale) ? request.locale : network.locale,
  })
  const moved = await fillPlaces(trx, network.id, meetingId)
  await tellRegistered(trx, network.id, meetingId, id)
  await tellMovedUp(trx, network.id, meetingId, moved, id)
  await announceChange(trx, network.id)
  const made = await trx
    .selectFrom('registration')
    .select(['token', 'state'])
    .where('network_id', '=', network.id)
    .where('meeting_id', '=', meetingId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  await recordChange(trx, network.id, somebody, {
    action: 'registration.added',
    subject: { type: 'meeting', id: meetingId },
    after: { registration: id, state: made.state, guests: input.guests.length },
  })
  return made.token ?? ''
}

export interface HeldRegistration {
  id: string
  meetingId: string
  name: string
  /** Of a person of the network, who is called as there. */
  ofPerson: boolean
  state: 'registered' | 'waiting' | 'withdrawn'
  attends: 'place' | 'video'
  /** Of what is shown at the door. */
  code: string
  guests: { name: string; state: 'registered' | 'waiting' }[]
  /** They, or somebody they bring, were seen there. */
  present: boolean
  turn: number
}

/** The registration of whoever holds its link, with the meeting as they may see it. @throws AppError 'not-found' */
export async function registrationBy(
  trx: Trx,
  network: Network,
  token: string,
): Promise<{ registration: HeldRegistration; meeting: OpenedMeeting['meeting'] }> {
  const { rows } = await sql<HeldRegistration & { video_url: string | null }>`
    select registration.id, registration.meeting_id as "meetingId", coalesce(person.name, registration.name) as name,
      registration.person_id is not null as "ofPerson", registration.state, registration.attends,
      registration.check_in_code as code, meeting.video_url,
      coalesce((select jsonb_agg(jsonb_build_object('name', guest.name, 'state', guest.state) order by guest.number)
        from registration guest
        where guest.network_id = registration.network_id and guest.meeting_id = registration.meeting_id
          and guest.guest_of = registration.id and guest.state <> 'withdrawn'), '[]') as guests,
      exists (select from registration there
        where there.network_id = registration.network_id and there.meeting_id = registration.meeting_id
          and registration.id in (there.id, there.guest_of) and there.present) as present,
      (select count(*)::integer from registration other
        where other.network_id = registration.network_id and other.meeting_id = registration.meeting_id
          and other.state = 'waiting' and other.number <= registration.number) as turn
    from registration
    join meeting on meeting.network_id = registration.network_id and meeting.id = registration.meeting_id
    left join person on person.network_id = registration.network_id and person.id = registration.person_id
    where registration.network_id = ${network.id} and registration.token = ${token}`.execute(trx)
  const [row] = rows
  if (!row) throw new AppError('not-found')
  const { video_url, ...registration } = row
  const reader: Reader = { ...visitorOf(network), role: 'administrator' }
  const { meeting } = await openFor(trx, reader, row.meetingId, 'read')
  return { registration, meeting: { ...meeting, videoUrl: row.state === 'registered' ? video_url : null } }
}

/**
 * Changes what somebody said who holds the link of their registration, as long as others may register; by the same rules:
 * guests added stand at the end of the line.
 * @throws AppError 'not-found'; Refusal once registration is closed, or they withdrew
 */
export async function changeBy(trx: Trx, network: Network, token: string, input: HeldInput): Promise<void> {
  const { registration } = await registrationBy(trx, network, token)
  const { id, meetingId } = registration
  const meeting = await lockMeeting(trx, network.id, meetingId)
  refuseClosed(meeting)
  const own = await findOwn(trx, network.id, meetingId, sql`id = ${id}::uuid`)
  if (!own) throw new Refusal({ field: '', message: 'meetings.you.withdrew' })
  const coming = { ...input, ...manner(meeting, input), organisationId: own.organisation_id }
  await changeOwn(trx, network.id, meeting, own, coming)
  if (own.person_id === null && input.name !== undefined)
    await trx
      .updateTable('registration')
      .set({ name: input.name })
      .where('network_id', '=', network.id)
      .where('meeting_id', '=', meetingId)
      .where('id', '=', id)
      .execute()
  const moved = await fillPlaces(trx, network.id, meetingId)
  const now = await findOwn(trx, network.id, meetingId, sql`id = ${id}::uuid`)
  if (own.state === 'registered' && now?.state === 'waiting')
    await tellRegistered(trx, network.id, meetingId, id, true)
  await tellMovedUp(trx, network.id, meetingId, moved)
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, somebody, {
    action: 'registration.changed',
    subject: { type: 'meeting', id: meetingId },
    after: { registration: id, guests: coming.guests.length },
  })
}

/** Also on the day itself. Done again, it changes nothing. */
export async function withdrawBy(trx: Trx, network: Network, token: string): Promise<void> {
  const { registration } = await registrationBy(trx, network, token)
  if (registration.state === 'withdrawn') return
  await giveUp(trx, network.id, registration.meetingId, registration.id)
  await recordChange(trx, network.id, somebody, {
    action: 'registration.withdrawn',
    subject: { type: 'meeting', id: registration.meetingId },
    before: { registration: registration.id },
  })
}

function visitorOf(network: Network): Reader {
  return { networkId: network.id, timeZone: network.timeZone, personId: null, role: 'visitor' }
}

/** Who has an address, and whether they come already. */
async function knownBy(
  trx: Trx,
  network: Network,
  meetingId: string,
  email: string,
): Promise<{ personId: string | null; organisationId: string | null; token: string | null } | null> {
  const { rows } = await sql<{
    personId: string | null
    organisationId: string | null
    token: string | null
  }>`
    select person.id as "personId", mandate.organisation_id as "organisationId", registration.token
    from (select ${email}::text as email) asked
    left join person on person.network_id = ${network.id} and person.email = asked.email and person.erased_at is null
    left join lateral (
      select organisation_id from mandate
      where mandate.network_id = person.network_id and mandate.person_id = person.id and organisation_id is not null
        and (now() at time zone ${network.timeZone})::date between valid_from and coalesce(valid_until, 'infinity')
      order by created_at, id limit 1
    ) mandate on true
    left join registration on registration.network_id = ${network.id} and registration.meeting_id = ${meetingId}
      and registration.state <> 'withdrawn'
      and (registration.person_id = person.id or registration.person_id is null and registration.email = asked.email)
    order by registration.number limit 1`.execute(trx)
  return rows[0] ?? null
}

/** The token is 192 bits of chance: a fast hash hides it as well as a slow one. */
function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
