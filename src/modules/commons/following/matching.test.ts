import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import {
  aSearch,
  followerOf,
  following,
  itemOf,
  newsIn,
  writtenBy,
} from '#modules/commons/following/following.fixture.ts'
import { changeFollowing, stopFollowing } from '#modules/commons/following/followings.ts'
import { matchBatch, matchFollowings } from '#modules/commons/following/matching.ts'
import { tagFamily } from '#modules/commons/format/tag-family.ts'
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
let network: TestNetwork
let ana: TestPerson
let ben: TestPerson

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

beforeEach(async () => {
  network = await aNetwork(database)
  ana = await aPerson(database, network, 'member', { name: 'Ana' })
  ben = await aPerson(database, network, 'member', { name: 'Ben' })
})

const solar = aPage(
  'Séchoir',
  { thematic_areas: 'énergie', country: 'Togo' },
  'Un séchoir à l’énergie solaire.',
)
const wind = aPage('Éolienne', { thematic_areas: 'énergie', country: 'Ghana' }, 'Elle tourne au vent.')
const bread = aPage('Pain', { thematic_areas: 'alimentation', type: 'experiment' }, 'Un four à bois.')

function matching(now = new Date()): Promise<{ pages: number; news: number }> {
  return matchFollowings(database.db, network.id, now)
}

test('words, facets, themes: each hears of what it asks for, and of what comes after', async () => {
  await somePages(database, network, { 'old.md': aPage('Ancien', {}, 'Un séchoir solaire de jadis.') })
  await following(database, network, ana, aSearch('q=solaire'))
  await following(database, network, ana, aSearch('country=GH&country=TG&type=solution'))
  await following(database, network, ben, aSearch('q=solaire&country=GH'))
  await somePages(database, network, { 'solar.md': solar, 'wind.md': wind, 'bread.md': bread })
  await matching()
  expect(await newsIn(database, network)).toEqual([
    'Ana: Éolienne (1)',
    'Ana: Séchoir (1)',
    'Ana: Séchoir (1)',
  ])
})

test('a theme is followed by its family; a search by the words in any of the four languages', async () => {
  await somePages(database, network, { 'first.md': solar })
  await following(database, network, ana, { kind: 'theme', key: tagFamily('énergie') })
  await following(database, network, ben, aSearch('q=fours'))
  await somePages(database, network, { 'wind.md': wind, 'bread.md': bread })
  await matching()
  expect(await newsIn(database, network)).toEqual(['Ana: Éolienne (1)', 'Ben: Pain (1)'])
})

test('a version of an item, once each; changes that are none are no news', async () => {
  await somePages(database, network, { 'solar.md': solar })
  const itemId = await itemOf(database, network, 'solar.md')
  await following(database, network, ana, { kind: 'item', itemId })
  await matching()
  expect(await newsIn(database, network)).toEqual([])
  await somePages(database, network, { 'solar.md': solar }, 'network')
  await matching()
  expect(await newsIn(database, network)).toEqual([])
  await somePages(database, network, { 'solar.md': `${solar}\nUne ligne de plus.\n` }, 'network')
  await matching()
  await matching()
  expect(await newsIn(database, network)).toEqual(['Ana: Séchoir (2)'])
})

test('an author is followed by what they write; nobody hears of what is their own', async () => {
  await following(database, network, ana, { kind: 'author', personId: ben.personId })
  await following(database, network, ben, aSearch('country=TG'))
  await somePages(database, network, { 'solar.md': solar, 'wind.md': wind })
  await writtenBy(database, network, await itemOf(database, network, 'solar.md'), ben)
  await matching()
  expect(await newsIn(database, network)).toEqual(['Ana: Séchoir (1)'])
})

test('whoever has left the network, or stopped, hears of nothing', async () => {
  const left = await aPerson(database, network, 'member', { name: 'Léo' })
  await following(database, network, left, aSearch('q=solaire'))
  const id = await following(database, network, ana, aSearch('q=solaire'))
  await following(database, network, ben, aSearch('q=solaire'))
  await database.asOwner(
    'update mandate set valid_until = current_date - 2 where network_id = $1 and person_id = $2',
    [network.id, left.personId],
  )
  await inTenant(database.db, network.inside, trx => stopFollowing(trx, network.id, ana.personId, id))
  await somePages(database, network, { 'solar.md': solar })
  await matching()
  expect(await newsIn(database, network)).toEqual(['Ben: Séchoir (1)'])
})

test('what ends in a later transaction than it began is not passed over', async () => {
  await following(database, network, ana, aSearch('country=TG'))
  // The page is dated when its transaction begins; another, begun after and ended before, is looked at meanwhile.
  await somePages(database, network, { 'late.md': solar })
  await database.asOwner(
    `update commons_item set updated_at = now() - interval '10 minutes' where network_id = $1`,
    [network.id],
  )
  await database.asOwner('update commons_following set created_at = now() - interval $$1 hour$$')
  await database.asOwner('insert into commons_looking (network_id, until) values ($1, now())', [network.id])
  await matching()
  expect(await newsIn(database, network)).toEqual(['Ana: Séchoir (1)'])
})

