import type { Writable } from 'node:stream'
import pg from 'pg'
import { type CopyToStreamQuery, to as copyTo } from 'pg-copy-streams'
import { type NewEntry, summed, writeArchive } from '#/backup/archive-writer.ts'
import { openStored, storedFiles } from '#/backup/folders.ts'
import {
  backupFormat,
  type Checksum,
  checksumsName,
  type Manifest,
  manifestName,
  tableEntry,
} from '#/backup/format.ts'
import { BackupError, systemCode } from '#/backup/problem.ts'
import { columnList, readSequences, readTables, settleText } from '#/backup/tables.ts'
import type { Server } from '#db/installation.ts'
import { version } from '#kernel/version.ts'

export interface BackupSummary {
  tables: number
  rows: number
  files: number
  /** Before compression. */
  bytes: number
  createdAt: string
}

export interface BackupOptions {
  /** Bytes read so far, before compression. */
  progress?: (bytes: number) => void
  signal?: AbortSignal
}

/**
 * Writes everything the installation knows to `output`, as it was at one moment, while others go on working: all
 * tables are read in one snapshot. Files are listed after it, so that none a row speaks of is missed.
 * @throws BackupError nothing-to-back-up, hidden-rows, circular-tables; what `output` throws
 */
export async function backUp(
  server: Pick<Server, 'owner'>,
  dataFolder: string,
  output: Writable,
  options: BackupOptions = {},
): Promise<BackupSummary> {
  const client = new pg.Client({ ...server.owner, application_name: 'cordee backup' })
  // A connection that breaks also fails the query at work on it, which says so.
  client.on('error', () => undefined)
  await client.connect().catch(error => {
    if (systemCode(error) === '3D000')
      throw new BackupError('nothing-to-back-up', { where: dataFolder }, error)
    throw error
  })
  try {
    const manifest = await openSnapshot(client, dataFolder)
    const checksums: Checksum[] = []
    const entries = counted(everything(client, manifest, dataFolder, checksums), options.progress)
    await writeArchive(entries, output, options.signal)
    return {
      tables: manifest.tables.length,
      rows: checksums.reduce((sum, { rows = 0 }) => sum + rows, 0),
      files: checksums.filter(({ name, rows }) => rows === undefined && name !== manifestName).length,
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
  dataFolder: string,
  checksums: Checksum[],
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
  for await (const file of storedFiles(dataFolder)) {
    const opened = await openStored(file)
    if (opened) yield add(file.name, opened.content, opened.modified)
  }
  yield { name: checksumsName, modified, content: text({ entries: checksums }) }
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
