import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { aSearch, following, itemOf } from '#modules/commons/following/following.fixture.ts'
import { lookAround } from '#modules/commons/following/following-job.ts'
import { mailNews } from '#modules/commons/following/mailing.ts'
import { matchFollowings } from '#modules/commons/following/matching.ts'
import { removeItem } from '#modules/commons/importing/removing.ts'
import { emptied, noon, type SmtpTestServer, secret, send, smtpServer } from '#platform/mail/mail.fixture.ts'
import { readUnsubscribe, setCadences, silence } from '#platform/mail/silence.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import {
  aNetwork,
  aPage,
  aPerson,
  somePages,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let database: TestDatabase
let server: SmtpTestServer
let network: TestNetwork
let ana: TestPerson

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

beforeEach(async () => {
  await emptied(database)
  server = await smtpServer()
  network = await aNetwork(database, { name: { fr: 'Fil commun', en: 'Common thread' } })
  ana = await aPerson(database, network, 'member', { name: 'Ana' })
})

afterEach(() => server.close())

const solar = aPage(
  'Séchoir',
  { thematic_areas: 'énergie', country: 'Togo' },
  'Un séchoir à l’énergie solaire.',
)
const lamp = aPage('Lampe', { country: 'Togo' }, 'Une lampe solaire.')

/** The job, then the mail. */
async function pass(now = noon): Promise<void> {
  await lookAround(database.db, now)
  await send(database, server, now)
}

test('several matches are one mail, each page once, under what it matches', async () => {
  await following(database, network, ana, aSearch('q=solaire'), { cadence: 'now', name: 'Tout le solaire' })
  await following(database, network, ana, aSearch('country=TG'), { cadence: 'now' })
  await somePages(database, network, { 'solar.md': solar, 'lamp.md': lamp })
  await pass()
  await pass()
  expect(server.received).toHaveLength(1)
  const [mail] = server.received
  expect(mail?.envelope.to).toEqual([ana.email])
  expect(mail?.subject).toBe('2 nouveautés dans ce que vous suivez – Fil commun')
  expect(mail?.text?.match(/Séchoir/g)).toHaveLength(1)
  expect(mail?.text).toContain('Tout le solaire')
  expect(mail?.text).toContain(`https://cordee.example/fr/${network.slug}/commons/lampe`)
  expect(mail?.text).toContain(`https://cordee.example/fr/${network.slug}/following`)
})

test('each reader has it in their language', async () => {
  const people = await Promise.all(
    ['en', 'es', 'pt'].map(locale => aPerson(database, network, 'member', { locale })),
  )
  for (const person of people)
    await following(database, network, person, aSearch('country=TG'), { cadence: 'now' })
  await somePages(database, network, { 'lamp.md': lamp })
  await pass()
  expect(server.received.map(({ subject }) => subject).sort()).toEqual([
    'One new page in what you follow – Common thread',
    'Uma novidade no que segue – Fil commun',
    'Una novedad en lo que sigue – Fil commun',
  ])
})

test('what is wished for the morning comes in the morning, in one mail', async () => {
  await following(database, network, ana, aSearch('q=solaire'), { cadence: 'daily' })
  await somePages(database, network, { 'solar.md': solar })
  await pass()
  await somePages(database, network, { 'lamp.md': lamp })
  await pass(new Date('2026-11-21T20:00:00Z'))
  expect(server.received).toHaveLength(0)
  await pass(new Date('2026-11-22T06:00:00Z'))
  expect(server.received).toHaveLength(1)
  expect(server.received[0]?.text).toMatch(/Lampe[\s\S]*Séchoir/)
})

test('one click turns it off; what matches is still in the feed', async () => {
  await following(database, network, ana, aSearch('q=solaire'), { cadence: 'now' })
  await somePages(database, network, { 'solar.md': solar })
  await pass()
  const link = /<([^>]*\/mail\/silence\/([^>]+))>/.exec(server.received[0]?.header('list-unsubscribe') ?? '')
  const refused = readUnsubscribe(secret, link?.[2] ?? '')
  expect(refused).toEqual({ accountId: ana.accountId, address: null, kinds: ['following'] })
  if (refused) await silence(database.db, refused)
  await somePages(database, network, { 'lamp.md': lamp })
  await pass()
  expect(server.received).toHaveLength(1)
  const [{ count } = { count: 0 }] = await database.asOwner<{ count: number }>(
    'select count(*)::integer as count from commons_news where network_id = $1',
    [network.id],
  )
  expect(count).toBe(2)
})

test('a digest of all mail says how much there is, and names no page', async () => {
  await inTenant(database.db, { ...network.inside, accountId: ana.accountId }, trx =>
    setCadences(trx, ana.accountId, { following: 'weekly' }),
  )
  await following(database, network, ana, aSearch('q=solaire'), { cadence: 'now' })
  await somePages(database, network, { 'solar.md': solar })
  await pass()
  expect(server.received).toHaveLength(0)
  const [held] = await database.asOwner<{ state: string; kind: string }>(
    'select state, kind from mail_message',
  )
  expect(held).toEqual({ state: 'held', kind: 'following' })
})

