import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { Actor } from '#kernel/actor.ts'
import { newId } from '#kernel/ids.ts'
import { listChanges } from '#platform/audit/changes.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { listDeliveries, redeliver, sendTest } from '#platform/webhooks/deliveries.ts'
import { webhookInput } from '#platform/webhooks/schema.ts'
import {
  changeWebhook,
  createWebhook,
  findWebhook,
  listWebhooks,
  removeWebhook,
  renewSecret,
} from '#platform/webhooks/webhooks.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { aNetwork, type TestNetwork } from '../../../test/factories.ts'

let database: TestDatabase
let network: TestNetwork
let other: TestNetwork

const someone: Actor = { accountId: newId(), mandateId: newId(), tokenId: null, origin: 'page' }
const input = { url: 'https://example.org/hook/very-private', actions: ['member.'] }

beforeAll(async () => {
  database = await testDatabase()
  network = await aNetwork(database)
  other = await aNetwork(database)
})

afterAll(() => database.close())

function inside<T>(work: (trx: Trx) => Promise<T>, where = network): Promise<T> {
  return inTenant(database.db, where.inside, work)
}

function changesOf(id: string) {
  return readTenant(database.db, network.inside, async trx => {
    const { changes } = await listChanges(trx, network.id, { subject: { type: 'webhook', id } }, 20)
    return changes.map(({ actor, action, before, after }) => ({ actor, action, before, after }))
  })
}

test('made, changed, given another secret and removed, each told in the log without its secrets', async () => {
  const made = await inside(trx => createWebhook(trx, network.id, someone, input))
  expect(made.secret).toMatch(/^whsec_/)
  const [listed] = await inside(trx => listWebhooks(trx, network.id))
  expect(listed).toEqual({
    id: made.id,
    ...input,
    enabled: true,
    createdBy: someone.accountId,
    failingSince: null,
    createdAt: expect.any(Date),
  })
  await inside(trx =>
    changeWebhook(trx, network.id, someone, made.id, { url: 'https://example.org/hook/other' }),
  )
  await inside(trx => changeWebhook(trx, network.id, someone, made.id, { actions: ['*'], enabled: false }))
  await inside(trx => changeWebhook(trx, network.id, someone, made.id, { enabled: false }))
  const renewed = await inside(trx => renewSecret(trx, network.id, someone, made.id))
  expect(renewed.secret).not.toBe(made.secret)
  expect(await inside(trx => findWebhook(trx, network.id, made.id))).toMatchObject({
    url: 'https://example.org/hook/other',
    actions: ['*'],
    enabled: false,
  })
  await inside(trx => removeWebhook(trx, network.id, someone, made.id))
  expect(await inside(trx => listWebhooks(trx, network.id))).toEqual([])
  const changes = await changesOf(made.id)
  expect(changes.map(({ action }) => action)).toEqual([
    'webhook.removed',
    'webhook.rekeyed',
    'webhook.changed',
    'webhook.changed',
    'webhook.created',
  ])
  expect(changes.every(({ actor }) => actor.accountId === someone.accountId)).toBe(true)
  expect(changes[2]).toMatchObject({
    before: { actions: ['member.'], enabled: true },
    after: { actions: ['*'], enabled: false },
  })
  expect(changes[3]?.before?.address).toMatch(/^https:\/\/example\.org\/… \([0-9a-f]{8}\)$/)
  expect(changes[3]?.after?.address).not.toBe(changes[3]?.before?.address)
  expect(JSON.stringify(changes)).not.toMatch(/whsec|very-private/)
})

test('those of another network do not exist', async () => {
  const { id } = await inside(trx => createWebhook(trx, network.id, someone, input))
  const delivery = await inside(trx => sendTest(trx, network.id, id))
  const attempts: ((trx: Trx, networkId: string) => Promise<unknown>)[] = [
    (trx, networkId) => findWebhook(trx, networkId, id),
    (trx, networkId) => changeWebhook(trx, networkId, someone, id, { enabled: false }),
    (trx, networkId) => renewSecret(trx, networkId, someone, id),
    (trx, networkId) => removeWebhook(trx, networkId, someone, id),
    (trx, networkId) => sendTest(trx, networkId, id),
    (trx, networkId) => redeliver(trx, networkId, delivery),
  ]
  for (const attempt of attempts) {
    await expect(inside(trx => attempt(trx, other.id), other)).rejects.toMatchObject({ code: 'not-found' })
    // The tenant decides, whatever network is named.
    await expect(inside(trx => attempt(trx, network.id), other)).rejects.toMatchObject({ code: 'not-found' })
    await expect(inside(trx => attempt(trx, newId()))).rejects.toMatchObject({ code: 'not-found' })
  }
  expect(await inside(trx => listDeliveries(trx, other.id, id, null, 10), other)).toEqual({
    deliveries: [],
    next: null,
  })
  for (const wrong of ['x', `${id}'`]) {
    await expect(inside(trx => findWebhook(trx, network.id, wrong))).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(inside(trx => sendTest(trx, network.id, wrong))).rejects.toMatchObject({ code: 'not-found' })
    await expect(inside(trx => redeliver(trx, network.id, wrong))).rejects.toMatchObject({
      code: 'not-found',
    })
  }
})

