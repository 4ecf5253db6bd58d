import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { platformId } from '#kernel/ids.ts'
import {
  ana,
  emptied,
  from,
  imported,
  later,
  magicLink,
  noon,
  queue,
  reply,
  type SmtpTestServer,
  send,
  sendingBy,
  smtpServer,
  stored,
} from '#platform/mail/mail.fixture.ts'
import { listOutbox } from '#platform/mail/outbox.ts'
import { sendDue } from '#platform/mail/sending.ts'
import { forgiveAddress } from '#platform/mail/silence.ts'
import { openTransport, outcomeOf } from '#platform/mail/transport.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'

let database: TestDatabase
let server: SmtpTestServer
let answer: Error | null

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

beforeEach(async () => {
  await emptied(database)
  answer = null
  server = await smtpServer({ onRcptTo: (_address, _session, callback) => callback(answer) })
})

afterEach(() => server.close())

test.each([
  [421, '4.3.2 Closing'],
  [450, '4.2.1 Mailbox busy'],
  [451, '4.7.1 Greylisted, come back'],
  [452, '4.2.2 Mailbox full'],
])('%i: it is tried again a minute later, and arrives', async (code, text) => {
  answer = reply(code, text)
  await magicLink(database)
  await send(database, server)
  expect(await stored(database)).toMatchObject([
    { state: 'waiting', attempts: 1, error: `${code} ${text}`, due_at: later(1) },
  ])
  answer = null
  await send(database, server, later(0.5))
  expect(server.received).toEqual([])
  await send(database, server, later(1))
  expect(server.received).toHaveLength(1)
  expect(server.received[0]?.text).toContain('t0k3n')
  expect(await stored(database)).toMatchObject([{ state: 'sent', attempts: 2, error: null, secrets: null }])
})

test('the pauses grow, and after two days it has failed: its link is erased, the address is not blamed', async () => {
  answer = reply(451, 'Not now')
  await magicLink(database)
  const tries: number[] = []
  for (let now = noon; ; ) {
    await send(database, server, now)
    const [row] = await stored(database)
    tries.push((now.getTime() - noon.getTime()) / 3_600_000)
    if (row?.state !== 'waiting') break
    now = row.due_at
  }
  expect(tries).toHaveLength(10)
  expect(tries.at(-1)).toBeGreaterThan(47)
  expect(tries.at(-1)).toBeLessThan(49)
  const pauses = tries.slice(1).map((hour, index) => hour - (tries[index] ?? 0))
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b))
  expect(await stored(database)).toMatchObject([
    { state: 'failed', attempts: 10, error: '451 Not now', secrets: null },
  ])
  expect(await database.asOwner('select 1 from mail_bounce')).toEqual([])
})

test.each([
  ['5.1.1 <ana@example.org> No such user here', '550 5.1.1'],
  ['No such user here', '550'],
])(
  '550 %s: it has failed, and nothing more goes there but what is urgent, until the address is verified',
  async (text, reason) => {
    answer = reply(550, text)
    await imported(database)
    await send(database, server)
    expect(await stored(database)).toMatchObject([{ state: 'failed', attempts: 1, error: `550 ${text}` }])
    const noted = await database.asOwner<{ address_hash: Buffer; reason: string }>(
      'select * from mail_bounce',
    )
    expect(noted).toMatchObject([{ reason, since: noon }])
    expect(noted[0]?.address_hash).toHaveLength(32)

    answer = null
    const to = { ...ana, address: 'Ana@Example.org' }
    await imported(database, { to })
    await magicLink(database, to)
    await send(database, server)
    expect(server.received.map(mail => mail.subject)).toEqual(['Votre lien de connexion'])
    expect((await stored(database)).filter(row => row.state === 'silenced')).toMatchObject([
      { error: 'bounced' },
    ])

    await inTenant(database.db, { networkId: platformId, audience: 'network' }, trx =>
      forgiveAddress(trx, 'ana@example.org'),
    )
    await imported(database)
    await send(database, server)
    expect(server.received).toHaveLength(2)
  },
)

