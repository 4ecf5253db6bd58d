import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import { openLog } from '#kernel/log.ts'
import type { Entry } from '#modules/network/index.ts'
import { closeThread, openThread } from '#modules/threads/opening.ts'
import { replyTaker } from '#modules/threads/replies.ts'
import { newReplyToken } from '#modules/threads/reply-addresses.ts'
import { tellAll } from '#modules/threads/telling.ts'
import { aSubject, said, type TestSubject, threadSubjects } from '#modules/threads/threads.fixture.ts'
import { type MailDoor, openMailDoor } from '#platform/mail/incoming/index.ts'
import { later, type Received, type SmtpTestServer, send, smtpServer } from '#platform/mail/mail.fixture.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../test/factories.ts'

const domain = 'reply.cordee.example'

let site: TestApp
let door: MailDoor
let outgoing: SmtpTestServer
let network: TestNetwork
let ana: TestPerson
let ben: TestPerson
let author: Entry
let subject: TestSubject

beforeAll(async () => {
  site = await testApp({ threadSubjects, env: { MAIL_REPLY_DOMAIN: domain } })
  door = await openMailDoor({
    host: '127.0.0.1',
    port: 0,
    domain,
    taker: replyTaker(site.services),
    log: openLog('silent'),
  })
  outgoing = await smtpServer()
})

afterAll(async () => {
  await door.close()
  await outgoing.close()
  await site.close()
})

beforeEach(async () => {
  await site.database.asOwner('truncate mail_message')
  outgoing.received.length = 0
  network = await aNetwork(site.database, { name: { fr: 'Club RSE' } })
  ana = await aPerson(site.database, network, 'member', { name: 'Ana Muñoz' })
  ben = await aPerson(site.database, network, 'member', { name: 'Ben Diallo' })
  author = await anEntry(site.database, network, ana)
  subject = aSubject(network.id, [ana.personId, ben.personId])
})

/** Everything that is due goes out. @returns what came to these two since the last time */
async function delivered(): Promise<Received[]> {
  const before = outgoing.received.length
  const { db, secret, config } = site.services
  await tellAll({ db, secret, threadSubjects, replyDomain: config.replyDomain })
  await send(site.database, outgoing, later(60 * 24 * 365 * 20))
  const ours = [ana.email, ben.email]
  return outgoing.received.slice(before).filter(({ envelope }) => ours.includes(envelope.to[0] ?? ''))
}

/** What Ana says, as Ben has it before him. */
async function mailOf(body = 'On commence quand ?'): Promise<Received> {
  await said(site, author, subject, { body })
  const [mail] = await delivered()
  if (!mail) throw new Error('Nobody was written to')
  return mail
}

interface Sent {
  from?: string
  to: string | string[]
  text?: string
  html?: string
  headers?: Record<string, string>
  returnPath?: string
  messageId?: string
  attachments?: { filename: string; content: Buffer | string }[]
}

/** Hands a mail over as the server in front does. @returns the answer */
async function answer({ returnPath, from = ben.email, to, ...mail }: Sent): Promise<string> {
  const client = createTransport({ host: '127.0.0.1', port: door.port, ignoreTLS: true })
  try {
    const { response } = await client.sendMail({
      from,
      to,
      subject: 'Re: Sobriété',
      text: 'Lundi me va.',
      envelope: { from: returnPath ?? from, to },
      ...mail,
    })
    return response
  } catch (error) {
    return (error as { response?: string }).response ?? String(error)
  } finally {
    client.close()
  }
}

function addressIn(mail: Received): string {
  return mail.replyTo?.[0]?.address ?? ''
}

async function messages() {
  return site.database.asOwner<{
    body: string
    person_id: string | null
    origin: string
    parent_id: string | null
  }>(
    `select body, person_id, origin, parent_id from thread_message
     where network_id = $1 order by id`,
    [network.id],
  )
}

/** What was said beside Ana's first word. */
async function answers(): Promise<string[]> {
  return (await messages()).slice(1).map(({ body }) => body)
}

test('an answer by mail stands in the thread, in the name of whoever got the mail, and goes on to the others', async () => {
  const mail = await mailOf()
  expect(mail.envelope.to).toEqual([ben.email])
  expect(mail.text).toContain('On commence quand ?')
  const quoted = (mail.text ?? '').replace(/^/gm, '> ')
  const response = await answer({
    to: addressIn(mail),
    text: `Lundi me va.\n\nÀ *lundi*,\n\nLe dim. 22 nov. 2026 à 10:04, Club RSE <x@cordee.example> a écrit :\n\n${quoted}`,
    headers: { 'In-Reply-To': mail.messageId ?? '' },
  })
  expect(response).toMatch(/^250 /)
  const [first, second, ...others] = await messages()
  expect(others).toEqual([])
  expect(second).toMatchObject({
    body: 'Lundi me va.\n\nÀ *lundi*,',
    person_id: ben.personId,
    origin: 'mail',
  })
  expect(second?.parent_id).not.toBeNull()
  expect(first?.person_id).toBe(ana.personId)
  const [onward] = await delivered()
  expect(onward?.envelope.to).toEqual([ana.email])
  expect(onward?.references?.split(' ')).toContain(mail.messageId)
  expect(onward?.inReplyTo).toBe(mail.messageId)
  expect(addressIn(onward as Received)).not.toBe(addressIn(mail))
  const [change] = await site.database.asOwner<{ origin: string; account_id: string; mandate_id: string }>(
    `select origin, account_id, mandate_id from audit_entry where network_id = $1 order by seq desc limit 1`,
    [network.id],
  )
  expect(change).toEqual({ origin: 'mail', account_id: ben.accountId, mandate_id: ben.mandateId })
})

