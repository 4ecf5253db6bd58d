import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant, readTenant, type Tenant } from '#db/tenant.ts'
import type { AppError } from '#kernel/errors.ts'
import { type FacetKind, facetKinds } from '#modules/commons/facets.ts'
import { prepareItem } from '#modules/commons/importing/preparation.ts'
import { storeItems } from '#modules/commons/importing/storing.ts'
import { countFacets } from '#modules/commons/search/facet-counts.ts'
import {
  type CommonsQuery,
  emptyQuery,
  readQuery,
  sorts,
  toggleFacet,
} from '#modules/commons/search/query.ts'
import { countItems, type SearchResult, search } from '#modules/commons/search/searching.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, aPage, somePages, type TestNetwork } from '../../../../test/factories.ts'
import { pages } from './searching.fixture.ts'

let database: TestDatabase
let network: TestNetwork

beforeAll(async () => {
  database = await testDatabase()
  network = await aNetwork(database)
  await somePages(database, network, pages)
  await somePages(
    database,
    network,
    {
      'secret.md': aPage(
        'Le trésorier',
        { country: 'Togo', thematic_areas: 'clandestin' },
        'Une comptabilité cryptographiée que seul le réseau peut lire.',
      ),
    },
    'network',
  )
})

afterAll(() => database.close())

function find(
  q: string,
  more: Partial<CommonsQuery> = {},
  tenant: Tenant = network.outside,
  size = 20,
): Promise<SearchResult> {
  const query: CommonsQuery = { ...readQuery(new URLSearchParams({ q })), ...more }
  return readTenant(database.db, tenant, trx => search(trx, network.id, query, size))
}

async function titles(q: string, more: Partial<CommonsQuery> = {}): Promise<string[]> {
  return (await find(q, more)).hits.map(hit => hit.title).sort()
}