test('killed half-way through, it goes on: nobody is written to twice, nobody is forgotten', async () => {
  const people = [ana, await aPerson(database, network, 'member'), await aPerson(database, network, 'member')]
  for (const person of people)
    await following(database, network, person, aSearch('q=solaire'), { cadence: 'now' })
  await somePages(database, network, { 'solar.md': solar })
  await matchFollowings(database.db, network.id, noon)
  // The server of the database ends the connection at the second message, in the middle of its transaction.
  await database.asOwner(`
    create or replace function killed() returns trigger language plpgsql as $$
    begin
      if (select count(*) from mail_message where template = 'following-news') = 1 then
        raise exception 'killed';
      end if;
      return new;
    end $$`)
  await database.asOwner(
    'create trigger killed before insert on mail_message for each row execute function killed()',
  )
  const mailing = () => mailNews(database.db, { id: network.id, slug: network.slug }, noon)
  try {
    await expect(mailing()).rejects.toThrow('killed')
  } finally {
    await database.asOwner('drop trigger killed on mail_message')
  }
  // Two workers at once, as after a restart.
  const written = await Promise.all([mailing(), mailing()])
  expect(written[0] + written[1]).toBe(2)
  await send(database, server)
  expect(server.received.flatMap(({ envelope }) => envelope.to).sort()).toEqual(
    people.map(({ email }) => email).sort(),
  )
})

test('whoever may no longer read is not written to: gone from the network, or the page gone', async () => {
  const left = await aPerson(database, network, 'member')
  await following(database, network, left, aSearch('q=solaire'), { cadence: 'daily' })
  await following(database, network, ana, aSearch('q=solaire'), { cadence: 'daily' })
  await following(database, network, ana, aSearch('q=lampe'), { cadence: 'daily' })
  await somePages(database, network, { 'solar.md': solar, 'lamp.md': lamp })
  await pass()
  await database.asOwner(
    'update mandate set valid_until = current_date - 2 where network_id = $1 and person_id = $2',
    [network.id, left.personId],
  )
  await database.asOwner(`delete from commons_item where network_id = $1 and title = 'Séchoir'`, [network.id])
  await pass(new Date('2026-11-22T07:00:00Z'))
  expect(server.received.map(({ envelope }) => envelope.to)).toEqual([[ana.email]])
  expect(server.received[0]?.text).not.toContain('Séchoir')
  // Back again, they are not told of what there was while they were away.
  await database.asOwner('update mandate set valid_until = null where network_id = $1 and person_id = $2', [
    network.id,
    left.personId,
  ])
  await pass(new Date('2026-11-23T07:00:00Z'))
  expect(server.received).toHaveLength(1)
})

test('a page that leaves the commons leaves the mail as well: what waits to be sent, and what is kept of it', async () => {
  const ben = await aPerson(database, network, 'member')
  await following(database, network, ana, aSearch('q=solaire'), { cadence: 'now' })
  await following(database, network, ben, aSearch('q=séchoir'), { cadence: 'now' })
  await somePages(database, network, { 'solar.md': solar, 'lamp.md': lamp })
  // The server of mail is away: messages are written, and wait.
  await lookAround(database.db, noon)
  const solarItem = await itemOf(database, network, 'solar.md')
  await inTenant(database.db, network.inside, trx => removeItem(trx, network.id, solarItem))
  await send(database, server)
  expect(server.received.map(({ envelope }) => envelope.to)).toEqual([[ana.email]])
  const [mail] = server.received
  expect(mail?.subject).toBe('Une nouveauté dans ce que vous suivez – Fil commun')
  expect(mail?.text).toContain('Lampe')
  expect(mail?.text).not.toContain('Séchoir')
  // Gone already, it is not to be read again where mail is kept.
  const lampItem = await itemOf(database, network, 'lamp.md')
  await inTenant(database.db, network.inside, trx => removeItem(trx, network.id, lampItem))
  const kept = await database.asOwner<{ state: string; params: object }>(
    'select state, params from mail_message where network_id = $1 order by state',
    [network.id],
  )
  expect(kept.map(({ state }) => state)).toEqual(['cancelled', 'sent'])
  expect(JSON.stringify(kept)).not.toMatch(/Séchoir|Lampe|lampe/)
})

test('a network that fails keeps no other waiting', async () => {
  const broken = await aNetwork(database)
  const ben = await aPerson(database, broken, 'member')
  await following(database, broken, ben, aSearch('q=solaire'), { cadence: 'now' })
  await following(database, network, ana, aSearch('q=solaire'), { cadence: 'now' })
  for (const one of [broken, network]) await somePages(database, one, { 'solar.md': solar })
  await database.asOwner(
    `alter table commons_news add constraint broken check (network_id <> $$${broken.id}$$)`,
  )
  try {
    await expect(lookAround(database.db, noon)).rejects.toThrow()
  } finally {
    await database.asOwner('alter table commons_news drop constraint broken')
  }
  await send(database, server)
  expect(server.received.map(({ envelope }) => envelope.to)).toEqual([[ana.email]])
  await pass()
  expect(server.received).toHaveLength(2)
})

test('what one follows goes with the account', async () => {
  await following(database, network, ana, aSearch('q=solaire'), { cadence: 'now' })
  await inTenant(database.db, { ...network.inside, accountId: ana.accountId }, async trx => {
    await sql`select account_erase('Une personne')`.execute(trx)
  })
  const rows = await database.asOwner(
    `select person_id from commons_following where network_id = $1
     union all select person_id from commons_follower where network_id = $1`,
    [network.id],
  )
  expect(rows).toEqual([])
})
