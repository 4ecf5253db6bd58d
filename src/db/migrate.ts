import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { projectFolder } from '#kernel/project.ts'

export interface Migration {
  name: string
  sql: string
  checksum: string
}

/** The code names the message `migration.<code>`, which the detail fills. */
export class MigrationError extends Error {
  override name = 'MigrationError'
  readonly code: 'ahead' | 'changed' | 'failed'
  readonly detail: { name: string; reason: string }

  constructor(code: MigrationError['code'], name: string, reason = '', cause?: unknown) {
    super(`${code}: ${name} ${reason}`.trim(), { cause })
    this.code = code
    this.detail = { name, reason }
  }
}

/** The one ordered, forward-only history, as plain SQL files. */
export function readMigrations(folder = join(projectFolder, 'migrations')): Migration[] {
  return readdirSync(folder)
    .filter(name => /^\d{4}_[a-z0-9_]+\.sql$/.test(name))
    .sort()
    .map(name => {
      const sql = readFileSync(join(folder, name), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

/**
 * Applies what is missing, each file in a transaction of its own, under a lock so that processes started together
 * do not race. `client` is connected as the owner.
 * @returns the names applied now
 * @throws MigrationError when a file already applied has changed since, or the database is ahead of the program
 */
export async function migrate(client: pg.ClientBase, migrations = readMigrations()): Promise<string[]> {
  await client.query('select pg_advisory_lock(4207001)')
  try {
    await client.query(
      'create table if not exists schema_migration (name text primary key, checksum text not null, applied_at timestamptz not null default now())',
    )
    await client.query('grant select on schema_migration to cordee_app')
    const pending = pendingOf(migrations, await applied(client))
    for (const migration of pending) await apply(client, migration)
    return pending.map(migration => migration.name)
  } finally {
    await client.query('select pg_advisory_unlock(4207001)')
  }
}

/** @returns the migrations that the database lacks, without applying them */
export async function pendingMigrations(
  client: pg.ClientBase | pg.Pool,
  migrations = readMigrations(),
): Promise<string[]> {
  const known = await client.query(`select to_regclass('schema_migration') is not null as known`)
  if (!known.rows[0]?.known) return migrations.map(migration => migration.name)
  return pendingOf(migrations, await applied(client)).map(migration => migration.name)
}

async function applied(client: pg.ClientBase | pg.Pool): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migration',
  )
  return new Map(rows.map(row => [row.name, row.checksum]))
}

function pendingOf(migrations: Migration[], done: Map<string, string>): Migration[] {
  const known = new Set(migrations.map(migration => migration.name))
  const ahead = [...done.keys()].filter(name => !known.has(name))
  if (ahead.length > 0) throw new MigrationError('ahead', ahead.join(', '))
  for (const migration of migrations) {
    const checksum = done.get(migration.name)
    if (checksum !== undefined && checksum !== migration.checksum)
      throw new MigrationError('changed', migration.name)
  }
  return migrations.filter(migration => !done.has(migration.name))
}

async function apply(client: pg.ClientBase, migration: Migration): Promise<void> {
  try {
    await client.query(`begin;\n${migration.sql}`)
    await client.query('insert into schema_migration (name, checksum) values ($1, $2)', [
      migration.name,
      migration.checksum,
    ])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback')
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MigrationError('failed', migration.name, reason, cause)
  }
}
