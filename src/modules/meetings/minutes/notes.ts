import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import type { Meeting, OpenedMeeting } from '#modules/meetings/meetings.ts'
import { mergeNotes } from '#modules/meetings/minutes/notes-merging.ts'
import type { Entry } from '#modules/network/index.ts'

/** The notes of a meeting, as they stand. */
export interface Notes {
  text: string
  revision: number
  /** Who wrote last, and when; null before anyone has. */
  by: string | null
  at: Date | null
}

export interface SavedNotes {
  /** As they are kept now; in a conflict, both, and nothing was kept. */
  text: string
  revision: number
  /** Whether words of somebody else are in it that its writer had not seen. */
  merged: boolean
  conflict: boolean
}

export const mostNotes = 200_000
/** So many savings back two writers can still be put together. */
const keptRevisions = 200

/** Those who run the meeting, and those who are registered: notes are for who is in the room. */
export function mayWriteNotes({ mayRun, registration }: OpenedMeeting): boolean {
  return mayRun || registration?.state === 'registered'
}

export async function readNotes(trx: Trx, networkId: string, meetingId: string): Promise<Notes> {
  const { rows } = await sql<Notes>`
    select meeting.notes as text, meeting.notes_revision as revision, person.name as by, latest.written_at as at
    from meeting
    left join meeting_notes latest on latest.network_id = meeting.network_id and latest.meeting_id = meeting.id
      and latest.revision = meeting.notes_revision
    left join person on person.network_id = latest.network_id and person.id = latest.person_id
    where meeting.network_id = ${networkId}::uuid and meeting.id = ${meetingId}::uuid`.execute(trx)
  const [row] = rows
  if (!row) throw new AppError('not-found')
  return row
}

/** Before anyone has written: a heading for each point of the agenda. */
export async function notesBeginning(trx: Trx, networkId: string, meetingId: string): Promise<string> {
  const rows = await trx
    .selectFrom('agenda_item')
    .select(['title'])
    .where('network_id', '=', networkId)
    .where('meeting_id', '=', meetingId)
    .where('state', '=', 'accepted')
    .orderBy('position')
    .orderBy('id')
    .limit(200)
    .execute()
  return rows.map(({ title }) => `## ${title.replace(/\s+/g, ' ')}\n\n`).join('\n')
}

/**
 * Keeps what somebody wrote, together with what others have written meanwhile. Where both have changed the same words,
 * nothing is kept and both come back in one text, for whoever is there to settle.
 * @param seen the revision they began with
 */
export async function saveNotes(
  trx: Trx,
  { network, personId }: Entry,
  meeting: Meeting,
  written: { text: string; seen: number },
): Promise<SavedNotes> {
  const { rows } = await sql<{ text: string; revision: number; before: string | null }>`
    select meeting.notes as text, meeting.notes_revision as revision, (
        select kept.text from meeting_notes kept where kept.network_id = meeting.network_id
          and kept.meeting_id = meeting.id and kept.revision = ${written.seen}::integer
      ) as before
    from meeting where meeting.network_id = ${network.id}::uuid and meeting.id = ${meeting.id}::uuid
    for no key update`.execute(trx)
  const [now] = rows
  if (!now) throw new AppError('not-found')
  const settled = settle(now, written)
  if (settled.text.length > mostNotes) throw new AppError('too-large', { params: { megabytes: 0.2 } })
  if (settled.conflict) return { ...settled, merged: true, revision: now.revision }
  const merged = settled.text !== written.text
  if (settled.text === now.text) return { ...settled, merged, revision: now.revision }
  const revision = now.revision + 1
  await sql`
    with kept as (
      insert into meeting_notes (network_id, meeting_id, revision, text, person_id)
      values (${network.id}::uuid, ${meeting.id}::uuid, ${revision}, ${settled.text}, ${personId}::uuid)
    ), gone as (
      delete from meeting_notes where network_id = ${network.id}::uuid and meeting_id = ${meeting.id}::uuid
        and revision <= ${revision - keptRevisions}
    )
    update meeting set notes = ${settled.text}, notes_revision = ${revision}
    where network_id = ${network.id}::uuid and id = ${meeting.id}::uuid`.execute(trx)
  return { ...settled, merged, revision }
}

function settle(
  now: { text: string; revision: number; before: string | null },
  { text, seen }: { text: string; seen: number },
): { text: string; conflict: boolean } {
  if (seen === now.revision) return { text, conflict: false }
  // Of revision 0 nothing was kept: everyone began with nothing.
  return mergeNotes(seen === 0 ? '' : now.before, now.text, text)
}
