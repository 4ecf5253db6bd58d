import { sql } from 'kysely'
import type { Db } from '#db/database.ts'
import type { Finding } from '#db/examination.ts'

const minute = 60_000

/** Whether work is taken up: none late by a quarter of an hour, none given up in three days. */
export async function examineJobs(db: Db, now = new Date()): Promise<Finding[]> {
  // Before the first worker started there are no tables, and nothing that waits.
  const { rows: tables } = await sql<{ there: boolean }>`
    select to_regclass('pgboss.job') is not null as there`.execute(db)
  if (!tables[0]?.there) return []
  const late = new Date(now.getTime() - 15 * minute)
  const recent = new Date(now.getTime() - 3 * 24 * 60 * minute)
  const { rows } = await sql<{ overdue: number; failed: number }>`
    select count(*) filter (where state in ('created', 'retry') and start_after < ${late}) as overdue,
      count(*) filter (where state = 'failed' and completed_on > ${recent}) as failed
    from pgboss.job where name not like '\\_\\_pgboss\\_\\_%'`.execute(db)
  const { overdue = 0, failed = 0 } = rows[0] ?? {}
  return [
    { check: 'jobs-waiting', holds: overdue === 0, detail: `${overdue}` },
    { check: 'jobs-failed', holds: failed === 0, detail: `${failed}` },
  ]
}
