import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type EmptyDatabase, emptyDatabase } from '#/backup/testing.ts'
import { asOwner } from '#db/installation.ts'
import { migrate, readMigrations } from '#db/migrate.ts'
import { newId } from '#kernel/ids.ts'

let database: EmptyDatabase

beforeAll(async () => {
  const before = readMigrations().filter(({ name }) => name < '0011')
  database = await emptyDatabase(inject('postgres'), before)
})

afterAll(() => database.close())

test('spellings kept before are told apart into public ones and others, and no name stays that is none of the public’s', async () => {
  const network = newId()
  await database.query(
    `insert into network (id, slug, name, visibility, locale, time_zone) values ('${network}', 'reseau', '{"fr":"N"}', 'public', 'fr', 'UTC')`,
  )
  const page = async (file: string, visibility: string, theme: string, key: string) => {
    const id = newId()
    await database.query(
      `insert into commons_item (network_id, id, slug, file_name, visibility, title, summary, facets, fingerprint,
         heading_search, search, version, content_hash)
       values ('${network}', '${id}', '${file}', '${file}', '${visibility}', 'T', '', array['theme:${key}'], '{}', '', '', 1, '')`,
    )
    await database.query(
      `insert into commons_version (network_id, item_id, number, visibility, title, source, content_hash)
       values ('${network}', '${id}', 1, '${visibility}', 'T', '[[thematic_areas:${theme}]] et la ${theme}', '')`,
    )
  }
  const family = async (
    key: string,
    label: string,
    counts: [items: number, publicly: number],
    spellings: string[],
  ) => {
    await database.query(
      `insert into commons_facet (network_id, kind, key, label, items, public_items)
       values ('${network}', 'theme', '${key}', '${label}', ${counts[0]}, ${counts[1]})`,
    )
    for (const spelling of spellings) {
      const [written, items] = spelling.split('=')
      await database.query(
        `insert into commons_spelling (network_id, kind, written, key, items) values ('${network}', 'theme', '${written}', '${key}', ${items})`,
      )
    }
  }
  await page('a', 'network', 'ECOLE SECRETE', 'ecole')
  await page('b', 'network', 'ECOLE SECRETE', 'ecole')
  await page('c', 'public', 'école', 'ecole')
  await page('d', 'public', 'Eau', 'eau')
  await page('e', 'network', 'Forêt', 'foret')
  await family('ecole', 'ECOLE SECRETE', [3, 1], ['ECOLE SECRETE=2', 'école=1'])
  await family('eau', 'Eau', [1, 1], ['Eau=1'])
  await family('foret', 'Forêt', [1, 0], ['Forêt=1'])

  await asOwner(database.server, client => migrate(client))
  expect(
    await database.query(
      'select written, items, public_items from commons_spelling order by written collate "C"',
    ),
  ).toEqual([
    { written: 'ECOLE SECRETE', items: 2, public_items: 0 },
    { written: 'Eau', items: 1, public_items: 1 },
    { written: 'Forêt', items: 1, public_items: 0 },
    { written: 'école', items: 1, public_items: 1 },
  ])
  expect(await database.query('select key, label from commons_facet order by key')).toEqual([
    { key: 'eau', label: 'Eau' },
    { key: 'ecole', label: 'école' },
    { key: 'foret', label: 'Forêt' },
  ])
})