test('what is sent twice is kept once', async () => {
  const to = addressIn(await mailOf())
  const twice = { to, messageId: '<une-fois@exemple.org>' }
  expect(await answer(twice)).toMatch(/^250 /)
  expect(await answer(twice)).toMatch(/^250 /)
  expect(await answers()).toEqual(['Lundi me va.'])
})

test('nothing is relayed, and addresses that nobody was given are not known', async () => {
  const to = addressIn(await mailOf())
  const other = await aNetwork(site.database)
  const refused = [
    'quelqu.un@exemple.org',
    `quelqu.un@${domain}`,
    `reply+@${domain}`,
    `reply+abcdefgh@${domain}`,
    `reply+${newReplyToken(network.id).token}@${domain}`,
    to.replace(domain, 'ailleurs.example'),
    // The secret of this address, in the name of another network.
    `reply+${newReplyToken(other.id).token.slice(0, 26)}${to.slice('reply+'.length + 26)}`,
  ]
  for (const one of refused) expect(await answer({ to: one }), one).toMatch(/^550 /)
  expect(await answers()).toEqual([])
  expect(await delivered()).toEqual([])
  // However a server writes it.
  expect(await answer({ to: to.toUpperCase() })).toMatch(/^250 /)
  expect(await answers()).toEqual(['Lundi me va.'])
})

test('a mail from another address is not posted; the holder of the address is told, and nobody else', async () => {
  const to = addressIn(await mailOf())
  const forged = [
    { to, from: 'eve@exemple.org' },
    { to, from: 'eve@exemple.org', returnPath: ben.email },
    { to, from: ana.email },
    { to, from: `${ben.email}, eve@exemple.org`, returnPath: ben.email },
  ]
  for (const mail of forged) expect(await answer(mail)).toMatch(/^250 /)
  expect(await answers()).toEqual([])
  const told = await delivered()
  // Once, however often it was tried.
  expect(told.map(({ envelope, subject: about }) => [envelope.to, about])).toEqual([
    [[ben.email], 'Votre réponse n’a pas été publiée'],
  ])
  expect(told[0]?.header('auto-submitted')).toBe('auto-generated')
  expect(told[0]?.text).toContain('d’une autre adresse')
  expect(told[0]?.text).toContain(`/fr/${network.slug}/threads/test/${subject.id}`)
})

test('the address that the network knows is theirs as well', async () => {
  const to = addressIn(await mailOf())
  await site.database.asOwner('update person set email = $2 where id = $1', [
    ben.personId,
    'ben@travail.example',
  ])
  expect(await answer({ to, from: 'Ben <Ben@Travail.example>' })).toMatch(/^250 /)
  expect(await answers()).toEqual(['Lundi me va.'])
})

test.each([
  ['an absence', { headers: { 'Auto-Submitted': 'auto-replied' } }],
  ['an absence, as of old', { headers: { Precedence: 'auto_reply' } }],
  ['a failed delivery', { returnPath: '' }],
  ['a list', { headers: { 'List-Id': '<liste.exemple.org>' } }],
  ['a machine', { headers: { 'X-Autoreply': 'yes' } }],
])('%s is passed over without a word', async (_what, mail) => {
  const to = addressIn(await mailOf())
  expect(await answer({ to, ...mail })).toMatch(/^250 /)
  expect(await answers()).toEqual([])
  expect(await delivered()).toEqual([])
})

test('our own mail that comes back goes no further', async () => {
  const mail = await mailOf()
  const client = createTransport({ host: '127.0.0.1', port: door.port, ignoreTLS: true })
  await client.sendMail({ envelope: { from: ben.email, to: addressIn(mail) }, raw: mail.raw })
  client.close()
  expect(await answers()).toEqual([])
  expect(await delivered()).toEqual([])
})

const sayings: [what: string, spoil: () => Promise<unknown>, word: string][] = [
  [
    'whose address has expired',
    () => site.database.asOwner(`update thread_reply_address set expires_at = now() - interval '1 minute'`),
    'plus valable',
  ],
  ['who has left', async () => subject.people.delete(ben.personId), 'plus écrire'],
  [
    'whose mandate has ended',
    () =>
      site.database.asOwner('update mandate set valid_until = current_date - 1 where id = $1', [
        ben.mandateId,
      ]),
    'plus écrire',
  ],
  [
    'who finds the thread closed',
    () =>
      inTenant(site.database.db, author.tenant, async trx => {
        subject.runners.add(ana.personId)
        const thread = await openThread(trx, threadSubjects, author, { type: 'test', id: subject.id })
        await closeThread(trx, author, thread, true)
      }),
    'fermé',
  ],
]

