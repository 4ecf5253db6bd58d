import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { commandLine } from '#kernel/actor.ts'
import { newId, platformId } from '#kernel/ids.ts'
import { listChanges } from '#platform/audit/changes.ts'
import { recordChange } from '#platform/audit/record.ts'
import { openJobs, prepareJobs } from '#platform/jobs/jobs.ts'
import { type Delivery, listDeliveries } from '#platform/webhooks/deliveries.ts'
import { deliverDue, webhookJob } from '#platform/webhooks/delivering.ts'
import { webhookQueue } from '#platform/webhooks/queue.ts'
import { aReceiver, isSigned, type Receiver } from '#platform/webhooks/receiver.fixture.ts'
import { changeWebhook, createWebhook, findWebhook, removeWebhook } from '#platform/webhooks/webhooks.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { aNetwork, type TestNetwork } from '../../../test/factories.ts'

let database: TestDatabase
let network: TestNetwork
let receiver: Receiver
/** What the receiver answers; 0 leaves it open. */
let status: number
let unanswered: ServerResponse[]
let hook: { id: string; secret: string }
let now: Date

const minutes = 60_000
const days = 24 * 60 * minutes
const options = { allowPrivate: true, now: () => now }

beforeAll(async () => {
  database = await testDatabase()
  receiver = await aReceiver(response => {
    if (status === 0) unanswered.push(response)
    else response.writeHead(status).end(`said ${status}`)
  })
})

afterAll(async () => {
  await receiver.close()
  await database.close()
})

beforeEach(async () => {
  await database.asOwner('delete from webhook')
  network = await aNetwork(database)
  receiver.received.length = 0
  unanswered = []
  status = 200
  hook = await aWebhook(network, ['member.'])
  now = new Date(Date.now() + 1_000)
})

function aWebhook(where: TestNetwork, actions: string[]) {
  return inTenant(database.db, where.inside, trx =>
    createWebhook(trx, where.id, commandLine, { url: receiver.url, actions }),
  )
}

function happens(action: string, id = 'p1', where = network): Promise<void> {
  return inTenant(database.db, where.inside, trx =>
    recordChange(trx, where.id, commandLine, {
      action,
      subject: { type: 'person', id },
      after: { name: 'Someone' },
    }),
  )
}

async function deliveries(id = hook.id, where = network): Promise<Delivery[]> {
  const page = await readTenant(database.db, where.inside, trx =>
    listDeliveries(trx, where.id, id, null, 100),
  )
  return page.deliveries
}

function webhook() {
  return readTenant(database.db, network.inside, trx => findWebhook(trx, network.id, hook.id))
}

test('what is recorded is told to those who wait for it, by ids alone', async () => {
  const all = await aWebhook(network, ['*'])
  const exact = await aWebhook(network, ['settings.changed', 'member.invite'])
  await happens('member.invited')
  now = new Date(Date.now() + 1_000)
  expect(await deliverDue(database.db, options)).toEqual({ delivered: 4, failed: 0 })
  // Also that it was made itself, and `exact` after it.
  expect((await deliveries(all.id)).map(({ action }) => action)).toEqual([
    'member.invited',
    'webhook.created',
    'webhook.created',
  ])
  expect(await deliveries(exact.id)).toEqual([])
  const [delivery] = await deliveries()
  expect(delivery).toMatchObject({
    action: 'member.invited',
    state: 'delivered',
    attempts: 1,
    responseStatus: 200,
    response: 'said 200',
    error: null,
    deliveredAt: now,
  })
  const got = receiver.received.find(({ headers }) => headers['webhook-id'] === delivery?.id)
  expect(got && isSigned(got, hook.secret)).toBe(true)
  expect(JSON.parse(got?.body ?? '')).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    type: 'member.invited',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    data: { network: network.slug, subject: { type: 'person', id: 'p1' } },
  })
})

test('what is undone is told to nobody, nor what happens elsewhere', async () => {
  const undone = inTenant(database.db, network.inside, async trx => {
    const subject = { type: 'person', id: 'p1' }
    await recordChange(trx, network.id, commandLine, { action: 'member.invited', subject })
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  await happens('member.invited', 'p1', await aNetwork(database))
  await inTenant(database.db, { networkId: platformId, audience: 'network' }, trx =>
    recordChange(trx, platformId, commandLine, { action: 'member.a', subject: { type: 'x', id: 'y' } }),
  )
  expect(await deliverDue(database.db, options)).toEqual({ delivered: 0, failed: 0 })
  expect(receiver.received).toEqual([])
})

test('tried eight times in three days, always under the same id, and given up', async () => {
  await happens('member.invited')
  status = 503
  const start = now.getTime()
  const pauses = []
  for (let tries = 1; tries <= 8; tries++) {
    expect(await deliverDue(database.db, options)).toEqual({ delivered: 0, failed: 1 })
    expect(await deliverDue(database.db, options)).toEqual({ delivered: 0, failed: 0 })
    const [delivery] = await deliveries()
    expect(delivery).toMatchObject({
      state: tries < 8 ? 'waiting' : 'failed',
      attempts: tries,
      responseStatus: 503,
      error: 'status',
    })
    if (tries === 8) break
    pauses.push((delivery?.nextAt.getTime() ?? 0) - now.getTime())
    now = new Date((delivery?.nextAt.getTime() ?? 0) - 1)
    expect(await deliverDue(database.db, options)).toEqual({ delivered: 0, failed: 0 })
    now = new Date(now.getTime() + 1)
  }
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b))
  expect((now.getTime() - start) / days).toBeCloseTo(3, 1)
  now = new Date(now.getTime() + 30 * days)
  expect(await deliverDue(database.db, options)).toEqual({ delivered: 0, failed: 0 })
  expect(receiver.received).toHaveLength(8)
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(8)
  expect(receiver.received.every(got => isSigned(got, hook.secret))).toBe(true)
})

