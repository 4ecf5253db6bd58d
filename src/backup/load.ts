import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Backup } from '#/backup/archive-reader.ts'
import { BackupError } from '#/backup/problem.ts'
import { columnList, readTables } from '#/backup/tables.ts'

/**
 * Puts the rows of a backup into tables of the same form, within the caller's transaction; what migrations had put
 * there gives way.
 *
 * PostgreSQL refuses COPY FROM where row-level security applies, and here it is forced on the owner too. It is taken
 * off the owner for the time of the transaction, which nobody else can see: that needs no superuser, so it serves the
 * embedded server and yours alike, and each row is written once, which a detour through a staging table would not.
 * @throws BackupError unloadable, damaged
 */
export async function loadRows(
  client: pg.ClientBase,
  backup: Backup,
  progress: (bytes: number) => void,
): Promise<void> {
  const known = new Map((await readTables(client)).map(table => [table.name, new Set(table.columns)]))
  for (const { name, columns } of backup.tables) {
    const there = known.get(name)
    const missing = columns.filter(column => !there?.has(column))
    if (there && missing.length === 0) continue
    // In the words of PostgreSQL, which would say so in the midst of it.
    const reason = there ? `no column ${missing.join(', ')}` : `relation "${name}" does not exist`
    throw new BackupError('unloadable', { table: name, reason })
  }
  const forced = await forcedTables(client)
  for (const table of forced) await client.query(`alter table ${table} no force row level security`)
  const all = [...known.keys()].map(name => columnList(client, { name, columns: [] }).table)
  if (all.length > 0) await client.query(`truncate ${all.join(', ')}`)
  for (const table of backup.tables) await loadTable(client, backup, table, progress)
  for (const { name, value, called } of backup.manifest.sequences) {
    await client.query('select setval($1::regclass, $2, $3)', [
      `public.${client.escapeIdentifier(name)}`,
      value,
      called,
    ])
  }
  for (const table of forced) await client.query(`alter table ${table} force row level security`)
}

/** What was being imported, or waited for it, was in the queue, which is not kept: it is to be asked for again. */
export async function endInterrupted(client: pg.ClientBase): Promise<void> {
  await client.query(`
    update commons_import set state = 'failed', failure = '{"code": "interrupted", "detail": {}}', finished_at = now()
    where state in ('waiting', 'running')`)
  // A copy must not write to the receivers of the original.
  await client.query(
    `update webhook_delivery set state = 'failed', error = 'switched-off' where state = 'waiting'`,
  )
  await client.query(
    `update mail_message set state = 'cancelled', secrets = null where state in ('waiting', 'held')`,
  )
}

async function loadTable(
  client: pg.ClientBase,
  backup: Backup,
  table: Backup['tables'][number],
  progress: (bytes: number) => void,
): Promise<void> {
  const { table: name, columns } = columnList(client, table)
  const target = client.query(copyFrom(`copy ${name} (${columns}) from stdin`))
  try {
    await pipeline(backup.read(table.entry), counted(progress), target)
  } catch (error) {
    // 22: data, 23: constraints. The rows are as they were written, so it is the table that does not take them.
    const code = (error as { code?: unknown }).code
    if (typeof code !== 'string' || !/^2[23]\w{3}$/.test(code)) throw error
    throw new BackupError('unloadable', { table: table.name, reason: (error as Error).message }, error)
  }
  if (target.rowCount !== table.rows) {
    const reason = `${target.rowCount} ≠ ${table.rows}`
    throw new BackupError('damaged', { path: backup.path, entry: table.entry.name, reason })
  }
}

function counted(
  progress: (bytes: number) => void,
): (content: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
  return async function* (content) {
    for await (const chunk of content) {
      progress(chunk.length)
      yield chunk
    }
  }
}

async function forcedTables(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relforcerowsecurity`,
  )
  return rows.map(row => row.name)
}
