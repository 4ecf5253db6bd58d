import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { type ArchiveEntry, readFolder } from '#modules/commons/archive/index.ts'
import { examineCommons } from '#modules/commons/examination.ts'
import { writtenKinds } from '#modules/commons/facets.ts'
import { importPages } from '#modules/commons/importing/importing.ts'
import { listProblems } from '#modules/commons/importing/imports.ts'
import { prepareItem } from '#modules/commons/importing/preparation.ts'
import { storeItems, type Visibility } from '#modules/commons/importing/storing.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, aPage, somePages, type TestNetwork } from '../../../../test/factories.ts'

/** 617 pages of the public collection, third-party content that is not part of this project. */
const sample = '../shared/commons-sample'
const present = existsSync(sample)
if (!present) console.warn(`skipped: no pages in ${sample}`)

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

async function* entries(pages: Record<string, string | Buffer>): AsyncGenerator<ArchiveEntry> {
  for (const [name, source] of Object.entries(pages)) yield { name, bytes: Buffer.from(source) }
}

async function importInto(
  network: TestNetwork,
  pages: Record<string, string | Buffer> | AsyncIterable<ArchiveEntry>,
  visibility: Visibility = 'public',
) {
  const source = Symbol.asyncIterator in pages ? pages : entries(pages)
  const { importId, counts } = await importPages(database.db, network.inside, source, {
    origin: 'test',
    visibility,
  })
  const { problems } = await readTenant(database.db, network.inside, trx =>
    listProblems(trx, network.id, importId, -1),
  )
  return { importId, counts, problems }
}

async function rows<Row extends Record<string, unknown>>(network: TestNetwork, sql: string): Promise<Row[]> {
  return database.asOwner<Row>(sql, [network.id])
}

/** What is kept, with the transaction that last wrote each item. */
async function state(network: TestNetwork) {
  return {
    items: await rows(network, 'select *, xmin::text from commons_item where network_id = $1 order by id'),
    versions: await rows(
      network,
      'select *, xmin::text from commons_version where network_id = $1 order by item_id, number',
    ),
    facets: await rows(
      network,
      'select *, xmin::text from commons_facet where network_id = $1 order by kind, key',
    ),
    spellings: await rows(
      network,
      'select *, xmin::text from commons_spelling where network_id = $1 order by kind, written',
    ),
    words: await rows(network, 'select *, xmin::text from commons_word where network_id = $1 order by word'),
    pairs: await rows(
      network,
      'select *, xmin::text from commons_resemblance where network_id = $1 order by item_id, other_id',
    ),
    due: await rows(
      network,
      'select item_id from commons_uncompared where network_id = $1 union all select item_id from commons_uncounted where network_id = $1',
    ),
  }
}

/** Every counter, told from the sources alone. */
async function expectCountersRight(network: TestNetwork): Promise<void> {
  const kept = await rows<{ file_name: string; source: string; visibility: string; facets: string[] }>(
    network,
    `select file_name, source, item.visibility, facets from commons_item item
     join commons_version version on version.network_id = item.network_id and version.item_id = item.id and number = version
     where item.network_id = $1`,
  )
  const facets = new Map<string, [number, number]>()
  const spellings = new Map<string, number>()
  const words = new Map<string, [number, number]>()
  for (const { file_name, source, visibility, facets: stored } of kept) {
    const item = prepareItem(source, file_name)
    expect(stored).toEqual(item.facets)
    const step = (counts: Map<string, [number, number]>, name: string) => {
      const [all, open] = counts.get(name) ?? [0, 0]
      counts.set(name, [all + 1, open + (visibility === 'public' ? 1 : 0)])
    }
    step(facets, 'item:all')
    if (item.facets.some(facet => facet.startsWith('country:'))) step(facets, 'item:located')
    for (const facet of item.facets) step(facets, facet)
    for (const { kind, written } of item.taggings.filter(
      ({ kind }) => kind === 'country' || writtenKinds.includes(kind),
    ))
      spellings.set(`${kind}:${written}`, (spellings.get(`${kind}:${written}`) ?? 0) + 1)
    for (const word of item.words.keys()) step(words, word)
  }
  const { facets: f, spellings: s, words: w } = await state(network)
  const nonZero = <Row extends Record<string, unknown>>(list: Row[], count: keyof Row) =>
    list.filter(row => row[count] !== 0)
  expect(
    new Map(nonZero(f, 'items').map(row => [`${row.kind}:${row.key}`, [row.items, row.public_items]])),
  ).toEqual(facets)
  expect(new Map(nonZero(s, 'items').map(row => [`${row.kind}:${row.written}`, row.items]))).toEqual(
    spellings,
  )
  expect(new Map(nonZero(w, 'pages').map(row => [row.word, [row.pages, row.public_pages]]))).toEqual(words)
}

