import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openBackup, verify } from '#/backup/archive-reader.ts'
import { type NewEntry, writeArchive } from '#/backup/archive-writer.ts'
import { backUp } from '#/backup/create.ts'
import { writeTarget } from '#/backup/target-file.ts'
import {
  backUpTo,
  emptyTarget,
  placeAt,
  removeFolder,
  restoreInto,
  tableContents,
  temporaryFolder,
} from '#/backup/testing.ts'
import { objectKey } from '#platform/files/storage.ts'
import { aFile } from '#platform/files/testing.ts'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { aNetwork, aPage, somePages } from '../../test/factories.ts'

const place = inject('postgres')
const folder = temporaryFolder()
const dataFolder = join(folder, 'data')
const file = join(folder, 'backup.zip')
let source: TestDatabase
/** The entry of a file. */
let stored: string
// So that most of the file is content.
const incompressible = Array.from({ length: 300 }, (_, n) =>
  createHash('sha256').update(`${n}`).digest('hex'),
).join(' ')

beforeAll(async () => {
  source = await testDatabase()
  const network = await aNetwork(source, { slug: 'kept' })
  await somePages(source, network, { 'one.md': aPage('Une page', {}, incompressible) })
  const kept = await aFile(source.db, placeAt(dataFolder).storage, network.id, {
    content: 'a'.repeat(1_000),
    attached: true,
  })
  stored = `files/${objectKey(network.id, kept.id)}`
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
    expect(refused).toBeGreaterThan(40)
  })

  test('without one of its entries is refused, and the entry named', async () => {
    const entries = await entriesOf(file)
    for (const name of ['database/network.copy', stored, 'checksums.json']) {
      const path = await madeOf(
        'lacking.zip',
        entries.filter(entry => entry.name !== name),
      )
      await expect(opened(path)).rejects.toMatchObject({ code: 'missing-entry', detail: { entry: name } })
    }
  })

  test('with an entry of somebody else is refused', async () => {
    const more = [...(await entriesOf(file)), { name: 'files/more', text: 'x' }]
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
        await backUp(source.server, placeAt(dataFolder), full(room))
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

  test('where restored files cannot be written is said by name, and no row is kept', async () => {
    await using target = await emptyTarget(place)
    const before = await tableContents(target.server)
    const under = { server: target.server, dataFolder: join(file, 'data') }
    await expect(restoreInto(under, file)).rejects.toMatchObject({
      code: expect.stringMatching(/^un(read|writ)able$/),
    })
    const path = join(target.dataFolder, 'data')
    writeFileSync(path, '')
    await expect(restoreInto({ ...under, dataFolder: path }, file)).rejects.toMatchObject({
      detail: { path },
    })
    expect(await tableContents(target.server)).toEqual(before)
  })

  test('a backup given up leaves nothing', async () => {
    const given = new AbortController()
    const path = join(folder, 'given-up.zip')
    const write = writeTarget(path, async output => {
      await backUp(source.server, placeAt(dataFolder), output, {
        signal: given.signal,
        progress: () => given.abort(),
      })
    })
    await expect(write).rejects.toThrow(/abort/i)
    expect(readdirSync(folder).filter(name => name.includes('given-up'))).toEqual([])
  })
})

test('where there is no installation there is nothing to back up', async () => {
  const nowhere = { owner: { ...source.server.owner, database: 'never_made' } }
  await expect(backUp(nowhere, placeAt(folder), new Writable())).rejects.toMatchObject({
    code: 'nothing-to-back-up',
  })
  await using target = await emptyTarget(place)
  await target.query('drop table schema_migration')
  await expect(backUp(target.server, placeAt(folder), new Writable())).rejects.toMatchObject({
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
