import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTenant } from '#db/tenant.ts'
import { extractOf } from '#modules/commons/search/extract.ts'
import { readQuery } from '#modules/commons/search/query.ts'
import { type Hit, search } from '#modules/commons/search/searching.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, aPage, somePages, type TestNetwork } from '../../../../test/factories.ts'
import { pages } from './searching.fixture.ts'

let database: TestDatabase
let network: TestNetwork

beforeAll(async () => {
  database = await testDatabase()
  network = await aNetwork(database)
  await somePages(database, network, pages)
})

afterAll(() => database.close())

async function find(of: TestNetwork, q: string): Promise<Hit[]> {
  const query = readQuery(new URLSearchParams({ q }))
  return (await readTenant(database.db, of.outside, trx => search(trx, of.id, query))).hits
}

test('extracts hold a match, and neither metadata nor questions nor marks', async () => {
  for (const q of ['solaire', 'energy', 'ordures', 'coeur', 'cheval', 'coast', 'thé']) {
    for (const hit of await find(network, q)) {
      if (!hit.extract) continue
      expect(hit.extract.parts.length % 2).toBe(1)
      expect(hit.extract.parts.length).toBeGreaterThan(1)
      expect(hit.extract.parts.join('')).not.toMatch(/\[\[|\]\]|Which energy|Solaire \?|<div|focal_point/)
      expect(hit.extract.parts.length).toBeLessThan(50)
    }
  }
  expect((await find(network, 'coeur'))[0]?.extract?.parts[1]).toBe('cœur')
  expect((await find(network, 'ordures'))[0]?.extract?.parts[1]).toBe('ordures')
})

test('extracts are marked by the stems of the language of the page alone', async () => {
  const home = await aNetwork(database)
  await somePages(database, home, {
    'en.md': aPage('Lamps', {}, 'The solution of the people: solar lamps, to solve what the night brings.'),
    'es.md': aPage('Lámparas', {}, 'La solución de la gente de este pueblo: lámparas solares para la noche.'),
  })
  const hits = await find(home, 'solar')
  const marked = hits.map(({ extract }) => extract?.parts.filter((_, index) => index % 2 === 1))
  expect(marked).toHaveLength(2)
  expect(marked).toContainEqual(['solar'])
})

test('extracts quote what was written, not the headings between', () => {
  const page = '# Le four\n\nUn four pour le quartier.\n\n## Partenaires\n\nDeux écoles du quartier.\n'
  expect(extractOf(page, ['quarti'])?.parts.join('')).toBe(
    'Un four pour le quartier. Deux écoles du quartier.',
  )
  expect(extractOf(page, ['partenair'])).toBeNull()
})
