import type { Writable } from 'node:stream'
import pg from 'pg'
import { type CopyToStreamQuery, to as copyTo } from 'pg-copy-streams'
import { type NewEntry, summed, writeArchive } from '#/backup/archive-writer.ts'
import {
  backupFormat,
  type Checksum,
  checksumsName,
  fileEntry,
  type Manifest,
  manifestName,
  tableEntry,
} from '#/backup/format.ts'
import { BackupError, systemCode } from '#/backup/problem.ts'
import { columnList, readSequences, readTables, settleText } from '#/backup/tables.ts'
import type { Server } from '#db/installation.ts'
import { version } from '#kernel/version.ts'
import { objectKeys, type Storage } from '#platform/files/storage.ts'

export interface BackupSummary {
  tables: number
  rows: number
  files: number
  /** Keys of what the storage did not give back, or not as it was received. The rest of the backup is whole. */
  missing: string[]
  /** Before compression. */
  bytes: number
  createdAt: string
}

/** Where the data of an installation is that is not in its database. */
export interface DataPlace {
  dataFolder: string
  storage: Storage
}

export interface BackupOptions {
  /** Bytes read so far, before compression. */
  progress?: (bytes: number) => void
  signal?: AbortSignal
}

/**
 * Writes everything the installation knows to `output`, as it was at one moment, while others go on working: all
 * tables are read in one snapshot, and the files its rows speak of are kept from removal until they have been read.
 * @throws BackupError nothing-to-back-up, hidden-rows, circular-tables; what `output` throws
 */
export async function backUp(
  server: Pick<Server, 'owner'>,
  place: DataPlace,
  output: Writable,
  options: BackupOptions = {},
): Promise<BackupSummary> {
  const client = new pg.Client({ ...server.owner, application_name: 'cordee backup' })
  // A connection that breaks also fails the query at work on it, which says so.
  client.on('error', () => undefined)
  await client.connect().catch(error => {
    if (systemCode(error) === '3D000')
      throw new BackupError('nothing-to-back-up', { where: place.dataFolder }, error)
    throw error
  })
  try {
    const manifest = await openSnapshot(client, place.dataFolder)
    const checksums: Checksum[] = []
    const found: Found = { files: 0, missing: [] }
    const entries = counted(everything(client, manifest, place.storage, checksums, found), options.progress)
    await writeArchive(entries, output, options.signal)
    return {
      tables: manifest.tables.length,
      rows: checksums.reduce((sum, { rows = 0 }) => sum + rows, 0),
      ...found,
      bytes: checksums.reduce((sum, { bytes }) => sum + bytes, 0),
      createdAt: manifest.createdAt,
    }
  } finally {
    // In the midst of a COPY this closes the connection, and the server forgets the transaction.
    await client.end().catch(() => undefined)
  }
}

/**
 * Begins the transaction in which everything is read. Under the lock of migrations while the tables are found and
 * locked against change of their form: none can slip in between, and none is kept waiting for the whole backup
 * unless it changes one of these tables.
 */
async function openSnapshot(client: pg.Client, dataFolder: string): Promise<Manifest> {
  // Held until the connection ends: whoever removes a file looks for it. See noBackupUnderWay() of the files.
  await client.query('select pg_advisory_lock_shared(4207007)')
  await client.query('select pg_advisory_lock_shared(4207001)')
  await client.query('begin isolation level repeatable read read only')
  await settleText(client)
  const known = await client.query<{ known: boolean }>(
    `select to_regclass('public.schema_migration') is not null as known`,
  )
  if (!known.rows[0]?.known) throw new BackupError('nothing-to-back-up', { where: dataFolder })
  const tables = await readTables(client)
  for (const table of tables) {
    await client.query(`lock table ${columnList(client, table).table} in access share mode`)
  }
  const migrations = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from public.schema_migration order by name',
  )
  const { rows } = await client.query<{ postgres: string; now: Date }>(
    `select current_setting('server_version') as postgres, now() as now`,
  )
  const sequences = await readSequences(client)
  await client.query('select pg_advisory_unlock_shared(4207001)')
  return {
    kind: 'cordee-backup',
    format: backupFormat,
    version,
    postgres: rows[0]?.postgres ?? '',
    createdAt: (rows[0]?.now ?? new Date()).toISOString(),
    migrations: migrations.rows,
    tables: tables.map(({ name, columns }) => ({ name, columns })),
    sequences,
  }
}

async function* everything(
  client: pg.Client,
  manifest: Manifest,
  storage: Storage,
  checksums: Checksum[],
  found: Found,
): AsyncGenerator<NewEntry> {
  const modified = new Date(manifest.createdAt)
  const add = (name: string, content: AsyncIterable<Buffer>, at: Date, rows?: () => number): NewEntry => ({
    name,
    modified: at,
    content: summed(content, sum => checksums.push({ name, ...sum, ...(rows && { rows: rows() }) })),
  })
  yield add(manifestName, text(manifest), modified)
  for (const table of manifest.tables) {
    const { table: name, columns } = columnList(client, table)
    // A query, not the table itself: PostgreSQL copies a table under row-level security only so.
    const rows = copyTo(`copy (select ${columns} from ${name}) to stdout`)
    yield add(tableEntry(table.name), rowsOf(client, rows), modified, () => rows.rowCount)
  }
  // A schema older than this program may be without files.
  const hasFiles = manifest.tables.some(table => table.name === 'file')
  for await (const file of hasFiles ? filesOf(client) : []) {
    for (const [index, key] of objectKeys(file).entries()) {
      const content = await storage.get(key)
      if (content) {
        yield add(fileEntry(key), content, file.createdAt)
        if (index === 0) found.files += 1
      }
      // The row knows the sum of the file itself, which comes before its previews.
      if (!content || (index === 0 && checksums.at(-1)?.sha256 !== file.sha256)) found.missing.push(key)
    }
  }
  yield { name: checksumsName, modified, content: text({ entries: checksums }) }
}

interface Found {
  files: number
  missing: string[]
}

interface KnownFile {
  networkId: string
  id: string
  isImage: boolean
  sha256: string
  createdAt: Date
}

/** Those of the snapshot, a few at a time. */
async function* filesOf(client: pg.Client): AsyncGenerator<KnownFile> {
  await client.query(`
    declare known_files no scroll cursor for
    select network_id as "networkId", id, width is not null as "isImage", encode(sha256, 'hex') as sha256,
      created_at as "createdAt"
    from public.file where state = 'ready' order by network_id, id`)
  for (;;) {
    const { rows } = await client.query<KnownFile>('fetch 500 from known_files')
    yield* rows
    if (rows.length === 0) return
  }
}

/** The query is sent when its rows are asked for, not while those of the table before are still coming. */
async function* rowsOf(client: pg.Client, query: CopyToStreamQuery): AsyncGenerator<Buffer> {
  yield* client.query(query)
  // Their number comes after the last of them, and before the answer to anything asked next.
  await client.query('select')
}

async function* text(value: unknown): AsyncGenerator<Buffer> {
  yield Buffer.from(`${JSON.stringify(value, null, 2)}\n`)
}

async function* counted(
  entries: AsyncIterable<NewEntry>,
  progress: BackupOptions['progress'],
): AsyncGenerator<NewEntry> {
  let bytes = 0
  for await (const entry of entries) {
    const content = entry.content
    yield {
      ...entry,
      content: (async function* () {
        for await (const chunk of content) {
          bytes += chunk.length
          progress?.(bytes)
          yield chunk
        }
      })(),
    }
  }
}
