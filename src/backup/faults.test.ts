import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openBackup, verify } from '#/backup/archive-reader.ts'
import { type NewEntry, writeArchive } from '#/backup/archive-writer.ts'
import { backUp } from '#/backup/create.ts'
import { refuseForeign } from '#/backup/restore.ts'
import { writeTarget } from '#/backup/target-file.ts'
import {
  backUpTo,
  emptyTarget,
  removeFolder,
  restoreInto,
  tableContents,
  temporaryFolder,
  withClient,
} from '#/backup/testing.ts'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { aNetwork, aPage, somePages } from '../../test/factories.ts'

const place = inject('postgres')
const folder = temporaryFolder()
const dataFolder = join(folder, 'data')
const file = join(folder, 'backup.zip')
let source: TestDatabase
// So that most of the file is content.
const incompressible = Array.from({ length: 300 }, (_, n) =>
  createHash('sha256').update(`${n}`).digest('hex'),
).join(' ')

beforeAll(async () => {
  source = await testDatabase()
  const network = await aNetwork(source, { slug: 'kept' })
  await somePages(source, network, { 'one.md': aPage('Une page', {}, incompressible) })
  mkdirSync(join(dataFolder, 'uploads'), { recursive: true })
  writeFileSync(join(dataFolder, 'uploads/a'), 'a'.repeat(1_000))
  await backUpTo(file, source.server, dataFolder)
})

afterAll(async () => {
  await source.close()
  removeFolder(folder)
})