test.skipIf(!present)(
  '617 real pages: all kept, byte for byte, and a second import changes nothing',
  { timeout: 120_000 },
  async () => {
    const network = await aNetwork(database)
    const first = await importInto(network, readFolder(sample))
    expect(first.counts).toEqual({
      read: 617,
      created: 617,
      changed: 0,
      unchanged: 0,
      refused: 0,
      problems: first.problems.length,
    })
    for (const { fileName, line, severity } of first.problems) {
      expect(existsSync(`${sample}/${fileName}`)).toBe(true)
      expect(severity).not.toBe('refused')
      if (line !== null)
        expect(readFileSync(`${sample}/${fileName}`, 'utf8').split('\n')[line - 1]).toBeDefined()
    }
    const kept = await rows<{ file_name: string; source: string }>(
      network,
      `select file_name, source from commons_item item join commons_version version using (network_id) where item_id = id and network_id = $1`,
    )
    expect(kept.map(row => row.file_name).sort()).toEqual(
      readdirSync(sample)
        .map(name => name.normalize('NFC'))
        .sort(),
    )
    for (const { file_name, source } of kept)
      expect(Buffer.from(source).equals(readFileSync(`${sample}/${file_name}`))).toBe(true)
    const slugs = await rows<{ slug: string }>(network, 'select slug from commons_item where network_id = $1')
    expect(new Set(slugs.map(row => row.slug)).size).toBe(617)
    for (const { slug } of slugs) expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    const before = await state(network)
    expect(before.due).toEqual([])

    const again = await importInto(network, readFolder(sample))
    expect(again.counts).toEqual({ ...first.counts, created: 0, unchanged: 617 })
    expect(again.problems).toEqual(first.problems)
    expect(await state(network)).toEqual(before)
    await expectCountersRight(network)

    // As its own people only: nothing is new, and the public loses all of it.
    const hidden = await importInto(network, readFolder(sample), 'network')
    expect(hidden.counts).toMatchObject({ created: 0, changed: 617, unchanged: 0 })
    expect(await rows(network, 'select distinct number from commons_version where network_id = $1')).toEqual([
      { number: 1 },
    ])
    expect(
      await rows(network, 'select 1 from commons_facet where network_id = $1 and public_items <> 0'),
    ).toEqual([])
    expect(
      await rows(network, 'select 1 from commons_word where network_id = $1 and public_pages <> 0'),
    ).toEqual([])
    await expectCountersRight(network)
  },
)

test('a changed page is a new version, a page no longer sent stays, an address never changes', async () => {
  const network = await aNetwork(database)
  await importInto(network, {
    'a.md': aPage('Un four', { thematic_areas: 'énergie' }),
    'b.md': aPage('Un four'),
  })
  const slugs = () =>
    rows(
      network,
      'select file_name, slug, version from commons_item where network_id = $1 order by file_name',
    )
  expect(await slugs()).toEqual([
    { file_name: 'a.md', slug: 'un-four', version: 1 },
    { file_name: 'b.md', slug: 'un-four-2', version: 1 },
  ])
  const { counts } = await importInto(network, { 'a.md': aPage('Un grand four', { thematic_areas: 'eau' }) })
  expect(counts).toMatchObject({ read: 1, created: 0, changed: 1, unchanged: 0 })
  expect(await slugs()).toEqual([
    { file_name: 'a.md', slug: 'un-four', version: 2 },
    { file_name: 'b.md', slug: 'un-four-2', version: 1 },
  ])
  await expectCountersRight(network)
  await importInto(network, { 'a.md': aPage('Un four', { thematic_areas: 'énergie' }) })
  expect((await slugs())[0]).toEqual({ file_name: 'a.md', slug: 'un-four', version: 3 })
  await expectCountersRight(network)
})

