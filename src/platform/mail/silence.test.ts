import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { newId, platformId } from '#kernel/ids.ts'
import { type Cadence, type SilenceableKind, silenceable } from '#platform/mail/cadence.ts'
import {
  anAccount,
  ana,
  emptied,
  imported,
  magicLink,
  queue,
  type SmtpTestServer,
  secret,
  send,
  smtpServer,
  stored,
} from '#platform/mail/mail.fixture.ts'
import { readCadences, readUnsubscribe, setCadences, silence, silencePath } from '#platform/mail/silence.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { aNetwork } from '../../../test/factories.ts'

let database: TestDatabase
let server: SmtpTestServer

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

beforeEach(async () => {
  await emptied(database)
  server = await smtpServer()
})

afterEach(() => server.close())

test('one click in a mail turns its kind off, in every network, and no other', async () => {
  const accountId = await anAccount(database)
  const other = await anAccount(database)
  const network = await aNetwork(database)
  const to = { ...ana, accountId }
  await imported(database, { networkId: network.id, to })
  await send(database, server)
  const link = server.received[0]?.header('list-unsubscribe')?.slice(1, -1) ?? ''
  const wish = readUnsubscribe(secret, link.split('/').at(-1) ?? '')
  expect(wish).toEqual({ accountId, address: null, kinds: ['work'] })
  if (!wish) return
  await silence(database.db, wish)
  await silence(database.db, wish)
  await imported(database, { to })
  const url = 'https://cordee.example/members'
  await queue(database, 'member-joined', { person: 'Zoé', role: 'member', url }, { to })
  await imported(database, { to: { ...to, accountId: other, address: 'other@example.org' } })
  await send(database, server)
  expect(server.received.slice(1).map(mail => mail.envelope.to[0])).toEqual(
    expect.arrayContaining(['ana@example.org', 'other@example.org']),
  )
  expect(server.received).toHaveLength(3)
  expect((await stored(database)).filter(row => row.state === 'silenced')).toMatchObject([
    { template: 'import-finished', error: 'silenced' },
  ])
})

test('someone without an account turns invitations off by their address', async () => {
  const params = {
    inviter: 'Zoé',
    role: 'member' as const,
    url: 'https://cordee.example/i/1',
    expiresAt: '2026-12-01T10:00:00Z',
  }
  await queue(database, 'invitation', params)
  await send(database, server)
  const token = /silence\/([^>]+)/.exec(server.received[0]?.header('list-unsubscribe') ?? '')?.[1] ?? ''
  const wish = readUnsubscribe(secret, token)
  expect(wish).toMatchObject({ accountId: null, kinds: ['invitation'] })
  if (wish) await silence(database.db, wish)
  await queue(database, 'invitation', params, { to: { ...ana, address: 'ANA@example.org' } })
  await queue(database, 'invitation', params, { to: { ...ana, address: 'zoe@example.org' } })
  await send(database, server)
  expect(server.received.map(mail => mail.envelope.to[0])).toEqual(['ana@example.org', 'zoe@example.org'])
  // The link goes with the message that is not sent.
  expect((await stored(database)).map(row => row.secrets)).toEqual([null, null, null])
})

test('what concerns the safety of an account cannot be silenced', async () => {
  const accountId = await anAccount(database)
  await choose(accountId, Object.fromEntries(silenceable.map(kind => [kind, 'never'])))
  await magicLink(database, { accountId })
  await send(database, server)
  expect(server.received).toHaveLength(1)
  expect(server.received[0]?.header('list-unsubscribe')).toBeUndefined()
  expect(server.received[0]?.header('precedence')).toBeUndefined()
  expect(server.received[0]?.text).not.toContain('silence')
  await expect(
    database.asOwner(`insert into mail_preference values ($1, 'security', 'never')`, [accountId]),
  ).rejects.toThrow(/check constraint/)
})

test('what was silenced after it was written is not sent', async () => {
  const accountId = await anAccount(database)
  await imported(database, { to: { ...ana, accountId } })
  await silence(database.db, { accountId, address: null, kinds: ['work'] })
  await send(database, server)
  expect(server.received).toEqual([])
  expect(await stored(database)).toMatchObject([{ state: 'silenced', error: 'silenced' }])
})

test('preferences are an account’s own: no other reads or writes them', async () => {
  const [mine, theirs] = [await anAccount(database), await anAccount(database)]
  await choose(mine, { work: 'weekly', membership: 'daily' })
  await choose(mine, { work: 'never' })
  const seenBy = (accountId: string, whose: string) =>
    inTenant(database.db, { networkId: platformId, audience: 'network', accountId }, trx =>
      readCadences(trx, whose),
    )
  const nothing = Object.fromEntries(silenceable.map(kind => [kind, null]))
  expect(await seenBy(mine, mine)).toEqual({ ...nothing, work: 'never', membership: 'daily' })
  expect(await seenBy(theirs, mine)).toEqual(nothing)
  const write = inTenant(
    database.db,
    { networkId: platformId, audience: 'network', accountId: theirs },
    trx => setCadences(trx, mine, { administration: 'never' }),
  )
  await expect(write).rejects.toThrow(/row-level security/)
})

test('a token says who and what, and cannot be made or changed by others', () => {
  const accountId = newId()
  const path = silencePath(secret, { accountId, address: ana.address, locale: 'pt' }, ['work', 'membership'])
  expect(path).toMatch(/^\/pt\/mail\/silence\//)
  const token = path.split('/').at(-1) ?? ''
  expect(readUnsubscribe(secret, token)).toEqual({ accountId, address: null, kinds: ['membership', 'work'] })
  expect(readUnsubscribe('another secret', token)).toBeNull()
  expect(readUnsubscribe(secret, token.replace(accountId, newId()))).toBeNull()
  expect(readUnsubscribe(secret, token.replace('membership-work', 'administration'))).toBeNull()
  for (const wrong of ['', '.', 'a.b.c.d', `${token}x`, token.slice(0, -1), token.replace(/.$/, '=')]) {
    expect(readUnsubscribe(secret, wrong), wrong).toBeNull()
  }
})

test('no text that is not ours is taken for a token', () => {
  const token =
    silencePath(secret, { ...ana, accountId: newId() }, ['work'])
      .split('/')
      .at(-1) ?? ''
  const last = token.length - 1
  fc.assert(
    fc.property(fc.nat({ max: last }), fc.constantFrom(...'abc019-_.AZ'), (at, sign) => {
      const changed = token.slice(0, at) + sign + token.slice(at + 1)
      if (changed !== token) expect(readUnsubscribe(secret, changed)).toBeNull()
    }),
  )
})

function choose(accountId: string, wishes: Partial<Record<SilenceableKind, Cadence>>): Promise<void> {
  return inTenant(database.db, { networkId: platformId, audience: 'network', accountId }, trx =>
    setCadences(trx, accountId, wishes),
  )
}
