import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { concludeMeeting } from '#modules/meetings/scheduling.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/**
 * The meeting was held: who was expected and not seen did not come. What is wrong about it can still be put right.
 * @returns how many did not come
 * @throws Refusal before it has begun, or where it was not announced or is called off
 */
export async function closeMeeting(trx: Trx, entry: Entry, meeting: Meeting): Promise<number> {
  const { network, actor } = entry
  if (meeting.state === 'draft' || meeting.state === 'cancelled')
    throw new Refusal({ field: '', message: 'door.closure.not-scheduled' })
  await concludeMeeting(trx, entry, meeting.id)
  const { rows } = await sql<{ absent: number; present: number }>`
    with absent as (
      update registration set present = false
      where network_id = ${network.id}::uuid and meeting_id = ${meeting.id}::uuid and state = 'registered' and present is null
      returning 1
    )
    select (select count(*) from absent)::int as absent, (
      select count(*) from registration
      where network_id = ${network.id}::uuid and meeting_id = ${meeting.id}::uuid and present
    )::int as present`.execute(trx)
  const { absent = 0, present = 0 } = rows[0] ?? {}
  await announceChange(trx, network.id)
  if (absent > 0)
    await recordChange(trx, network.id, actor, {
      action: 'meeting.absences-noted',
      subject: { type: 'meeting', id: meeting.id },
      after: { present, absent },
    })
  return absent
}
