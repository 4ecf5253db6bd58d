import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { platformId } from '#kernel/ids.ts'
import {
  anAccount,
  ana,
  emptied,
  imported,
  type SmtpTestServer,
  send,
  smtpServer,
  stored,
} from '#platform/mail/mail.fixture.ts'
import { forgetMailOf, listOutbox } from '#platform/mail/outbox.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { aNetwork, type TestNetwork } from '../../../test/factories.ts'

let database: TestDatabase
let server: SmtpTestServer
let network: TestNetwork

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

beforeEach(async () => {
  await emptied(database)
  server = await smtpServer()
  network = await aNetwork(database)
})

afterEach(() => server.close())

const writer = 'anna.écrit@example.org'.replace('é', 'e')

test('answers go to the address that was given for them, and the outbox says which', async () => {
  await imported(database, { networkId: network.id, replyTo: writer })
  await imported(database, { networkId: network.id })
  const { messages } = await readTenant(database.db, network.inside, trx => listOutbox(trx, network.id, null))
  expect(messages.map(({ replyTo }) => replyTo).sort()).toEqual([writer, null])
  await send(database, server)
  expect(server.received.map(({ replyTo }) => replyTo?.[0]?.address).sort()).toEqual([writer, undefined])
  expect(server.received.map(({ header }) => header('from') ?? '').join(' ')).not.toContain(writer)
})

test.each([
  'anna@example.org\r\nBcc: eva@example.org',
  'anna@example.org\nBcc: eva@example.org',
  'anna@example.org, eva@example.org',
  '"Anna" <anna@example.org>',
  'anna',
  '',
])('what is no plain address makes no header: %j', async replyTo => {
  await expect(imported(database, { networkId: network.id, replyTo })).rejects.toMatchObject({
    code: 'invalid-input',
  })
  expect(await stored(database)).toEqual([])
})

test('whoever erases their account is no longer answered', async () => {
  const accountId = await anAccount(database)
  await imported(database, { networkId: network.id, replyTo: `${accountId}@example.org`.toUpperCase() })
  await imported(database, { networkId: network.id, replyTo: writer, to: { ...ana, accountId: null } })
  const forget = (account: string) =>
    inTenant(database.db, { networkId: platformId, audience: 'network', accountId: account }, trx =>
      forgetMailOf(trx, accountId),
    )
  const kept = async () =>
    (await database.asOwner<{ reply_to: string | null }>('select reply_to from mail_message order by 1')).map(
      row => row.reply_to,
    )
  await forget(await anAccount(database))
  expect(await kept()).toHaveLength(2)
  expect(await kept()).not.toContain(null)
  await forget(accountId)
  expect(await kept()).toEqual([writer, null])
})
