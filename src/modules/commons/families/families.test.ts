import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { examineCommons } from '#modules/commons/examination.ts'
import { type Decided, type Draft, decide, undo } from '#modules/commons/families/decisions.ts'
import { fileAll } from '#modules/commons/families/families-job.ts'
import { fileBatch, filingOf } from '#modules/commons/families/filing.ts'
import { alikeFamilies } from '#modules/commons/families/listing.ts'
import { readRules } from '#modules/commons/families/rule-table.ts'
import { nameFamilies } from '#modules/commons/importing/families.ts'
import { removeItem } from '#modules/commons/importing/removing.ts'
import type { Visibility } from '#modules/commons/importing/storing.ts'
import { itemsByFacet } from '#modules/commons/items.ts'
import { rederive } from '#modules/commons/rederiving.ts'
import { countFacets, listFacet } from '#modules/commons/search/facet-counts.ts'
import { emptyQuery } from '#modules/commons/search/query.ts'
import { search } from '#modules/commons/search/searching.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, aPage, somePages, type TestNetwork } from '../../../../test/factories.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

const nobody = { accountId: null, mandateId: null, tokenId: null, origin: 'command' } as const

function deciding(network: TestNetwork) {
  return { network, actor: nobody, personId: null }
}

function take(
  network: TestNetwork,
  ...drafts: (Omit<Draft, 'kind'> & { kind?: Draft['kind'] })[]
): Promise<Decided> {
  return inTenant(database.db, network.inside, trx =>
    decide(
      trx,
      deciding(network),
      drafts.map(draft => ({ kind: 'theme' as const, ...draft })),
    ),
  )
}

function takeBack(network: TestNetwork, id: string | undefined) {
  return inTenant(database.db, network.inside, trx => undo(trx, deciding(network), id ?? ''))
}

/** Titles of what is found under a theme. */
async function found(network: TestNetwork, theme: string, publicly = false): Promise<string[]> {
  return readTenant(database.db, publicly ? network.outside : network.inside, async trx => {
    const { hits } = await search(trx, network.id, { ...emptyQuery, facets: { theme: [theme] } }, 100)
    return hits.map(hit => hit.title).sort()
  })
}

/** What the filter offers: name and count, by key. */
async function offered(network: TestNetwork, publicly = false): Promise<Record<string, [string, number]>> {
  return readTenant(database.db, publicly ? network.outside : network.inside, async trx => {
    const counts = await countFacets(trx, network.id, emptyQuery, ['theme'], 50)
    return Object.fromEntries(
      (counts.get('theme') ?? []).map(({ key, label, count }) => [key, [label, count]]),
    )
  })
}

async function aCommons(pages: Record<string, string[]>, visibility: Visibility = 'public') {
  const network = await aNetwork(database)
  await write(network, pages, visibility)
  return network
}

function write(network: TestNetwork, pages: Record<string, string[]>, visibility: Visibility = 'public') {
  const sources = Object.entries(pages).map(([name, themes]) => [
    `${name}.md`,
    aPage(name, { thematic_areas: themes }),
  ])
  return somePages(database, network, Object.fromEntries(sources), visibility)
}

/** All that is derived, in one network. */
async function derived(network: TestNetwork) {
  const look = (sql: string) => database.asOwner(sql, [network.id])
  return {
    items: await look('select file_name, facets from commons_item where network_id = $1 order by 1'),
    facets: await look(
      `select kind, key, items, public_items, label, labels, hidden from commons_facet
       where network_id = $1 and (items > 0 or labels is not null or hidden) order by 1, 2`,
    ),
    spellings: await look(
      'select kind, written, key, items, public_items from commons_spelling where network_id = $1 and items > 0 order by 1, 2',
    ),
    aliases: await look(
      'select kind, key, into_key, seen from commons_alias where network_id = $1 order by 1, 2',
    ),
  }
}

