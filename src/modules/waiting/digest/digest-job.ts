import { sql } from 'kysely'
import { inTenant } from '#db/tenant.ts'
import type { JobContext } from '#http/module.ts'
import { platformId } from '#kernel/ids.ts'
import { writeBatch } from '#modules/waiting/digest/writing.ts'
import type { Job } from '#platform/jobs/jobs.ts'

export type DigestContext = Pick<JobContext, 'db' | 'secret' | 'waiting' | 'linkOrigin'>

/** Mornings come every quarter of an hour: the grain of the time zones. */
export function digestJob(context: DigestContext): Job<never> {
  return {
    queue: 'waiting.digest',
    expireSeconds: 3_600,
    retries: 0,
    schedule: '*/15 * * * *',
    run: async (_payload, signal) => void (await writeWaitingDigests(context, new Date(), signal)),
  }
}

const batchPeople = 200

/**
 * Writes to all whose morning has come. Each batch is a transaction: whoever is taken is written to, once, or is due still.
 * @returns how many digests were written
 */
export async function writeWaitingDigests(
  context: DigestContext,
  now: Date,
  signal?: AbortSignal,
): Promise<number> {
  const { db } = context
  await sql`select waiting_digests_enrol()`.execute(db)
  await sql`select waiting_forget(${now})`.execute(db)
  const failures: unknown[] = []
  const failed: string[] = []
  let written = 0
  let size = batchPeople
  while (!signal?.aborted) {
    let taken: string[] = []
    try {
      const batch = await inTenant(db, { networkId: platformId, audience: 'network' }, trx =>
        writeBatch(trx, context, now, {
          most: size,
          besides: failed,
          taking: accounts => (taken = accounts),
        }),
      )
      if (batch.taken === 0) break
      written += batch.written
    } catch (error) {
      // One whose digest cannot be written must not hold up the others: they are taken one by one until it is found.
      if (size > 1) {
        size = 1
        continue
      }
      failures.push(error)
      if (taken.length === 0) break
      failed.push(...taken)
      size = batchPeople
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Not all digests could be written')
  return written
}
