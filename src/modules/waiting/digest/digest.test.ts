import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { modules } from '#/modules.ts'
import { aGroup, aTask, inGroup } from '#modules/groups/groups.fixture.ts'
import { digestBeforehand } from '#modules/waiting/digest/beforehand.ts'
import { type DigestContext, writeWaitingDigests } from '#modules/waiting/digest/digest-job.ts'
import { readSilencing, silenceKind } from '#modules/waiting/silences.ts'
import { inDays } from '#modules/waiting/waiting.fixture.ts'
import { nextDigest } from '#platform/mail/cadence.ts'
import { writeDigests } from '#platform/mail/digest.ts'
import {
  baseUrl,
  emptied,
  queue,
  type SmtpTestServer,
  secret,
  send,
  smtpServer,
} from '#platform/mail/mail.fixture.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

let database: TestDatabase
let server: SmtpTestServer
let context: DigestContext

const day = 86_400_000
/** The next Monday after seven, in Paris. */
const monday = new Date(nextDigest(new Date(), 'weekly', 'Europe/Paris').getTime() + 300_000)
/** An hour before, and not before what waits was made: on a Monday morning that may be less. */
const shortlyBefore = () => new Date(Math.max(Date.now(), monday.getTime() - 3_600_000))
const after = (days: number) => new Date(monday.getTime() + days * day)

beforeAll(async () => {
  database = await testDatabase()
  const waiting = modules.flatMap(module => module.waiting ?? [])
  context = { db: database.db, secret, waiting, linkOrigin: baseUrl }
})

afterAll(() => database.close())

beforeEach(async () => {
  server = await smtpServer()
})

afterEach(async () => {
  await server.close()
  await emptied(database)
  // Of the people of one test nothing comes in the next.
  await database.asOwner('delete from account')
  await database.asOwner('delete from waiting_told')
})

/** What the morning brings: the subjects of the mails that were sent. */
async function morning(at: Date): Promise<string[]> {
  const before = server.received.length
  await writeWaitingDigests(context, at)
  await writeDigests(database.db, at)
  await send(database, server, at)
  return server.received.slice(before).map(({ subject }) => subject ?? '')
}

async function busy(network: TestNetwork, person: TestPerson, tasks: Record<string, number | null>) {
  const group = await aGroup(database, network, { name: 'Collectif Eau' })
  await inGroup(database, network, group, person)
  const ids: string[] = []
  for (const [title, days] of Object.entries(tasks)) {
    const due = days === null ? undefined : after(days).toISOString().slice(0, 10)
    ids.push(await aTask(database, network, group, { title, owner: person, ...(due && { due }) }))
  }
  return ids
}

test('one mail on Monday, of all networks, in the reader’s language, with what is new, near or late', async () => {
  const first = await aNetwork(database, { name: { fr: 'Provence', en: 'Provence in English' } })
  const second = await aNetwork(database, { name: { fr: 'Fil commun' } })
  const ana = await aPerson(database, first, 'member', { name: 'Ana' })
  const elsewhere = { ...ana, personId: second.id }
  await database.asOwner('insert into person (network_id, id, account_id, name) values ($1, $1, $2, $3)', [
    second.id,
    ana.accountId,
    'Ana',
  ])
  await database.asOwner(
    `insert into mandate (network_id, id, person_id, role, valid_from) values ($1, gen_random_uuid(), $1, 'member', '2020-01-01')`,
    [second.id],
  )
  const leo = await aPerson(database, first, 'member', { name: 'Leo', locale: 'en' })
  await busy(first, ana, { 'Relire la charte': 40, 'Inviter la mairie': 3, 'Envoyer le devis': -2 })
  await busy(second, elsewhere, { Publier: null })
  await busy(first, leo, { 'Read the charter': -1 })

  expect((await morning(new Date(monday.getTime() - 600_000))).length).toBe(0)
  expect((await morning(monday)).sort()).toEqual([
    'Ce qui vous attend : 4 choses, dont 1 en retard',
    'Waiting for you: 1 thing, 1 of them late',
  ])
  const french = server.received.find(({ subject }) => subject?.startsWith('Ce qui'))
  const english = server.received.find(({ subject }) => subject?.startsWith('Waiting'))
  const text = french?.text ?? ''
  expect(text).toMatch(
    /Provence\n– À faire : Envoyer le devis \(en retard, c’était pour le .* · Collectif Eau\)\n/,
  )
  const order = ['Envoyer le devis', 'Inviter la mairie', 'Relire la charte', 'Fil commun', 'Publier']
  expect(order.map(word => text.indexOf(word))).toEqual(
    order.map(word => text.indexOf(word)).toSorted((one, other) => one - other),
  )
  expect(text).toContain(`${baseUrl}/fr/${first.slug}/tasks/`)
  expect(french?.html).toContain('Ne plus me parler de')
  expect(french?.header('list-unsubscribe')).toContain('/fr/mail/silence/')
  expect(english?.text).toContain('To do: Read the charter (late, it was due on')
  expect(english?.html).toContain('Provence in English')
  // The link at its foot needs no signing in.
  const token = /mail\/waiting\/(\S+)/.exec(text)?.[1] ?? ''
  expect(readSilencing(secret, token)).toEqual({ accountId: ana.accountId, kind: 'task' })
  expect(readSilencing('another secret', token)).toBeNull()
  // Nothing is kept of it once it is sent.
  expect(await database.asOwner(`select 1 from mail_message where secrets is not null`)).toEqual([])

  expect(await morning(after(1))).toEqual([])
  // A week later nothing is new, but what was near is late.
  expect(await morning(after(7))).toEqual(['Ce qui vous attend : 1 chose, dont 1 en retard'])
  expect(await morning(after(14))).toEqual([])
})