test('addresses: reserved words, other scripts, no letters, many of one title', async () => {
  const network = await aNetwork(database)
  const titles = ['Map', 'Export', 'map', 'Map 1', 'ماء', '!!!', 'Cœur de ß', 'x '.repeat(200)]
  await importInto(
    network,
    Object.fromEntries(titles.map((title, index) => [`eau-${index}.md`, aPage(title)])),
  )
  const kept = await rows<{ slug: string }>(
    network,
    'select slug from commons_item where network_id = $1 order by file_name',
  )
  expect(kept.map(row => row.slug).slice(0, 7)).toEqual([
    'map-1',
    'export-1',
    'map-1-2',
    'map-1-3',
    'eau-4',
    'eau-5',
    'coeur-de-ss',
  ])
  expect(kept[7]?.slug.length).toBeLessThanOrEqual(70)
  await importInto(
    network,
    Object.fromEntries(Array.from({ length: 140 }, (_, index) => [`same-${index}.md`, aPage('Same')])),
  )
  await importInto(network, { 'other.md': aPage('Same'), 'another.md': aPage('Same 7') })
  const same = await rows<{ slug: string }>(
    network,
    `select slug from commons_item where network_id = $1 and slug like 'same%'`,
  )
  expect(new Set(same.map(row => row.slug))).toEqual(
    new Set(['same', 'same-7-2', ...Array.from({ length: 140 }, (_, index) => `same-${index + 2}`)]),
  )
})

const tag = fc.constantFrom(
  'Solar energy',
  'solar  Energy',
  'SOLAR ENERGIES',
  'Eau',
  'eau',
  'waste',
  'énergie',
  'energie',
  'ﷺﷺ',
  'a-b',
  'a b',
)
const page = fc
  .record({
    title: fc.constantFrom('Un four solaire', 'Água', 'A well', ''),
    type: fc.constantFrom('solution', 'blog', 'unknown'),
    thematic_areas: fc.array(tag, { maxLength: 4 }),
    methods: fc.array(tag, { maxLength: 2 }),
    country: fc.array(fc.constantFrom('Togo', 'Ivory Coast', "Côte d'Ivoire", 'Atlantis', 'Null Island'), {
      maxLength: 3,
    }),
    year: fc.array(fc.constantFrom('2020', '2021-2022', '99999'), { maxLength: 2 }),
    body: fc.constantFrom('Une énergie propre.', 'Clean energie for all of us.', ''),
  })
  .map(({ title, body, ...meta }) => aPage(title, meta, body))
const step = fc.record({
  visibility: fc.constantFrom<Visibility>('public', 'network'),
  pages: fc.dictionary(fc.constantFrom('a.md', 'b.md', 'c.md', 'd.md'), page, { minKeys: 1 }),
})

test('a family has the name most write, with the accents that some write', async () => {
  const network = await aNetwork(database)
  const written = [
    'reparation',
    'reparation',
    'Réparation',
    'déchets',
    'déchets',
    'Déchet',
    'eau',
    'Eau',
    'eau',
  ]
  await importInto(
    network,
    Object.fromEntries(
      written.map((tag, index) => [`${index}.md`, aPage('Un four', { thematic_areas: tag })]),
    ),
  )
  const families = await rows<{ label: string }>(
    network,
    `select label from commons_facet where network_id = $1 and kind = 'theme' order by items, label`,
  )
  expect(families.map(({ label }) => label).sort()).toEqual(['Réparation', 'déchets', 'eau'])
})

test('after any sequence of imports every counter is what counting finds', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async steps => {
      const network = await aNetwork(database)
      for (const { visibility, pages } of steps) {
        await importInto(network, pages, visibility)
        await expectCountersRight(network)
      }
      await database.asOwner('delete from network where id = $1', [network.id])
    }),
    { numRuns: 25 },
  )
  expect(await examineCommons(database)).toEqual([{ check: 'commons-counts', holds: true, detail: '' }])
})

