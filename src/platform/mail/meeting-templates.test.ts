import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Locale, locales } from '#kernel/locale.ts'
import {
  ana,
  baseUrl,
  emptied,
  queue,
  type SmtpTestServer,
  send,
  smtpServer,
  stored,
} from '#platform/mail/mail.fixture.ts'
import { meetingTemplates } from '#platform/mail/meeting-templates.ts'
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

const ics = [
  'BEGIN:VCALENDAR',
  'METHOD:REQUEST',
  'BEGIN:VEVENT',
  'SUMMARY:Été à Toulouse',
  'END:VEVENT',
  'END:VCALENDAR',
].join('\r\n')

/** Enough for each of them. */
const params = {
  title: 'Été à Toulouse',
  when: 'jeudi 11 mars 2027, 14:00 – 17:00 (heure d’Europe centrale)',
  was: 'mercredi 10 mars 2027, 14:00 – 17:00',
  where: 'La Bouillonnante',
  url: `${baseUrl}/rencontre`,
  expiresAt: '2026-11-21T13:00:00Z',
  reason: 'La salle est inondée.',
  person: 'Inès',
  contribution: 'Nos toits',
  message: 'Venez nombreux.',
  answer: 'Avec plaisir.',
  guests: 'Aïcha',
  waitingGuests: 1,
  place: 3,
}

test('a calendar file goes beside the text, for programs that answer to it, and attached for all others', async () => {
  await queue(database, 'meeting-registered', { ...params, calendar: { method: 'REQUEST', content: ics } })
  await queue(database, 'meeting-cancelled', { ...params, calendar: { method: 'CANCEL', content: ics } })
  await queue(database, 'meeting-waiting', params)
  await send(database, server)
  const bySubject = (word: string) => server.received.find(mail => mail.subject?.includes(word))
  const request = bySubject('Inscription confirmée')
  expect(request?.raw).toMatch(/Content-Type: multipart\/alternative/i)
  expect(request?.raw).toMatch(/Content-Type: text\/calendar; charset=utf-8; method=REQUEST/i)
  const attached = request?.attachments.find(({ filename }) => filename === 'invite.ics')
  // As the reader gives it back: with the ends of lines that are usual here.
  expect(
    new TextDecoder()
      .decode(attached?.content as ArrayBuffer)
      .trim()
      .split(/\r?\n/),
  ).toEqual(ics.split('\r\n'))
  expect(bySubject('annulée')?.raw).toMatch(/text\/calendar; charset=utf-8; method=CANCEL/i)
  expect(bySubject('Liste d’attente')?.raw).not.toMatch(/calendar/i)
  // Sent, it is kept no longer: the link of a video may stand in it.
  expect((await stored(database)).every(({ secrets }) => secrets === null)).toBe(true)
})

test('of a calendar with several meetings each is a file of its own', async () => {
  const event = (uid: string) => ['BEGIN:VEVENT', `UID:${uid}@exemple.org`, 'END:VEVENT']
  const both = ['BEGIN:VCALENDAR', 'METHOD:CANCEL', ...event('a'), ...event('b'), 'END:VCALENDAR'].join(
    '\r\n',
  )
  await queue(database, 'meeting-cancelled', { ...params, calendar: { method: 'CANCEL', content: both } })
  await send(database, server)
  const files = (server.received.at(-1)?.attachments ?? []).map(({ filename, mimeType, content }) => {
    const text = new TextDecoder().decode(content as ArrayBuffer)
    return [filename, mimeType, text.match(/^UID:.*(?=@)/gm), text.trim().endsWith('END:VCALENDAR')]
  })
  expect(files.sort()).toEqual([
    // Beside the text.
    [null, 'text/calendar', ['UID:a'], true],
    ['invite-2.ics', 'text/calendar', ['UID:b'], true],
    ['invite.ics', 'application/ics', ['UID:a'], true],
  ])
})

test.each(locales)('every message about meetings can be read in %s', async locale => {
  const network = await aNetwork(database, { name: { fr: 'Réseau', en: 'Network' } })
  const names = Object.keys(meetingTemplates) as (keyof typeof meetingTemplates)[]
  for (const name of names) {
    const own = { networkId: network.id, to: { ...ana, locale } }
    await queue(database, name, params, own)
  }
  await send(database, server)
  expect(server.received).toHaveLength(names.length)
  expect(new Set(server.received.map(mail => mail.subject)).size).toBe(names.length)
  const hello = { fr: 'Bonjour', en: 'Hello', es: 'Hola', pt: 'Olá' } satisfies Record<Locale, string>
  for (const { subject, text = '' } of server.received) {
    expect(text, subject).toContain(hello[locale])
    expect(text + subject, subject).not.toMatch(/[{}]|, plural|undefined|\[object/)
    expect(text, subject).toContain(params.title)
  }
})