describe('a family', () => {
  test('is merged into another: one count, one name, and old searches find it', async () => {
    const network = await aCommons({
      Carte: ['Solution mapping'],
      Plan: ['solutions mapping'],
      Mapa: ['Mapeo de soluciones'],
      Deux: ['mapeo de soluciones', 'solution mapping'],
    })
    const { taken } = await take(network, {
      action: 'merge',
      key: 'mapeo de solucion',
      intoKey: 'solution mapping',
    })
    expect(await found(network, 'solution mapping')).toEqual(['Carte', 'Deux', 'Mapa', 'Plan'])
    for (const publicly of [true, false])
      expect(await found(network, 'mapeo de solucion', publicly)).toEqual(['Carte', 'Deux', 'Mapa', 'Plan'])
    expect(Object.values(await offered(network, true)).map(([, count]) => count)).toEqual([4])
    const links = await readTenant(database.db, network.outside, trx =>
      itemsByFacet(trx, network.id, ['theme:mapeo de solucion']),
    )
    expect(links.get('theme:mapeo de solucion')?.items).toBe(4)

    await takeBack(network, taken[0]?.id)
    expect(await found(network, 'mapeo de solucion')).toEqual(['Deux', 'Mapa'])
    expect(await found(network, 'solution mapping')).toEqual(['Carte', 'Deux', 'Plan'])
    expect(await examineCommons({ db: database.db })).toMatchObject([{ holds: true }])
  })

  test('lets a spelling go its own way', async () => {
    const network = await aCommons({ A: ['Eau'], B: ['EAU'], C: ['« eau »'] })
    const { taken } = await take(network, { action: 'spelling', key: 'eau', written: 'EAU' })
    expect(await found(network, '=eau')).toEqual(['B'])
    expect(await found(network, 'eau')).toEqual(['A', 'C'])
    await takeBack(network, taken[0]?.id)
    expect(await found(network, 'eau')).toEqual(['A', 'B', 'C'])
    // Who kept a link to it meanwhile finds what it became.
    expect(await found(network, '=eau', true)).toEqual(['A', 'B', 'C'])
  })

  test('is found under those above it, each page counted once', async () => {
    const network = await aCommons({ Forage: ['Forage', 'Puits'], Source: ['Puits'], Mer: ['Mer'] })
    await take(
      network,
      { action: 'parent', key: 'forage', intoKey: 'puit' },
      { action: 'parent', key: 'puit', intoKey: 'eau' },
      { action: 'name', key: 'eau', labels: { fr: 'Eau', en: 'Water' } },
    )
    expect(await found(network, 'eau')).toEqual(['Forage', 'Source'])
    expect(await offered(network, true)).toEqual({
      eau: ['Eau', 2],
      puit: ['Puits', 2],
      forage: ['Forage', 1],
      mer: ['Mer', 1],
    })
    expect(await take(network, { action: 'parent', key: 'eau', intoKey: 'forage' })).toMatchObject({
      taken: [],
      refused: [{ index: 0, refusal: 'circle' }],
    })
    await write(network, { Mer: ['Forage'] })
    expect(await found(network, 'eau')).toEqual(['Forage', 'Mer', 'Source'])
    expect(await examineCommons({ db: database.db })).toMatchObject([{ holds: true }])
  })

  test('is called as the curator says, until they say no more', async () => {
    const network = await aCommons({ A: ['energies'] })
    const { taken } = await take(network, {
      action: 'name',
      key: 'energy',
      labels: { fr: 'Énergie', en: 'Energy' },
    })
    expect(await offered(network)).toEqual({ energy: ['Énergie', 1] })
    await write(network, { B: ['Energies'], C: ['Energies'] })
    await inTenant(database.db, network.inside, trx => nameFamilies(trx, network.id))
    expect(await offered(network)).toEqual({ energy: ['Énergie', 3] })
    await take(network, { action: 'name', key: 'energy', labels: { fr: 'Les énergies' } })
    const last = await database.asOwner<{ id: string }>(
      'select id from commons_family_rule where network_id = $1 order by number desc limit 1',
      [network.id],
    )
    await takeBack(network, last[0]?.id)
    expect(await offered(network)).toEqual({ energy: ['Énergie', 3] })
    await takeBack(network, taken[0]?.id)
    expect(await offered(network)).toEqual({ energy: ['Energies', 3] })
  })

  test('hidden is offered no longer, and found all the same', async () => {
    const network = await aCommons({ A: ['test'], B: ['Eau'] })
    await take(network, { action: 'hidden', key: 'test', hidden: true })
    expect(Object.keys(await offered(network))).toEqual(['eau'])
    const all = await readTenant(database.db, network.inside, trx =>
      listFacet(trx, network.id, { ...emptyQuery, facets: { type: ['solution'] } }, 'theme', null, 10),
    )
    expect(all.values.map(({ key }) => key)).toEqual(['eau'])
    expect(await found(network, 'test')).toEqual(['A'])
    const chosen = await readTenant(database.db, network.inside, trx =>
      countFacets(trx, network.id, { ...emptyQuery, facets: { theme: ['test'] } }, ['theme'], 10),
    )
    expect(chosen.get('theme')).toContainEqual(expect.objectContaining({ key: 'test', count: 1 }))
  })

  test('that looks like another is proposed, by letters and by names in other languages', async () => {
    const network = await aCommons({
      A: ['Solution mapping'],
      B: ['Solution maping'],
      C: ['Mapeo de soluciones'],
      D: ['Forêt'],
    })
    await take(network, { action: 'name', key: 'solution mapping', labels: { es: 'Mapeo de soluciones' } })
    const alike = await readTenant(database.db, network.inside, async trx =>
      alikeFamilies(trx, network.id, 'theme', ['solution mapping'], await readRules(trx, network.id)),
    )
    expect(alike.map(({ other }) => other)).toEqual(['mapeo de solucion', 'solution maping'])
    await take(network, { action: 'merge', key: 'solution maping', intoKey: 'solution mapping' })
    const then = await readTenant(database.db, network.inside, async trx =>
      alikeFamilies(trx, network.id, 'theme', ['solution mapping'], await readRules(trx, network.id)),
    )
    expect(then.map(({ other }) => other)).toEqual(['mapeo de solucion'])
  })
})

