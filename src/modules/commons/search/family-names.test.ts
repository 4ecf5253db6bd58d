import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { tagFamily } from '#modules/commons/format/tag-family.ts'
import { nameFamilies } from '#modules/commons/importing/families.ts'
import { prepareItem } from '#modules/commons/importing/preparation.ts'
import { storeItems, type Visibility } from '#modules/commons/importing/storing.ts'
import { itemsByFacet } from '#modules/commons/items.ts'
import { countFacets } from '#modules/commons/search/facet-counts.ts'
import { emptyQuery } from '#modules/commons/search/query.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, aPage, type TestNetwork } from '../../../../test/factories.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

const family = tagFamily('école ouverte')

/** Keeps pages of one theme, each spelt its own way, in one transaction as a batch of an import does. */
function store(
  network: TestNetwork,
  visibility: Visibility,
  pages: Record<string, string>,
): Promise<unknown> {
  const items = Object.entries(pages).map(([name, theme]) =>
    prepareItem(aPage(`Page ${name}`, { thematic_areas: theme }), name),
  )
  return inTenant(database.db, network.inside, trx =>
    storeItems(trx, network.id, items, { visibility, importId: null }),
  )
}

/** What the public reads the theme is called: in the panel, on an item's page, in a list narrowed by it. */
async function publicNames(network: TestNetwork): Promise<Set<string>> {
  return readTenant(database.db, network.outside, async trx => {
    const panel = await countFacets(trx, network.id, emptyQuery, ['theme'], 50)
    const narrowed = await countFacets(
      trx,
      network.id,
      { ...emptyQuery, facets: { type: ['solution'] } },
      ['theme'],
      50,
    )
    const links = await itemsByFacet(trx, network.id, [`theme:${family}`])
    return new Set([
      ...[...(panel.get('theme') ?? []), ...(narrowed.get('theme') ?? [])].map(({ label }) => label),
      ...[...links.values()].map(({ label }) => label),
    ])
  })
}

const name = (network: TestNetwork) =>
  inTenant(database.db, network.inside, trx => nameFamilies(trx, network.id))

test('a theme is called as the public writes it, however many pages inside write it otherwise', async () => {
  const network = await aNetwork(database)
  await store(network, 'network', {
    'a.md': 'ECOLE OUVERTE',
    'b.md': 'ECOLE OUVERTE',
    'c.md': 'ECOLE OUVERTE',
  })
  await name(network)
  expect(await publicNames(network)).toEqual(new Set())
  await store(network, 'public', { 'd.md': 'école ouverte' })
  expect(await publicNames(network)).toEqual(new Set(['école ouverte']))
  await store(network, 'public', { 'e.md': 'écoles ouvertes', 'f.md': 'écoles ouvertes' })
  await name(network)
  expect(await publicNames(network)).toEqual(new Set(['écoles ouvertes']))
  // What goes inside takes its spelling with it, with the same commit.
  await store(network, 'network', { 'e.md': 'écoles ouvertes', 'f.md': 'écoles ouvertes' })
  expect(await publicNames(network)).toEqual(new Set(['école ouverte']))
  await store(network, 'public', { 'd.md': 'École ouverte' })
  expect(await publicNames(network)).toEqual(new Set(['École ouverte']))
})

test('the public is never told a spelling that no public page has', { timeout: 60_000 }, async () => {
  const spelling = fc.constantFrom(
    'école ouverte',
    'École ouverte',
    'ECOLE OUVERTE',
    'écoles ouvertes',
    'Écoles  ouvertes',
    'ecole-ouverte',
  )
  const batch = fc.record({
    visibility: fc.constantFrom<Visibility>('public', 'network'),
    pages: fc.dictionary(fc.constantFrom('a.md', 'b.md', 'c.md', 'd.md'), spelling, { minKeys: 1 }),
    named: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 8 }), async batches => {
      const network = await aNetwork(database)
      const shown = new Map<string, string>()
      for (const { visibility, pages, named } of batches) {
        await store(network, visibility, pages)
        for (const [page, theme] of Object.entries(pages)) {
          if (visibility === 'public') shown.set(page, theme)
          else shown.delete(page)
        }
        if (named) await name(network)
        const told = await publicNames(network)
        expect(told.size).toBe(shown.size > 0 ? 1 : 0)
        for (const label of told)
          expect([...shown.values()].map(theme => theme.replace(/\s+/g, ' '))).toContain(
            label.replace(/\s+/g, ' '),
          )
      }
    }),
    { numRuns: 20 },
  )
})
