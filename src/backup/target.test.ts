import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openBackup } from '#/backup/archive-reader.ts'
import { refuseForeign } from '#/backup/restore.ts'
import {
  backUpTo,
  emptyTarget,
  placeAt,
  removeFolder,
  restoreInto,
  tableContents,
  temporaryFolder,
  withClient,
} from '#/backup/testing.ts'
import { objectKey } from '#platform/files/storage.ts'
import { aFile } from '#platform/files/testing.ts'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { aNetwork, aPage, somePages } from '../../test/factories.ts'

const place = inject('postgres')
const folder = temporaryFolder()
const file = join(folder, 'backup.zip')
let source: TestDatabase
/** Where a file is, in the data folder and in the backup. */
let stored: string

beforeAll(async () => {
  source = await testDatabase()
  const network = await aNetwork(source, { slug: 'kept' })
  await somePages(source, network, { 'one.md': aPage('Une page') })
  const kept = await aFile(source.db, placeAt(folder).storage, network.id, {
    content: 'a'.repeat(1_000),
    attached: true,
  })
  stored = `files/${objectKey(network.id, kept.id)}`
  await backUpTo(file, source.server, folder)
})

afterAll(async () => {
  await source.close()
  removeFolder(folder)
})

describe('a target', () => {
  test('that holds a network or a file is refused, unless it is to be replaced', async () => {
    await using target = await emptyTarget(place)
    await restoreInto(target, file)
    const before = await tableContents(target.server)
    await expect(restoreInto(target, file)).rejects.toMatchObject({
      code: 'occupied',
      detail: { networks: 'kept', files: 1 },
    })
    expect(await tableContents(target.server)).toEqual(before)
    await target.query(
      `update network set slug = 'erased'; create schema pgboss; create table pgboss.job (id integer)`,
    )
    writeFileSync(join(target.dataFolder, 'files/erased'), '')
    await restoreInto(target, file, { replace: true })
    expect(await tableContents(target.server)).toEqual(before)
    expect(existsSync(join(target.dataFolder, 'files/erased'))).toBe(false)
    expect(existsSync(join(target.dataFolder, stored))).toBe(true)
    expect(readdirSync(target.dataFolder)).toEqual(['files'])
    expect(await target.query(`select to_regnamespace('pgboss') as jobs`)).toEqual([{ jobs: null }])
  })

  test('on which a server works is refused, and the server named', async () => {
    await using target = await emptyTarget(place)
    await withClient({ ...target.server.app, application_name: 'cordee listener' }, async () => {
      await expect(restoreInto(target, file)).rejects.toMatchObject({
        code: 'running',
        detail: { programs: 'cordee listener (cordee_app)' },
      })
    })
    await restoreInto(target, file)
  })

  test('that is the database of another program is refused', async () => {
    await using target = await emptyTarget(place)
    await refuseForeign(target.server)
    await target.query('alter table schema_migration rename to invoices')
    await expect(refuseForeign(target.server)).rejects.toMatchObject({ code: 'foreign-database' })
  })

  test.each([
    ['on its way', 'select 1/0', /division by zero/],
    [
      'at its commit',
      'create table late (id integer unique deferrable initially deferred); insert into late values (1), (1)',
      /duplicate key/,
    ],
  ])('whose restore fails %s stays as it was, rows and files', async (_when, sql, reason) => {
    await using target = await emptyTarget(place)
    await restoreInto(target, file)
    writeFileSync(join(target.dataFolder, stored), 'as it was')
    const before = await tableContents(target.server)
    const migrations = [
      ...(await openedManifest()).migrations.map(migration => ({ ...migration, sql: sqlOf(migration.name) })),
      { name: '9001_broken.sql', sql, checksum: 'c'.repeat(64) },
    ]
    await expect(restoreInto(target, file, { replace: true, migrations })).rejects.toThrow(reason)
    expect(await tableContents(target.server)).toEqual(before)
    expect(readdirSync(target.dataFolder)).toEqual(['files'])
    expect(readFileSync(join(target.dataFolder, stored), 'utf8')).toBe('as it was')
  })

  test.each([0, 0.5, 1])(
    'whose restore is killed at %d is empty still, and can be restored',
    async stopAt => {
      await using target = await emptyTarget(place)
      const before = await tableContents(target.server)
      const given = JSON.stringify({ server: target.server, file, dataFolder: target.dataFolder, stopAt })
      const fixture = fileURLToPath(new URL('restore.fixture.ts', import.meta.url))
      const child = spawn(process.execPath, [fixture, given], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, NODE_NO_WARNINGS: '1' },
      })
      const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
      expect(String(said)).toBe('there\n')
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect(await tableContents(target.server)).toEqual(before)
      expect(existsSync(join(target.dataFolder, 'files'))).toBe(false)
      await restoreInto(target, file)
      expect(await target.query('select slug from network')).toEqual([{ slug: 'kept' }])
      expect(readdirSync(target.dataFolder)).toEqual(['files'])
    },
  )

  test('whose restore was killed after the files and before the rows can be restored', async () => {
    await using target = await emptyTarget(place)
    mkdirSync(join(target.dataFolder, 'restoring-x/old'), { recursive: true })
    mkdirSync(dirname(join(target.dataFolder, stored)), { recursive: true })
    writeFileSync(join(target.dataFolder, stored), 'half')
    await restoreInto(target, file)
    expect(readFileSync(join(target.dataFolder, stored), 'utf8')).toBe('a'.repeat(1_000))
    expect(readdirSync(target.dataFolder)).toEqual(['files'])
  })
})

async function openedManifest() {
  const backup = await openBackup(file)
  backup.close()
  return backup.manifest
}

function sqlOf(migration: string): string {
  return readFileSync(fileURLToPath(new URL(`../../migrations/${migration}`, import.meta.url)), 'utf8')
}
