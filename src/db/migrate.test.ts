import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Migration, MigrationError, migrate, pendingMigrations, readMigrations } from '#db/migrate.ts'
import { messages } from '#platform/i18n/i18n.ts'
import { type TestDatabase, testDatabase } from '../../test/database.ts'

let database: TestDatabase
let clients: pg.Client[]

beforeEach(async () => {
  database = await testDatabase()
  clients = []
})

afterEach(async () => {
  for (const client of clients) await client.end()
  await database.close()
})

const known = readMigrations()

test('the files are numbered one after the other', () => {
  expect(known.map(({ name }) => Number(name.slice(0, 4)))).toEqual(known.map((_, index) => index + 1))
})

test('all is applied already', async () => {
  const client = await owner()
  expect(await pendingMigrations(client)).toEqual([])
  expect(await migrate(client)).toEqual([])
})

test('two at a time apply each file once', async () => {
  const more = [
    ...known,
    aMigration('9001_one', 'create table one (id int); select pg_sleep(0.2)'),
    aMigration('9002_two', 'create table two (id int)'),
  ]
  const [left, right] = await Promise.all([owner(), owner()].map(async client => migrate(await client, more)))
  expect([...(left ?? []), ...(right ?? [])].sort()).toEqual(['9001_one.sql', '9002_two.sql'])
  const rows = await database.asOwner<{ name: string }>('select name from schema_migration order by name')
  expect(rows.map(row => row.name)).toEqual(more.map(({ name }) => name))
})

test('a file that failed leaves nothing, and those before it stay', async () => {
  const client = await owner()
  const more = [
    ...known,
    aMigration('9001_good', 'create table good (id int)'),
    aMigration('9002_bad', 'create table half (id int); insert into half values (1); select 1 / 0'),
    aMigration('9003_later', 'create table later (id int)'),
  ]
  await expect(migrate(client, more)).rejects.toMatchObject({
    code: 'failed',
    detail: { name: '9002_bad.sql', reason: /division by zero/ },
  })
  expect(await tables()).toEqual(['good'])
  expect(await pendingMigrations(client, more)).toEqual(['9002_bad.sql', '9003_later.sql'])
  // The lock is given back: another start goes on from there.
  const mended = [
    ...more.slice(0, -2),
    aMigration('9002_bad', 'create table half (id int)'),
    ...more.slice(-1),
  ]
  expect(await migrate(await owner(), mended)).toEqual(['9002_bad.sql', '9003_later.sql'])
  expect(await tables()).toEqual(['good', 'half', 'later'])
})

test('a file changed after it was applied is refused', async () => {
  const [first, ...others] = known
  if (!first) throw new Error('no migration')
  const changed = [aMigration(first.name.slice(0, -4), `${first.sql}\n-- improved`), ...others]
  await expect(migrate(await owner(), changed)).rejects.toMatchObject({
    code: 'changed',
    detail: { name: first.name },
  })
})

test('a database that knows more than the program is refused', async () => {
  await expect(migrate(await owner(), known.slice(0, -1))).rejects.toThrow(MigrationError)
  await expect(migrate(await owner(), known.slice(0, -1))).rejects.toMatchObject({
    code: 'ahead',
    detail: { name: known.at(-1)?.name },
  })
})

test('a refusal has its words in every language', () => {
  for (const words of Object.values(messages))
    for (const code of ['ahead', 'changed', 'failed'] as const)
      expect(words[`migration.${code}`]).toContain('{name}')
})

test('the types of the tables are those of the database', async () => {
  const script = new URL('../../scripts/generate-types.mjs', import.meta.url).href
  const { generateTypes, typesFile } = (await import(script)) as {
    generateTypes(connection: pg.ClientConfig): Promise<string>
    typesFile: string
  }
  expect(readFileSync(typesFile, 'utf8')).toBe(await generateTypes(database.server.owner))
})

async function owner(): Promise<pg.Client> {
  const client = new pg.Client(database.server.owner)
  clients.push(client)
  await client.connect()
  return client
}

function aMigration(name: string, sql: string): Migration {
  return { name: `${name}.sql`, sql, checksum: createHash('sha256').update(sql).digest('hex') }
}

async function tables(): Promise<string[]> {
  const rows = await database.asOwner<{ name: string }>(
    "select relname as name from pg_class where relname in ('good', 'half', 'later') order by 1",
  )
  return rows.map(row => row.name)
}