test('what it would say is seen beforehand, word for word, and tells nobody of anything', async () => {
  const network = await aNetwork(database, { name: { fr: 'Provence' } })
  const ana = await aPerson(database, network, 'member')
  await busy(network, ana, { 'Inviter la mairie': 3, 'Envoyer le devis': -2 })
  const to = { accountId: ana.accountId, address: ana.email, name: ana.name, locale: 'fr' as const }
  const params = { person: 'Kofi', role: 'member' as const, url: `${baseUrl}/fr/x` }
  const before = new Date(monday.getTime() - 3_600_000)
  await queue(database, 'member-joined', params, { networkId: network.id, to, now: before, batch: 'daily' })
  await database.asOwner('select waiting_digests_enrol()')
  const kept = () =>
    database.asOwner(
      `select (select count(*) from waiting_told)::int as told, (select count(*) from mail_message)::int as mails,
         (select min(state) from mail_message) as state, (select min(looked_at)::text from waiting_digest) as looked`,
    )
  const standing = await kept()
  const seen = await digestBeforehand(context, ana.accountId, monday)
  expect(await digestBeforehand(context, ana.accountId, monday)).toEqual(seen)
  expect(await kept()).toEqual(standing)
  expect([seen?.cadence, seen?.comesAt]).toEqual(['weekly', nextDigest(monday, 'weekly', 'Europe/Paris')])

  const [subject] = await morning(monday)
  expect(seen?.mail?.subject).toBe(subject)
  const text = server.received[0]?.text ?? ''
  const entries = seen?.mail?.sections.flatMap(section => section.entries) ?? []
  expect(entries).toHaveLength(3)
  for (const entry of entries) for (const said of [entry.text, entry.note ?? '']) expect(text).toContain(said)
  expect(text).toContain(seen?.mail?.silence?.url ?? 'nothing')
  // What was told is not there any more, and whoever wants no digest is told that it does not come.
  const later = await digestBeforehand(context, ana.accountId, after(1))
  expect([later?.mail, later?.cadence]).toEqual([null, 'weekly'])
  await database.asOwner(
    `insert into mail_preference (account_id, kind, cadence) values ($1, 'waiting', 'never')`,
    [ana.accountId],
  )
  expect(await digestBeforehand(context, ana.accountId, after(7))).toMatchObject({
    cadence: 'never',
    comesAt: null,
    mail: { subject: expect.stringContaining('en retard') },
  })
})

