import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { cancelJob, retryJob } from '#platform/jobs/acting.ts'
import { type Job, type Jobs, openJobs, prepareJobs } from '#platform/jobs/jobs.ts'
import { findJob, type JobRecord, listJobs } from '#platform/jobs/listing.ts'
import { aWorker } from '#platform/jobs/testing.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'

const log = pino({ level: 'silent' })
const queue = 'test.work'
const kind = { queue, expireSeconds: 600, retries: 3 }
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

test('a worker that is killed does not hold up what waits behind its job', async () => {
  const jobs = await openJobs(database.server.app, log)
  open.push(jobs)
  await jobs.send(queue, { name: 'hard', manner: 'hang' })
  const doomed = await aWorker(database, queue)
  await doomed.says('taken hard')
  await doomed.kill()
  await jobs.send(queue, { name: 'next' })
  const done: object[] = []
  await worker(async payload => void done.push(payload))
  await vi.waitFor(() => expect(done).toEqual([{ name: 'next' }]), 8_000)
})

test('the work of a killed worker is taken up by another, and by one only', async () => {
  const jobs = await openJobs(database.server.app, log)
  open.push(jobs)
  await jobs.send(queue, { name: 'hard', manner: 'hang' })
  const doomed = await aWorker(database, queue)
  await doomed.says('taken hard')
  await doomed.kill()
  await minutesPass(2)
  // Two at once, in this process and in another; each looks for the silent every second.
  const taken: object[] = []
  await worker(async payload => void taken.push(payload))
  const other = await aWorker(database, queue, 1)
  try {
    const takers = () => taken.length + other.said.filter(line => line === 'taken hard').length
    await vi.waitFor(() => expect(takers()).toBe(1), 12_000)
    for (const _ of [1, 2]) await anotherLook()
    expect(takers()).toBe(1)
    expect(await states()).toMatchObject([{ tries: 2 }])
  } finally {
    await other.kill()
  }
})

test('many jobs and several workers: each is done once', async () => {
  const jobs = await openJobs(database.server.app, log)
  open.push(jobs)
  const names = Array.from({ length: 20 }, (_, index) => `job-${index}`)
  for (const name of names) await jobs.send(queue, { name })
  await database.asOwner(`update pgboss.queue set ready_count = 20 where name = '${queue}'`)
  const workers = await Promise.all([1, 2, 3].map(() => aWorker(database, queue, 1)))
  try {
    const done = () =>
      workers.flatMap(({ said }) => said.filter(line => line.startsWith('done')).map(line => line.slice(5)))
    await vi.waitFor(() => expect(done().length).toBeGreaterThanOrEqual(names.length), 15_000)
    expect(done().sort()).toEqual(names.sort())
  } finally {
    for (const one of workers) await one.kill()
  }
})

test('what fails is retried after pauses that grow, then left as failed, until somebody has it done again', async () => {
  await prepareJobs(database.server.owner, [{ ...kind, retries: 2, retryDelaySeconds: 1 }])
  const at: number[] = []
  let fails = true
  const jobs = await worker(async () => {
    at.push(Date.now())
    if (fails) throw new Error('not today')
  })
  const id = (await jobs.send(queue, {})) ?? ''
  const found = () => findJob(database.db, 'platform', id)
  await vi.waitFor(async () => expect(await found()).toMatchObject({ state: 'failed' }), 15_000)
  expect(await found()).toMatchObject({ tries: 3, mostTries: 3, failure: 'not today', progress: null })
  const [first = 0, second = 0, third = 0] = at
  expect(second - first).toBeGreaterThanOrEqual(1_000)
  expect(third - second).toBeGreaterThanOrEqual(2_000)
  fails = false
  expect(await retryJob(database.db, 'platform', id)).toBe(true)
  await vi.waitFor(async () => expect(await found()).toMatchObject({ state: 'completed', tries: 4 }), 8_000)
  expect(await retryJob(database.db, 'platform', id)).toBe(false)
})