test('what failed and then arrives is well again', async () => {
  await happens('member.invited')
  status = 500
  await deliverDue(database.db, options)
  expect((await webhook()).failingSince).toEqual(now)
  now = new Date(now.getTime() + 2 * minutes)
  status = 204
  expect(await deliverDue(database.db, options)).toEqual({ delivered: 1, failed: 0 })
  expect((await webhook()).failingSince).toBeNull()
  expect((await deliveries())[0]).toMatchObject({ state: 'delivered', attempts: 2, error: null })
})

test('after five days of failures alone it is switched off, which the log tells', async () => {
  status = 500
  await happens('member.invited')
  await deliverDue(database.db, options)
  now = new Date(now.getTime() + 5 * days - 1)
  await deliverDue(database.db, options)
  expect((await webhook()).enabled).toBe(true)
  await happens('member.removed')
  await happens('member.invited', 'p2')
  now = new Date(now.getTime() + 60 * minutes)
  const other = await aWebhook(network, ['webhook.'])
  await deliverDue(database.db, options)
  expect((await webhook()).enabled).toBe(false)
  expect((await deliveries()).map(({ state }) => state)).toEqual(['failed', 'failed', 'failed'])
  const { changes } = await readTenant(database.db, network.inside, trx =>
    listChanges(trx, network.id, { action: 'webhook.disabled' }, 10),
  )
  expect(changes).toMatchObject([
    {
      actor: { accountId: null, origin: 'job' },
      subject: { type: 'webhook', id: hook.id },
      before: { enabled: true },
      after: { enabled: false, reason: 'failing' },
    },
  ])
  expect((await deliveries(other.id)).map(({ action }) => action)).toContain('webhook.disabled')
  const before = receiver.received.length
  await happens('member.removed')
  expect(await deliveries()).toHaveLength(3)
  expect(receiver.received).toHaveLength(before)
  // Switched on again, it has its patience back.
  await inTenant(database.db, network.inside, trx =>
    changeWebhook(trx, network.id, commandLine, hook.id, { enabled: true }),
  )
  expect(await webhook()).toMatchObject({ enabled: true, failingSince: null })
})

test('who says that it is gone is not asked again', async () => {
  await happens('member.invited')
  status = 410
  await deliverDue(database.db, options)
  expect(await webhook()).toMatchObject({ enabled: false })
  expect((await deliveries())[0]).toMatchObject({ state: 'failed', attempts: 1, responseStatus: 410 })
})

