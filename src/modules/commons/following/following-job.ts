import { sql } from 'kysely'
import type { Db } from '#db/database.ts'
import type { JobContext } from '#http/module.ts'
import { mailNews } from '#modules/commons/following/mailing.ts'
import { matchFollowings } from '#modules/commons/following/matching.ts'
import type { Job } from '#platform/jobs/jobs.ts'

export const followingQueue = 'commons.following'

/** Looks, every five minutes, for what is new in what people follow, and writes to those to whom mail is due. */
export function followingJob({ db }: JobContext): Job<never> {
  return {
    queue: followingQueue,
    expireSeconds: 3600,
    retries: 0,
    schedule: '*/5 * * * *',
    run: (_payload, signal) => lookAround(db, new Date(), signal),
  }
}

/** In every network in which there is something to do. */
export async function lookAround(db: Db, now: Date, signal?: AbortSignal): Promise<void> {
  const { rows } = await sql<{ id: string; slug: string }>`
    select network.id, network.slug from commons_networks_to_look_at(${now}) due (id)
    join network on network.id = due.id`.execute(db)
  const failures: unknown[] = []
  for (const network of rows) {
    if (signal?.aborted) break
    // The network that waits longest comes first: one that fails must not keep all others waiting.
    try {
      await matchFollowings(db, network.id, now, signal)
      await mailNews(db, network, now, signal)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Some networks could not be looked at')
}
