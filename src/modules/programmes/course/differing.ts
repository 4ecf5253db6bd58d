import type { Trx } from '#db/database.ts'
import { differingTime } from '#modules/programmes/course/meeting-terms.ts'
import type { Step } from '#modules/programmes/programme.ts'

/** A step whose meeting was moved on its own page. */
export interface Differing {
  step: Step
  day: string
  time: string
}

/** What of the meetings of these steps needs those who run the programme. */
export async function meetingsOf(
  trx: Trx,
  networkId: string,
  steps: readonly Step[],
  today: string,
): Promise<{ differing: Differing[]; drafts: number }> {
  const ids = steps.flatMap(({ meetingId }) => meetingId ?? [])
  if (ids.length === 0) return { differing: [], drafts: 0 }
  const rows = await trx
    .selectFrom('meeting')
    .select(['id', 'starts_at', 'time_zone', 'state'])
    .where('network_id', '=', networkId)
    .where('id', 'in', ids)
    .where('state', '<>', 'cancelled')
    .execute()
  const meetings = new Map(rows.map(row => [row.id, row]))
  const differing = steps.flatMap(step => {
    const meeting = meetings.get(step.meetingId ?? '')
    const time = meeting && differingTime({ startsAt: meeting.starts_at, timeZone: meeting.time_zone }, step)
    return time && step.dueOn >= today ? [{ step, ...time }] : []
  })
  return { differing, drafts: rows.filter(({ state }) => state === 'draft').length }
}
