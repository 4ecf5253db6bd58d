import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { openMeeting } from '#modules/meetings/meetings.ts'
import { lockMeeting } from '#modules/meetings/registrations/places.ts'
import { tellHostAnswered, tellHostAsked } from '#modules/meetings/telling/telling.ts'
import { type Entry, inLanguage, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** Writes to whoever is to receive the meeting. */
export async function askHost(trx: Trx, entry: Entry, meetingId: string): Promise<void> {
  await tellHostAsked(trx, entry.network.id, meetingId, await nameOf(trx, entry))
}

/**
 * The host says yes, or withdraws, now or later: then another is sought, those who run the meeting are asked to find one,
 * and those who come are told, once.
 * @throws AppError 'forbidden' for anyone but the host
 */
export async function answerAsHost(
  trx: Trx,
  entry: Entry,
  meetingId: string,
  answer: 'confirmed' | 'withdrew',
): Promise<void> {
  const { network, personId, actor } = entry
  await openMeeting(trx, entry, meetingId, 'take-part')
  await lockMeeting(trx, network.id, meetingId)
  const { meeting } = await openMeeting(trx, entry, meetingId, 'take-part')
  const host = meeting.hostPerson
  if (host === null || host.id !== personId) throw new AppError('forbidden')
  if (meeting.state === 'cancelled' || meeting.state === 'held')
    throw new Refusal({ field: '', message: 'meetings.error.over' })
  if (answer === 'confirmed' && meeting.hostState === 'confirmed') return
  await trx
    .updateTable('meeting')
    .set(
      answer === 'confirmed'
        ? { host_state: 'confirmed', updated_at: sql`now()` }
        : {
            host_state: 'sought',
            host_person_id: null,
            host_organisation_id: null,
            // Where it was to be at theirs, it is there no longer: calendars hear of it.
            place: '',
            address: '',
            latitude: null,
            longitude: null,
            sequence: sql<number>`sequence + 1`,
            updated_at: sql`now()`,
          },
    )
    .where('network_id', '=', network.id)
    .where('id', '=', meetingId)
    .execute()
  await tellHostAnswered(trx, network.id, meetingId, host, answer)
  await announceChange(trx, network.id)
  const confirmed = answer === 'confirmed'
  await recordChange(trx, network.id, actor, {
    action: confirmed ? 'meeting.host-confirmed' : 'meeting.host-withdrew',
    subject: { type: 'meeting', id: meetingId },
  })
}

/** Whoever names themselves need not be asked. */
export function hostStateOf({ personId }: Entry, host: string | null): 'asked' | 'confirmed' | null {
  if (host === null) return null
  return host === personId ? 'confirmed' : 'asked'
}

/** By which somebody is known to those who are written to; who is nobody writes in the network's name. */
export async function nameOf(trx: Trx, { network, personId }: Entry): Promise<string> {
  const ofNetwork = inLanguage(network.name, network.locale, network.locale).text
  if (personId === null) return ofNetwork
  const row = await trx
    .selectFrom('person')
    .select('name')
    .where('network_id', '=', network.id)
    .where('id', '=', personId)
    .executeTakeFirst()
  return row?.name ?? ofNetwork
}
