import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { newId, platformId } from '#kernel/ids.ts'
import {
  anAccount,
  ana,
  baseUrl,
  emptied,
  imported,
  later,
  magicLink,
  noon,
  queue,
  reply,
  type SmtpTestServer,
  send,
  smtpServer,
  stored,
} from '#platform/mail/mail.fixture.ts'
import {
  cancelMessage,
  forgetMailOf,
  listOutbox,
  mailHealth,
  readMessage,
  retryMessage,
  sendTestMessage,
} from '#platform/mail/outbox.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { aNetwork, type TestNetwork } from '../../../test/factories.ts'

let database: TestDatabase
let server: SmtpTestServer
let network: TestNetwork
let refusal: Error | null

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

beforeEach(async () => {
  await emptied(database)
  refusal = null
  server = await smtpServer({ onRcptTo: (_address, _session, callback) => callback(refusal) })
  network = await aNetwork(database)
})

afterEach(() => server.close())

const platform = { networkId: platformId, audience: 'network' } as const

test('without a server every message can be read whole in the outbox', async () => {
  const id = await magicLink(database)
  await imported(database, { networkId: network.id })
  expect((await read(platform, id))?.body).toBeNull()
  await send(database, null)
  expect((await stored(database)).map(row => row.state)).toEqual(['outbox', 'outbox'])
  const { messages, next } = await list(platform)
  expect(messages).toMatchObject([
    {
      id,
      state: 'outbox',
      kind: 'security',
      to: { name: 'Ana Muñoz', address: 'ana@example.org' },
      subject: 'Votre lien de connexion',
      attempts: 0,
      error: null,
    },
  ])
  expect(next).toBeNull()
  const message = await read(platform, id)
  expect(message?.body?.text).toContain(`${baseUrl}/sign-in/t0k3n`)
  expect(message?.body?.html).toContain(`${baseUrl}/sign-in/t0k3n`)
})

test('with a server nobody reads another’s mail about an account, nor a link that lets someone in', async () => {
  const link = { url: `${baseUrl}/i/s3cret`, expiresAt: '2026-12-01T10:00:00Z' }
  const security = await magicLink(database)
  const invitation = await queue(database, 'invitation', { ...link, inviter: 'Zoé', role: 'member' })
  for (const round of ['waiting', 'sent']) {
    expect((await read(platform, security))?.body, round).toBeNull()
    const read2 = await read(platform, invitation)
    expect(read2?.summary.state).toBe(round)
    expect(read2?.body?.text, round).toContain('Zoé')
    expect(JSON.stringify(read2), round).not.toContain('s3cret')
    await send(database, server)
  }
  expect(JSON.stringify(await database.asOwner('select * from mail_message'))).not.toMatch(/s3cret|t0k3n/)
})

test('a network sees its own messages alone', async () => {
  const other = await aNetwork(database)
  const id = await imported(database, { networkId: network.id })
  await send(database, null)
  expect((await list(network.inside)).messages).toHaveLength(1)
  expect((await list(other.inside)).messages).toEqual([])
  expect(await read(other.inside, id)).toBeNull()
  const across = await inTenant(database.db, other.inside, trx => readMessage(trx, network.id, id))
  expect(across).toBeNull()
  const outside = await readTenant(database.db, network.outside, trx => listOutbox(trx, network.id, null))
  expect(outside.messages).toEqual([])
  const retried = await inTenant(database.db, other.inside, trx => retryMessage(trx, network.id, id))
  expect(retried).toBe('not-found')
  expect(await inTenant(database.db, other.inside, trx => cancelMessage(trx, network.id, id))).toBe(false)
})

test('the list goes by pages, the latest first', async () => {
  for (let one = 0; one < 52; one++) await imported(database, { now: later(one) })
  const first = await list(platform)
  expect(first.messages).toHaveLength(50)
  expect(first.messages[0]?.createdAt).toEqual(later(51))
  const second = await list(platform, first.next)
  expect(second.messages.map(message => message.createdAt)).toEqual([later(1), later(0)])
  expect(second.next).toBeNull()
  expect((await list(platform, 'nonsense')).messages).toHaveLength(50)
})

