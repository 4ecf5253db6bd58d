import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import type { Entry } from '#modules/network/index.ts'
import { wishFor } from '#modules/threads/following.ts'
import { findMessage, removeMessage } from '#modules/threads/messages.ts'
import { openThread } from '#modules/threads/opening.ts'
import type { Wish } from '#modules/threads/schema.ts'
import { tellAll } from '#modules/threads/telling.ts'
import { aSubject, said, type TestSubject, threadSubjects } from '#modules/threads/threads.fixture.ts'
import { writeDigests } from '#platform/mail/digest.ts'
import { setCadences } from '#platform/mail/index.ts'
import {
  emptied,
  later,
  type Received,
  type SmtpTestServer,
  send,
  smtpServer,
  stored,
} from '#platform/mail/mail.fixture.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../test/factories.ts'

const longAfter = later(60 * 24 * 365 * 20)

let site: TestApp
let server: SmtpTestServer
let network: TestNetwork
let ana: TestPerson
let ben: TestPerson
let zoe: TestPerson
let author: Entry
let subject: TestSubject

beforeAll(async () => {
  site = await testApp({ threadSubjects })
  server = await smtpServer()
})

afterAll(async () => {
  await server.close()
  await site.close()
})

beforeEach(async () => {
  await site.database.asOwner('update thread_message set told_at = now() where told_at is null')
  await emptied(site.database)
  server.received.length = 0
  network = await aNetwork(site.database, { name: { fr: 'Club RSE', en: 'CSR club' } })
  ana = await aPerson(site.database, network, 'member', { name: 'Ana Muñoz' })
  ben = await aPerson(site.database, network, 'member', { name: 'Ben Diallo' })
  zoe = await aPerson(site.database, network, 'member', { name: 'Zoé Blanc', locale: 'en' })
  author = await anEntry(site.database, network, ana)
  subject = aSubject(network.id, [ana.personId, ben.personId, zoe.personId])
})

async function tell(replyDomain: string | null = null): Promise<Received[]> {
  const { db, secret } = site.services
  await tellAll({ db, secret, threadSubjects, replyDomain })
  await send(site.database, server, longAfter)
  return server.received
}

async function wish(person: TestPerson, wanted: Wish): Promise<void> {
  const entry = await anEntry(site.database, network, person)
  await inTenant(site.database.db, network.inside, async trx => {
    const thread = await openThread(trx, threadSubjects, entry, { type: 'test', id: subject.id })
    if (thread.id === null) throw new Error('Nothing was said')
    await wishFor(trx, network.id, { threadId: thread.id, personId: person.personId }, wanted)
  })
}

const recipients = (mails: Received[]) => mails.flatMap(({ envelope }) => envelope.to).sort()

test('those it is about have it, each in their language, whoever said it left out; once', async () => {
  await said(site, author, subject, { body: 'On *commence* quand <b>au juste</b> ?' })
  const mails = await tell()
  expect(recipients(mails)).toEqual([ben.email, zoe.email].sort())
  const [toBen, toZoe] = [ben, zoe].map(({ email }) => mails.find(({ envelope }) => envelope.to[0] === email))
  expect(toBen?.subject).toBe('[Club RSE] Sobriété')
  expect(toBen?.text).toContain('Ana Muñoz écrit')
  expect(toBen?.text).toContain('On *commence* quand')
  expect(toBen?.html).toContain('On <em>commence</em> quand')
  expect(toZoe?.subject).toBe('[CSR club] Sobriété')
  expect(toZoe?.text).toContain('Ana Muñoz writes')
  await tell()
  expect(server.received).toHaveLength(2)
  // The words are nobody's business once they have gone.
  for (const row of await stored(site.database)) expect(JSON.stringify(row)).not.toContain('commence')
})

test('mail programs can put what belongs together under each other', async () => {
  const first = await said(site, author, subject, { body: 'Un' })
  const answering = await anEntry(site.database, network, ben)
  await said(site, answering, subject, { body: 'Deux', answers: first })
  const mails = (await tell()).filter(({ envelope }) => envelope.to[0] === zoe.email)
  // They go out side by side: which arrives first is not said.
  const one = mails.find(({ messageId }) => messageId === `<${first}@cordee.example>`)
  const two = mails.find(({ messageId }) => messageId !== one?.messageId)
  expect(mails).toHaveLength(2)
  expect(one).toBeDefined()
  expect(one?.inReplyTo).toMatch(/^<[0-9a-f-]{36}@cordee\.example>$/)
  expect(one?.references).toBe(one?.inReplyTo)
  expect(two?.inReplyTo).toBe(one?.messageId)
  expect(two?.references).toBe(`${one?.inReplyTo} ${one?.messageId}`)
  expect(one?.subject).toBe(two?.subject)
  expect(one?.header('list-id')).toMatch(/^<[0-9a-f-]{36}\.threads\.cordee\.example>$/)
  expect(one?.header('precedence')).toBe('bulk')
})

