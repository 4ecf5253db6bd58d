import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { importPages } from '#modules/commons/importing/importing.ts'
import { importMemory } from '#modules/commons/importing/memory.ts'
import { prepareItem } from '#modules/commons/importing/preparation.ts'
import { storeUncounted, type Visibility } from '#modules/commons/importing/storing.ts'
import { countWords } from '#modules/commons/importing/word-counting.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, aPage, somePages, type TestNetwork } from '../../../../test/factories.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

/** Keeps a page as an import does that is cut short before it counts. */
async function keepUncounted(
  network: TestNetwork,
  body: string,
  visibility: Visibility = 'public',
  memory = importMemory(),
) {
  const item = prepareItem(aPage('Page', {}, body), 'page.md')
  await inTenant(database.db, network.inside, trx =>
    storeUncounted(trx, network.id, [item], { visibility, importId: null }, memory),
  )
}

async function counted(network: TestNetwork): Promise<Record<string, [number, number]>> {
  const rows = await database.asOwner<{ word: string; pages: number; public_pages: number }>(
    'select word, pages, public_pages from commons_word where network_id = $1 and pages <> 0 order by word',
    [network.id],
  )
  return Object.fromEntries(rows.map(row => [row.word, [row.pages, row.public_pages]]))
}

async function marks(network: TestNetwork) {
  return database.asOwner(
    'select counted_version, counted_visibility from commons_uncounted where network_id = $1',
    [network.id],
  )
}

async function importNothing(network: TestNetwork) {
  await importPages(database.db, network.inside, (async function* () {})(), {
    origin: 'x',
    visibility: 'public',
  })
}

test('what a broken import left uncounted the next one counts, though it brings nothing', async () => {
  const network = await aNetwork(database)
  await keepUncounted(network, 'Une rivière.')
  expect(await counted(network)).toEqual({})
  await importNothing(network)
  expect(await counted(network)).toEqual({ page: [1, 1], riviere: [1, 1], une: [1, 1] })
  expect(await marks(network)).toEqual([])
})

test('a page changed many times before it is counted goes from the state that was counted to the last', async () => {
  const network = await aNetwork(database)
  await somePages(database, network, { 'page.md': aPage('Page', {}, 'Une rivière.') })
  expect(await counted(network)).toEqual({ page: [1, 1], riviere: [1, 1], une: [1, 1] })
  await keepUncounted(network, 'Une montagne.')
  await keepUncounted(network, 'Deux montagnes.', 'network')
  await keepUncounted(network, 'Trois vallées.', 'network')
  expect(await marks(network)).toEqual([{ counted_version: 1, counted_visibility: 'public' }])
  await importNothing(network)
  expect(await counted(network)).toEqual({ page: [1, 0], trois: [1, 0], vallees: [1, 0] })
})

test('what the memory of one import says of an item that another has changed meanwhile does not count', async () => {
  const network = await aNetwork(database)
  const memory = importMemory()
  await keepUncounted(network, 'Une rivière.', 'public', memory)
  await keepUncounted(network, 'Une montagne.')
  await countWords(database.db, network.inside, memory)
  expect(await counted(network)).toEqual({ montagne: [1, 1], page: [1, 1], une: [1, 1] })
})

test('words are counted while pages are written, and waited for neither way', async () => {
  const network = await aNetwork(database)
  await keepUncounted(network, 'Une rivière.')
  await inTenant(database.db, network.inside, async trx => {
    const item = prepareItem(aPage('Autre', {}, 'Une montagne.'), 'autre.md')
    await storeUncounted(trx, network.id, [item], { visibility: 'public', importId: null }, importMemory())
    // Would wait for ever if it waited for the turn of who writes.
    await countWords(database.db, network.inside, importMemory())
    expect(await counted(network)).toEqual({ page: [1, 1], riviere: [1, 1], une: [1, 1] })
  })
  await countWords(database.db, network.inside, importMemory())
  expect(await counted(network)).toMatchObject({ montagne: [1, 1], riviere: [1, 1], une: [2, 2] })
})

