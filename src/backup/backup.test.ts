import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { backUp } from '#/backup/create.ts'
import { inReferenceOrder } from '#/backup/tables.ts'
import { writeTarget } from '#/backup/target-file.ts'
import {
  backUpTo,
  emptyDatabase,
  emptyTarget,
  placeAt,
  removeFolder,
  restoreInto,
  schemaForm,
  tableContents,
  temporaryFolder,
} from '#/backup/testing.ts'
import { openDatabase } from '#db/database.ts'
import { readMigrations } from '#db/migrate.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import { newId, platformId } from '#kernel/ids.ts'
import { projectFolder } from '#kernel/project.ts'
import { announceImport, importPages } from '#modules/commons/importing/importing.ts'
import { emptyQuery } from '#modules/commons/search/query.ts'
import { search } from '#modules/commons/search/searching.ts'
import { cleanFiles } from '#platform/files/cleaning.ts'
import { removeFile, type StoredFile } from '#platform/files/files.ts'
import { picture } from '#platform/files/pictures.ts'
import { objectKey, objectKeys, type Storage } from '#platform/files/storage.ts'
import { aFile, allObjects, testStorage } from '#platform/files/testing.ts'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { aNetwork, aPage, aToken, somePages, type TestNetwork } from '../../test/factories.ts'

const place = inject('postgres')
const folder = temporaryFolder()
const dataFolder = join(folder, 'data')
let source: TestDatabase
let network: TestNetwork
let bytes: StoredFile
let logo: StoredFile
let platformFile: StoredFile
/** What every test restores. */
let file: string

// What a text format could trip over: its own escapes, line ends, what is not a value, and an empty one.
const awkward = 'Tab\tquote " \'\\N \\. backslash \\\\ \r\n NULL {} œ 🧗 \u0001 end'

const local = () => placeAt(dataFolder)
const keep = (options: Parameters<typeof aFile>[3]) =>
  aFile(source.db, local().storage, network.id, { attached: true, ...options })

beforeAll(async () => {
  source = await testDatabase()
  network = await aNetwork(source, { slug: 'backed-up' })
  await somePages(source, network, {
    'awkward.md': aPage('Énergie partagée', { thematic_areas: 'énergie' }, awkward),
    'plain.md': aPage('Jardin de l’école', {}, 'Des légumes et de l’énergie.'),
  })
  await somePages(source, network, { 'closed.md': aPage('Réservé') }, 'network')
  await aToken(source, network, ['commons:read'])
  await inTenant(source.db, network.inside, trx =>
    announceImport(trx, network.id, { origin: 'waiting.zip', visibility: 'public' }),
  )
  bytes = await keep({ name: 'é à.bin', content: Buffer.from([0, 255, 10, 13]) })
  logo = await keep({
    name: 'logo.png',
    content: await picture('png'),
    purpose: 'logo',
    visibility: 'public',
  })
  platformFile = await aFile(source.db, local().storage, platformId, { attached: true })
  // Of the file that came to no end nothing is taken but its row; what no row speaks of is nobody's.
  await keep({ content: 'half' }).then(({ id }) =>
    source.asOwner(`update file set state = 'uploading' where id = $1`, [id]),
  )
  await local().storage.put(objectKey(network.id, newId()), Buffer.from('nobody’s'))
  mkdirSync(join(dataFolder, 'backups'))
  writeFileSync(join(dataFolder, 'backups/old.zip'), 'not taken along')
  file = join(folder, 'backup.zip')
  await backUpTo(file, source.server, dataFolder)
})

afterAll(async () => {
  await source.close()
  removeFolder(folder)
})

test('what is restored is what was, to the byte', async () => {
  await using target = await emptyTarget(place)
  const summary = await restoreInto(target, file)
  const [before, after] = [await tableContents(source.server), await tableContents(target.server)]
  expect(Object.keys(before).length).toBeGreaterThan(8)
  expect(before.commons_item).toContain('Énergie partagée')
  // One table differs, on purpose: what waited for its turn is to be asked for again.
  expect({ ...after, commons_import: '' }).toEqual({ ...before, commons_import: '' })
  expect(await target.query('select state, failure from commons_import')).toEqual([
    { state: 'failed', failure: { code: 'interrupted', detail: {} } },
  ])
  expect(summary).toMatchObject({ networks: ['backed-up'], files: 3, migrated: [] })
  expect(summary.tables.find(table => table.name === 'commons_item')).toEqual({
    name: 'commons_item',
    rows: 3,
  })
})

