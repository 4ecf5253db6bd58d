import { sql } from 'kysely'
import type { ThreadSubject } from '#http/module.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { openFor } from '#modules/meetings/meetings.ts'

/** What is said about a meeting: by those who see it; heard of by those who come, and those who run it. */
export const meetingThread: ThreadSubject = {
  async find(trx, { network, role, personId }, id) {
    const reader = { networkId: network.id, timeZone: network.timeZone, role, personId }
    const opened = await openFor(trx, reader, id, 'read').catch(error => {
      if (error instanceof AppError && error.code === 'not-found') return null
      throw error
    })
    if (!opened) return null
    return {
      title: opened.meeting.title,
      address: locale => href('meeting', { locale, network: network.slug, meeting: id }),
      mayWrite: opened.mayTakePart && opened.meeting.state !== 'cancelled',
      mayRun: opened.mayRun,
    }
  },
  async audience(trx, networkId, id) {
    const { rows } = await sql<{ id: string }>`
      select person_id as id from registration
      where network_id = ${networkId} and meeting_id = ${id} and state <> 'withdrawn' and person_id is not null
      union
      select unnest(array[created_by, host_person_id]) from meeting where network_id = ${networkId} and id = ${id}
      limit 20000`.execute(trx)
    return rows.map(row => row.id).filter(one => one !== null)
  },
}
