import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { platformId } from '#kernel/ids.ts'
import type { Cadence, SilenceableKind } from '#platform/mail/cadence.ts'
import { pruneMail, writeDigests } from '#platform/mail/digest.ts'
import {
  anAccount,
  ana,
  baseUrl,
  emptied,
  imported,
  later,
  noon,
  queue,
  type SmtpTestServer,
  secret,
  send,
  smtpServer,
  stored,
} from '#platform/mail/mail.fixture.ts'
import type { Recipient } from '#platform/mail/queue.ts'
import { readUnsubscribe, setCadences, silence } from '#platform/mail/silence.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { aNetwork } from '../../../test/factories.ts'

let database: TestDatabase
let server: SmtpTestServer
let accountId: string
let to: Recipient
let seconds = 0

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

beforeEach(async () => {
  await emptied(database)
  server = await smtpServer()
  accountId = await anAccount(database)
  to = { ...ana, accountId }
})

afterEach(() => server.close())

const sundayMorning = new Date('2026-11-22T06:00:00Z')
const mondayMorning = new Date('2026-11-23T06:00:00Z')

test('what comes during a day comes in one mail at seven in the morning, from all networks', async () => {
  await choose({ membership: 'daily', work: 'daily' })
  const first = await aNetwork(database, { name: { fr: 'Collectif A', en: 'Collective A' } })
  const second = await aNetwork(database, { name: { fr: 'Collectif B' } })
  await joined('Zoé', first.id)
  await joined('Luís', second.id)
  await joined('Kofi', first.id)
  await imported(database, { networkId: second.id, to, now: tick() })
  expect((await stored(database)).map(row => [row.state, row.due_at])).toEqual(
    Array.from({ length: 4 }, () => ['held', sundayMorning]),
  )
  await send(database, server)
  await digests(new Date(sundayMorning.getTime() - 1))
  expect(server.received).toEqual([])

  expect(await digests(sundayMorning)).toBe(1)
  expect(server.received).toHaveLength(1)
  const [mail] = server.received
  expect(mail?.subject).toBe('4 nouvelles de vos réseaux')
  expect(mail?.from?.name).toBe('Cordée')
  expect(mail?.text).toMatch(/Collectif A\n– Zoé a rejoint.*\n.*\n– Kofi a rejoint/)
  expect(mail?.text).toMatch(/Collectif B\n– Luís a rejoint.*\n.*\n– Import terminé/)
  expect(mail?.html).toContain(`href="${baseUrl}/members"`)
  const rows = await stored(database)
  const digest = rows.find(row => row.template === 'digest')
  expect(digest).toMatchObject({ state: 'sent', secrets: null, network_id: platformId })
  expect(rows.filter(row => row.state === 'gathered')).toHaveLength(4)
  expect(rows.every(row => row === digest || row.digest_id === digest?.id)).toBe(true)

  expect(await digests(later(60 * 24 * 3))).toBe(0)
  expect(server.received).toHaveLength(1)
})

test('each in the morning of their own time zone and in their language; the week’s on Monday', async () => {
  const people: [string, Cadence, Recipient['locale'], string, string][] = [
    ['auckland', 'daily', 'en', 'Pacific/Auckland', '2026-11-21T18:00:00Z'],
    ['paris', 'daily', 'fr', 'Europe/Paris', '2026-11-22T06:00:00Z'],
    ['bahia', 'daily', 'pt', 'America/Bahia', '2026-11-22T10:00:00Z'],
    ['lima', 'weekly', 'es', 'America/Lima', '2026-11-23T12:00:00Z'],
  ]
  for (const [name, cadence, locale, timeZone] of people) {
    const account = await anAccount(database)
    await choose({ work: cadence }, account)
    const address = `${name}@example.org`
    await imported(database, { to: { accountId: account, address, name, locale, timeZone } })
  }
  for (const [index, [name, , , , morning]] of people.entries()) {
    await digests(new Date(Date.parse(morning) - 1))
    expect(server.received).toHaveLength(index)
    await digests(new Date(morning))
    expect(server.received[index]?.envelope.to).toEqual([`${name}@example.org`])
  }
  expect(server.received.map(mail => mail.subject)).toEqual([
    '1 piece of news from your networks',
    '1 nouvelle de vos réseaux',
    '1 novidade das suas redes',
    '1 novedad de sus redes',
  ])
})

test('daily and weekly meet in one mail on Monday', async () => {
  await choose({ work: 'weekly', membership: 'daily' })
  await imported(database, { to })
  await joined('Zoé', platformId, new Date('2026-11-22T12:00:00Z'))
  await digests(sundayMorning)
  expect(server.received).toEqual([])
  await digests(mondayMorning)
  expect(server.received.map(mail => mail.subject)).toEqual(['2 nouvelles de vos réseaux'])
})

