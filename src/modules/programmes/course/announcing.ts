import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { announceMeeting } from '#modules/meetings/index.ts'
import type { Entry } from '#modules/network/index.ts'
import { changeCourse } from '#modules/programmes/course/changing.ts'
import { tellBegun } from '#modules/programmes/course/telling.ts'
import { stepsOf } from '#modules/programmes/programme.ts'

/** Meetings that were drafts are there for those they are for, and the group hears of the programme, once. */
export async function announceProgramme(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  revision: number,
  linkOrigin: string,
): Promise<number> {
  const networkId = entry.network.id
  const intent = { programmeId, revision, kind: 'changed' } as const
  return changeCourse(trx, entry, intent, linkOrigin, async ({ capsules }) => {
    const ids = stepsOf(capsules).flatMap(({ meetingId }) => meetingId ?? [])
    for (const id of await draftsAmong(trx, networkId, ids)) await announceMeeting(trx, entry, id)
    await sql`
      update programme set meeting_terms = meeting_terms || '{"state": "scheduled"}'
      where network_id = ${networkId}::uuid and id = ${programmeId}::uuid`.execute(trx)
    await tellBegun(trx, entry, programmeId, linkOrigin)
  })
}

export async function draftsAmong(trx: Trx, networkId: string, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await trx
    .selectFrom('meeting')
    .select('id')
    .where('network_id', '=', networkId)
    .where('id', 'in', [...ids])
    .where('state', '=', 'draft')
    .execute()
  return rows.map(({ id }) => id)
}