test('the schema is what migrations make, with its policies and rights', async () => {
  await using target = await emptyTarget(place)
  const form = await schemaForm(target.server)
  await restoreInto(target, file)
  expect(form.length).toBeGreaterThan(100)
  expect(await schemaForm(target.server)).toEqual(form)
  expect(await schemaForm(source.server)).toEqual(form)
})

test('the application finds in the restored database what it found before', async () => {
  await using target = await emptyTarget(place)
  await restoreInto(target, file)
  const app = openDatabase(target.server.app, 2)
  try {
    const seen = (db: typeof app.db, tenant: TestNetwork['inside'], text: string) =>
      readTenant(db, tenant, trx => search(trx, network.id, { ...emptyQuery, q: text }, 10))
    for (const tenant of [network.inside, network.outside]) {
      for (const text of ['énergie', 'reserve', 'jardins', 'rien de tel']) {
        expect(await seen(app.db, tenant, text)).toEqual(await seen(source.db, tenant, text))
      }
    }
    expect((await seen(app.db, network.outside, 'énergie')).total).toBe(2)
  } finally {
    await app.close()
  }
})

test('files come back as they were, in folders closed to others, with their previews', async () => {
  await using target = await emptyTarget(place)
  await restoreInto(target, file)
  expect(readdirSync(target.dataFolder)).toEqual(['files'])
  const { storage } = placeAt(target.dataFolder)
  const keys = [bytes, logo, platformFile].flatMap(({ networkId, id, width }) =>
    objectKeys({ networkId, id, isImage: width !== null }),
  )
  expect(keys).toHaveLength(5)
  expect((await allObjects(storage)).map(object => object.key)).toEqual(keys.sort())
  for (const key of keys) expect(await contentOf(storage, key)).toEqual(await contentOf(local().storage, key))
  const path = join(target.dataFolder, 'files', objectKey(network.id, bytes.id))
  expect(readFileSync(path)).toEqual(Buffer.from([0, 255, 10, 13]))
  expect(Math.abs(statSync(path).mtimeMs - bytes.createdAt.getTime())).toBeLessThan(1_000)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(join(target.dataFolder, 'files')).mode & 0o777).toBe(0o700)
})

test('files go from a folder to S3 and back, and what was in the bucket is not written over', async () => {
  const { storage, dataFolder: beside, close } = await testStorage('s3')
  const onS3 = { dataFolder: beside, storage }
  const strange = objectKey(newId(), newId())
  await storage.put(strange, Buffer.from('was there'))
  try {
    await using target = await emptyTarget(place)
    await expect(restoreInto(target, file, onS3)).rejects.toMatchObject({
      code: 'occupied',
      detail: { files: 1 },
    })
    expect((await restoreInto(target, file, { ...onS3, replace: true })).files).toBe(3)
    const again = join(folder, 'from-s3.zip')
    expect(await backUpTo(again, target.server, beside, storage)).toMatchObject({ files: 3, missing: [] })
    await using back = await emptyTarget(place)
    expect((await restoreInto(back, again)).files).toBe(3)
    for (const { key, bytes: size } of await allObjects(placeAt(back.dataFolder).storage)) {
      const content = await contentOf(local().storage, key)
      expect(content).toHaveLength(size)
      expect(await contentOf(placeAt(back.dataFolder).storage, key)).toEqual(content)
    }
    expect(await contentOf(storage, strange)).toEqual(Buffer.from('was there'))
  } finally {
    await close()
  }
})