test('the examination finds a counter that somebody changed', async () => {
  const network = await aNetwork(database)
  await somePages(database, network, { 'a.md': aPage('Un puits', { thematic_areas: 'eau' }) })
  for (const change of [
    `update commons_facet set items = items + 1 where key = 'eau'`,
    `update commons_facet set public_items = 0 where key = 'solution'`,
    `update commons_facet set items = 7 where key = 'all'`,
    `delete from commons_facet where kind = 'type'`,
    `insert into commons_facet (network_id, kind, key, label, items) select id, 'theme', 'x', 'x', 1 from network where id = '${network.id}'`,
  ]) {
    const saved = await rows(network, 'select * from commons_facet where network_id = $1')
    await database.asOwner(
      change
        .replace(' where', ` where network_id = '${network.id}' and`)
        .replace(/where network_id = '[^']*' and (id = )/, 'where $1'),
    )
    const [finding] = await examineCommons(database)
    expect(finding).toMatchObject({ check: 'commons-counts', holds: false })
    expect(finding?.detail).toContain(network.slug)
    await database.asOwner('delete from commons_facet where network_id = $1', [network.id])
    for (const row of saved)
      await database.asOwner(
        'insert into commons_facet select * from jsonb_populate_record(null::commons_facet, $1)',
        [JSON.stringify(row)],
      )
  }
  expect((await examineCommons(database))[0]?.holds).toBe(true)
})

test('imports at the same time: into one network they take turns, into two they are apart', async () => {
  const [one, two] = [await aNetwork(database), await aNetwork(database)]
  const pages = (from: number) =>
    Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => [
        `${from + index}.md`,
        aPage(
          'Le même titre',
          { thematic_areas: ['Eau', `thème ${index % 7}`] },
          'Le même texte, mot pour mot, sur toutes les pages.',
        ),
      ]),
    )
  const done = await Promise.all([
    importInto(one, pages(0)),
    importInto(one, pages(100)),
    importInto(one, pages(0)),
    importInto(two, pages(0)),
  ])
  const created = done.map(({ counts }) => counts.created)
  expect((created[0] ?? 0) + (created[1] ?? 0) + (created[2] ?? 0)).toBe(250)
  expect(created[3]).toBe(150)
  for (const network of [one, two]) {
    await expectCountersRight(network)
    expect((await state(network)).due).toEqual([])
  }
  const [crossed] = await database.asOwner<{ count: number }>(
    `select count(*)::int as count from commons_resemblance pair where not exists
      (select from commons_item item where item.network_id = pair.network_id and item.id = pair.item_id)`,
  )
  expect(crossed?.count).toBe(0)
  expect((await state(two)).pairs.length).toBeGreaterThan(0)
})

test('a file name given twice: the archive refuses the second, a batch keeps the last', async () => {
  const network = await aNetwork(database)
  async function* twice(): AsyncGenerator<ArchiveEntry> {
    yield { name: 'e\u0301te\u0301.md'.normalize('NFC'), bytes: Buffer.from(aPage('Première')) }
    yield { name: 'été.md', bytes: Buffer.from(aPage('Seconde')) }
  }
  const { counts, problems } = await importInto(network, twice())
  expect(counts).toMatchObject({ read: 2, created: 1, refused: 1 })
  expect(problems).toEqual([
    { position: 0, fileName: 'été.md', line: null, severity: 'refused', code: 'duplicate-name', detail: {} },
  ])
  const items = [aPage('A'), aPage('B')].map(source => prepareItem(source, 'x.md'))
  const stored = await inTenant(database.db, network.inside, trx =>
    storeItems(trx, network.id, items, { visibility: 'public', importId: null }),
  )
  expect(stored).toEqual({ created: 1, changed: 0, unchanged: 0 })
  expect(
    await rows(network, `select title from commons_item where network_id = $1 and file_name = 'x.md'`),
  ).toEqual([{ title: 'B' }])
  await expectCountersRight(network)
})