describe('a file that is not what was written', () => {
  test('cut off anywhere is refused as incomplete', async () => {
    const whole = readFileSync(file)
    for (const share of [0.01, 0.3, 0.7, 0.99]) {
      const path = made('cut.zip', whole.subarray(0, Math.floor(whole.length * share)))
      await expect(opened(path)).rejects.toMatchObject({ code: 'incomplete', detail: { path } })
    }
  })

  test('with one bit flipped is refused, or says what was written all the same', async () => {
    const whole = readFileSync(file)
    const written = await contentOf(file)
    let refused = 0
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(7), async (at, bit) => {
        const flipped = Buffer.from(whole)
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit)
        const path = made('flipped.zip', flipped)
        const content = await contentOf(path).catch(error => {
          expect(error).toMatchObject({ name: 'BackupError' })
          refused += 1
          return written
        })
        expect(content).toEqual(written)
      }),
      { numRuns: 100, seed: 7 },
    )
    // Most of a file is content; the rest are times and attributes of the container, which nobody reads.
    expect(refused).toBeGreaterThan(70)
  })

  test('without one of its entries is refused, and the entry named', async () => {
    const entries = await entriesOf(file)
    for (const name of ['database/network.copy', 'uploads/a', 'checksums.json']) {
      const path = await madeOf(
        'lacking.zip',
        entries.filter(entry => entry.name !== name),
      )
      await expect(opened(path)).rejects.toMatchObject({ code: 'missing-entry', detail: { entry: name } })
    }
  })

  test('with an entry of somebody else is refused', async () => {
    const more = [...(await entriesOf(file)), { name: 'uploads/more', text: 'x' }]
    await expect(opened(await madeOf('more.zip', more))).rejects.toMatchObject({ code: 'damaged' })
  })

  test('with a row changed, and the archive written anew, is refused', async () => {
    const path = await madeOf(
      'changed.zip',
      (await entriesOf(file)).map(entry =>
        entry.name === 'database/network.copy'
          ? { ...entry, text: entry.text.replace('kept', 'lost') }
          : entry,
      ),
    )
    await expect(opened(path)).rejects.toMatchObject({
      code: 'damaged',
      detail: { entry: 'database/network.copy', reason: 'SHA-256' },
    })
  })

  test('that never was a backup is refused', async () => {
    const strangers = [
      made('text.zip', Buffer.from('hello')),
      made('nothing.zip', Buffer.alloc(0)),
      await madeOf('pages.zip', [{ name: 'page.md', text: '# Page' }]),
      await madeOf('other.zip', [{ name: 'manifest.json', text: '{"kind":"other"}' }]),
    ]
    for (const path of strangers) await expect(opened(path)).rejects.toMatchObject({ code: 'not-a-backup' })
    for (const path of [join(folder, 'absent.zip'), folder]) {
      await expect(opened(path)).rejects.toMatchObject({ code: 'unreadable' })
    }
  })

  test('from a later format or a later Cordée is refused with what to install', async () => {
    const later = await withManifest(manifest => ({
      ...manifest,
      format: 2,
      version: '9.0.0',
      tables: 'otherwise',
    }))
    await expect(opened(later)).rejects.toMatchObject({
      code: 'newer-format',
      detail: { format: 2, known: 1, version: '9.0.0' },
    })
    await using target = await emptyTarget(place)
    const backup = await openBackup(file)
    backup.close()
    const { migrations } = backup.manifest
    await expect(restoreInto(target, file, { migrations: [] })).rejects.toMatchObject({
      code: 'newer-cordee',
    })
    const other = migrations.map(migration => ({ ...migration, sql: '', checksum: 'f'.repeat(64) }))
    await expect(restoreInto(target, file, { migrations: other })).rejects.toMatchObject({
      code: 'other-history',
    })
  })
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
    writeFileSync(join(target.dataFolder, 'uploads/erased'), '')
    await restoreInto(target, file, { replace: true })
    expect(await tableContents(target.server)).toEqual(before)
    expect(readdirSync(join(target.dataFolder, 'uploads'))).toEqual(['a'])
    expect(readdirSync(target.dataFolder)).toEqual(['uploads'])
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

  test('whose restore fails stays as it was, rows and files', async () => {
    await using target = await emptyTarget(place)
    await restoreInto(target, file)
    const before = await tableContents(target.server)
    const migrations = [
      ...(await openedManifest()).migrations.map(migration => ({ ...migration, sql: sqlOf(migration.name) })),
      { name: '9001_broken.sql', sql: 'select 1/0', checksum: 'c'.repeat(64) },
    ]
    await expect(restoreInto(target, file, { replace: true, migrations })).rejects.toThrow(/division by zero/)
    expect(await tableContents(target.server)).toEqual(before)
    expect(readdirSync(target.dataFolder)).toEqual(['uploads'])
    expect(readFileSync(join(target.dataFolder, 'uploads/a'), 'utf8')).toBe('a'.repeat(1_000))
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
      await once(child.stdout, 'data')
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect(await tableContents(target.server)).toEqual(before)
      expect(existsSync(join(target.dataFolder, 'uploads'))).toBe(false)
      await restoreInto(target, file)
      expect(await target.query('select slug from network')).toEqual([{ slug: 'kept' }])
      expect(readdirSync(target.dataFolder)).toEqual(['uploads'])
    },
  )

  test('whose restore was killed after the files and before the rows can be restored', async () => {
    await using target = await emptyTarget(place)
    mkdirSync(join(target.dataFolder, 'restoring-x/old'), { recursive: true })
    mkdirSync(join(target.dataFolder, 'uploads'))
    writeFileSync(join(target.dataFolder, 'uploads/a'), 'half')
    await restoreInto(target, file)
    expect(readFileSync(join(target.dataFolder, 'uploads/a'), 'utf8')).toBe('a'.repeat(1_000))
    expect(readdirSync(target.dataFolder)).toEqual(['uploads'])
  })
})

