import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#kernel/ids.ts'
import { type Locale, locales } from '#kernel/locale.ts'
import {
  ana,
  baseUrl,
  queue,
  type SmtpTestServer,
  send,
  smtpServer,
  stored,
} from '#platform/mail/mail.fixture.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { aNetwork } from '../../../test/factories.ts'

let database: TestDatabase
let server: SmtpTestServer

beforeAll(async () => {
  database = await testDatabase()
  server = await smtpServer()
})

afterAll(async () => {
  await server.close()
  await database.close()
})

const message = {
  person: 'Zoé',
  title: 'Sobriété',
  thread: newId(),
  message: newId(),
  parent: null,
  body: 'Un *texte*. ![Un plan](https://ailleurs.example/pixel.png)',
  files: ['a.pdf', 'b.png'],
  url: `${baseUrl}/x`,
  leaveUrl: `${baseUrl}/leave`,
  replyTo: 'reply+abc@reply.cordee.example',
  replyable: true,
}

test.each(locales)('what is said in threads can be read in %s, by people and by programs', async locale => {
  const network = await aNetwork(database, { name: { fr: 'Réseau', en: 'Network' } })
  const own = { networkId: network.id, to: { ...ana, locale } }
  server.received.length = 0
  await queue(database, 'thread-message', message, own)
  await queue(database, 'thread-mention', { ...message, replyTo: null, replyable: false }, own)
  for (const reason of ['address', 'closed', 'empty', 'expired', 'gone'] as const)
    await queue(database, 'reply-refused', { title: 'Réseau', reason, url: message.url }, own)
  await send(database, server)
  expect(server.received).toHaveLength(7)
  const hello = { fr: 'Bonjour', en: 'Hello', es: 'Hola', pt: 'Olá' } satisfies Record<Locale, string>
  const texts = server.received.map(({ text = '' }) => text)
  for (const { text = '', html = '' } of server.received) {
    expect(text).toContain(hello[locale])
    expect(text + html).not.toMatch(/undefined|\[object|\{\w+\}|, plural/)
  }
  expect(new Set(texts).size).toBe(7)
  expect(texts.filter(text => text.startsWith('##- '))).toHaveLength(1)
  const answerable = server.received.find(({ text }) => text?.startsWith('##- '))
  expect(answerable?.html).toContain('Un <em>texte</em>.')
  expect(answerable?.html).toContain('Un plan')
  expect(answerable?.html).not.toMatch(/<img|ailleurs/)
  expect(answerable?.text).toContain('a.pdf')
  expect(answerable?.replyTo?.[0]?.address).toBe(message.replyTo)
  expect(answerable?.header('list-unsubscribe')).toBe(`<${baseUrl}/leave>`)
  // What is erased when it has gone, the administrators of the network do not read either.
  expect(JSON.stringify(await stored(database))).not.toMatch(/texte|\/leave|reply\+/)
})
