import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unprotectedTables } from '#db/examination.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { aNetwork, aPage, somePages, type TestNetwork } from '../../test/factories.ts'

let database: TestDatabase
let ours: TestNetwork
let theirs: TestNetwork

beforeAll(async () => {
  database = await testDatabase()
  ours = await aNetwork(database)
  theirs = await aNetwork(database)
  await somePages(database, ours, { 'ours.md': aPage('Notre solution') })
  await somePages(database, theirs, { 'open.md': aPage('Leur solution') })
  await somePages(
    database,
    theirs,
    { 'closed.md': aPage('Leur secret', { thematic_areas: 'trésor caché' }) },
    'network',
  )
})

afterAll(() => database.close())

test('every table with a network is protected by row', async () => {
  expect(await unprotectedTables(database)).toEqual([])
})

test('the catalogue walk finds a table that is not protected', async () => {
  await database.asOwner(
    'create table leak (network_id uuid not null, id uuid, primary key (id, network_id))',
  )
  expect(await unprotectedTables(database)).toEqual(['leak'])
  await database.asOwner('drop table leak')
})

test('the application owns nothing and has no power', async () => {
  const [role] = await database.asOwner<{ powerful: boolean; owned: number }>(
    `select rolsuper or rolbypassrls or rolcreatedb or rolcreaterole as powerful,
      (select count(*)::int from pg_class where relowner = pg_roles.oid) as owned
     from pg_roles where rolname = 'cordee_app'`,
  )
  expect(role).toEqual({ powerful: false, owned: 0 })
})

test('without a tenant nothing is seen', async () => {
  const { rows } = await sql`select 1 from commons_item`.execute(database.db)
  expect(rows).toEqual([])
})

test('a forgotten where leaks nothing: each sees its own, the public only what is public', async () => {
  const titles = (tenant: TestNetwork['inside']) =>
    readTenant(database.db, tenant, async trx =>
      (await trx.selectFrom('commons_item').select('title').orderBy('title').execute()).map(row => row.title),
    )
  expect(await titles(ours.inside)).toEqual(['Notre solution'])
  expect(await titles(theirs.inside)).toEqual(['Leur secret', 'Leur solution'])
  expect(await titles(theirs.outside)).toEqual(['Leur solution'])
})

test('versions, facets and words follow their items', async () => {
  await readTenant(database.db, theirs.outside, async trx => {
    expect(await trx.selectFrom('commons_version').select('title').execute()).toEqual([
      { title: 'Leur solution' },
    ])
    expect(await trx.selectFrom('commons_facet').select('key').where('kind', '=', 'theme').execute()).toEqual(
      [],
    )
    expect(await trx.selectFrom('commons_word').select('word').execute()).toEqual([])
  })
})

test('what was kept inside stays inside when a later version goes out', async () => {
  await somePages(database, ours, { 'draft.md': aPage('Brouillon', {}, 'Le secret.') }, 'network')
  await somePages(database, ours, { 'draft.md': aPage('Page publique', {}, 'Rien à cacher.') }, 'public')
  const titles = (tenant: TestNetwork['inside']) =>
    readTenant(database.db, tenant, async trx => {
      const rows = await trx
        .selectFrom('commons_version')
        .select('title')
        .where('title', 'in', ['Brouillon', 'Page publique'])
        .orderBy('title')
        .execute()
      return rows.map(row => row.title)
    })
  expect(await titles(ours.outside)).toEqual(['Page publique'])
  expect(await titles(ours.inside)).toEqual(['Brouillon', 'Page publique'])
})

test('search functions apply tenant and audience themselves', async () => {
  const found = (tenant: TestNetwork['inside'], word: string) =>
    readTenant(database.db, tenant, async trx => {
      const { rows } = await sql`select 1 from commons_match(${word}::tsquery, '[]', null, null)`.execute(trx)
      return rows.length
    })
  expect(await found(theirs.inside, 'secret')).toBe(1)
  expect(await found(theirs.outside, 'secret')).toBe(0)
  expect(await found(ours.inside, 'secret')).toBe(0)
})

test('the public cannot write, and nobody writes into another network', async () => {
  const insert = (tenant: TestNetwork['inside'], networkId: string) =>
    inTenant(database.db, tenant, trx =>
      trx
        .insertInto('commons_facet')
        .values({ network_id: networkId, kind: 'theme', key: 'x', label: 'x' })
        .execute(),
    )
  await expect(insert(ours.outside, ours.id)).rejects.toThrow(/row-level security/)
  await expect(insert(ours.inside, theirs.id)).rejects.toThrow(/row-level security/)
})

test('the public cannot delete or change even what it sees', async () => {
  await inTenant(database.db, theirs.outside, async trx => {
    for (const table of [
      'commons_item',
      'commons_version',
      'commons_facet',
      'commons_word',
      'api_token',
    ] as const) {
      expect((await trx.deleteFrom(table).executeTakeFirst()).numDeletedRows, table).toBe(0n)
    }
    expect(
      (await trx.updateTable('commons_item').set({ title: 'x' }).executeTakeFirst()).numUpdatedRows,
    ).toBe(0n)
  })
  const [left] = await database.asOwner(
    'select count(*)::int as items from commons_item where network_id = $1',
    [theirs.id],
  )
  expect(left).toEqual({ items: 2 })
})

test('a read transaction cannot write', async () => {
  const write = readTenant(database.db, ours.inside, trx => trx.deleteFrom('commons_item').execute())
  await expect(write).rejects.toThrow(/read-only/)
})

test('the tenant ends with its transaction', async () => {
  await inTenant(database.db, ours.inside, async () => undefined)
  const { rows } = await sql<{
    setting: string | null
  }>`select current_setting('app.network_id', true) as setting`.execute(database.db)
  expect(rows[0]?.setting ?? '').toBe('')
})

test('an id that is none never reaches the database', async () => {
  const attack = readTenant(
    database.db,
    { networkId: "x'; drop table network; --", audience: 'public' },
    async () => undefined,
  )
  await expect(attack).rejects.toThrow('internal')
})
