import { createHash, randomBytes } from 'node:crypto'
import { newId } from '#kernel/ids.ts'
import type { TestApp } from './app.ts'
import type { TestNetwork } from './factories.ts'

/** A meeting of the network's own people, with what stands on its agenda and who comes. */
export interface LivingMeeting {
  meeting: string
  /** On its agenda. */
  item: string
  /** Proposed for it, and waiting for an answer. */
  proposedItem: string
  registration: string
  /** Of the link by which whoever has no account finds that registration again. */
  registrationToken: string
  /** Of the link by which a visitor confirms theirs. */
  requestToken: string
  /** Of the address at which the person's calendars are read. */
  calendarToken: string
}

/** @param given.person somebody of the network, who made it */
export async function meetingIn(
  { database }: TestApp,
  network: TestNetwork,
  { own, person, organisation }: { own: string; person: string; organisation: string },
): Promise<LivingMeeting> {
  const [meeting, item, proposedItem, registration] = [newId(), newId(), newId(), newId()]
  const [registrationToken, requestToken, calendarToken] = [secret(), secret(), secret()]
  const insert = (sql: string, ...values: unknown[]) => database.asOwner(sql, [network.id, ...values])
  await insert(
    `insert into meeting (network_id, id, title, about, preparation, starts_at, ends_at, time_zone, place, address,
       host_organisation_id, state, visibility, guests, link_origin, created_by)
     values ($1, $2, $3, $3, $3, now() + interval '20 days', now() + interval '20 days 2 hours', 'Europe/Paris', $3, $3,
       $5, 'scheduled', 'network', 1, 'https://cordee.example', $4)`,
    meeting,
    own,
    person,
    organisation,
  )
  for (const [id, state] of [
    [item, 'accepted'],
    [proposedItem, 'proposed'],
  ])
    await insert(
      `insert into agenda_item (network_id, meeting_id, id, position, title, details, minutes, proposed_by, state)
       values ($1, $2, $3, 1, $4, $4, 20, $5, $6)`,
      meeting,
      id,
      own,
      person,
      state,
    )
  await insert(
    `insert into registration (network_id, meeting_id, id, number, person_id, organisation_id, state, access_needs, token)
     values ($1, $2, $3, 1, $4, $5, 'registered', $6, $7)`,
    meeting,
    registration,
    person,
    organisation,
    own,
    registrationToken,
  )
  await insert(
    `insert into registration (network_id, meeting_id, id, number, guest_of, name, state)
     values ($1, $2, $3, 2, $4, $5, 'registered')`,
    meeting,
    newId(),
    registration,
    own,
  )
  await database.asOwner('update meeting set last_number = 2 where id = $1', [meeting])
  await insert(
    `insert into registration_request (network_id, meeting_id, id, email, terms, locale, token_hash, expires_at)
     values ($1, $2, $3, $4, $5, 'fr', $6, now() + interval '1 day')`,
    meeting,
    newId(),
    `visits-${newId().slice(-12)}@exemple.org`,
    JSON.stringify({ name: own, email: 'visits@exemple.org' }),
    hash(requestToken),
  )
  await insert(
    `insert into meeting_notice (network_id, meeting_id, recipient_id, kind, sequence)
     values ($1, $2, $3, 'reminder', 0)`,
    meeting,
    registration,
  )
  await insert(
    `insert into calendar_token (network_id, person_id, token_hash) values ($1, $2, $3)`,
    person,
    hash(calendarToken),
  )
  return { meeting, item, proposedItem, registration, registrationToken, requestToken, calendarToken }
}

function secret(): string {
  return randomBytes(24).toString('base64url')
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
