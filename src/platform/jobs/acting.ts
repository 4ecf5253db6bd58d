import { sql } from 'kysely'
import type { Db } from '#db/database.ts'
import { isId } from '#kernel/ids.ts'
import { type JobScope, jobIs, within } from '#platform/jobs/listing.ts'

/**
 * Ends a job that has not ended. One under way hears of it within seconds by its signal, in whatever process it runs;
 * what it has done until then stays done.
 * Like `retryJob` a statement of our own, where pg-boss would do it in two: so that it can stand in the transaction
 * that writes down who did it, and so that the scope is checked by the statement that acts.
 * @returns whether there was such a job within the scope
 */
export async function cancelJob(db: Db, scope: JobScope, id: string): Promise<boolean> {
  if (!isId(id)) return false
  const { numAffectedRows = 0n } = await sql`
    update pgboss.job set state = 'cancelled', completed_on = now()
    where ${jobIs(id)} and ${within(scope)} and state in ('created', 'retry', 'active')`.execute(db)
  return numAffectedRows > 0n
}

/**
 * Has a job done again that failed or was cancelled: at once, and once more than it could.
 * @returns whether there was such a job within the scope
 */
export async function retryJob(db: Db, scope: JobScope, id: string): Promise<boolean> {
  if (!isId(id)) return false
  const { numAffectedRows = 0n } = await sql`
    update pgboss.job
    set state = 'retry', retry_limit = retry_limit + 1, start_after = now(), completed_on = null,
      keep_until = now() + interval '14 days'
    where ${jobIs(id)} and ${within(scope)} and state in ('failed', 'cancelled')`.execute(db)
  return numAffectedRows > 0n
}
