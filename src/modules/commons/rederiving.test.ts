import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { examineCommons } from '#modules/commons/examination.ts'
import { nameFamilies } from '#modules/commons/importing/families.ts'
import { rederive } from '#modules/commons/rederiving.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { aNetwork, aPage, somePages, type TestNetwork } from '../../../test/factories.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

const themes = ['Énergie solaire', 'energie solaire', 'ÉNERGIES SOLAIRES', 'Eau', 'eau', 'Réparation']

/** More than a batch of them, some inside, one with a past. */
async function aCommons(): Promise<TestNetwork> {
  const network = await aNetwork(database)
  const page = (index: number, more = '') =>
    aPage(
      `Four ${index}`,
      {
        thematic_areas: [themes[index % 6] ?? '', `thème ${index % 9}`],
        country: 'Togo',
        year: `${2000 + (index % 20)}`,
      },
      `Un four à pain numéro ${index} chauffé au bois de la forêt voisine.${more}`,
    )
  const pages = (from: number, to: number) =>
    Object.fromEntries(
      Array.from({ length: to - from }, (_, index) => [`${from + index}.md`, page(from + index)]),
    )
  await somePages(database, network, pages(0, 110))
  await somePages(database, network, pages(110, 130), 'network')
  await somePages(database, network, { '7.md': page(7, ' Et on y sèche des mangues.') })
  return network
}

/** All that is derived, by file name so that two networks compare; `rows` as they stand on the disk. */
async function derived(network: TestNetwork, { rows = false } = {}) {
  const look = (sql: string) => database.asOwner(sql, [network.id])
  const xmin = rows ? ', xmin::text' : ''
  return {
    items:
      await look(`select file_name, type, title, summary, language, year, latitude, facets, fingerprint, heading_search::text,
      search::text, version, visibility, ${rows ? 'updated_at' : '1'} as at ${xmin} from commons_item where network_id = $1 order by file_name`),
    versions:
      await look(`select file_name, number, version.title ${rows ? ', version.xmin::text' : ''} from commons_version version
      join commons_item item on item.network_id = version.network_id and item.id = item_id where version.network_id = $1 order by 1, 2`),
    facets: await look(
      `select kind, key, items, public_items, label ${xmin} from commons_facet where network_id = $1 and items > 0 order by 1, 2`,
    ),
    spellings: await look(
      `select kind, written, key, items, public_items ${xmin} from commons_spelling where network_id = $1 and items > 0 order by 1, 2`,
    ),
    words: await look(
      `select word, pages, public_pages ${xmin} from commons_word where network_id = $1 and pages > 0 order by 1`,
    ),
    due: await look(
      'select item_id from commons_uncounted where network_id = $1 union all select item_id from commons_uncompared where network_id = $1',
    ),
  }
}

/** As an older program would have read the pages, and put spellings into families. */
async function readOtherwise(network: TestNetwork): Promise<void> {
  for (const sql of [
    `update commons_item set title = 'Ancien titre', facets = array['theme:ancien'], summary = '', search = '', heading_search = '',
      fingerprint = '{1}', language = 'en', year = null where network_id = $1 and file_name ~ '[1-4].md$'`,
    `update commons_version set title = 'Ancien titre' where network_id = $1 and number = 1`,
    `insert into commons_facet (network_id, kind, key, label, items, public_items) values ($1, 'theme', 'ancien', 'Ancien', 44, 40)`,
    `update commons_spelling set key = 'ancien', items = items + 3, public_items = 0 where network_id = $1 and written ilike '%solaire%'`,
    `insert into commons_spelling (network_id, kind, written, key, items, public_items) values ($1, 'theme', 'ANCIEN', 'ancien', 2, 2)`,
    `update commons_facet set items = items + 1 where network_id = $1 and kind = 'country'`,
    `delete from commons_word where network_id = $1 and word like 'f%'`,
    `update commons_word set pages = pages + 2, public_pages = 0 where network_id = $1 and word like 'p%'`,
    `insert into commons_word (network_id, word, written, pages) values ($1, 'zzz', 'zzz', 3)`,
    `insert into commons_uncounted (network_id, item_id) select network_id, id from commons_item where network_id = $1 and file_name = '9.md'`,
  ])
    await database.asOwner(sql, [network.id])
}

describe('what is derived from the sources', () => {
  test('is derived again, whatever was kept, and done once more changes nothing', async () => {
    const network = await aCommons()
    await rederive(database.db, network.inside)
    const right = await derived(network)
    await readOtherwise(network)
    const days = await database.asOwner(
      'select id, updated_at from commons_item where network_id = $1 order by 1',
      [network.id],
    )

    const steps: [number, number][] = []
    const { items, counters } = await rederive(database.db, network.inside, (done, total) =>
      steps.push([done, total]),
    )
    expect(items).toBe(right.items.filter(({ file_name }) => /[1-4]\.md$/.test(String(file_name))).length)
    expect(counters).toBeGreaterThan(5)
    expect(steps.slice(0, 3)).toEqual([
      [50, 131],
      [100, 131],
      [131, 131],
    ])
    expect(await derived(network)).toEqual(right)
    expect(right.due).toEqual([])
    expect(
      await database.asOwner('select id, updated_at from commons_item where network_id = $1 order by 1', [
        network.id,
      ]),
    ).toEqual(days)
    expect(await examineCommons({ db: database.db })).toMatchObject([{ holds: true }])

    const rows = await derived(network, { rows: true })
    expect(await rederive(database.db, network.inside)).toEqual({ items: 0, counters: 0 })
    expect(await derived(network, { rows: true })).toEqual(rows)
  })

  test('of pages as they were imported, was right', async () => {
    const network = await aCommons()
    const rows = await derived(network, { rows: true })
    expect(await rederive(database.db, network.inside)).toEqual({ items: 0, counters: 0 })
    const { facets, ...same } = await derived(network, { rows: true })
    expect({ ...same, facets: facets.length }).toEqual({ ...rows, facets: rows.facets.length, due: [] })
  })

  test('cut short comes to the same end', async () => {
    const network = await aCommons()
    await rederive(database.db, network.inside)
    const right = await derived(network)
    await readOtherwise(network)
    const cut = rederive(database.db, network.inside, () => {
      throw new Error('The power is gone')
    })
    await expect(cut).rejects.toThrow('power')
    const half = await derived(network)
    expect(half.items).not.toEqual(right.items)
    const { items } = await rederive(database.db, network.inside)
    // What was kept before is not done again.
    expect(items).toBeGreaterThan(0)
    expect(items).toBeLessThan(
      right.items.filter(({ file_name }) => /[1-4]\.md$/.test(String(file_name))).length,
    )
    expect(await derived(network)).toEqual(right)
  })

  test('is right when pages are written meanwhile', async () => {
    const [network, other] = [await aCommons(), await aCommons()]
    const write = async (to: TestNetwork) => {
      await somePages(database, to, {
        'new.md': aPage('Un puits', { thematic_areas: 'EAU' }),
        '3.md': aPage('Un moulin'),
      })
      await somePages(database, to, { '5.md': aPage('Four 5', { thematic_areas: 'Eau' }) }, 'network')
    }
    await readOtherwise(network)
    let writing: Promise<void> | undefined
    await rederive(database.db, network.inside, () => {
      writing ??= write(network)
    })
    await writing
    await write(other)
    const [found, expected] = await Promise.all(
      [network, other].map(async one => {
        await inTenant(database.db, one.inside, trx => nameFamilies(trx, one.id))
        return { ...(await derived(one)), due: [] }
      }),
    )
    expect(found).toEqual(expected)
  })
})
