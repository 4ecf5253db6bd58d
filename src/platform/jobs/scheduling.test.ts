import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type JobKind, openJobs, prepareJobs } from '#platform/jobs/jobs.ts'
import { aWorker, type TestWorker } from '#platform/jobs/testing.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'

const queue = 'test.nightly'
/** Due at New Year, and at no time near this one. */
const kind: JobKind = { queue, expireSeconds: 60, retries: 1, schedule: '0 0 1 1 *' }
let database: TestDatabase
let workers: TestWorker[]

beforeEach(async () => {
  database = await testDatabase()
  workers = []
  await prepareJobs(database.server.owner, [kind])
})

afterEach(async () => {
  for (const worker of workers) await worker.kill()
  await database.close()
})

test('what came due is done once, however many workers there are', async () => {
  await database.asOwner(`update pgboss.schedule set created_on = now() - interval '3 years'`)
  await lastLooked('2 years')
  workers = await Promise.all([1, 2].map(() => aWorker(database, queue, 1)))
  await vi.waitFor(() => expect(taken()).toHaveLength(1), 12_000)
  // Found due once more, it is known to have been sent.
  await lastLooked('2 years')
  await vi.waitFor(async () => expect(await secondsSinceLook()).toBeLessThan(60), 8_000)
  const sent = () => database.asOwner(`select state from pgboss.job where name = '${queue}'`)
  await vi.waitFor(async () => expect(await sent()).toEqual([{ state: 'completed' }]), 15_000)
  expect(taken()).toHaveLength(1)
}, 30_000)

test('what is due at this minute is done once, by the clock', async () => {
  await prepareJobs(database.server.owner, [{ ...kind, schedule: '* * * * *' }])
  await lastLooked('10 seconds')
  workers = await Promise.all([1, 2].map(() => aWorker(database, queue, 1)))
  await vi.waitFor(() => expect(taken().length).toBeGreaterThanOrEqual(1), 12_000)
  const rows = await database.asOwner<{ minute: Date }>(
    `select singleton_on as minute from pgboss.job where name = '__pgboss__send-it'`,
  )
  // One for each minute, also when the test runs over the end of one.
  expect(new Set(rows.map(({ minute }) => minute.getTime())).size).toBe(rows.length)
  expect(taken().length).toBeLessThanOrEqual(rows.length)
}, 30_000)

test('a new time takes the place of the old one, and a schedule given up is forgotten', async () => {
  const schedules = () => database.asOwner('select name, cron, timezone from pgboss.schedule')
  expect(await schedules()).toEqual([{ name: queue, cron: '0 0 1 1 *', timezone: 'UTC' }])
  await prepareJobs(database.server.owner, [{ ...kind, schedule: '15 3 * * *' }])
  expect(await schedules()).toEqual([{ name: queue, cron: '15 3 * * *', timezone: 'UTC' }])
  await prepareJobs(database.server.owner, [{ ...kind, schedule: undefined }])
  expect(await schedules()).toEqual([])
})

test('a time that cannot be read stops the start, rather than never come', async () => {
  await expect(prepareJobs(database.server.owner, [{ ...kind, schedule: '15 25 * * *' }])).rejects.toThrow()
})

test('the application may not change what is scheduled, or when, by another way than its tables', async () => {
  const jobs = await openJobs(database.server.app, pino({ level: 'silent' }))
  await jobs.stop()
  await expect(database.pool.query('create table pgboss.mine (id int)')).rejects.toThrow('permission denied')
})

const taken = () => workers.flatMap(({ said }) => said.filter(line => line.startsWith('taken')))

/** When some worker looked for the last time for what is due. */
async function lastLooked(ago: string): Promise<void> {
  await database.asOwner('update pgboss.version set cron_on = now() - $1::interval', [ago])
}

async function secondsSinceLook(): Promise<number> {
  const [row] = await database.asOwner<{ seconds: number }>(
    'select extract(epoch from now() - cron_on)::float8 as seconds from pgboss.version',
  )
  return row?.seconds ?? Number.POSITIVE_INFINITY
}