describe('what is typed', () => {
  test.each([
    ['énergie solaire', ['Le séchoir']],
    ['energie solaire', ['Le séchoir']],
    ['ÉNERGIE SOLAIRES', ['Le séchoir']],
    ['les énergies solaires', ['Le séchoir']],
    ['l’énergie', ['Le séchoir']],
    ["l'énergie", ['Le séchoir']],
    // Stems of neighbouring languages meet: a find, not a fault.
    ['solar energy', ['El secador', 'Solar energies of the coast', 'The dryer']],
    ['energía solar', ['El secador', 'Solar energies of the coast', 'The dryer']],
    ['energia solar', ['El secador', 'Solar energies of the coast', 'The dryer']],
    ['cœur', ['Le séchoir']],
    ['coeur', ['Le séchoir']],
    ['"solar energy"', ['Solar energies of the coast', 'The dryer']],
    ['«solar energy»', ['Solar energies of the coast', 'The dryer']],
    ['"energy solar"', []],
    ['solar -wind', ['El secador', 'The dryer']],
    ['solar -energies', ['Wind mill']],
    ['solar -"solar energy"', ['El secador', 'Wind mill']],
    ['ordures or secador', ['El secador', 'Les ordures']],
    ['déchets or xyzzy', ['Les ordures']],
    ['or ordures', ['Les ordures']],
    ['dechets ordures', ['Les ordures']],
    ['covid-19', ['The dryer']],
    ['covid 19', ['The dryer']],
    ['2030', ['The dryer']],
    ['2021-2030', ['The dryer']],
    ['thé', ['Le thé vert']],
    ['"thé vert', ['Le thé vert']],
    ['xyzzy', []],
  ])('%s', async (q, expected) => {
    const found = await find(q)
    expect(found.hits.map(hit => hit.title).sort()).toEqual([...expected].sort())
    expect(found.total).toBe(expected.length)
    expect(found.corrected).toBeNull()
  })

  test.each(['les', 'the', 'The', 'la de los', '&|!():*<->', '"', '-', '""', '-- ', '😀', '\0', '’'])(
    'says that nothing was looked for: %j',
    async q => {
      const found = await find(q)
      if (q === '\0') expect(found).toMatchObject({ total: 10, unsearchable: false })
      else expect(found).toEqual({ total: 0, hits: [], next: null, corrected: null, unsearchable: true })
    },
  )

  test('a title weighs more than a text', async () => {
    expect((await find('lombricompost')).hits.map(hit => hit.title)).toEqual(['Lombricompost', 'Le jardin'])
  })

  test('a typing error is mended when nothing is found, with quotes and operators kept', async () => {
    expect(await find('enrgie solaire')).toMatchObject({ total: 1, corrected: 'énergie solaire' })
    expect(await find('"enrgie solaire" -wind')).toMatchObject({
      total: 1,
      corrected: '"énergie solaire" -wind',
    })
    expect(await find('sechior or xyzzy')).toMatchObject({ total: 1, corrected: 'séchoir or xyzzy' })
    expect(await find('solaire xyzzy')).toMatchObject({ total: 0, corrected: null })
    expect(await find('lombricompost thé')).toMatchObject({ total: 0, corrected: null })
  })

  test('of the near words those are taken that stand together on a page', async () => {
    // "colère" is nearer to "solere", and "solar" commoner, but neither stands with the village.
    expect(await find('village solere')).toMatchObject({ total: 1, corrected: 'village solaire' })
    expect(await find('solere')).toMatchObject({ corrected: 'solar' })
    expect(await find('collere')).toMatchObject({ total: 1, corrected: 'colère' })
  })

  test('of words as near as each other those that find most', async () => {
    const home = await aNetwork(database)
    await somePages(database, home, {
      ...Object.fromEntries([1, 2, 3].map(n => [`${n}.md`, aPage(`Solo ${n}`, {}, 'Un viaje solo.')])),
      'solo.md': aPage('Solo', {}, 'Energy for a solo trip.'),
      'lamps.md': aPage('Lamps', {}, 'Solar energy for lamps.'),
      'pumps.md': aPage('Pumps', {}, 'Solar energy for pumps.'),
    })
    const query = readQuery(new URLSearchParams({ q: 'solr enrgy' }))
    const found = await readTenant(database.db, home.outside, trx => search(trx, home.id, query))
    expect(found).toMatchObject({ corrected: 'solar energy', total: 2 })
  })

  test('the public is offered no word that only hidden pages have', async () => {
    expect(await find('tresorrier', {}, network.inside)).toMatchObject({ total: 1, corrected: 'trésorier' })
    expect(await find('tresorrier')).toMatchObject({ total: 0, corrected: null })
    expect(await find('tresorrier or sechior')).toMatchObject({
      total: 1,
      corrected: 'tresorrier or séchoir',
    })
    expect(await find('clandestin')).toMatchObject({ total: 0 })
  })

  test('whatever is typed is answered, and the answer agrees with itself', async () => {
    const soup = fc.string({
      unit: fc.constantFrom(
        '&',
        '|',
        '!',
        '(',
        ')',
        ':',
        '*',
        '<',
        '-',
        '>',
        '"',
        "'",
        '\\',
        ' ',
        'or',
        'solar',
        '2',
        '\0',
        '%',
        '{',
        'é',
      ),
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          soup,
          fc.string({ unit: 'grapheme', maxLength: 300 }),
          fc.string({ unit: 'binary', maxLength: 150 }),
        ),
        async typed => {
          const found = await find(typed.slice(0, 300).toWellFormed())
          expect(found.hits.length).toBe(Math.min(found.total, 20))
          if (found.corrected !== null) expect(found.total).toBeGreaterThan(0)
        },
      ),
      {
        numRuns: 300,
        examples: [
          ['ا'.repeat(300)],
          ['"'.repeat(300)],
          ['a '.repeat(150)],
          ['http://a.b/c?d=e#f'],
          ['a@b.c'],
          ['-1e9'],
          ["'; drop table commons_item; --"],
        ],
      },
    )
  })
})

describe('facets', () => {
  test('every count is the number of items that its link leads to', async () => {
    const words = fc.constantFrom('', 'solar', 'énergie', 'école', 'coast -wind', 'xyzzy')
    const facets = fc.dictionary(
      fc.constantFrom<FacetKind>('type', 'country', 'year', 'theme'),
      fc.subarray(
        ['TG', 'GH', 'PE', 'solution', 'learningplan', '2021', '2022', 'nothing', 'energy renouvelable'],
        { minLength: 1, maxLength: 3 },
      ),
    )
    const tenant = fc.constantFrom<'inside' | 'outside'>('inside', 'outside')
    await fc.assert(
      fc.asyncProperty(words, facets, tenant, async (q, chosen, side) => {
        const query: CommonsQuery = { ...emptyQuery, q, facets: chosen }
        await readTenant(database.db, network[side], async trx => {
          const counts = await countFacets(trx, network.id, query, facetKinds, 50)
          for (const [kind, values] of counts) {
            const { [kind]: own = [], ...others } = query.facets
            for (const key of own) expect(values.map(value => value.key)).toContain(key)
            for (const { key, count } of values) {
              expect(
                await countItems(trx, network.id, { ...query, facets: { ...others, [kind]: [key] } }),
              ).toBe(count)
              if (own.length === 0)
                expect(await countItems(trx, network.id, toggleFacet(query, kind, key))).toBe(count)
            }
          }
        })
      }),
      { numRuns: 40 },
    )
  })

  test('any of one kind, all of the kinds', async () => {
    expect(await titles('', { facets: { country: ['TG', 'GH'] } })).toEqual([
      'Le séchoir',
      'The dryer',
      'Wind mill',
    ])
    expect(await titles('', { facets: { country: ['TG'], year: ['2021'] } })).toEqual([
      'Le séchoir',
      'Wind mill',
    ])
    expect(await titles('', { facets: { country: ["TG'}", '{TG}', 'TG"', '%'] } })).toEqual([])
  })
})