test('deliveries are paged, newest first', async () => {
  const { id } = await inside(trx => createWebhook(trx, network.id, someone, input))
  const sent: string[] = []
  for (let n = 0; n < 5; n++) sent.push(await inside(trx => sendTest(trx, network.id, id)))
  // Of the same millisecond, they follow each other by id.
  await database.asOwner('update webhook_delivery set created_at = $2 where webhook_id = $1', [
    id,
    '2026-03-01T12:00:00.123Z',
  ])
  const seen: string[] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<typeof listDeliveries>> = await inside(trx =>
      listDeliveries(trx, network.id, id, after, 2),
    )
    expect(page.deliveries.length).toBeLessThanOrEqual(2)
    seen.push(...page.deliveries.map(delivery => delivery.id))
    after = page.next
  } while (after)
  expect(seen).toEqual(sent.toSorted().reverse())
  expect((await inside(trx => listDeliveries(trx, network.id, id, 'nonsense', 10))).deliveries).toHaveLength(
    5,
  )
})

test('what was given up can be sent again; what is on its way stays so', async () => {
  const { id } = await inside(trx => createWebhook(trx, network.id, someone, input))
  const delivery = await inside(trx => sendTest(trx, network.id, id))
  const state = async () => (await inside(trx => listDeliveries(trx, network.id, id, null, 1))).deliveries[0]
  await database.asOwner('update webhook_delivery set attempts = 3 where id = $1', [delivery])
  await inside(trx => redeliver(trx, network.id, delivery))
  expect(await state()).toMatchObject({ state: 'waiting', attempts: 3 })
  await inside(trx => changeWebhook(trx, network.id, someone, id, { enabled: false }))
  expect(await state()).toMatchObject({ state: 'failed', error: 'switched-off' })
  await inside(trx => redeliver(trx, network.id, delivery))
  expect(await state()).toMatchObject({ id: delivery, state: 'waiting', attempts: 0 })
})

test('input is brought to one form', () => {
  const schema = webhookInput(i18nFor('fr'))
  expect(
    schema.parse({ url: ' HTTPS://Example.org#part ', actions: 'member., settings.changed\nmember.' }),
  ).toEqual({
    url: 'https://example.org/',
    actions: ['member.', 'settings.changed'],
  })
  expect(schema.parse({ url: 'https://example.org/a', actions: ['member.', '*'] }).actions).toEqual(['*'])
  expect(
    webhookInput(i18nFor('fr'), { allowPrivate: true }).parse({ url: 'http://10.0.0.1/', actions: '*' }).url,
  ).toBe('http://10.0.0.1/')
})

test('what is wrong is said at once, each where it is, in the reader’s language', () => {
  const said = (given: object, locale: 'fr' | 'en' = 'en') =>
    webhookInput(i18nFor(locale))
      .safeParse(given)
      .error?.issues.map(issue => [issue.path.join('.'), issue.message])
  expect(said({ url: 'http://example.org', actions: '' })).toEqual([
    ['url', 'The address must begin with https:// so that nobody reads the message on its way.'],
    ['actions', 'Choose at least one action.'],
  ])
  expect(said({ url: 'https://127.1/', actions: 'member. no-no!' })).toEqual([
    ['url', expect.stringContaining('private network')],
    ['actions.1', expect.stringContaining('settings.changed')],
  ])
  expect(said({ url: 'exemple', actions: '*' }, 'fr')).toEqual([['url', expect.stringContaining('complète')]])
  expect(said({ url: 'https://a:b@example.org', actions: '*' })).toEqual([
    ['url', expect.stringContaining('password')],
  ])
  expect(said({ url: 'https://example.org:22', actions: '*' })).toEqual([
    ['url', expect.stringContaining('443')],
  ])
  expect(said({ url: `https://example.org/${'a'.repeat(2000)}`, actions: '*' })).toEqual([
    ['url', expect.stringContaining('2,000')],
  ])
  expect(
    said({ url: 'https://example.org', actions: Array.from({ length: 51 }, (_, n) => `a.b${n}`) }),
  ).toEqual([['actions', expect.stringContaining('50')]])
})
