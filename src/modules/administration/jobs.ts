import type { Db } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import { AppError } from '#kernel/errors.ts'
import type { Administered } from '#modules/administration/scope.ts'
import { recordChange } from '#platform/audit/record.ts'
import { cancelJob, retryJob } from '#platform/jobs/acting.ts'
import { findJob, type JobRecord, type JobState } from '#platform/jobs/listing.ts'

export type JobAct = 'retry' | 'cancellation'

const acts = {
  retry: { act: retryJob, action: 'job.retried' },
  cancellation: { act: cancelJob, action: 'job.cancelled' },
} as const

/** What can be done with a job as it is. */
export function possibleActs(state: JobState): JobAct[] {
  if (state === 'failed' || state === 'cancelled') return ['retry']
  return state === 'completed' ? [] : ['cancellation']
}

/**
 * Has a job done again, or ends it, and writes down who did.
 * @returns whether it could: in the meantime it may have come to its end
 * @throws AppError 'not-found' when there is no such job within what is administered
 */
export async function actOnJob(
  db: Db,
  { jobScope, tenant, networkId, actor }: Administered,
  id: string,
  what: JobAct,
): Promise<boolean> {
  const job = await findJob(db, jobScope, id)
  if (!job) throw new AppError('not-found')
  const { act, action } = acts[what]
  return inTenant(db, tenant, async trx => {
    if (!(await act(trx, jobScope, id))) return false
    await recordChange(trx, networkId, actor, {
      action,
      subject: { type: 'job', id },
      after: { queue: job.queue, ...(job.networkId !== networkId && { network: job.networkId }) },
    })
    return true
  })
}

/** Whether something is on its way, so that the page of the job is worth asking for again. */
export function isMoving({ state, dueAt }: JobRecord, now = new Date()): boolean {
  return state === 'active' || ((state === 'created' || state === 'retry') && dueAt <= now)
}