test('what the storage has lost or altered is said, and the rest kept', async () => {
  const [lost, altered] = [await keep({ content: 'lost' }), await keep({ content: 'altered' })]
  const [lostKey, alteredKey] = [objectKey(network.id, lost.id), objectKey(network.id, altered.id)]
  await local().storage.remove(lostKey)
  await local().storage.put(alteredKey, Buffer.from('ALTERED'))
  const path = join(folder, 'lacking.zip')
  expect(await backUpTo(path, source.server, dataFolder)).toMatchObject({
    files: 4,
    missing: [lostKey, alteredKey],
  })
  await using target = await emptyTarget(place)
  expect((await restoreInto(target, path)).files).toBe(4)
  await source.asOwner('delete from file where id = any($1)', [[lost.id, altered.id]])
  await local().storage.remove(alteredKey)
  rmSync(path)
})

test('a file removed while the backup reads is in it, and gone afterwards', async () => {
  const doomed = await keep({ content: 'doomed' })
  const { storage } = local()
  const path = join(folder, 'removed-meanwhile.zip')
  let removing: Promise<string[]> | undefined
  await writeTarget(path, async output => {
    const summary = await backUp(source.server, local(), output, {
      progress: () => {
        removing ??= inTenant(source.db, network.inside, trx => removeFile(trx, network.id, doomed.id))
      },
    })
    expect(summary.missing).toEqual([])
  })
  expect(await removing).toEqual([])
  await using target = await emptyTarget(place)
  await restoreInto(target, path)
  const key = objectKey(network.id, doomed.id)
  expect(await contentOf(placeAt(target.dataFolder).storage, key)).toEqual(Buffer.from('doomed'))
  await expect
    .poll(async () => (await cleanFiles(source.db, storage, new Date(Date.now() + 7_200_000))).objects)
    .toBeGreaterThan(0)
  expect(await storage.get(key)).toBeNull()
})

test('only its owner may read a backup', () => {
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('while an import writes, the backup is that of one moment', async () => {
  const other = await aNetwork(source, { slug: 'busy' })
  const pages = (async function* () {
    for (let n = 0; n < 900; n++) {
      yield { name: `p${n}.md`, bytes: Buffer.from(aPage(`Page ${n}`, {}, `mot${n} commun`)) }
    }
  })()
  let started = () => {}
  const underway = new Promise<void>(resolve => {
    started = resolve
  })
  const importing = importPages(source.db, other.inside, pages, {
    origin: 'busy.zip',
    visibility: 'public',
    progress: () => started(),
  })
  await underway
  const busy = join(folder, 'busy.zip')
  await backUpTo(busy, source.server, dataFolder)
  const running = await source.asOwner<{ state: string }>(
    `select state from commons_import where origin = 'busy.zip'`,
  )
  await importing

  await using target = await emptyTarget(place)
  await restoreInto(target, busy)
  const [counts] = await target.query<Record<string, number>>(`
    select (select count(*)::int from commons_item where network_id = '${other.id}') as items,
      (select count(*)::int from commons_version where network_id = '${other.id}') as versions,
      (select created from commons_import where origin = 'busy.zip') as said,
      (select items from commons_facet where network_id = '${other.id}' and kind = 'type') as facet`)
  expect(running[0]?.state).toBe('running')
  expect(counts?.items).toBeGreaterThan(0)
  expect(counts?.items).toBeLessThan(900)
  expect([counts?.versions, counts?.said, counts?.facet]).toEqual([
    counts?.items,
    counts?.items,
    counts?.items,
  ])
})

test('what others commit once it has begun is not in it', async () => {
  const insert = `insert into network (id, slug, name, visibility, locale, time_zone)
    values (gen_random_uuid(), 'late', '{}', 'public', 'fr', 'UTC')`
  const script = `import pg from 'pg'
    const client = new pg.Client(${JSON.stringify(source.server.owner)})
    await client.connect()
    await client.query(${JSON.stringify(insert)})
    await client.end()`
  const late = join(folder, 'late.zip')
  let inserted = false
  await writeTarget(late, async output => {
    await backUp(source.server, local(), output, {
      // The manifest passes, no table has yet been read, and nothing goes on here until the other has committed.
      progress: () => {
        if (!inserted)
          execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: projectFolder })
        inserted = true
      },
    })
  })
  expect(await source.asOwner(`delete from network where slug = 'late' returning slug`)).toEqual([
    { slug: 'late' },
  ])
  await using target = await emptyTarget(place)
  expect((await restoreInto(target, late)).networks).not.toContain('late')
})

