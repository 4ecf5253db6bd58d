import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTenant } from '#db/tenant.ts'
import type { ArchiveEntry } from '#modules/commons/archive/index.ts'
import { examineCommons } from '#modules/commons/examination.ts'
import { importPages } from '#modules/commons/importing/importing.ts'
import { listProblems } from '#modules/commons/importing/imports.ts'
import { emptyQuery } from '#modules/commons/search/query.ts'
import { search } from '#modules/commons/search/searching.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, aPage, type TestNetwork } from '../../../../test/factories.ts'

let database: TestDatabase
let network: TestNetwork

beforeAll(async () => {
  database = await testDatabase()
  network = await aNetwork(database)
})

afterAll(() => database.close())

async function importOne(source: string | Buffer, name = `${randomBytes(6).toString('hex')}.md`) {
  async function* entries(): AsyncGenerator<ArchiveEntry> {
    yield { name, bytes: Buffer.from(source) }
  }
  const { importId, counts } = await importPages(database.db, network.inside, entries(), {
    origin: 'x',
    visibility: 'public',
  })
  const { problems } = await readTenant(database.db, network.inside, trx =>
    listProblems(trx, network.id, importId, -1),
  )
  const [kept] = await database.asOwner<{
    title: string
    source: string
    latitude: number
    longitude: number
    year: number
    facets: string[]
  }>(
    `select item.*, source from commons_item item join commons_version version on item_id = id and number = version
     where item.network_id = $1 and file_name = $2`,
    [network.id, name],
  )
  return { counts, problems, kept }
}

/** Texts that do not compress: an index row is measured after compression. */
function noise(length: number, alphabet: string): string {
  const signs = [...alphabet]
  return Array.from(randomBytes(length), byte => signs[byte % signs.length]).join('')
}

const chinese = Array.from({ length: 256 }, (_, index) => String.fromCodePoint(0x4e00 + index * 37)).join('')
const unfolding = Array.from({ length: 32 }, (_, index) =>
  String.fromCodePoint(0xfdf0 + (index % 13), 0x3300 + index),
).join('')
const words = (count: number, length: number) =>
  Array.from({ length: count }, () => noise(length, chinese)).join(' ')

test.each<[string, string]>([
  [
    '10,000 tags',
    aPage('Tags', { thematic_areas: Array.from({ length: 10_000 }, (_, index) => `tag ${index}`) }),
  ],
  [
    'tags of 500 signs that say nothing twice',
    aPage('Long tags', { thematic_areas: Array.from({ length: 150 }, () => noise(499, chinese)) }),
  ],
  [
    'tags that unfold to eighteen letters a sign',
    aPage('Unfolding', {
      thematic_areas: Array.from({ length: 50 }, () => noise(480, unfolding)),
      country: noise(400, unfolding),
    }),
  ],
  [
    'every kind of tag, as long as can be',
    aPage(
      'Headings',
      Object.fromEntries(
        ['thematic_areas', 'methods', 'datasources', 'principles', 'tactics', 'tools', 'skills'].map(key => [
          key,
          Array.from({ length: 200 }, () => words(100, 4)),
        ]),
      ),
    ),
  ],
  ['a title of 100 kB', aPage(noise(33_000, chinese), {}, 'Texte.')],
  ['a title cut inside an emoji', aPage(`${'a'.repeat(499)}😀😀`)],
  [
    'a tag cut inside an emoji',
    aPage('Cut', { country: `${'a'.repeat(199)}😀`, thematic_areas: '𝔞'.repeat(240) }),
  ],
  [
    'a value reported inside an emoji',
    aPage('Cut', {
      year: `${'a'.repeat(199)}😀`,
      sdgs: `${'a'.repeat(199)}😀`,
      latlng: `${'b'.repeat(199)}😀`,
    }),
  ],
  ['a summary cut inside an emoji', aPage('Cut', {}, `${'a'.repeat(278)}😀😀 tail`)],
  ['a page of 3.7 MB', aPage('Large', {}, 'Une page vraiment très longue, avec des mots. '.repeat(80_000))],
  [
    '400,000 different words',
    aPage('Words', {}, Array.from({ length: 400_000 }, (_, index) => `m${index.toString(36)}`).join(' ')),
  ],
  ['a million signs of different words in three bytes each', aPage('Chinese', {}, words(150_000, 6))],
  [
    'hyphens that double every word',
    aPage(
      'Hyphens',
      {},
      Array.from({ length: 60_000 }, (_, index) => `a${index}b-c${index}d-e${index}`).join(' '),
    ),
  ],
  ['a word of 3 kB', aPage('Word', {}, `${noise(3_000, 'abcdefghijklmnop')} ${'x'.repeat(70_000)}`)],
  ['a year far away', aPage('Later', { year: ['99999', '-1', '2021'], date: ['99999-01-01', '0000-00-00'] })],
  ['minus zero', aPage('Zero', { latlng: '-0.0,-0' })],
  ['minus zero beside a number', aPage('Zero', { latlng: '-0,12.5' })],
  [
    'numbers at the edges',
    aPage('Edges', { latlng: ['90,180', '-90.0000,-180.0', '1e-99,1e-9', '91,0', '1,2,3'] }),
  ],
  [
    'escapes of JSON',
    aPage(
      'Escapes \\u0000 \\ud800',
      { thematic_areas: ['\\u0000', '\\', '"', '\\"'] },
      '\\u0000 \\ud83d \\x00 {"a":"\\u0000"} &#0; &#xD800; &#x110000;',
    ),
  ],
  [
    'control characters',
    aPage(
      'Con\u0001trol \u001f\u007f\u0085\u2028\ufeff',
      { thematic_areas: '\u0008\u000b' },
      '\u202e\ufffe\uffff\ufdd0',
    ),
  ],
  ['nothing', ''],
  ['a byte order mark', '\ufeff'],
  ['blanks', ' \r\n\t\n'],
  [
    'SQL',
    aPage("'; drop table commons_item; --", {
      thematic_areas: ["{'a'}", '{a,b}', 'a:b:c', '%_\\'],
      country: "{'}",
    }),
  ],
])('is kept, and found again: %s', { timeout: 60_000 }, async (_, source) => {
  const { counts, kept } = await importOne(source)
  expect(counts).toMatchObject({ created: 1, refused: 0 })
  expect(kept?.source === source).toBe(true)
  expect(kept?.title).not.toBe('')
  expect(kept?.title.isWellFormed()).toBe(true)
  expect(kept?.title.length).toBeLessThanOrEqual(500)
  for (const facet of kept?.facets ?? []) {
    expect(facet.length).toBeLessThanOrEqual(212)
    expect(facet.isWellFormed()).toBe(true)
  }
})

