import { type RawBuilder, sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { openMeeting } from '#modules/meetings/meetings.ts'
import { lockMeeting } from '#modules/meetings/registrations/places.ts'
import {
  tellHostAnswered,
  tellHostAsked,
  tellHosting,
  tellHostingEnded,
} from '#modules/meetings/telling/telling-hosts.ts'
import { type Entry, inLanguage, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** Writes to whoever is to receive the meeting. */
export async function askHost(trx: Trx, entry: Entry, meetingId: string): Promise<void> {
  await tellHostAsked(trx, entry.network.id, meetingId, await nameOf(trx, entry))
}

/**
 * The host says yes, or withdraws, now or later: then another is sought, those who run the meeting are asked to find one,
 * and those who come are told, once. The place goes with the host where it is theirs.
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
  const placeGoes = answer === 'withdrew' && (await isAtHosts(trx, network.id, meetingId))
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
            ...(placeGoes && nowhere),
            sequence: sql<number>`sequence + 1`,
            updated_at: sql`now()`,
          },
    )
    .where('network_id', '=', network.id)
    .where('id', '=', meetingId)
    .execute()
  await tellHostAnswered(trx, network.id, meetingId, host, answer, placeGoes)
  if (answer === 'confirmed') await tellHosting(trx, network.id, meetingId, host.id)
  else if (meeting.hostState === 'confirmed') await tellHostingEnded(trx, network.id, meetingId, host.id)
  await announceChange(trx, network.id)
  const confirmed = answer === 'confirmed'
  await recordChange(trx, network.id, actor, {
    action: confirmed ? 'meeting.host-confirmed' : 'meeting.host-withdrew',
    subject: { type: 'meeting', id: meetingId },
  })
}

/** Where a meeting is that is at its host's no longer. */
export const nowhere = { place: '', address: '', latitude: null, longitude: null }

/**
 * Whether a meeting is at its host's: nothing else is written, or what is written names them or an organisation of theirs, or
 * is where that one is. The form and the pages say it to people.
 */
export const atHosts = sql<boolean>`(
  meeting.place || meeting.address = '' and (
    meeting.host_organisation_id is not null or meeting.video_url is null and meeting.latitude is null)
  or exists (
    select from organisation
    where (organisation.id = meeting.host_organisation_id or organisation.id in (
        select mandate.organisation_id from mandate
        where mandate.network_id = meeting.network_id and mandate.person_id = meeting.host_person_id))
      and (strpos(${wordsOf('meeting.place', 'meeting.address')}, ${wordsOf('organisation.name')}) > 0
        -- A street and its number: a town alone says nothing.
        or organisation.address ~ '\\d.*[[:alpha:]]'
          and strpos(${wordsOf('meeting.address')}, ${wordsOf('organisation.address')}) > 0
        or (meeting.latitude, meeting.longitude) = (organisation.latitude, organisation.longitude)))
  or exists (
    select from person, unnest(string_to_array(${wordsOf('person.name')}, ' ')) as own (name)
    where person.network_id = meeting.network_id and person.id = meeting.host_person_id
      and length(own.name) > 2 and own.name not in ('das', 'del', 'des', 'dos', 'las', 'les', 'los', 'van', 'von')
      and strpos(${wordsOf('meeting.place')}, ' ' || own.name || ' ') > 0))`

/** Word by word, without accents, capitals and signs, each between spaces. */
function wordsOf(...columns: string[]): RawBuilder<string> {
  const text = sql.join(
    columns.map(column => sql.ref(column)),
    sql` || ' ' || `,
  )
  return sql<string>`(' ' || btrim(regexp_replace(lower(unaccent(${text})), '\\W+', ' ', 'g')) || ' ')`
}

async function isAtHosts(trx: Trx, networkId: string, meetingId: string): Promise<boolean> {
  const { rows } = await sql<{ so: boolean }>`
    select ${atHosts} as so from meeting where network_id = ${networkId}::uuid and id = ${meetingId}::uuid`.execute(
    trx,
  )
  return rows[0]?.so ?? false
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
