import { type RawBuilder, sql } from 'kysely'
import type { Db } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import type { Progress } from '#platform/jobs/progress.ts'

/** As pg-boss names them. 'retry' waits for another try; 'failed' has had them all. */
export const jobStates = ['created', 'retry', 'active', 'completed', 'cancelled', 'failed'] as const
export type JobState = (typeof jobStates)[number]

/**
 * Whose jobs: those whose payload names the network, for its administrators; all of them, for the platform's. The
 * tables of the queue know no row-level security, so nobody gets round saying it.
 */
export type JobScope = { networkId: string } | 'platform'

export interface JobFilter {
  scope: JobScope
  state?: JobState
  queue?: string
  /** `next` of the page before. */
  cursor?: string
}

export interface JobRecord {
  id: string
  queue: string
  state: JobState
  networkId: string | null
  /** Tries begun so far, and how many there can be. */
  tries: number
  mostTries: number
  createdAt: Date
  /** Not before. */
  dueAt: Date
  startedAt: Date | null
  endedAt: Date | null
  /** The last that was said; after a try that failed, nothing until the next one says something. */
  progress: Progress | null
  /** Why the last try failed: a message from the program, in English. */
  failure: string | null
}

/** Newest first. @throws AppError 'invalid-input' for a cursor we did not write */
export async function listJobs(
  db: Db,
  { scope, state, queue, cursor }: JobFilter,
  limit: number,
): Promise<{ jobs: JobRecord[]; next: string | null }> {
  const start = cursor === undefined ? null : readCursor(cursor)
  const { rows } = await sql<JobRecord & { position: string }>`
    select ${columns}, (extract(epoch from created_on) * 1000000)::bigint::text as position from pgboss.job
    where ${within(scope)}
      ${state ? sql`and state = ${state}::pgboss.job_state` : sql``}
      ${queue ? sql`and name = ${queue}` : sql``}
      ${start ? sql`and (created_on, id) < (${timeOf(start.position)}, ${start.id}::uuid)` : sql``}
    order by created_on desc, id desc
    limit ${limit + 1}`.execute(db)
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return {
    jobs: rows.slice(0, limit).map(({ position, ...job }) => job),
    next: last ? writeCursor(last.position, last.id) : null,
  }
}

/** With what it was sent with. Null where there is none within the scope. */
export async function findJob(
  db: Db,
  scope: JobScope,
  id: string,
): Promise<(JobRecord & { payload: Record<string, unknown> }) | null> {
  if (!isId(id)) return null
  const { rows } = await sql<JobRecord & { payload: Record<string, unknown> }>`
    select ${columns}, coalesce(data, '{}') as payload from pgboss.job
    where ${jobIs(id)} and ${within(scope)}`.execute(db)
  return rows[0] ?? null
}

/** How many jobs each queue holds, by state; what ended more than two weeks ago is forgotten. */
export async function queueCounts(
  db: Db,
  scope: JobScope,
): Promise<{ queue: string; counts: Partial<Record<JobState, number>> }[]> {
  const { rows } = await sql<{ queue: string; counts: Partial<Record<JobState, number>> }>`
    select name as queue, jsonb_object_agg(state, count) as counts
    from (select name, state, count(*) from pgboss.job where ${within(scope)} group by name, state) as counted
    group by name order by name`.execute(db)
  return rows
}

/** The condition of a job's scope. pg-boss's own jobs, which send what is scheduled, are nobody's. */
export function within(scope: JobScope): RawBuilder<unknown> {
  if (scope === 'platform') return sql`name not like '\\_\\_pgboss\\_\\_%'`
  return sql`data ->> 'networkId' = ${scope.networkId}`
}

/** By the primary key, which begins with the name of the queue. */
export function jobIs(id: string): RawBuilder<unknown> {
  return sql`name = any (array (select name from pgboss.queue)) and id = ${id}::uuid`
}

const columns = sql`
  id, name as queue, state, data ->> 'networkId' as "networkId",
  case when started_on is null then 0 else retry_count + 1 end as tries, retry_limit + 1 as "mostTries",
  created_on as "createdAt", start_after as "dueAt", started_on as "startedAt", completed_on as "endedAt",
  nullif(output -> 'progress', 'null') as progress,
  coalesce(output ->> 'message', output -> 'value' ->> 'message') as failure`

/** The time in microseconds, as PostgreSQL keeps it: a Date would lose three digits. */
function writeCursor(position: string, id: string): string {
  return Buffer.from(JSON.stringify([position, id])).toString('base64url')
}

function timeOf(position: string): RawBuilder<Date> {
  return sql`(timestamptz 'epoch' + ${position}::double precision * interval '1 microsecond')`
}

function readCursor(cursor: string): { position: string; id: string } {
  try {
    const [position, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    if (typeof position === 'string' && /^\d{1,16}$/.test(position) && typeof id === 'string' && isId(id))
      return { position, id }
  } catch {
    // Not ours, like what is not of this form.
  }
  throw new AppError('invalid-input', {
    fields: [{ field: 'after', message: 'field.cursor' }],
  })
}