test('what is imported after a decision follows it, and another network has nothing of it', async () => {
  const network = await aCommons({ A: ['mapeo'] })
  const other = await aCommons({ A: ['mapeo'], B: ['Cartographie'] })
  const before = await derived(other)
  await take(network, { action: 'merge', key: 'mapeo', intoKey: 'cartography' })
  await write(network, { B: ['Cartographie'], C: ['Mapeo'], A: ['mapeo', 'Eau'] })
  expect(await found(network, 'cartography')).toEqual(['A', 'B', 'C'])
  expect(await found(network, 'eau')).toEqual(['A'])
  expect(await derived(other)).toEqual(before)
  expect(await found(other, 'mapeo')).toEqual(['A'])
})

test('an item that goes is taken off all that it counted for, also where it still waits to be filed', async () => {
  const network = await aCommons({ A: ['mapeo'], B: ['mapeo', 'Eau'] })
  await write(network, { C: ['carte'] })
  await take(network, { action: 'merge', key: 'mapeo', intoKey: 'carte' })
  const [item] = await database.asOwner<{ id: string }>(
    `update commons_item set facets = array['theme:mapeo', 'type:solution'] where network_id = $1 and file_name = 'A.md' returning id`,
    [network.id],
  )
  await database.asOwner(
    `update commons_facet set items = items + case key when 'mapeo' then 1 else -1 end,
       public_items = public_items + case key when 'mapeo' then 1 else -1 end
     where network_id = $1 and key in ('mapeo', 'carte')`,
    [network.id],
  )
  await inTenant(database.db, network.inside, trx => removeItem(trx, network.id, item?.id ?? ''))
  expect(await found(network, 'mapeo')).toEqual(['B', 'C'])
  expect(await offered(network)).toMatchObject({ carte: [expect.any(String), 2] })
  expect(Object.keys(await offered(network))).not.toContain('mapeo')
})

