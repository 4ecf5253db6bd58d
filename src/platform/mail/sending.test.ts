import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { newId, platformId } from '#kernel/ids.ts'
import { type Locale, locales } from '#kernel/locale.ts'
import { collectiveMails } from '#platform/mail/collective-mails.fixture.ts'
import {
  ana,
  aSection,
  baseUrl,
  emptied,
  from,
  imported,
  later,
  magicLink,
  noon,
  queue,
  type SmtpTestServer,
  send,
  sendingBy,
  smtpServer,
  stored,
} from '#platform/mail/mail.fixture.ts'
import { meetingTemplates } from '#platform/mail/meeting-templates.ts'
import { queueMail } from '#platform/mail/queue.ts'
import { sendDue } from '#platform/mail/sending.ts'
import { templates } from '#platform/mail/templates.ts'
import { threadTemplates } from '#platform/mail/thread-templates.ts'
import { openTransport } from '#platform/mail/transport.ts'
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

test('a message arrives as text and HTML, from the network, with what programs go by', async () => {
  const network = await aNetwork(database, { name: { fr: 'Réseau « Été »', en: 'Summer Network' } })
  const url = `${baseUrl}/invitations/s3cret`
  const id = await queue(
    database,
    'invitation',
    { inviter: 'Zoé Lefèvre', role: 'member', url, expiresAt: '2026-12-01T10:00:00Z' },
    { networkId: network.id },
  )
  await send(database, server)
  const [mail] = server.received
  expect(server.received).toHaveLength(1)
  expect(mail?.envelope).toEqual({ from, to: ['ana@example.org'] })
  expect(mail?.from).toMatchObject({ name: 'Réseau « Été »', address: from })
  expect(mail?.to).toEqual([expect.objectContaining({ name: 'Ana Muñoz', address: 'ana@example.org' })])
  expect(mail?.subject).toBe('Invitation à rejoindre Réseau « Été »')
  expect(mail?.messageId).toBe(`<${id}@cordee.example>`)
  expect(new Date(mail?.date ?? '')).toEqual(noon)
  expect(mail?.text).toContain('Bonjour Ana Muñoz,')
  expect(mail?.text).toContain('Zoé Lefèvre vous invite')
  // In the time zone of the reader.
  expect(mail?.text).toMatch(/1er décembre 2026 à 11:00/)
  expect(mail?.text).toContain(url)
  expect(mail?.html).toContain('<html lang="fr">')
  expect(mail?.html).toContain(`href="${url}"`)
  expect(mail?.html).not.toMatch(/<img|<script|src=|url\(/)
  expect(mail?.header('auto-submitted')).toBe('auto-generated')
  expect(mail?.header('precedence')).toBe('bulk')
  expect(mail?.header('list-unsubscribe')).toMatch(
    /^<https:\/\/cordee\.example\/fr\/mail\/silence\/h\.[0-9a-f]{64}\.invitation\.[\w-]{43}>$/,
  )
  expect(mail?.header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
  expect(mail?.html).toContain('/fr/mail/silence/')
  expect(await stored(database)).toMatchObject([
    { id, state: 'sent', attempts: 1, error: null, secrets: null, message_id: `<${id}@cordee.example>` },
  ])
})

test('nothing but ASCII goes over the line, and no line is too long', async () => {
  await imported(database, { to: { ...ana, name: 'Zoë 山田 😀'.repeat(8) } })
  await send(database, server)
  const raw = server.received[0]?.raw ?? ''
  expect(raw).toMatch(/^[\t\n\r -~]+$/)
  expect(Math.max(...raw.split('\r\n').map(line => line.length))).toBeLessThanOrEqual(998)
  expect(server.received[0]?.to?.[0]?.name).toMatch(/^(Zoë 山田 😀)+/u)
})

test.each(locales)('every template can be read in %s, by people and by programs', async locale => {
  const network = await aNetwork(database, { name: { fr: 'Réseau', en: 'Network' } })
  const at = '2026-11-21T12:00:00Z'
  const link = { url: `${baseUrl}/x`, expiresAt: at }
  const to = { ...ana, locale }
  const own = { networkId: network.id, to }
  await queue(database, 'invitation', { ...link, inviter: 'Zoé', role: 'facilitator' }, own)
  await queue(database, 'verify-address', link, own)
  await queue(database, 'magic-link', link, own)
  await queue(database, 'reset-password', link, own)
  await queue(database, 'address-in-use', { url: link.url }, own)
  await queue(database, 'password-changed', { at, url: link.url }, own)
  await queue(database, 'ways-in-changed', { at, change: 'passkey.added', url: link.url }, own)
  await queue(database, 'address-changed', { at }, own)
  await queue(database, 'sign-in-new-device', { at, device: 'Firefox, Linux', url: link.url }, own)
  await queue(database, 'account-erased', { at }, own)
  await imported(database, own)
  await queue(database, 'following-news', { count: 1, sections: aSection, url: link.url }, own)
  const reviewed = { person: 'Zoé', title: 'De l’eau', url: link.url }
  await queue(database, 'author-added', reviewed, own)
  await queue(database, 'comment-added', reviewed, own)
  const consent = { title: 'De l’eau', day: '2026-12-31', url: link.url }
  await queue(database, 'consent-ending', consent, own)
  await queue(database, 'consent-ended', consent, own)
  await queue(database, 'comment-decided', { ...reviewed, state: 'accepted' }, own)
  await queue(database, 'review-asked', reviewed, own)
  await queue(database, 'review-accepted', reviewed, own)
  await queue(database, 'review-returned', { ...reviewed, reason: 'Dites où.' }, own)
  await queue(database, 'member-joined', { person: 'Zoé', role: 'administrator', url: link.url }, own)
  await queue(database, 'join-requested', { person: 'Zoé', url: link.url }, own)
  await queue(database, 'join-accepted', { role: 'member', url: link.url }, own)
  await queue(database, 'join-declined', { url: link.url }, own)
  await queue(database, 'webhook-disabled', { webhook: 'hook.example', failures: 5, url: link.url }, own)
  await queue(database, 'backup-failed', { at, reason: 'ENOSPC', url: link.url }, own)
  await queue(database, 'test-message', { at }, own)
  for (const [name, params] of collectiveMails) await queue(database, name, params, own)
  const waits = { number: 2, late: 1, sections: aSection, silences: [], url: link.url }
  await queue(database, 'waiting-digest', waits, { ...own, atOnce: true })
  await queue(database, 'digest', { count: 3, kinds: ['work'], sections: aSection }, own)
  await send(database, server)
  // Those about meetings and of threads have a test of their own.
  const known = Object.keys(templates).filter(name => !(name in meetingTemplates || name in threadTemplates))
  expect((await stored(database)).map(row => row.template).sort()).toEqual(known.sort())
  expect(new Set(server.received.map(mail => mail.subject)).size).toBe(known.length)
  const hello = { fr: 'Bonjour', en: 'Hello', es: 'Hola', pt: 'Olá' } satisfies Record<Locale, string>
  for (const { subject, text = '', html = '' } of server.received) {
    expect(text, subject).toContain(hello[locale])
    expect(html, subject).toContain(`<html lang="${locale}">`)
    expect(text + html, subject).not.toMatch(/[{}]\s*\w+, plural|undefined|\[object|\{\w+\}/)
    // What nobody said leaves no gap.
    expect(text, subject).not.toContain('\n\n\n\n')
    expect(html, subject).not.toMatch(/<div[^>]*><\/div>/)
    // One says what the other says.
    const words = html.replace(/<style>.*?<\/style>/s, '').replace(/<[^>]+>/g, ' ')
    expect(words, subject).toContain(text.split('\n').at(2))
  }
})

test('what is rolled back was never written', async () => {
  const written = inTenant(database.db, { networkId: platformId, audience: 'network' }, async trx => {
    const params = { at: noon.toISOString() }
    await queueMail(trx, { networkId: platformId, to: ana, template: 'test-message', params, baseUrl })
    throw new Error('changed my mind')
  })
  await expect(written).rejects.toThrow('changed my mind')
  await send(database, server)
  expect(server.received).toEqual([])
})

test('each mail once, whatever number of workers send at the same time', async () => {
  const network = await aNetwork(database)
  const to = (name: string) => ({ ...ana, address: `${name}@example.org` })
  for (let one = 0; one < 12; one++) await magicLink(database, to(`a${one}`))
  for (let one = 0; one < 12; one++) await imported(database, { networkId: network.id, to: to(`b${one}`) })
  await Promise.all([send(database, server), send(database, server), send(database, server)])
  const reached = server.received.map(mail => mail.envelope.to[0])
  expect(reached).toHaveLength(24)
  expect(new Set(reached).size).toBe(24)
  expect((await stored(database)).every(row => row.state === 'sent')).toBe(true)
})

test('what concerns the safety of accounts goes first', async () => {
  for (let one = 0; one < 8; one++) await imported(database, { now: later(one - 10) })
  await magicLink(database)
  await send(database, server)
  const subjects = server.received.map(mail => mail.subject)
  expect(subjects).toHaveLength(9)
  // Two are sent at a time.
  expect(subjects.indexOf('Votre lien de connexion')).toBeLessThan(3)
})

test('a program that dies after the server’s yes repeats the mail under the same Message-ID', async () => {
  await magicLink(database)
  const deadly = await smtpServer({
    async onData(_stream, _session, callback) {
      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'cordee' and state like 'idle in transaction%'`,
      )
      callback()
    },
  })
  await expect(send(database, deadly)).rejects.toThrow()
  expect(await stored(database)).toMatchObject([{ state: 'waiting', attempts: 0 }])
  await send(database, server)
  await deadly.close()
  const ids = [...deadly.received, ...server.received].map(mail => mail.messageId)
  expect(ids).toHaveLength(2)
  expect(new Set(ids).size).toBe(1)
  expect(await stored(database)).toMatchObject([{ state: 'sent' }])
})

test('it stops when it is told to, and leaves the rest for later', async () => {
  for (let one = 0; one < 5; one++) await magicLink(database)
  const stop = new AbortController()
  const transport = openTransport({ url: server.url, from })
  stop.abort()
  await sendDue(sendingBy(database, transport), stop.signal)
  transport.close()
  expect(server.received).toEqual([])
  await send(database, server)
  expect(server.received).toHaveLength(5)
})

test('a name and a password go to the server that asks for them', async () => {
  const seen: unknown[] = []
  const strict = await smtpServer({
    authOptional: false,
    onAuth({ username, password }, _session, callback) {
      seen.push([username, password])
      callback(null, { user: username })
    },
  })
  await magicLink(database)
  await send(database, { url: strict.url.replace('//', '//cord%40e:p%40ss%2Fword@') })
  await strict.close()
  expect(seen).toEqual([['cord@e', 'p@ss/word']])
  expect(strict.received).toHaveLength(1)
})

test('a link elsewhere is never written in a network’s name', async () => {
  const params = { at: noon.toISOString(), url: 'https://evil.example/x' }
  await expect(queue(database, 'password-changed', params)).rejects.toThrow('internal')
  const script = { at: noon.toISOString(), url: 'javascript:alert(1)' }
  await expect(queue(database, 'password-changed', script)).rejects.toThrow()
})

test('a message in no network’s time is that of a network that is gone', async () => {
  const gone = newId()
  await imported(database, { networkId: gone })
  await send(database, server)
  expect(server.received[0]?.from?.name).toBe('Cordée')
})