test('batches that are cut short go on where they were, and nothing is news twice', async () => {
  await following(database, network, ana, aSearch('country=TG'))
  const pages = Object.fromEntries(
    Array.from({ length: 7 }, (_, index) => [`${index}.md`, aPage(`Page ${index}`, { country: 'Togo' })]),
  )
  await somePages(database, network, pages)
  const now = new Date()
  const batch = () => inTenant(database.db, network.inside, trx => matchBatch(trx, now, 3))
  expect(await batch()).toEqual({ pages: 3, news: 3 })
  // Killed before it was kept: as if it had not been.
  await expect(
    inTenant(database.db, network.inside, async trx => {
      await matchBatch(trx, now, 3)
      throw new Error('killed')
    }),
  ).rejects.toThrow('killed')
  expect(await batch()).toEqual({ pages: 3, news: 3 })
  expect(await batch()).toEqual({ pages: 1, news: 1 })
  expect(await batch()).toEqual({ pages: 0, news: 0 })
  expect(await newsIn(database, network)).toHaveLength(7)
})

test('a family that was merged is still followed', async () => {
  await somePages(database, network, { 'first.md': solar })
  await following(database, network, ana, { kind: 'theme', key: tagFamily('énergie') })
  await database.asOwner(
    `insert into commons_alias (network_id, kind, key, into_key, seen) values ($1, 'theme', $2, $3, true)`,
    [network.id, tagFamily('énergie'), tagFamily('énergie propre')],
  )
  await somePages(database, network, { 'new.md': aPage('Four propre', { thematic_areas: 'énergie propre' }) })
  await matching()
  expect(await newsIn(database, network)).toEqual(['Ana: Four propre (1)'])
})

test('mail is due at once, at seven in the reader’s morning, on Monday, or never', async () => {
  await database.asOwner(`update account set time_zone = 'America/Lima' where id = $1`, [ana.accountId])
  const saturday = new Date('2026-11-21T12:30:00Z')
  const wishes = { now: 'q=solaire', daily: 'q=séchoir', weekly: 'q=énergie', never: 'country=TG' } as const
  for (const [cadence, query] of Object.entries(wishes) as [keyof typeof wishes, string][])
    await following(database, network, ana, aSearch(query), { cadence })
  await somePages(database, network, { 'solar.md': solar })
  await matching(saturday)
  const due = async () =>
    (
      await database.asOwner<{ cadence: string; due: Date | null }>(
        `select f.cadence, n.mail_due_at as due from commons_news n
         join commons_following f on f.network_id = n.network_id and f.id = n.following_id
         where n.network_id = $1 order by n.mail_due_at nulls last`,
        [network.id],
      )
    ).map(row => `${row.cadence} ${row.due?.toISOString() ?? '-'}`)
  expect(await due()).toEqual([
    'now 2026-11-21T12:30:00.000Z',
    'daily 2026-11-22T12:00:00.000Z',
    'weekly 2026-11-23T12:00:00.000Z',
    'never -',
  ])
  // What waits for the morning waits for Monday, once that is wished.
  const [daily] = await database.asOwner<{ id: string }>(
    `select id from commons_following where network_id = $1 and cadence = 'daily'`,
    [network.id],
  )
  await inTenant(database.db, { ...network.inside, accountId: ana.accountId }, trx =>
    changeFollowing(
      trx,
      followerOf(network, ana),
      daily?.id ?? '',
      { name: null, cadence: 'weekly' },
      saturday,
    ),
  )
  expect(await due()).toEqual([
    'now 2026-11-21T12:30:00.000Z',
    'weekly 2026-11-23T12:00:00.000Z',
    'weekly 2026-11-23T12:00:00.000Z',
    'never -',
  ])
})

test('one network’s pages are no news in another', async () => {
  const other = await aNetwork(database)
  const outsider = await aPerson(database, other, 'member')
  await following(database, other, outsider, aSearch('q=solaire'))
  await somePages(database, network, { 'solar.md': solar })
  await matching()
  await matchFollowings(database.db, other.id, new Date())
  expect(await newsIn(database, other)).toEqual([])
})

test('what asks for everything or for nothing is refused, and one’s two hundredth and first', async () => {
  const refusal = { code: 'invalid-input' }
  await expect(following(database, network, ana, aSearch(''))).rejects.toMatchObject(refusal)
  await expect(following(database, network, ana, aSearch('q=les'))).rejects.toMatchObject(refusal)
  await expect(following(database, network, ana, { kind: 'theme', key: 'inconnu' })).rejects.toMatchObject({
    code: 'not-found',
  })
  await following(database, network, ana, aSearch('q=pain'))
  await database.asOwner(
    `insert into commons_following (network_id, id, person_id, kind, subject_id, cadence)
     select $1, gen_random_uuid(), $2, 'item', gen_random_uuid(), 'never' from generate_series(1, 199)`,
    [network.id, ana.personId],
  )
  await expect(following(database, network, ana, aSearch('q=vent'))).rejects.toMatchObject(refusal)
  // What is followed already is no more.
  await following(database, network, ana, aSearch('q=pain&sort=title'))
})
