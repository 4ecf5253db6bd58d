import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#kernel/ids.ts'
import { cancelJob, retryJob } from '#platform/jobs/acting.ts'
import { type Jobs, openJobs, prepareJobs } from '#platform/jobs/jobs.ts'
import { findJob, type JobScope, listJobs, queueCounts } from '#platform/jobs/listing.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'

const [here, there] = [newId(), newId()]
const scope: JobScope = { networkId: here }
let database: TestDatabase
let jobs: Jobs
/** Ids in the order they were sent. */
const sent: Record<'here' | 'there' | 'platform', string[]> = { here: [], there: [], platform: [] }

beforeAll(async () => {
  database = await testDatabase()
  const kinds = ['test.mail', 'test.import'].map(queue => ({ queue, expireSeconds: 60, retries: 1 }))
  await prepareJobs(database.server.owner, kinds)
  jobs = await openJobs(database.server.app, pino({ level: 'silent' }))
  const send = async (queue: string, payload: object) => (await jobs.send(queue, payload)) ?? ''
  for (let round = 0; round < 5; round++) {
    sent.here.push(await send('test.import', { networkId: here, round }))
    sent.there.push(await send('test.import', { networkId: there, round }))
    sent.platform.push(await send('test.mail', { round }))
  }
})

afterAll(async () => {
  await jobs.stop()
  await database.close()
})

test('a network sees its own jobs, the platform all of them, newest first', async () => {
  const mine = await listJobs(database.db, { scope }, 50)
  expect(mine.jobs.map(({ id }) => id)).toEqual(sent.here.toReversed())
  expect(mine.jobs.map(({ networkId }) => networkId)).toEqual(Array(5).fill(here))
  expect(mine.next).toBeNull()
  const all = await listJobs(database.db, { scope: 'platform' }, 50)
  expect(all.jobs.map(({ id }) => id).sort()).toEqual(Object.values(sent).flat().sort())
  // Jobs by which pg-boss sends what is scheduled are not among them.
  await database.asOwner(`insert into pgboss.job (name) values ('__pgboss__send-it')`)
  expect((await listJobs(database.db, { scope: 'platform' }, 50)).jobs).toHaveLength(15)
})

test("another network's job cannot be found, cancelled or retried", async () => {
  const [foreign = '', platforms = ''] = [sent.there[0], sent.platform[0]]
  for (const id of [foreign, platforms, randomUUID(), "x' or true --"]) {
    expect(await findJob(database.db, scope, id)).toBeNull()
    expect(await cancelJob(database.db, scope, id)).toBe(false)
    expect(await retryJob(database.db, scope, id)).toBe(false)
  }
  expect(await findJob(database.db, 'platform', foreign)).toMatchObject({
    state: 'created',
    networkId: there,
    tries: 0,
    mostTries: 2,
    payload: { networkId: there, round: 0 },
  })
  expect(await findJob(database.db, { networkId: there }, foreign)).not.toBeNull()
})

test('nobody is inside by an empty or a foreign name', async () => {
  for (const networkId of ['', '%', newId(), 'null'])
    expect(await listJobs(database.db, { scope: { networkId } }, 50)).toEqual({ jobs: [], next: null })
})

test('page by page, each job once, even those made in the same instant', async () => {
  await database.asOwner(
    `update pgboss.job set created_on = '2026-03-01 10:00:00.123456+00' where id = any ($1::uuid[])`,
    [sent.here.slice(1, 4)],
  )
  const seen: string[] = []
  let cursor: string | undefined
  for (let page = 0; page < 5; page++) {
    const { jobs: found, next } = await listJobs(database.db, { scope, cursor }, 2)
    seen.push(...found.map(({ id }) => id))
    if (next === null) break
    cursor = next
  }
  expect(seen).toHaveLength(5)
  expect([...new Set(seen)].sort()).toEqual([...sent.here].sort())
  for (const wrong of ['x', '', 'W10', Buffer.from('["1e9","no"]').toString('base64url')])
    await expect(listJobs(database.db, { scope, cursor: wrong }, 2)).rejects.toMatchObject({
      code: 'invalid-input',
    })
})

test('narrowed by state and queue, and counted', async () => {
  const [id = ''] = sent.here
  expect(await cancelJob(database.db, scope, id)).toBe(true)
  const cancelled = await listJobs(database.db, { scope: 'platform', state: 'cancelled' }, 50)
  expect(cancelled.jobs.map(job => job.id)).toEqual([id])
  const mails = await listJobs(database.db, { scope: 'platform', queue: 'test.mail' }, 50)
  expect(mails.jobs.map(job => job.id)).toEqual(sent.platform.toReversed())
  expect(await queueCounts(database.db, scope)).toEqual([
    { queue: 'test.import', counts: { created: 4, cancelled: 1 } },
  ])
  expect(await queueCounts(database.db, 'platform')).toEqual([
    { queue: 'test.import', counts: { created: 9, cancelled: 1 } },
    { queue: 'test.mail', counts: { created: 5 } },
  ])
})

test('a list goes by an index', async () => {
  await database.asOwner('analyze pgboss.job')
  const { rows } = await database.pool
    .query<{ 'QUERY PLAN': string }>(
      `begin; set local enable_seqscan = off; set local enable_sort = off; explain select id from pgboss.job where data ->> 'networkId' = '${here}' order by created_on desc, id desc limit 3; rollback`,
    )
    .then(results => (results as unknown as { rows: { 'QUERY PLAN': string }[] }[])[3] ?? { rows: [] })
  expect(rows.map(row => row['QUERY PLAN']).join('\n')).toMatch(/Index.*Scan Backward/)
})