test('where no mail is taken in, it says to answer on the page; else how to answer', async () => {
  await said(site, author, subject, { body: 'Sans' })
  const [without] = await tell()
  expect(without?.replyTo).toBeUndefined()
  expect(without?.text).toMatch(/on the page|sur la page/)
  expect(without?.text).toContain(`/threads/test/${subject.id}`)
  server.received.length = 0
  await said(site, author, subject, { body: 'Avec' })
  const mails = await tell('reply.cordee.example')
  const addresses = mails.map(({ replyTo }) => replyTo?.[0]?.address ?? '')
  for (const address of addresses) expect(address).toMatch(/^reply\+[a-z2-7]{52}@reply\.cordee\.example$/)
  expect(new Set(addresses).size).toBe(2)
  expect(mails[0]?.text).toMatch(/^##- /)
  const kept = JSON.stringify(await stored(site.database))
  for (const address of addresses) expect(kept).not.toContain(address)
  const hashes = await site.database.asOwner<{ hash: string }>(
    `select encode(token_hash, 'hex') as hash from thread_reply_address where network_id = $1`,
    [network.id],
  )
  expect(hashes).toHaveLength(2)
})

test('each gets as much as they want: all, when they are named, nothing', async () => {
  await said(site, author, subject, { body: 'Premier' })
  await tell()
  server.received.length = 0
  await wish(ben, 'mentions')
  await wish(zoe, 'none')
  await said(site, author, subject, { body: 'Pour tous' })
  expect(await tell()).toEqual([])
  await said(site, author, subject, { body: 'Et @ben diallo, @Zoé Blanc ?' })
  const mails = await tell()
  expect(recipients(mails)).toEqual([ben.email])
  expect(mails[0]?.text).toContain('s’adresse à vous')
})

test('who follows without being among them has it, for as long as they may read', async () => {
  const eve = await aPerson(site.database, network, 'member', { name: 'Eve' })
  subject.runners.add(eve.personId)
  await said(site, author, subject, { body: 'Premier' })
  await tell()
  await wish(eve, 'all')
  server.received.length = 0
  await said(site, author, subject, { body: 'Deuxième' })
  expect(recipients(await tell())).toContain(eve.email)
  subject.runners.delete(eve.personId)
  server.received.length = 0
  await said(site, author, subject, { body: 'Troisième' })
  expect(recipients(await tell())).not.toContain(eve.email)
})

test('whoever has left, or has no mandate today, hears nothing', async () => {
  subject.people.delete(ben.personId)
  await site.database.asOwner('update mandate set valid_until = current_date - 1 where id = $1', [
    zoe.mandateId,
  ])
  await said(site, author, subject, { body: 'Entre nous' })
  expect(await tell()).toEqual([])
})

test('a digest has one line for a thread; whoever is named hears of it at once', async () => {
  for (const person of [ben, zoe])
    await inTenant(site.database.db, { ...network.inside, accountId: person.accountId }, trx =>
      setCadences(trx, person.accountId, { discussion: 'daily' }),
    )
  for (const body of ['Un', 'Deux', 'Trois']) await said(site, author, subject, { body })
  const other = aSubject(network.id, [ana.personId, ben.personId], { title: 'Mobilité' })
  await said(site, author, other, { body: 'Quatre' })
  await said(site, author, subject, { body: 'Cinq', called: [zoe.personId] })
  const atOnce = await tell()
  expect(recipients(atOnce)).toEqual([zoe.email])
  expect(atOnce[0]?.text).toContain('Cinq')
  server.received.length = 0
  await writeDigests(site.database.db, longAfter)
  await send(site.database, server, longAfter)
  const digest = server.received.find(({ envelope }) => envelope.to[0] === ben.email)
  expect(digest?.text?.match(/^– .*$/gm)).toEqual(['– 4 messages dans « Sobriété »', '– [Club RSE] Mobilité'])
  expect(digest?.text).not.toMatch(/autres? (?:message|nouvelle)/)
})

test('the link of a mail leaves its thread, by one click and without signing in', async () => {
  await said(site, author, subject, { body: 'Un' })
  const mails = await tell()
  const toBen = mails.find(({ envelope }) => envelope.to[0] === ben.email)
  const link = /^<(.+)>$/.exec(toBen?.header('list-unsubscribe') ?? '')?.[1] ?? ''
  expect(toBen?.header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
  expect(toBen?.text).toContain(link)
  const { pathname } = new URL(link)
  const page = await site.get(pathname)
  expect(page.status).toBe(200)
  expect(await page.text()).not.toContain('Sobriété')
  const forged = pathname.replace(ben.personId, zoe.personId)
  expect((await site.app.request(forged, { method: 'POST' })).status).toBe(404)
  const elsewhere = await aNetwork(site.database)
  expect((await site.get(pathname.replace(network.slug, elsewhere.slug))).status).toBe(404)
  const done = await site.app.request(pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  })
  expect(done.status).toBe(200)
  server.received.length = 0
  await said(site, author, subject, { body: 'Deux' })
  expect(recipients(await tell())).toEqual([zoe.email])
})

test('what is taken back before it is told is told to nobody', async () => {
  const id = await said(site, author, subject, { body: 'Trop vite' })
  await inTenant(site.database.db, author.tenant, async trx => {
    const thread = await openThread(trx, threadSubjects, author, { type: 'test', id: subject.id })
    await removeMessage(trx, author, await findMessage(trx, author, thread, id, 'removal'))
  })
  expect(await tell()).toEqual([])
})

test('many are written to in turn, each once, even when two do it at a time', async () => {
  const people: string[] = []
  for (let count = 0; count < 130; count++)
    people.push((await aPerson(site.database, network, 'member')).personId)
  for (const id of people) subject.people.add(id)
  await said(site, author, subject, { body: 'À tous' })
  const { db, secret } = site.services
  const context = { db, secret, threadSubjects, replyDomain: null }
  await Promise.all([tellAll(context), tellAll(context)])
  const rows = await stored(site.database)
  expect(rows).toHaveLength(132)
  expect(new Set(rows.map(row => row.address)).size).toBe(132)
})

test('a kind of thing that is no more holds nothing up', async () => {
  await said(site, author, subject, { body: 'Un' })
  const { db, secret } = site.services
  await tellAll({ db, secret, threadSubjects: {}, replyDomain: null })
  expect(await stored(site.database)).toEqual([])
  expect(await tell()).toEqual([])
})
