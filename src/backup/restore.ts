import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Backup } from '#/backup/archive-reader.ts'
import type { DataPlace } from '#/backup/create.ts'
import { countStoredFiles, openStaging } from '#/backup/folders.ts'
import { isPreview, keyOfEntry } from '#/backup/format.ts'
import { endInterrupted, loadRows } from '#/backup/load.ts'
import { BackupError, readProblem, systemCode, writeProblem } from '#/backup/problem.ts'
import { applyAll, emptySchema, partMigrations } from '#/backup/schema.ts'
import { settleText } from '#/backup/tables.ts'
import type { Server } from '#db/installation.ts'
import { type Migration, readMigrations } from '#db/migrate.ts'

export interface Occupation {
  /** By their name in the address. */
  networks: string[]
  files: number
}

export interface RestoreOptions extends DataPlace {
  /** Whether what is there may be erased. Without it a target that is not empty is refused. */
  replace: boolean
  progress?: (phase: 'load', bytes: number) => void
  migrations?: Migration[]
}

export interface RestoreSummary {
  networks: string[]
  tables: { name: string; rows: number }[]
  rows: number
  files: number
  /** Applied after the rows were in place, because this Cordée is newer than the backup. */
  migrated: string[]
}

/** Can this backup be restored by this program at all? @throws BackupError newer-cordee, other-history */
export function refuseUnknownHistory(backup: Backup, migrations = readMigrations()): void {
  partMigrations(backup.manifest, migrations)
}

/**
 * A database of yours that holds tables, and none of Cordée's, was named by mistake: to be asked before the schema is
 * made in it.
 * @throws BackupError foreign-database
 */
export async function refuseForeign(server: Pick<Server, 'owner'>): Promise<void> {
  const client = await connect(server)
  try {
    const { rows } = await client.query<{ ours: boolean; tables: string | null }>(
      `select to_regclass('public.schema_migration') is not null as ours,
         string_agg(relname, ', ' order by relname) as tables
       from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
         and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e')`,
    )
    const { ours, tables } = rows[0] ?? {}
    if (!ours && tables) throw new BackupError('foreign-database', { tables })
  } finally {
    await client.end()
  }
}

/** What a restore into this installation would erase. */
export async function occupation(server: Pick<Server, 'owner'>, place: DataPlace): Promise<Occupation> {
  const client = await connect(server)
  try {
    return await occupationOf(client, place)
  } finally {
    await client.end()
  }
}

/**
 * Puts a backup in the place of the installation, in one transaction: the schema as it was then, the rows, the newer
 * migrations. Until it commits nobody sees a change, and a program killed on the way leaves everything as it was.
 * The backup should have been verified; it is verified again while it is read.
 *
 * The files are put in place by renames just before the commit: killed between the two, an empty installation can be
 * restored again, and one to be replaced still has its files in the folder `restoring-…/old` of the data folder.
 * @param server its roles and database exist and its schema is that of this program: see prepareServer()
 * @throws BackupError running, occupied, newer-cordee, other-history, unloadable, damaged, disk-full
 */
export async function restore(
  server: Pick<Server, 'owner'>,
  backup: Backup,
  options: RestoreOptions,
): Promise<RestoreSummary> {
  const { before, since } = partMigrations(backup.manifest, options.migrations ?? readMigrations())
  const { dataFolder } = options
  const client = await connect(server)
  try {
    // Held to the end: a server or worker that starts meanwhile brings its schema up to date first, and waits here.
    await client.query('select pg_advisory_lock(4207001)')
    await refuseRunning(client)
    const found = await occupationOf(client, options)
    if (!options.replace && (found.networks.length > 0 || found.files > 0)) {
      throw new BackupError('occupied', { networks: found.networks.join(', '), files: found.files })
    }
    let committed = false
    const staging = await openStaging(options).catch(error => {
      throw writeProblem(error, dataFolder)
    })
    try {
      let bytes = 0
      const progress = (more: number) => {
        bytes += more
        options.progress?.('load', bytes)
      }
      await client.query('begin')
      await settleText(client)
      await emptySchema(client)
      await applyAll(client, before)
      await loadRows(client, backup, progress)
      await applyAll(client, since)
      await endInterrupted(client)
      let files = 0
      for (const file of backup.files) {
        const key = keyOfEntry(file.name)
        if (key !== null) {
          await staging.add(key, backup.read(file), backup.modified(file)).catch(error => {
            throw writeProblem(error, dataFolder)
          })
          if (!isPreview(key)) files += 1
        }
        progress(file.bytes)
      }
      const networks = await networksOf(client)
      await staging.place()
      await client.query('commit')
      committed = true
      // Fresh tables have no statistics, and the first searches would be planned blindly.
      await client.query('analyze').catch(() => undefined)
      return {
        networks,
        tables: backup.tables.map(({ name, rows }) => ({ name, rows })),
        rows: backup.tables.reduce((sum, { rows }) => sum + rows, 0),
        files,
        migrated: since.map(({ name }) => name),
      }
    } catch (error) {
      await client.query('rollback').catch(() => undefined)
      if (!committed) await staging.putBack()
      throw outOfRoom(error)
    } finally {
      await staging.clear()
    }
  } finally {
    await client.end().catch(() => undefined)
  }
}

/**
 * Other connections to the database, by the name they give themselves or the application's role: a server or worker
 * has some at all times. An idle one of a command just ended is given a moment to go.
 */
async function refuseRunning(client: pg.Client): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const { rows } = await client.query<{ program: string }>(
      `select distinct format('%s (%s)', coalesce(nullif(application_name, ''), '?'), usename) as program
       from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()
         and (application_name like 'cordee%' or usename = 'cordee_app')
       order by 1`,
    )
    if (rows.length === 0) return
    if (attempt === 5) throw new BackupError('running', { programs: rows.map(row => row.program).join(', ') })
    await pause(200)
  }
}

async function occupationOf(client: pg.Client, place: DataPlace): Promise<Occupation> {
  const files = await countStoredFiles(place).catch(error => {
    throw readProblem(error, place.dataFolder)
  })
  return { networks: await networksOf(client), files }
}

async function networksOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ slug: string }>('select slug from public.network order by slug')
  return rows.map(row => row.slug)
}

/** The disk of the database, which may be another machine's: disk_full, class 53 of PostgreSQL's error codes. */
function outOfRoom(error: unknown): unknown {
  if (systemCode(error) !== '53100') return error
  return new BackupError('disk-full', { path: 'PostgreSQL', reason: (error as Error).message }, error)
}

async function connect(server: Pick<Server, 'owner'>): Promise<pg.Client> {
  const client = new pg.Client({ ...server.owner, application_name: 'cordee restore' })
  // A connection that breaks also fails the query at work on it, which says so.
  client.on('error', () => undefined)
  await client.connect()
  return client
}