test('what already waited when its address turned out not to exist is not sent either', async () => {
  answer = reply(550, '5.1.1 No such user')
  for (let one = 0; one < 5; one++) await imported(database)
  await send(database, server)
  const states = (await stored(database)).map(row => `${row.state} ${row.error}`)
  expect(states.filter(state => state === 'silenced bounced').length).toBeGreaterThanOrEqual(3)
  expect(states.filter(state => state.startsWith('waiting'))).toEqual([])
})

test('a relay that does not want us is no fault of the address', async () => {
  answer = reply(554, '5.7.1 Relay access denied')
  await imported(database)
  await send(database, server)
  expect(await stored(database)).toMatchObject([{ state: 'failed' }])
  expect(await database.asOwner('select 1 from mail_bounce')).toEqual([])
})

test('a text that is refused is no fault of the address', async () => {
  const picky = await smtpServer({
    onData: (_stream, _session, callback) => callback(reply(554, '5.6.0 Looks like spam')),
  })
  await magicLink(database)
  await send(database, picky)
  await picky.close()
  expect(await stored(database)).toMatchObject([
    { state: 'failed', error: '554 5.6.0 Looks like spam', secrets: null },
  ])
  expect(await database.asOwner('select 1 from mail_bounce')).toEqual([])
})

test('a server that refuses us altogether: nothing fails, and the rest is not tried', async () => {
  const closed = await smtpServer({
    onMailFrom: (_address, _session, callback) => callback(reply(550, '5.7.1 Sender rejected')),
  })
  for (let one = 0; one < 6; one++) await magicLink(database)
  await send(database, closed)
  await closed.close()
  const attempts = (await stored(database)).map(row => row.attempts)
  expect(attempts.filter(number => number > 0).length).toBeLessThanOrEqual(2)
  expect((await stored(database)).every(row => row.state === 'waiting')).toBe(true)
})

test('a wrong password: nothing fails', async () => {
  const strict = await smtpServer({
    authOptional: false,
    onAuth: (_auth, _session, callback) => callback(reply(535, '5.7.8 Wrong')),
  })
  await magicLink(database)
  await send(database, { url: strict.url.replace('//', '//cordee:wrong@') })
  await strict.close()
  expect(await stored(database)).toMatchObject([{ state: 'waiting', attempts: 1 }])
})

test('a server that is away: all waits, and goes when it is back', async () => {
  const { url } = server
  await server.close()
  for (let one = 0; one < 5; one++) await magicLink(database)
  await send(database, { url })
  const rows = await stored(database)
  expect(rows.every(row => row.state === 'waiting')).toBe(true)
  expect(rows.filter(row => row.attempts > 0).length).toBeLessThanOrEqual(2)
  expect(rows.find(row => row.attempts > 0)?.error).toMatch(/ECONNREFUSED/)
  server = await smtpServer({}, Number(new URL(url).port))
  await send(database, { url }, later(1))
  expect(server.received).toHaveLength(5)
})

test('one transport outlives a server that comes and goes', async () => {
  const transport = openTransport({ url: server.url, from })
  const run = (now: Date) => sendDue(sendingBy(database, transport, now), new AbortController().signal)
  await magicLink(database)
  await run(noon)
  await server.close()
  const { length } = server.received
  await magicLink(database)
  await run(noon)
  server = await smtpServer({}, Number(new URL(server.url).port))
  await run(later(1))
  transport.close()
  expect([length, server.received.length]).toEqual([1, 1])
})

test('a server that hangs up over a mail: nobody knows whether it has it, and it is sent again but later', async () => {
  const rude = await smtpServer({ onData: () => rude.hangUp() })
  await magicLink(database)
  await send(database, rude)
  await rude.close()
  expect(rude.received).toHaveLength(1)
  expect(await stored(database)).toMatchObject([{ state: 'waiting', attempts: 1, due_at: later(1) }])
  await send(database, server, later(1))
  expect(server.received[0]?.messageId).toBe(rude.received[0]?.messageId)
})