describe('pages of a list', () => {
  test.each(sorts)('sorted by %s visit every item once, while others come in', async sort => {
    const large = await aNetwork(database)
    const many = (from: number, count: number, year = 2000) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `${from + index}.md`,
          aPage(
            ['Même titre', 'école', 'zoo', 'École', 'x'.repeat(700)][index % 5] ?? '',
            index % 3 === 0 ? {} : { year: String(year + (index % 4)) },
            'Une page sur le solaire, comme les autres pages.',
          ),
        ]),
      )
    await somePages(database, large, many(0, 45))
    await somePages(database, large, many(45, 18))
    const before = await database.asOwner<{ id: string }>(
      'select id from commons_item where network_id = $1',
      [large.id],
    )
    for (const q of ['', 'solaire']) {
      const seen: string[] = []
      let after: string | null = null
      do {
        const params = new URLSearchParams({ q, sort, ...(after ? { after } : {}) })
        const page: SearchResult = await readTenant(database.db, large.outside, trx =>
          search(trx, large.id, readQuery(params), 7),
        )
        seen.push(...page.hits.map(hit => hit.id))
        after = page.next
        const items = Object.entries(many(1_000 + seen.length + (q ? 500 : 0), 1, 2010)).map(
          ([name, source]) => prepareItem(source, name),
        )
        await inTenant(database.db, large.inside, trx =>
          storeItems(trx, large.id, items, { visibility: 'public', importId: null }),
        )
      } while (after)
      expect(new Set(seen).size).toBe(seen.length)
      for (const { id } of before) expect(seen).toContain(id)
    }
  })

  test('two changes within one millisecond are two places in the order', async () => {
    const close = await aNetwork(database)
    await somePages(database, close, { 'a.md': aPage('A'), 'b.md': aPage('B'), 'c.md': aPage('C') })
    await database.asOwner(
      `update commons_item set updated_at = '2024-01-01T00:00:00Z'::timestamptz + ascii(slug) % 97 * interval '100 microseconds' where network_id = $1`,
      [close.id],
    )
    const seen: string[] = []
    for (let after: string | null = null; seen.length < 5; ) {
      const page: SearchResult = await readTenant(database.db, close.outside, trx =>
        search(trx, close.id, { ...emptyQuery, sort: 'updated', after }, 1),
      )
      seen.push(...page.hits.map(hit => hit.title))
      after = page.next
      if (!after) break
    }
    expect(seen.sort()).toEqual(['A', 'B', 'C'])
  })

  test('a cursor that we did not write is refused', async () => {
    const id = '01a201be-7d4a-706c-b1fe-10cfc3932281'
    const write = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    for (const [sort, value] of [
      ['relevance', '1e99'],
      ['relevance', '9e-99'],
      ['relevance', 'NaN'],
      ['relevance', '1; select 1'],
      ['updated', '9999-99-99T99:99:99.999Z'],
      ['updated', 'infinity'],
      ['updated', '2023-02-30T00:00:00.000Z'],
      ['updated', '2023-04-31T23:59:59.999Z'],
      ['updated', '0000-01-01T00:00:00.000Z'],
      ['recent', '-99999'],
      ['recent', '2021'],
      ['title', 'a\0b'],
      ['title', 7],
    ] as const) {
      const after = write([sort, value, id])
      await expect(find('solar', { sort, after }), `${sort} ${value}`).rejects.toMatchObject({
        code: 'invalid-input',
      } satisfies Partial<AppError>)
      await expect(find('', { sort: sort === 'relevance' ? 'recent' : sort, after })).rejects.toMatchObject({
        code: 'invalid-input',
      })
    }
    for (const after of [
      'x',
      '',
      write(null),
      write([]),
      write(['title', 'a', 'no id']),
      write(['recent', '0', `${id}' or true`]),
    ])
      if (after)
        await expect(find('solar', { sort: 'title', after })).rejects.toMatchObject({ code: 'invalid-input' })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sorts),
        fc.anything(),
        fc.oneof(fc.constant(id), fc.string()),
        async (sort, value, key) => {
          try {
            await find('solar', { sort, after: write([sort, value, key]) })
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid-input' })
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})