test('a backup made before a migration is brought up to it, seeds of migrations included', async () => {
  const known = readMigrations()
  const since = {
    name: '9001_later.sql',
    sql: `create table later (id integer primary key); insert into later values (1);
      alter table commons_item add column later text not null default 'new';
      update commons_import set origin = origin || ' (later)'`,
    checksum: 'a'.repeat(64),
  }
  const migrations = [...known, since]
  // The target is ahead of the backup already: there is no way back but to begin again.
  await using target = await emptyTarget(place, migrations)
  const summary = await restoreInto(target, file, { migrations })
  expect(summary.migrated).toEqual(['9001_later.sql'])
  expect(await target.query('select count(*)::int as n, min(later) as later from commons_item')).toEqual([
    { n: 3, later: 'new' },
  ])
  expect(await target.query('select id from later')).toEqual([{ id: 1 }])
  expect(await target.query('select origin from commons_import')).toEqual([{ origin: 'waiting.zip (later)' }])
  const applied = await target.query<{ name: string }>('select name from schema_migration order by 1')
  expect(applied.map(row => row.name)).toEqual(migrations.map(migration => migration.name))
})

test('rows that migrations put in, sequences and generated columns are as in the backup', async () => {
  const migrations = [
    ...readMigrations(),
    {
      name: '9001_seeded.sql',
      sql: `create table "Seeded ""x""" (id bigint generated always as identity primary key, "the name" text,
          size integer generated always as (length("the name")) stored, parent bigint references "Seeded ""x""" (id));
        insert into "Seeded ""x""" ("the name", parent) values ('seed', null), ('second', 1)`,
      checksum: 'b'.repeat(64),
    },
  ]
  const from = await emptyDatabase(place, migrations)
  const path = join(folder, 'seeded.zip')
  try {
    await from.query(`update "Seeded ""x""" set "the name" = 'changed' where id = 1`)
    await from.query(`delete from "Seeded ""x""" where id = 2`)
    await backUpTo(path, from.server, folder)
  } finally {
    await from.close()
  }
  await using target = await emptyTarget(place, migrations)
  await restoreInto(target, path, { migrations })
  await target.query(`insert into "Seeded ""x""" ("the name") values ('next')`)
  expect(await target.query(`select id, "the name" as name, size from "Seeded ""x""" order by 1`)).toEqual([
    { id: '1', name: 'changed', size: 7 },
    { id: '3', name: 'next', size: 4 },
  ])
})

test('what refers comes after what it refers to; a circle is refused by name', () => {
  const table = (name: string, ...refersTo: string[]) => ({ name, columns: [], refersTo })
  const order = (...tables: ReturnType<typeof table>[]) => inReferenceOrder(tables).map(({ name }) => name)
  expect(order(table('c', 'b', 'a'), table('b', 'a'), table('a'))).toEqual(['a', 'b', 'c'])
  expect(() => order(table('a', 'b'), table('b', 'a'), table('c'))).toThrow(/circular-tables.*a, b/)
})

test('a table whose rows a policy would hide stops the backup', async () => {
  const hiding = await emptyDatabase(place)
  try {
    await hiding.query(
      `create table hidden (id integer); alter table hidden enable row level security; alter table hidden force row level security;
       insert into network (id, slug, name, visibility, locale, time_zone) values (gen_random_uuid(), 'some', '{}', 'public', 'fr', 'UTC')`,
    )
    await expect(backUpTo(join(folder, 'hidden.zip'), hiding.server, folder)).rejects.toMatchObject({
      code: 'hidden-rows',
      detail: { tables: 'hidden' },
    })
    expect(readdirSync(folder).filter(name => name.includes('hidden'))).toEqual([])
  } finally {
    await hiding.close()
  }
})

async function contentOf(storage: Storage, key: string): Promise<Buffer> {
  const content = await storage.get(key)
  if (!content) throw new Error(`${key} is not there`)
  return buffer(content)
}
