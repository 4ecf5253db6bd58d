import { sql } from 'kysely'
import type { Db } from '#db/database.ts'
import type { JobContext } from '#http/module.ts'
import type { Job } from '#platform/jobs/jobs.ts'

const week = 7 * 86_400_000

/** Each night, the steps of sittings a week old become one change each. */
export function stepsJob({ db }: JobContext): Job<never> {
  return {
    queue: 'commons.steps',
    expireSeconds: 1800,
    retries: 1,
    schedule: '41 2 * * *',
    run: async () => {
      await forgetSteps(db, new Date())
    },
  }
}

/**
 * Looks at two days, a week ago: a night that was missed is made up for by the next.
 * @returns how many steps are forgotten
 */
export async function forgetSteps(db: Db, now: Date): Promise<number> {
  const until = new Date(now.getTime() - week)
  const since = new Date(until.getTime() - 2 * 86_400_000)
  const { rows } = await sql<{ forgotten: number }>`
    select commons_forget_steps(${since}, ${until}) as forgotten`.execute(db)
  return rows[0]?.forgotten ?? 0
}