describe('where many items are concerned', () => {
  const many = Object.fromEntries(
    Array.from({ length: 230 }, (_, index) => [`Page ${index}`, index % 2 ? ['mapeo'] : ['Mapeo', 'eau']]),
  )

  test('they are filed in short steps, while every one is found under either name', async () => {
    const network = await aCommons(many)
    await write(network, { Carte: ['carte'] })
    const { waiting } = await take(network, { action: 'merge', key: 'mapeo', intoKey: 'carte' })
    expect(waiting).toBe(true)
    const titles = async (key: string) => (await found(network, key)).length
    const counted = async (publicly: boolean) =>
      Object.values(await offered(network, publicly)).reduce((sum, [, count]) => sum + count, 0)
    const all = { mapeo: 100, carte: 100 }
    let steps = 0
    for (let going = true; going; steps++) {
      expect({ mapeo: await titles('mapeo'), carte: await titles('carte') }).toEqual(all)
      const total = await readTenant(database.db, network.outside, async trx => {
        const { total: every } = await search(trx, network.id, {
          ...emptyQuery,
          facets: { theme: ['mapeo'] },
        })
        return every
      })
      expect(total).toBe(231)
      expect(await counted(true)).toBe(231 + 115)
      going = (await inTenant(database.db, network.inside, trx => fileBatch(trx, network.id))) !== null
    }
    expect(steps).toBeGreaterThan(4)
    expect(await offered(network)).toMatchObject({ carte: [expect.any(String), 231], eau: ['eau', 115] })
    expect(await examineCommons({ db: database.db })).toMatchObject([{ holds: true }])
  })

  test('cut short, with decisions and pages coming between, it ends as if done at once', async () => {
    const network = await aCommons(many)
    const { taken } = await take(network, { action: 'merge', key: 'mapeo', intoKey: 'carte' })
    const interrupted = new AbortController()
    const filing = fileAll(database.db, network.inside, interrupted.signal, done => {
      if (done >= 100) interrupted.abort()
    })
    await expect(filing).rejects.toThrow()
    await takeBack(network, taken[0]?.id)
    await take(network, { action: 'parent', key: 'mapeo', intoKey: 'monde' })
    await write(network, { 'Page 3': ['carte'], Nouvelle: ['MAPEO'] })
    await take(network, { action: 'merge', key: 'eau', intoKey: 'mapeo' })
    await fileAll(database.db, network.inside)
    expect(await readTenant(database.db, network.inside, trx => filingOf(trx, network.id))).toBeNull()
    const now = await derived(network)
    expect(await rederive(database.db, network.inside)).toEqual({ items: 0, counters: 0 })
    expect(await derived(network)).toEqual(now)
    expect(await offered(network)).toMatchObject({
      monde: ['monde', 230],
      mapeo: [expect.any(String), 230],
      carte: ['carte', 1],
    })
  })
})

const words = ['Eau', 'EAU', 'eau !', 'Mapeo', 'mapeo', 'Carte', 'Atlas']
const key = fc.constantFrom('eau', 'mapeo', 'carte', 'atla', 'nouveau')
const kind = fc.constant('theme' as const)
const step = fc.oneof(
  fc.record({ decide: fc.record({ kind, action: fc.constant('merge' as const), key, intoKey: key }) }),
  fc.record({
    decide: fc.record({ kind, action: fc.constant('parent' as const), key, intoKey: fc.option(key) }),
  }),
  fc.record({
    decide: fc.record({
      kind,
      action: fc.constant('spelling' as const),
      key,
      written: fc.constantFrom(...words),
      intoKey: fc.option(key),
    }),
  }),
  fc.record({
    decide: fc.record({
      kind,
      action: fc.constant('name' as const),
      key,
      labels: fc.constantFrom({ fr: 'Nom' }, { en: 'Name' }),
    }),
  }),
  fc.record({
    decide: fc.record({ kind, action: fc.constant('hidden' as const), key, hidden: fc.boolean() }),
  }),
  fc.record({ undo: fc.nat(5) }),
  fc.record({
    write: fc.dictionary(
      fc.constantFrom('A', 'B', 'C'),
      fc.array(fc.constantFrom(...words), { maxLength: 3 }),
      { minKeys: 1 },
    ),
    visibility: fc.constantFrom<Visibility>('public', 'network'),
  }),
)

test('whatever is decided, undone and written, all is as if derived from the pages and the rules, and the public is told no spelling of pages inside', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async steps => {
      const network = await aNetwork(database)
      const shown = new Map<string, string[]>()
      const taken: string[] = []
      for (const one of steps) {
        if ('decide' in one) taken.push(...(await take(network, one.decide)).taken.map(({ id }) => id))
        else if ('undo' in one) {
          const [id] = taken.splice(Math.max(0, taken.length - 1 - one.undo), 1)
          if (id && !(await takeBack(network, id)).undone) taken.push(id)
        } else {
          await write(network, one.write, one.visibility)
          for (const [page, themes] of Object.entries(one.write)) {
            if (one.visibility === 'public') shown.set(page, themes)
            else shown.delete(page)
          }
        }
        const written = new Set([...shown.values()].flat())
        // A curator's name, and the key of a family that they placed others in, are theirs to tell.
        for (const [label] of Object.values(await offered(network, true)))
          if (words.includes(label) && label !== label.toLowerCase()) expect(written).toContain(label)
      }
      await inTenant(database.db, network.inside, trx => nameFamilies(trx, network.id))
      const now = await derived(network)
      expect(await rederive(database.db, network.inside)).toEqual({ items: 0, counters: 0 })
      expect(await derived(network)).toEqual(now)
      const [finding] = await examineCommons({ db: database.db })
      expect(finding?.detail).not.toContain(network.slug)
    }),
    { numRuns: 25 },
  )
})