describe('a disk', () => {
  test('that fills up leaves no file, and the connection closed', async () => {
    const path = join(folder, 'full.zip')
    const full = (room: number) =>
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          room -= chunk.length
          done(room < 0 ? Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }) : null)
        },
      })
    for (const room of [0, 3_000]) {
      const write = writeTarget(path, async () => {
        await backUp(source.server, dataFolder, full(room))
      })
      await expect(write).rejects.toMatchObject({ code: 'disk-full', detail: { path } })
    }
    expect(readdirSync(folder).filter(name => name.includes('full'))).toEqual([])
    await expect
      .poll(() => source.asOwner(`select 1 from pg_stat_activity where application_name = 'cordee backup'`))
      .toEqual([])
  })

  test('or folder that cannot be written is said by name; what exists is never written over', async () => {
    const write = (path: string) => backUpTo(path, source.server, dataFolder)
    await expect(write(join(folder, 'absent/b.zip'))).rejects.toMatchObject({ code: 'unwritable' })
    await expect(write(file)).rejects.toMatchObject({ code: 'target-exists', detail: { path: file } })
    expect(statSync(file).size).toBeGreaterThan(0)
  })

  test('a backup given up leaves nothing', async () => {
    const given = new AbortController()
    const path = join(folder, 'given-up.zip')
    const write = writeTarget(path, async output => {
      await backUp(source.server, dataFolder, output, { signal: given.signal, progress: () => given.abort() })
    })
    await expect(write).rejects.toThrow(/abort/i)
    expect(readdirSync(folder).filter(name => name.includes('given-up'))).toEqual([])
  })
})

test('where there is no installation there is nothing to back up', async () => {
  const nowhere = { owner: { ...source.server.owner, database: 'never_made' } }
  await expect(backUp(nowhere, folder, new Writable())).rejects.toMatchObject({ code: 'nothing-to-back-up' })
  await using target = await emptyTarget(place)
  await target.query('drop table schema_migration')
  await expect(backUp(target.server, folder, new Writable())).rejects.toMatchObject({
    code: 'nothing-to-back-up',
  })
})

function made(name: string, bytes: Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  truncateSync(path, bytes.length)
  return path
}

/** Opens and verifies, as everyone does who is about to restore. */
async function opened(path: string): Promise<void> {
  const backup = await openBackup(path)
  try {
    await verify(backup)
  } finally {
    backup.close()
  }
}

async function openedManifest() {
  const backup = await openBackup(file)
  backup.close()
  return backup.manifest
}

function sqlOf(migration: string): string {
  return readFileSync(fileURLToPath(new URL(`../../migrations/${migration}`, import.meta.url)), 'utf8')
}

async function contentOf(path: string): Promise<string[]> {
  const backup = await openBackup(path)
  try {
    const content = [JSON.stringify(backup.manifest)]
    for (const entry of [...backup.tables.map(table => table.entry), ...backup.files]) {
      for await (const chunk of backup.read(entry))
        content.push(`${entry.name} ${(chunk as Buffer).toString('base64')}`)
    }
    return content
  } finally {
    backup.close()
  }
}

interface Entry {
  name: string
  text: string
}

/** With ordinary means: what a backup holds can be had without Cordée. */
async function entriesOf(path: string): Promise<Entry[]> {
  const yauzl = await import('yauzl')
  const zip = await yauzl.openPromise(path, { autoClose: false, lazyEntries: true })
  const entries: Entry[] = []
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = []
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer)
    entries.push({ name: entry.fileName, text: Buffer.concat(chunks).toString('utf8') })
  }
  zip.close()
  return entries
}

async function madeOf(name: string, entries: Entry[]): Promise<string> {
  const path = join(folder, `${entries.length}-${name}`)
  removeFolder(path)
  await writeTarget(path, output =>
    writeArchive(
      (async function* (): AsyncGenerator<NewEntry> {
        for (const { name, text } of entries) {
          const content = (async function* () {
            yield Buffer.from(text)
          })()
          yield { name, content, modified: new Date() }
        }
      })(),
      output,
    ),
  )
  return path
}

async function withManifest(change: (manifest: Record<string, unknown>) => unknown): Promise<string> {
  const entries = await entriesOf(file)
  return madeOf(
    'manifest.zip',
    entries.map(entry =>
      entry.name === 'manifest.json'
        ? { ...entry, text: JSON.stringify(change(JSON.parse(entry.text))) }
        : entry,
    ),
  )
}