test('nothing twice, though two workers gather at once', async () => {
  await choose({ membership: 'daily' })
  for (let one = 0; one < 5; one++) await joined(`P${one}`, platformId)
  const made = await Promise.all([1, 2, 3].map(() => writeDigests(database.db, sundayMorning)))
  expect(made.reduce((sum, count) => sum + count)).toBe(1)
  await send(database, server, sundayMorning)
  expect(server.received.map(mail => mail.subject)).toEqual(['5 nouvelles de vos réseaux'])
})

test('the message proposes, the account decides; without an account there is no digest', async () => {
  await joined('Zoé', platformId, tick(), { batch: 'weekly' })
  await choose({ membership: 'now' })
  await joined('Luís', platformId, tick(), { batch: 'weekly' })
  await joined('Kofi', platformId, tick(), { batch: 'weekly', to: ana })
  expect((await stored(database)).map(row => row.state)).toEqual(['held', 'waiting', 'waiting'])
})

test('what was silenced while it was held is not in the digest', async () => {
  await choose({ membership: 'daily', work: 'daily' })
  await joined('Zoé', platformId)
  await imported(database, { to })
  await choose({ membership: 'never' })
  await digests(sundayMorning)
  expect(server.received.map(mail => mail.subject)).toEqual(['1 nouvelle de vos réseaux'])
  expect(server.received[0]?.text).not.toContain('Zoé')
  await choose({ membership: 'daily' })
  await digests(mondayMorning)
  expect(server.received).toHaveLength(1)
})

test('the link of a digest turns off what it is made of', async () => {
  await choose({ membership: 'daily', work: 'daily' })
  await joined('Zoé', platformId)
  await imported(database, { to })
  await digests(sundayMorning)
  const token = /silence\/([^>]+)/.exec(server.received[0]?.header('list-unsubscribe') ?? '')?.[1] ?? ''
  const wish = readUnsubscribe(secret, token)
  expect(wish).toEqual({ accountId, address: null, kinds: ['membership', 'work'] })
  if (wish) await silence(database.db, wish)
  await joined('Luís', platformId)
  expect((await stored(database)).filter(row => row.state === 'silenced')).toHaveLength(1)
})

test('a long digest lists a hundred and counts the rest', async () => {
  await choose({ membership: 'daily' })
  await inTenant(database.db, { networkId: platformId, audience: 'network' }, async () => undefined)
  await joined('P1', platformId)
  await database.asOwner(
    `insert into mail_message select network_id, gen_random_uuid(), account_id, address, name, locale, time_zone, kind,
       template, params, secrets, base_url, state, attempts, error, due_at, created_at, sent_at, message_id, digest_id
     from mail_message, generate_series(1, 104)`,
  )
  await digests(sundayMorning)
  expect(server.received[0]?.subject).toBe('105 nouvelles de vos réseaux')
  expect(server.received[0]?.text?.match(/^– /gm)).toHaveLength(100)
  expect(server.received[0]?.text).toContain('Et 5 autres.')
})

test('only the platform gathers', async () => {
  const network = await aNetwork(database)
  const gather = inTenant(database.db, network.inside, trx =>
    trx.selectNoFrom(builder => builder.fn('mail_gather', []).as('x')).execute(),
  )
  await expect(gather).rejects.toThrow()
  await choose({ membership: 'daily' })
  await joined('Zoé', network.id)
  const theft = database.pool.query('select * from mail_gather($1, now(), gen_random_uuid())', [accountId])
  await expect(theft).rejects.toThrow(/Digests are made by the platform/)
})

test('old messages are forgotten: after 30 days, 7 in the outbox, or with their network', async () => {
  const network = await aNetwork(database)
  await imported(database, { to: ana })
  await send(database, server)
  await imported(database, { to: ana })
  await send(database, null)
  await imported(database, { to: ana, networkId: network.id })
  const day = 24 * 60
  expect(await pruneMail(database.db, later(6 * day))).toBe(0)
  expect(await pruneMail(database.db, later(8 * day))).toBe(1)
  expect(await pruneMail(database.db, later(29 * day))).toBe(0)
  expect(await pruneMail(database.db, later(31 * day))).toBe(1)
  await database.asOwner('delete from network where id = $1', [network.id])
  expect(await pruneMail(database.db, noon)).toBe(1)
  expect(await stored(database)).toEqual([])
})

/** The job as it runs, at a moment given. @returns how many digests were written */
async function digests(now: Date): Promise<number> {
  const written = await writeDigests(database.db, now)
  await send(database, server, now)
  return written
}

/** A little later each time: what was written first is listed first. */
function tick(): Date {
  seconds += 1
  return later(seconds / 60)
}

function joined(
  person: string,
  networkId: string,
  now = tick(),
  more: { batch?: 'weekly'; to?: Recipient } = {},
): Promise<string> {
  const params = { person, role: 'member' as const, url: `${baseUrl}/members` }
  return queue(database, 'member-joined', params, { networkId, to, now, ...more })
}

function choose(wishes: Partial<Record<SilenceableKind, Cadence>>, account = accountId): Promise<void> {
  return inTenant(database.db, { networkId: platformId, audience: 'network', accountId: account }, trx =>
    setCadences(trx, account, wishes),
  )
}