test.each(sayings)('somebody %s is told so', async (_who, spoil, word) => {
  const to = addressIn(await mailOf())
  await spoil()
  expect(await answer({ to })).toMatch(/^250 /)
  expect(await answers()).toEqual([])
  const [told] = await delivered()
  expect(told?.envelope.to).toEqual([ben.email])
  expect(told?.text).toContain(word)
})

test('a mail that says nothing new is not posted', async () => {
  const mail = await mailOf()
  expect(await answer({ to: addressIn(mail), text: (mail.text ?? '').replace(/^/gm, '> ') })).toMatch(/^250 /)
  expect(await answers()).toEqual([])
  expect((await delivered())[0]?.text).toContain('aucun texte')
})

test('an answer in HTML alone is read, and nothing of it runs', async () => {
  const to = addressIn(await mailOf())
  const html =
    '<p>Oui &lt;script&gt;alert(1)&lt;/script&gt;</p><p onclick="alert(2)">et <img src=x onerror=alert(3)> non</p><script>alert(4)</script>'
  const client = createTransport({ host: '127.0.0.1', port: door.port, ignoreTLS: true })
  await client.sendMail({ from: ben.email, envelope: { from: ben.email, to }, html, subject: 'Re' })
  client.close()
  const [body] = await answers()
  expect(body).toContain('et non')
  const page = await site.get(`/fr/${network.slug}/threads/test/${subject.id}`, { cookie: ana.cookie })
  const shown = /<div class="words">[\s\S]*?<\/div>/g
  const texts = (await page.text()).match(shown)?.join('') ?? ''
  expect(texts).not.toMatch(/<script|onclick|onerror|alert\([234]\)/)
})

test('what is attached comes with it; what cannot be kept is said to be missing', async () => {
  const to = addressIn(await mailOf())
  const attachments = [
    { filename: 'ordre du jour.txt', content: 'Un, deux, trois' },
    { filename: 'vide.txt', content: '' },
  ]
  expect(await answer({ to, attachments })).toMatch(/^250 /)
  const [body] = await answers()
  expect(body).toContain('Lundi me va.')
  expect(body).toContain('vide.txt')
  const files = await site.database.asOwner<{ name: string; purpose: string; kept: boolean }>(
    `select file.name, file.purpose, file.attached_at is not null as kept from thread_file
     join file on file.network_id = thread_file.network_id and file.id = thread_file.file_id where file.network_id = $1`,
    [network.id],
  )
  expect(files).toEqual([{ name: 'ordre du jour.txt', purpose: 'enclosure', kept: true }])
})

test('one mail for several addresses is taken one at a time', async () => {
  await said(site, author, subject, { body: 'Un' })
  await said(site, author, subject, { body: 'Deux' })
  const to = (await delivered()).map(addressIn)
  expect(new Set(to).size).toBe(2)
  const client = createTransport({ host: '127.0.0.1', port: door.port, ignoreTLS: true })
  const { accepted, rejected } = await client.sendMail({ from: ben.email, to, text: 'Vu', subject: 'Re' })
  client.close()
  expect([accepted.length, rejected.length]).toEqual([1, 1])
})

test('what is too large is refused, and so is what one account says too often', async () => {
  const to = addressIn(await mailOf())
  const large = { filename: 'grand.bin', content: Buffer.alloc(19 * 2 ** 20, 1) }
  expect(await answer({ to, attachments: [large] })).toMatch(/^552 /)
  const strict = await testApp({
    database: site.database,
    threadSubjects,
    env: { RATE_LIMIT: '0.02', MAIL_REPLY_DOMAIN: domain },
  })
  const narrow = await openMailDoor({
    host: '127.0.0.1',
    port: 0,
    domain,
    taker: replyTaker(strict.services),
    log: openLog('silent'),
  })
  const usual = door
  door = narrow
  try {
    expect(await answer({ to })).toMatch(/^250 /)
    expect(await answer({ to })).toMatch(/^451 /)
  } finally {
    door = usual
    await narrow.close()
    await strict.close()
  }
  expect(await answers()).toEqual(['Lundi me va.'])
})

test('while the database does not answer, nothing is taken', async () => {
  const to = addressIn(await mailOf())
  const broken = await openMailDoor({
    host: '127.0.0.1',
    port: 0,
    domain,
    taker: replyTaker({
      ...site.services,
      storage: { ...site.services.storage, incoming: '/dev/null/nowhere' },
    }),
    log: openLog('silent'),
  })
  const usual = door
  door = broken
  try {
    const attachments = [{ filename: 'a.txt', content: 'a' }]
    expect(await answer({ to, attachments })).toMatch(/^451 /)
  } finally {
    door = usual
    await broken.close()
  }
  expect(await answers()).toEqual([])
})

test('of nobody’s network nothing is known', async () => {
  const { token } = newReplyToken(newId())
  expect(await answer({ to: `reply+${token}@${domain}` })).toMatch(/^550 /)
})
