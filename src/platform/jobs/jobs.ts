import type pg from 'pg'
import { PgBoss } from 'pg-boss'
import { openPool } from '#db/database.ts'
import { appRole } from '#db/roles.ts'
import type { Log } from '#kernel/log.ts'

/** Work that outlives a request, kept in PostgreSQL: any worker may take it, and takes it again if one dies over it. */
export interface Job<Payload extends object = object> {
  queue: string
  /** Seconds after which work without an end is taken up by another worker. */
  expireSeconds: number
  retries: number
  /** `signal` says that the end is not waited for any longer: another worker will do the work again. */
  run(payload: Payload, signal: AbortSignal): Promise<void>
}

export interface Jobs {
  send(queue: string, payload: object): Promise<void>
  /** Begins to take work from the queues. */
  work(jobs: Job<never>[]): Promise<void>
  stop(): Promise<void>
}

/** A worker says every half of this that it lives; when it is silent for longer, another takes its work up. */
const heartbeatSeconds = 60
/** How often the silent and the late are looked for. */
const watchSeconds = 15
/** How long work under way may take to end when the program stops; else it is taken up again afterwards. */
const patienceMs = 4_000

/** Makes or brings up to date the tables of the queue. Needs the owner: the application may not change the schema. */
export async function prepareJobs(
  owner: pg.PoolConfig,
  queues: Pick<Job, 'queue' | 'expireSeconds' | 'retries'>[],
): Promise<void> {
  const pool = openPool({ ...owner, max: 2, application_name: 'cordee jobs' })
  const boss = new PgBoss({ ...queueOn(pool), supervise: false, schedule: false })
  boss.on('error', () => undefined)
  try {
    await boss.start()
    for (const { queue, expireSeconds, retries } of queues) {
      const options = {
        expireInSeconds: expireSeconds,
        retryLimit: retries,
        retryBackoff: true,
        heartbeatSeconds,
      }
      await boss.createQueue(queue, options)
      await boss.updateQueue(queue, options)
    }
    const db = boss.getDb()
    await db.executeSql(`grant usage on schema pgboss to ${appRole}`)
    await db.executeSql(`grant select, insert, update, delete on all tables in schema pgboss to ${appRole}`)
    await db.executeSql(`grant usage, select on all sequences in schema pgboss to ${appRole}`)
    await db.executeSql(`grant execute on all functions in schema pgboss to ${appRole}`)
  } finally {
    await boss.stop({ graceful: false })
    await pool.end()
  }
}

export async function openJobs(app: pg.PoolConfig, log: Log, watch = watchSeconds): Promise<Jobs> {
  const pool = openPool({ ...app, max: 4, application_name: 'cordee jobs' })
  const boss = new PgBoss({
    ...queueOn(pool),
    migrate: false,
    createSchema: false,
    schedule: false,
    superviseIntervalSeconds: watch,
    monitorIntervalSeconds: watch,
  })
  boss.on('error', error => log.error({ err: error }, 'job queue'))
  await boss.start()
  return {
    async send(queue, payload) {
      await boss.send(queue, payload)
    },
    async work(jobs) {
      for (const job of jobs) {
        await boss.work(job.queue, { pollingIntervalSeconds: 1 }, async taken => {
          for (const { id, data, signal } of taken) {
            log.info({ queue: job.queue, job: id }, 'job taken')
            try {
              await job.run(data as never, signal)
            } catch (error) {
              log.error({ err: error, queue: job.queue, job: id }, 'job failed')
              throw error
            }
            log.info({ queue: job.queue, job: id }, 'job done')
          }
        })
      }
    },
    async stop() {
      await boss.stop({ graceful: true, timeout: patienceMs })
      await pool.end()
    },
  }
}

function queueOn(pool: pg.Pool) {
  const executeSql = (text: string, values?: unknown[]) => pool.query(text, values)
  return { db: { executeSql }, schema: 'pgboss' }
}