test('two workers at the same time send each once', async () => {
  for (let n = 0; n < 30; n++) await happens('member.invited', `p${n}`)
  const other = await aNetwork(database)
  await aWebhook(other, ['member.'])
  await happens('member.invited', 'theirs', other)
  now = new Date(Date.now() + 1_000)
  const rounds = await Promise.all([1, 2, 3].map(() => deliverDue(database.db, options)))
  expect(rounds.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(31)
  const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
  expect(new Set(ids).size).toBe(31)
  expect(ids).toHaveLength(31)
})

test('who does not answer holds up nobody else', async () => {
  const closed = await aReceiver()
  await closed.close()
  const silent = await aWebhook(network, ['slow.'])
  for (let n = 0; n < 20; n++) await happens('slow.one', `p${n}`)
  await happens('member.invited')
  const elsewhere: TestNetwork[] = []
  for (let n = 0; n < 5; n++) {
    const other = await aNetwork(database)
    elsewhere.push(other)
    await aWebhook(other, ['member.'])
    await happens('member.invited', 'theirs', other)
  }
  now = new Date(Date.now() + 1_000)
  await database.asOwner('update webhook set failing_since = now() where id = $1', [silent.id])
  const order: string[] = []
  const resolve = async (hostname: string) => {
    order.push(hostname)
    return [{ address: '127.0.0.1', family: 4 }]
  }
  await database.asOwner(`update webhook set url = replace(url, '127.0.0.1', network_id || '.example')`)
  await database.asOwner('update webhook set url = $2 where id = $1', [
    silent.id,
    `http://silent.example:${closed.port}/`,
  ])
  expect(await deliverDue(database.db, { ...options, resolve })).toEqual({ delivered: 6, failed: 20 })
  // One of the twenty is tried to see whether anybody is there, then everybody else has a turn, here and elsewhere.
  expect(
    order
      .slice(0, 7)
      .filter(name => name !== 'silent.example')
      .toSorted(),
  ).toEqual([network, ...elsewhere].map(({ id }) => `${id}.example`).toSorted())
})

test('what a killed worker was sending is sent again, under the same id', async () => {
  await happens('member.invited')
  status = 0
  const doomed = spawn(process.execPath, [fileURLToPath(new URL('worker.fixture.ts', import.meta.url))], {
    env: { ...process.env, CONNECTION: JSON.stringify(database.server.app) },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  await vi.waitFor(() => expect(unanswered).toHaveLength(1), 15_000)
  const ended = once(doomed, 'exit')
  doomed.kill('SIGKILL')
  await ended
  status = 200
  // Nobody knows yet that it is dead.
  expect(await deliverDue(database.db, options)).toEqual({ delivered: 0, failed: 0 })
  now = new Date(Date.now() + 2 * minutes)
  expect(await deliverDue(database.db, options)).toEqual({ delivered: 1, failed: 0 })
  const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
  expect(ids).toHaveLength(2)
  expect(new Set(ids).size).toBe(1)
  expect((await deliveries())[0]).toMatchObject({ state: 'delivered', attempts: 2 })
}, 30_000)

test.each<[string, number, number, Partial<Delivery>]>([
  ['what another delivered stays delivered', 200, 500, { state: 'delivered', responseStatus: 200 }],
  ['what another tries goes on as it does', 500, 503, { state: 'waiting', responseStatus: 500 }],
  ['what arrived after all has arrived', 500, 201, { state: 'delivered', responseStatus: 201 }],
])('a worker that comes back too late: %s', async (_name, second, first, expected) => {
  await happens('member.invited')
  status = 0
  const late = deliverDue(database.db, options)
  await vi.waitFor(() => expect(unanswered).toHaveLength(1), 10_000)
  status = second
  now = new Date(now.getTime() + 2 * minutes)
  await deliverDue(database.db, options)
  unanswered[0]?.writeHead(first).end()
  await late
  expect((await deliveries())[0]).toMatchObject({ attempts: 2, ...expected })
  expect((await webhook()).failingSince === null).toBe(expected.state === 'delivered')
})

test('a worker asked to stop leaves what it is at', async () => {
  await happens('member.invited')
  status = 0
  const stop = new AbortController()
  const stopped = deliverDue(database.db, { ...options, signal: stop.signal })
  await vi.waitFor(() => expect(unanswered).toHaveLength(1), 10_000)
  stop.abort()
  expect(await stopped).toEqual({ delivered: 0, failed: 0 })
  expect((await deliveries())[0]).toMatchObject({ state: 'waiting', attempts: 1, error: null })
})

test('removed while it is being sent to', async () => {
  await happens('member.invited')
  status = 0
  const sending = deliverDue(database.db, options)
  await vi.waitFor(() => expect(unanswered).toHaveLength(1), 10_000)
  await inTenant(database.db, network.inside, trx => removeWebhook(trx, network.id, commandLine, hook.id))
  unanswered[0]?.writeHead(500).end()
  await sending
  expect(await deliveries()).toEqual([])
})

test('by default nothing reaches this machine', async () => {
  await happens('member.invited')
  expect(await deliverDue(database.db, { now: options.now })).toEqual({ delivered: 0, failed: 1 })
  expect(receiver.received).toEqual([])
  expect((await deliveries())[0]).toMatchObject({ state: 'waiting', error: 'https' })
})

test('after a month, what was sent is forgotten; what waits is not', async () => {
  await happens('member.invited')
  await deliverDue(database.db, options)
  now = new Date(now.getTime() + 31 * days)
  await happens('member.removed')
  await deliverDue(database.db, options)
  expect((await deliveries()).map(({ action }) => action)).toEqual(['member.removed'])
})

test('the job does all this, as the application', async () => {
  const job = webhookJob(database.db, { allowPrivate: true })
  await prepareJobs(database.server.owner, [job])
  const jobs = await openJobs(database.server.app, pino({ level: 'silent' }))
  try {
    await jobs.work([job])
    await happens('member.invited')
    await jobs.send(webhookQueue, {})
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1), 10_000)
    await vi.waitFor(async () => expect((await deliveries())[0]?.state).toBe('delivered'), 10_000)
  } finally {
    await jobs.stop()
  }
})

test('of what is due elsewhere, the application learns whose it is and no more', async () => {
  await happens('member.invited')
  const seen = (tenant: TestNetwork['inside']) =>
    readTenant(database.db, tenant, async trx => {
      const found = await trx.selectFrom('webhook_delivery').select('id').execute()
      const hooks = await trx.selectFrom('webhook').select('secret').execute()
      return [found.length, hooks.length]
    })
  expect(await seen(network.inside)).toEqual([1, 1])
  expect(await seen(network.outside)).toEqual([0, 0])
  expect(await seen((await aNetwork(database)).inside)).toEqual([0, 0])
  expect(await seen({ networkId: newId(), audience: 'network' })).toEqual([0, 0])
})