test('whatever is written and counted at once, in the end each word is counted once for each page', async () => {
  const network = await aNetwork(database)
  const [things, names] = [
    ['rivière', 'montagne', 'vallée', 'forêt'],
    ['a.md', 'b.md', 'c.md'],
  ]
  const last = new Map<string, { thing: string; visibility: Visibility }>()
  const write = async (number: number) => {
    const [name, thing] = [names[number % 3] ?? '', things[(number * 7) % 4] ?? '']
    const visibility = number % 5 === 0 ? 'network' : 'public'
    await inTenant(database.db, network.inside, async trx => {
      const item = prepareItem(aPage(name, {}, `Une ${thing} ${number % 2 ? 'large' : 'haute'}.`), name)
      await storeUncounted(trx, network.id, [item], { visibility, importId: null }, importMemory())
      // Writers take turns: the last to come here is the last that is kept.
      last.set(name, { thing, visibility })
    })
  }
  for (let round = 0; round < 12; round++) {
    const numbers = [0, 1, 2, 3].map(turn => round * 4 + turn)
    const count = () => countWords(database.db, network.inside, importMemory())
    await Promise.all([count(), ...numbers.map(write), count()])
  }
  await countWords(database.db, network.inside, importMemory())
  expect(await marks(network)).toEqual([])
  const pages = [...last.values()]
  const found = await counted(network)
  expect(found.une).toEqual([3, pages.filter(({ visibility }) => visibility === 'public').length])
  for (const thing of things) {
    const of = pages.filter(page => page.thing === thing)
    const publicly = of.filter(({ visibility }) => visibility === 'public')
    const word = thing.normalize('NFD').replace(/\p{M}/gu, '')
    expect(found[word], thing).toEqual(of.length > 0 ? [of.length, publicly.length] : undefined)
  }
})

test('the memory is bounded: what it does not hold is read again', async () => {
  const network = await aNetwork(database)
  const memory = importMemory({ words: 2, shingles: 1 })
  const states = Array.from({ length: 250 }, (_, index) => prepareItem(aPage(`mot${index}`), `${index}.md`))
  const { itemIds } = await inTenant(database.db, network.inside, trx =>
    storeUncounted(trx, network.id, states, { visibility: 'public', importId: null }, memory),
  )
  expect(itemIds.filter(itemId => memory.wordsOf({ itemId, version: 1 }))).toHaveLength(1)
  expect(memory.isFull()).toBe(true)
  await countWords(database.db, network.inside, memory)
  expect(await counted(network)).toEqual({ mot: [250, 250], texte: [250, 250] })
  memory.forgetWords()
  expect(memory.isFull()).toBe(false)
})

test('counting is for those inside, in a network that there is, and for the owner’s function alone', async () => {
  const network = await aNetwork(database)
  const count = (tenant: TestNetwork['inside']) =>
    inTenant(database.db, tenant, trx =>
      sql`select commons_count_words('{mot}', '{mot}', '{1}', '{1}')`.execute(trx),
    )
  await expect(count(network.outside)).rejects.toThrow(/inside a network/)
  await expect(
    count({ networkId: '00000000-0000-7000-8000-000000000000', audience: 'network' }),
  ).rejects.toThrow(/inside a network/)
  await expect(
    inTenant(database.db, network.inside, trx =>
      trx
        .insertInto('commons_word')
        .values({ network_id: network.id, word: 'mot', written: 'mot', pages: 1, public_pages: 1 })
        .execute(),
    ),
  ).rejects.toThrow(/permission denied/)
  await count(network.inside)
  expect(await counted(network)).toEqual({ mot: [1, 1] })
})

test('the words of a network go with it', async () => {
  const network = await aNetwork(database)
  await somePages(database, network, { 'page.md': aPage('Page') })
  expect(Object.keys(await counted(network))).not.toEqual([])
  await database.asOwner('delete from network where id = $1', [network.id])
  expect(await counted(network)).toEqual({})
})

test('no index has anything left to read through once an import is done', async () => {
  const network = await aNetwork(database)
  const pages = Array.from({ length: 60 }, (_, index) => ({
    name: `${index}.md`,
    bytes: Buffer.from(
      aPage(`Page ${index}`, { thematic_areas: `thème ${index}` }, `Un mot${index} de plus.`),
    ),
  }))
  await importPages(
    database.db,
    network.inside,
    (async function* () {
      yield* pages
    })(),
    { origin: 'x', visibility: 'public' },
  )
  // Emptied again, a list says how many pages of it went into the index.
  const left = await database.asOwner<{ name: string; pages: number }>(
    `select relname as name, gin_clean_pending_list(oid)::int as pages from pg_class
     where relam = (select oid from pg_am where amname = 'gin') and relname like 'commons_%' order by relname`,
    [],
  )
  expect(left).toEqual(
    [
      'commons_facet_trigrams',
      'commons_item_facets',
      'commons_item_fingerprint',
      'commons_item_search',
      'commons_word_trigrams',
    ].map(name => ({ name, pages: 0 })),
  )
})