test('what failed is tried again when asked, unless its link is gone', async () => {
  refusal = reply(554, '5.7.1 Relay denied')
  const work = await imported(database)
  const link = await magicLink(database)
  await send(database, server)
  expect((await stored(database)).map(row => row.state)).toEqual(['failed', 'failed'])
  refusal = null
  expect(await retry(link)).toBe('spent')
  expect(await retry(work)).toBe('queued')
  expect(await retry(newId())).toBe('not-found')
  expect(await retry('nonsense')).toBe('not-found')
  await send(database, server)
  expect(server.received).toHaveLength(1)
  expect(await retry(work)).toBe('not-found')
})

test('a pause is cut short, and the outbox empties, when asked', async () => {
  refusal = reply(451, 'Later')
  const id = await magicLink(database)
  await send(database, server)
  refusal = null
  expect(await retry(id)).toBe('queued')
  await send(database, server)
  expect(server.received).toHaveLength(1)
  const kept = await magicLink(database)
  await send(database, null)
  expect(await retry(kept)).toBe('queued')
  await send(database, server)
  expect(server.received.map(mail => mail.text?.includes('t0k3n'))).toEqual([true, true])
})

test('what has not gone can be taken back, with its link', async () => {
  const id = await magicLink(database)
  const cancel = () => inTenant(database.db, platform, trx => cancelMessage(trx, platformId, id))
  expect(await cancel()).toBe(true)
  expect(await cancel()).toBe(false)
  await send(database, server)
  expect(server.received).toEqual([])
  expect(await stored(database)).toMatchObject([{ state: 'cancelled', secrets: null }])
})

test('a test message goes to whoever asks for it', async () => {
  await inTenant(database.db, network.inside, trx =>
    sendTestMessage(trx, { networkId: network.id, to: { ...ana, locale: 'en' }, baseUrl, now: noon }),
  )
  await send(database, server)
  expect(server.received.map(mail => mail.subject)).toEqual(['Test message'])
})

test('the doctor hears of mail that does not leave', async () => {
  const found = async (minutes: number) =>
    (await mailHealth(database.db, later(minutes))).map(
      ({ check, holds, detail }) => `${check} ${holds} ${detail}`,
    )
  const sound = 'mail-failed true 0'
  expect(await found(0)).toEqual(['mail-waiting true 0', sound])
  await magicLink(database)
  const waiting = '1 (2026-11-21T12:00:00.000Z)'
  expect(await found(59)).toEqual([`mail-waiting true ${waiting}`, sound])
  expect(await found(61)).toEqual([`mail-waiting false ${waiting}`, sound])
  refusal = reply(550, 'No')
  await send(database, server)
  expect(await found(61)).toEqual(['mail-waiting true 0', 'mail-failed false 1'])
  expect(await found(4 * 24 * 60)).toEqual(['mail-waiting true 0', sound])
})

test('an account that is erased leaves nothing in the mail', async () => {
  const [accountId, other] = [await anAccount(database), await anAccount(database)]
  await imported(database, { networkId: network.id, to: { ...ana, accountId } })
  await imported(database, { networkId: network.id, to: { ...ana, accountId: other } })
  await send(database, server)
  const forget = (account: string) =>
    inTenant(database.db, { ...platform, accountId: account }, trx => forgetMailOf(trx, accountId))
  await forget(other)
  expect(await stored(database)).toHaveLength(2)
  await forget(accountId)
  expect(await stored(database)).toMatchObject([{ account_id: other }])
})

function list(tenant: { networkId: string; audience: 'network' | 'public' }, cursor: string | null = null) {
  return readTenant(database.db, tenant, trx => listOutbox(trx, tenant.networkId, cursor))
}

function read(tenant: { networkId: string; audience: 'network' | 'public' }, id: string) {
  return readTenant(database.db, tenant, trx => readMessage(trx, tenant.networkId, id))
}

function retry(id: string) {
  return inTenant(database.db, platform, trx => retryMessage(trx, platformId, id, noon))
}
