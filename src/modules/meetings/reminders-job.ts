import { sql } from 'kysely'
import type { Db } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { JobContext } from '#http/module.ts'
import { fillPlaces, lockMeeting } from '#modules/meetings/registrations/places.ts'
import { tellMovedUp, tellReminder } from '#modules/meetings/telling/telling.ts'
import type { Job } from '#platform/jobs/jobs.ts'

const batch = 100

/** Reminds people the day before, and forgets what was for one day alone. */
export function remindersJob({ db }: JobContext): Job<never> {
  return {
    queue: 'meetings.reminders',
    expireSeconds: 1800,
    retries: 2,
    schedule: '7,37 * * * *',
    run: (_payload, signal) => remind(db, new Date(), signal),
  }
}

/** Each meeting in a transaction of its own: whoever else does it at the same time, everyone is reminded once. */
export async function remind(db: Db, now: Date, signal?: AbortSignal): Promise<void> {
  await sql`select meetings_forget(${now})`.execute(db)
  for (;;) {
    const { rows } = await sql<{ network_id: string; id: string }>`
      select * from meetings_to_remind_of(${now}, '24 hours', ${batch}::integer)`.execute(db)
    let reminded = 0
    for (const { network_id: networkId, id } of rows) {
      if (signal?.aborted) return
      reminded += await inTenant(db, { networkId, audience: 'network' }, async trx => {
        await lockMeeting(trx, networkId, id)
        // Somebody's account may have gone since, and left a place.
        await tellMovedUp(trx, networkId, id, await fillPlaces(trx, networkId, id))
        return tellReminder(trx, networkId, id, now)
      })
    }
    // Those who cannot be written to would be found for ever.
    if (rows.length < batch || reminded === 0) return
  }
}
