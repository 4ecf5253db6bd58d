import type pg from 'pg'
import { type Job as BossJob, PgBoss } from 'pg-boss'
import { openPool } from '#db/database.ts'
import { appRole } from '#db/roles.ts'
import type { Log } from '#kernel/log.ts'
import { openProgress, type ReportProgress } from '#platform/jobs/progress.ts'

/** Work that outlives a request, kept in PostgreSQL: any worker may take it, and takes it again if one dies over it. */
export interface Job<Payload extends object = object> {
  queue: string
  /** Seconds after which work without an end is taken up by another worker. */
  expireSeconds: number
  retries: number
  /** Pause before the first retry; each one after is about twice as long, to an hour at most. 1 if not said. */
  retryDelaySeconds?: number
  /**
   * When it is due by itself, with an empty payload: five fields of cron, in UTC. Once for each time, however many
   * workers there are; once in all for the times at which none ran.
   */
  schedule?: string
  /**
   * `signal` says that the end is not waited for any longer: the job was cancelled, or another worker will do it again.
   * What is thrown fails the job, and it is retried.
   */
  run(payload: Payload, signal: AbortSignal, progress: ReportProgress): Promise<void>
}

/** What has to be known of a job before any of it is sent or worked on. */
export type JobKind = Pick<Job, 'queue' | 'expireSeconds' | 'retries' | 'retryDelaySeconds' | 'schedule'>

export interface Jobs {
  /** @returns the id of the job */
  send(queue: string, payload: object): Promise<string | undefined>
  /** Begins to take work from the queues. */
  work(jobs: Job<never>[]): Promise<void>
  stop(): Promise<void>
}

/** A worker that is silent for longer is taken for dead, and another takes its work up. */
const heartbeatSeconds = 60
/** How often a worker says that it lives, and hears in return whether its job was cancelled. */
const refreshSeconds = 2
/** How often the silent and the late are looked for. */
const watchSeconds = 15
/** How long work under way may take to end when the program stops; else it is taken up again afterwards. */
const patienceMs = 4_000
/** How long what has ended can be looked at, and how long what nobody takes may wait. */
const keptSeconds = 14 * 86_400

/** Makes or brings up to date the tables of the queue. Needs the owner: the application may not change the schema. */
export async function prepareJobs(owner: pg.PoolConfig, kinds: JobKind[]): Promise<void> {
  const pool = openPool({ ...owner, max: 2, application_name: 'cordee jobs' })
  const boss = new PgBoss({ ...queueOn(pool), supervise: false, schedule: false })
  boss.on('error', () => undefined)
  try {
    await boss.start()
    for (const { queue, expireSeconds, retries, retryDelaySeconds = 1, schedule } of kinds) {
      const options = {
        expireInSeconds: expireSeconds,
        retryLimit: retries,
        retryDelay: retryDelaySeconds,
        retryBackoff: true,
        retryDelayMax: 3_600,
        heartbeatSeconds,
        retentionSeconds: keptSeconds,
        deleteAfterSeconds: keptSeconds,
      }
      await boss.createQueue(queue, options)
      await boss.updateQueue(queue, options)
      if (schedule) await boss.schedule(queue, schedule, {}, { missed: 'once' })
    }
    const scheduled = kinds.filter(({ schedule }) => schedule).map(({ queue }) => queue)
    for (const { name, key } of await boss.getSchedules())
      if (!scheduled.includes(name)) await boss.unschedule(name, key)
    await pool.query(rightsAndIndexes)
  } finally {
    await boss.stop({ graceful: false })
    await pool.end()
  }
}

/** @param watch seconds between two looks for the silent and the late */
export async function openJobs(app: pg.PoolConfig, log: Log, watch = watchSeconds): Promise<Jobs> {
  const pool = openPool({ ...app, max: 4, application_name: 'cordee jobs' })
  const boss = new PgBoss({
    ...queueOn(pool),
    migrate: false,
    createSchema: false,
    superviseIntervalSeconds: watch,
    monitorIntervalSeconds: watch,
    queueCacheIntervalSeconds: watch,
    // Every process looks for what is due; the one that says so first in the database sends it.
    schedule: true,
    cronMonitorIntervalSeconds: Math.min(30, watch),
    cronWorkerIntervalSeconds: Math.min(5, watch),
  })
  boss.on('error', error => log.error({ err: error }, 'job queue'))
  await boss.start()
  // One job at a time and queue; where more than one waits, the next is taken without a pause.
  const manner = {
    pollingIntervalSeconds: 1,
    burstWhenReadyExceeds: 1,
    heartbeatRefreshSeconds: refreshSeconds,
  }
  return {
    async send(queue, payload) {
      return (await boss.send(queue, payload)) ?? undefined
    },
    async work(jobs) {
      for (const job of jobs)
        await boss.work<object>(job.queue, manner, async ([taken]) => taken && runOne(pool, log, job, taken))
    },
    async stop() {
      await boss.stop({ graceful: true, timeout: patienceMs })
      await pool.end()
    },
  }
}

/** @returns what is kept with the job: its last progress */
async function runOne(pool: pg.Pool, log: Log, job: Job<never>, taken: BossJob<object>) {
  const { id, data, signal, retryCount } = taken
  const about = { queue: job.queue, job: id }
  log.info(about, 'job taken')
  const progress = openProgress(pool, { queue: job.queue, id, retryCount }, log)
  try {
    await job.run(data as never, signal, progress.report)
    log.info(about, signal.aborted ? 'job given up' : 'job done')
    return { progress: await progress.end() }
  } catch (error) {
    await progress.end()
    if (signal.aborted) log.info(about, 'job given up')
    else log.error({ err: error, ...about }, 'job failed')
    throw error
  }
}

function queueOn(pool: pg.Pool) {
  const executeSql = (text: string, values?: unknown[]) => pool.query(text, values)
  return { db: { executeSql }, schema: 'pgboss' }
}

/**
 * In one transaction, one process at a time: two that grant the same right at once disturb each other. The indexes
 * are those of the lists of jobs, newest first, in all and by network; pg-boss has none that would do.
 */
const rightsAndIndexes = `
  select pg_advisory_xact_lock(4207003);
  grant usage on schema pgboss to ${appRole};
  grant select, insert, update, delete on all tables in schema pgboss to ${appRole};
  grant usage, select on all sequences in schema pgboss to ${appRole};
  grant execute on all functions in schema pgboss to ${appRole};
  create index if not exists job_newest on pgboss.job (created_on, id);
  create index if not exists job_newest_of_network on pgboss.job ((data ->> 'networkId'), created_on, id)
    where data ->> 'networkId' is not null`