test('places are what was written, without a minus before zero', async () => {
  const { kept } = await importOne(aPage('Zero', { latlng: '-0,12.5' }))
  expect([kept?.latitude, kept?.longitude]).toEqual([0, 12.5])
  expect(Object.is(kept?.latitude, -0)).toBe(false)
  const { kept: nowhere } = await importOne(aPage('Null Island', { latlng: '-0.0,0' }))
  expect(nowhere?.latitude).toBeNull()
})

test('what stands at the beginning of a page too long for the index is found', async () => {
  await importOne(
    aPage(
      'Registre',
      {},
      `introduction zébulon ${Array.from({ length: 300_000 }, (_, index) => `z${index.toString(36)}z`).join(' ')}`,
    ),
  )
  const found = await readTenant(database.db, network.inside, trx =>
    search(trx, network.id, { ...emptyQuery, q: 'zebulon', sort: 'relevance' }),
  )
  expect(found.hits.map(hit => hit.title)).toEqual(['Registre'])
})

test('NUL is refused with its line; names too long for an index too; the rest of the batch is kept', async () => {
  async function* entries(): AsyncGenerator<ArchiveEntry> {
    yield { name: 'nul.md', bytes: Buffer.from('# Title\n\nline three\nline\0four\n') }
    yield { name: `${'é'.repeat(501)}.md`, bytes: Buffer.from(aPage('Name')) }
    yield { name: `${noise(497, chinese)}.md`, bytes: Buffer.from(aPage('Name')) }
  }
  const { importId, counts } = await importPages(database.db, network.inside, entries(), {
    origin: 'x',
    visibility: 'public',
  })
  expect(counts).toMatchObject({ read: 3, created: 1, refused: 2 })
  const { problems } = await readTenant(database.db, network.inside, trx =>
    listProblems(trx, network.id, importId, -1),
  )
  expect(problems.map(({ code, line, severity }) => [code, line, severity])).toEqual([
    ['not-text', 4, 'refused'],
    ['name-too-long', null, 'refused'],
  ])
})

test('a page wrong on each of 200,000 lines has a report that can be read', { timeout: 60_000 }, async () => {
  const { counts, problems } = await importOne('[[a:]]\n[[country:Atlantis]]\n'.repeat(100_000))
  expect(counts).toMatchObject({ created: 1, problems: 501 })
  expect(problems.filter(({ code }) => code === 'more-problems')).toHaveLength(0)
})

test('an import that breaks says so, and keeps what came before', async () => {
  async function* broken(): AsyncGenerator<ArchiveEntry> {
    yield { name: 'before.md', bytes: Buffer.from(aPage('Avant')) }
    yield { name: 'photo.png', refused: { code: 'not-a-page', detail: {} } }
    throw new Error('the disk went away')
  }
  await expect(
    importPages(database.db, network.inside, broken(), { origin: 'broken', visibility: 'public' }),
  ).rejects.toThrow('disk')
  const [row] = await database.asOwner(
    'select state, read, created, refused, problems, failure from commons_import where origin = $1',
    ['broken'],
  )
  expect(row).toEqual({
    state: 'failed',
    read: 2,
    created: 1,
    refused: 1,
    problems: 1,
    failure: { code: 'interrupted', detail: {} },
  })
})

test('the counters stand all of it', async () => {
  expect(await examineCommons(database)).toEqual([{ check: 'commons-counts', holds: true, detail: '' }])
})