test('a server that speaks TLS must show a certificate that holds', async () => {
  const disguised = await smtpServer({ secure: true })
  await magicLink(database)
  await send(database, { url: disguised.url.replace('smtp:', 'smtps:') })
  await disguised.close()
  expect(disguised.received).toEqual([])
  expect(await stored(database)).toMatchObject([{ state: 'waiting', attempts: 1 }])
})

test('the relay of this machine needs none', async () => {
  const relay = await smtpServer({ disabledCommands: [] })
  await magicLink(database)
  await send(database, relay)
  await relay.close()
  expect(relay.received).toHaveLength(1)
})

test('a message that cannot be written does not stand in the way of the others', async () => {
  await magicLink(database)
  await database.asOwner(`update mail_message set template = 'unheard-of'`)
  await magicLink(database, { name: 'Zoé' })
  await send(database, server)
  const states = (await stored(database)).map(row => `${row.template} ${row.state}`)
  expect(states.sort()).toEqual(['magic-link sent', 'unheard-of failed'])
  const inside = { networkId: platformId, audience: 'network' } as const
  const { messages } = await readTenant(database.db, inside, trx => listOutbox(trx, platformId, null))
  expect(messages.map(message => message.subject).sort()).toEqual(['Votre lien de connexion', 'unheard-of'])
})

test.each([
  'ana@example.org\r\nBcc: eve@example.org',
  'ana@example.org\nRCPT TO:<eve@example.org>',
  'ana@example.org, eve@example.org',
  '"ana\r\n"@example.org',
  'ana@example.org>',
])('an address of attack is refused: %j', async address => {
  await expect(magicLink(database, { address })).rejects.toMatchObject({ code: 'invalid-input' })
  // Nor can it come in by another door.
  const write = database.asOwner(
    `insert into mail_message (network_id, id, address, name, locale, kind, template, params, base_url, state, due_at, created_at)
     values ($1, gen_random_uuid(), $2, '', 'fr', 'work', 'digest', '{}', '', 'waiting', now(), now())`,
    [platformId, `${address.replace('>', ' ')}`],
  )
  await expect(write).rejects.toThrow(/check constraint/)
})

test('names and words of attack make no header, no recipient and no link', async () => {
  const attack = 'Eve\r\nBcc: eve@example.org\r\n\r\n<script>alert(1)</script> https://evil.example\u202e'
  const name = `Ana"\r\nX-Evil: yes\r\n <eve@example.org>, `
  await queue(
    database,
    'member-joined',
    { person: attack, role: 'member', url: 'https://cordee.example/members' },
    { to: { ...ana, name } },
  )
  await send(database, server)
  const [mail] = server.received
  expect(mail?.envelope.to).toEqual(['ana@example.org'])
  expect(mail?.to?.map(one => one.address)).toEqual(['ana@example.org'])
  expect(mail?.bcc).toBeUndefined()
  expect(mail?.header('bcc')).toBeUndefined()
  expect(mail?.header('x-evil')).toBeUndefined()
  expect(mail?.subject).toMatch(/^Eve Bcc: eve@example\.org <script>/)
  expect(mail?.html).not.toContain('<script>')
  expect(mail?.html).not.toMatch(/https?:\/\/evil/)
  expect(mail?.text).not.toMatch(/https?:\/\/evil|\u202e/)
})

test('an error of nobody’s making is for later', () => {
  expect(outcomeOf('gone')).toEqual({ result: 'later', error: 'gone', away: true })
  const timeout = Object.assign(new Error('Aborted'), { code: 'EABORT' })
  expect(outcomeOf(timeout)).toMatchObject({ result: 'later', away: true })
})