test('a job says how far it is, and the last of it stays', async () => {
  const jobs = await openJobs(database.server.app, log)
  open.push(jobs)
  const id = (await jobs.send(queue, { name: 'long', manner: 'walk', steps: 40 })) ?? ''
  const other = await aWorker(database, queue)
  try {
    const seen = async () => (await findJob(database.db, 'platform', id))?.progress
    await vi.waitFor(async () => expect((await seen())?.done).toBeGreaterThan(0), 8_000)
    const during = await seen()
    expect(during).toMatchObject({ total: 40, text: 'test.steps' })
    await other.says('done long')
    await vi.waitFor(
      async () => expect(await seen()).toEqual({ done: 40, total: 40, text: 'test.steps' }),
      15_000,
    )
    expect(during?.done).toBeLessThan(40)
  } finally {
    await other.kill()
  }
})

test('a cancelled job stops, in whatever process it runs, and is done again only when asked for', async () => {
  const jobs = await openJobs(database.server.app, log)
  open.push(jobs)
  const id = (await jobs.send(queue, { name: 'endless', manner: 'hang' })) ?? ''
  const other = await aWorker(database, queue, 1)
  try {
    await other.says('taken endless')
    expect(await cancelJob(database.db, 'platform', id)).toBe(true)
    expect(await cancelJob(database.db, 'platform', id)).toBe(false)
    await other.says('aborted endless', 8_000)
    await jobs.send(queue, { name: 'after' })
    await other.says('done after', 8_000)
    expect(await findJob(database.db, 'platform', id)).toMatchObject({ state: 'cancelled', tries: 1 })
    expect(other.said.filter(line => line === 'taken endless')).toHaveLength(1)
    expect(await retryJob(database.db, 'platform', id)).toBe(true)
    await vi.waitFor(() => expect(other.said.filter(line => line === 'taken endless')).toHaveLength(2), 8_000)
  } finally {
    await other.kill()
  }
})

test('a job cancelled while it waits is never begun', async () => {
  const jobs = await openJobs(database.server.app, log)
  open.push(jobs)
  const id = (await jobs.send(queue, { name: 'unwanted' })) ?? ''
  expect(await cancelJob(database.db, 'platform', id)).toBe(true)
  await jobs.send(queue, { name: 'wanted' })
  const done: object[] = []
  await worker(async payload => void done.push(payload))
  await vi.waitFor(() => expect(done).toEqual([{ name: 'wanted' }]), 8_000)
})

test('what ended is forgotten after two weeks, not before', async () => {
  const jobs = await openJobs(database.server.app, log)
  open.push(jobs)
  const ids = [await jobs.send(queue, {}), await jobs.send(queue, {})] as string[]
  for (const id of ids) await cancelJob(database.db, 'platform', id)
  await database.asOwner(`update pgboss.job set completed_on = now() - interval '13 days' where id = $1`, [
    ids[0],
  ])
  await database.asOwner(`update pgboss.job set completed_on = now() - interval '15 days' where id = $1`, [
    ids[1],
  ])
  await database.asOwner('update pgboss.queue set maintain_on = null')
  await worker(async () => undefined)
  const left = () => database.asOwner('select id from pgboss.job')
  await vi.waitFor(async () => expect(await left()).toEqual([{ id: ids[0] }]), 8_000)
})

/** Lets time pass for who looks for the silent. */
async function minutesPass(minutes: number): Promise<void> {
  await database.asOwner(
    `update pgboss.job set started_on = started_on - $1 * interval '1 minute', heartbeat_on = heartbeat_on - $1 * interval '1 minute'`,
    [minutes],
  )
}

/** Waits until some worker has looked once more for the silent. */
async function anotherLook(): Promise<void> {
  const look = async () => {
    const [row] = await database.asOwner<{ at: string }>(
      'select monitor_on::text as at from pgboss.queue where name = $1',
      [queue],
    )
    return row?.at
  }
  const before = await look()
  await vi.waitFor(async () => expect(await look()).not.toBe(before), 8_000)
}

async function states(): Promise<Pick<JobRecord, 'state' | 'tries'>[]> {
  const { jobs } = await listJobs(database.db, { scope: 'platform' }, 50)
  return jobs.map(({ state, tries }) => ({ state, tries }))
}

async function worker(run: Job<object>['run']): Promise<Jobs> {
  const jobs = await openJobs(database.server.app, log, 1)
  open.push(jobs)
  await jobs.work([{ ...kind, run }])
  return jobs
}
