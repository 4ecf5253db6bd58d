import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Job, type Jobs, openJobs, prepareJobs } from '#platform/jobs/jobs.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'

const log = pino({ level: 'silent' })
const queue = 'test.work'
const kind = { queue, expireSeconds: 2, retries: 3 }
let database: TestDatabase
let open: Jobs[]

beforeEach(async () => {
  database = await testDatabase()
  open = []
  await prepareJobs(database.server.owner, [kind])
})

afterEach(async () => {
  for (const jobs of open) await jobs.stop()
  await database.close()
})

test('what the owner prepared, the application works', async () => {
  const done: object[] = []
  const jobs = await worker(async payload => void done.push(payload))
  await jobs.send(queue, { name: 'one' })
  await jobs.send(queue, { name: 'two' })
  await vi.waitFor(() => expect(done).toEqual([{ name: 'one' }, { name: 'two' }]), 8_000)
})

test('work that fails is tried again', async () => {
  let tries = 0
  const jobs = await worker(async () => {
    tries += 1
    if (tries === 1) throw new Error('not today')
  })
  await jobs.send(queue, {})
  await vi.waitFor(() => expect(tries).toBe(2), 12_000)
})

test('prepared again, nothing is lost and nothing takes long', async () => {
  const jobs = await openJobs(database.server.app, log)
  open.push(jobs)
  await jobs.send(queue, { name: 'kept' })
  const start = performance.now()
  await prepareJobs(database.server.owner, [kind])
  expect(performance.now() - start).toBeLessThan(500)
  const rows = await database.asOwner<{ data: object }>('select data from pgboss.job')
  expect(rows).toEqual([{ data: { name: 'kept' } }])
})

test('prepared with other settings, the queue follows', async () => {
  await prepareJobs(database.server.owner, [{ ...kind, expireSeconds: 77, retries: 5 }])
  const [settings] = await database.asOwner(
    `select expire_seconds, retry_limit, heartbeat_seconds from pgboss.queue where name = '${queue}'`,
  )
  expect(settings).toEqual({ expire_seconds: 77, retry_limit: 5, heartbeat_seconds: 60 })
})

test('prepared by two at a time', async () => {
  const other = await testDatabase()
  try {
    await Promise.all([1, 2].map(() => prepareJobs(other.server.owner, [kind])))
    expect(await other.asOwner('select name from pgboss.queue')).toEqual([{ name: queue }])
  } finally {
    await other.close()
  }
})

test('the work of a killed worker is taken up by another', async () => {
  const jobs = await openJobs(database.server.app, log)
  open.push(jobs)
  await jobs.send(queue, { name: 'hard' })
  const doomed = spawn(process.execPath, [fileURLToPath(new URL('worker.fixture.ts', import.meta.url))], {
    env: { ...process.env, CONNECTION: JSON.stringify(database.server.app), QUEUE: queue },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(doomed.stdout, 'data')
  doomed.kill('SIGKILL')
  const done: object[] = []
  await worker(async payload => void done.push(payload))
  await vi.waitFor(() => expect(done).toEqual([{ name: 'hard' }]), 15_000)
}, 25_000)

async function worker(run: Job<object>['run']): Promise<Jobs> {
  const jobs = await openJobs(database.server.app, log, 1)
  open.push(jobs)
  await jobs.work([{ ...kind, run }])
  return jobs
}