test('daily, weekly or never, in the morning of each one’s time zone', async () => {
  const network = await aNetwork(database)
  const [daily, never, far] = [
    await aPerson(database, network, 'member', { email: 'daily@exemple.org' }),
    await aPerson(database, network, 'member', { email: 'never@exemple.org' }),
    await aPerson(database, network, 'member', { email: 'far@exemple.org' }),
  ]
  for (const [person, cadence] of [
    [daily, 'daily'],
    [never, 'never'],
  ] as const)
    await database.asOwner(
      `insert into mail_preference (account_id, kind, cadence) values ($1, 'waiting', $2)`,
      [person.accountId, cadence],
    )
  await database.asOwner(`update account set time_zone = 'Pacific/Auckland' where id = $1`, [far.accountId])
  for (const person of [daily, never, far]) await busy(network, person, { Lire: null })
  // Their Monday morning is our Sunday evening.
  await morning(new Date(nextDigest(new Date(), 'weekly', 'Pacific/Auckland').getTime()))
  await morning(monday)
  await morning(after(1))
  const to = server.received.map(({ envelope }) => envelope.to[0])
  expect(to.toSorted()).toEqual(['daily@exemple.org', 'far@exemple.org'])
})

test('exactly once, whoever dies half-way and however many work at once', async () => {
  const network = await aNetwork(database)
  for (let index = 0; index < 5; index++)
    await busy(network, await aPerson(database, network, 'member'), { Lire: null })
  // Where the links would lead nowhere nothing can be written: what was begun is taken back.
  await expect(writeWaitingDigests({ ...context, linkOrigin: 'nowhere' }, monday)).rejects.toThrow(/Not all/)
  expect(await database.asOwner('select 1 from waiting_told')).toEqual([])
  await Promise.all([1, 2, 3].map(() => writeWaitingDigests(context, monday)))
  await writeWaitingDigests(context, monday)
  const rows = await database.asOwner<{ address: string }>('select address from mail_message')
  expect(rows).toHaveLength(5)
  expect(new Set(rows.map(({ address }) => address)).size).toBe(5)
})

test('what was held comes along in the same mail, and nothing is said twice', async () => {
  const network = await aNetwork(database, { name: { fr: 'Provence' } })
  const ana = await aPerson(database, network, 'member')
  const [held = '', mailed = ''] = await busy(network, ana, { Tenue: null, Écrite: null, Neuve: null })
  const to = { accountId: ana.accountId, address: ana.email, name: ana.name, locale: 'fr' as const }
  const assigned = (title: string, id: string) => ({
    person: 'Zoé',
    title,
    due: null,
    url: `${baseUrl}/en/${network.slug}/tasks/${id}`,
  })
  const now = shortlyBefore()
  const more = { networkId: network.id, to, now }
  await queue(database, 'task-assigned', assigned('Tenue', held), { ...more, batch: 'daily' })
  await queue(database, 'task-assigned', assigned('Écrite', mailed), more)
  await queue(
    database,
    'member-joined',
    { person: 'Kofi', role: 'member', url: `${baseUrl}/fr/x` },
    {
      ...more,
      batch: 'daily',
    },
  )
  await send(database, server, now)
  expect(server.received.splice(0)).toHaveLength(1)

  expect(await morning(monday)).toEqual(['Ce qui vous attend : 2 choses'])
  const text = server.received[0]?.text ?? ''
  expect(text.match(/Tenue/g)).toHaveLength(1)
  expect(text).not.toContain('Écrite')
  expect(text).toMatch(/Provence : les nouvelles\n– .*Kofi/)
  expect(text).toContain('Une autre chose vous attend')
})

test('what somebody silenced is in no digest; where nothing waits, what was held goes by itself', async () => {
  const network = await aNetwork(database)
  const ana = await aPerson(database, network, 'member')
  await busy(network, ana, { Lire: null })
  await silenceKind(database.db, { accountId: ana.accountId, kind: 'task' }, true)
  const to = { accountId: ana.accountId, address: ana.email, name: ana.name, locale: 'fr' as const }
  const params = { person: 'Kofi', role: 'member' as const, url: `${baseUrl}/fr/x` }
  const now = shortlyBefore()
  await queue(database, 'member-joined', params, { networkId: network.id, to, now, batch: 'daily' })
  expect(await morning(monday)).toEqual(['1 nouvelle de vos réseaux'])
  await silenceKind(database.db, { accountId: ana.accountId, kind: 'task' }, false)
  expect(await morning(after(7))).toEqual(['Ce qui vous attend : 1 chose'])
})

test('those at home nowhere any more are not written to', async () => {
  const network = await aNetwork(database)
  const gone = await aPerson(database, network, 'member', { until: inDays(-1).toISOString().slice(0, 10) })
  await busy(network, gone, { Lire: null })
  expect(await morning(monday)).toEqual([])
})
