import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { openBackup, verify } from '#/backup/archive-reader.ts'
import { type BackupSummary, backUp, type DataPlace } from '#/backup/create.ts'
import { type RestoreOptions, type RestoreSummary, restore } from '#/backup/restore.ts'
import { writeTarget } from '#/backup/target-file.ts'
import type { Server } from '#db/installation.ts'
import { type Migration, migrate } from '#db/migrate.ts'
import { appRole, ownerRole } from '#db/roles.ts'
import { openStorage, type Storage } from '#platform/files/storage.ts'

/** For tests: a database nobody is connected to, with the schema of the migrations given and nothing in it. */
export interface EmptyDatabase {
  server: Server
  name: string
  query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>
  close(): Promise<void>
}

/** The server of the tests, and a database of it which holds the schema of all migrations and nothing else. */
interface Place {
  host: string
  port: number
  migrated: string
}

export async function emptyDatabase(
  { migrated, ...place }: Place,
  migrations?: Migration[],
): Promise<EmptyDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`
  const root = { ...place, user: 'postgres', database: 'postgres' }
  const copied = migrations ? '' : `template ${migrated}`
  await withClient(root, client => client.query(`create database ${name} owner ${ownerRole} ${copied}`))
  const server: Server = {
    kind: 'embedded',
    app: { ...place, database: name, user: appRole },
    owner: { ...place, database: name, user: ownerRole },
    stop: async () => undefined,
  }
  if (migrations) await withClient(server.owner, client => migrate(client, migrations))
  return {
    server,
    name,
    query: async sql => (await withClient(server.owner, client => client.query(sql))).rows,
    close: async () => {
      await withClient(root, client => client.query(`drop database if exists ${name} with (force)`))
    },
  }
}

/** The same with a data folder of its own, both gone at the end of the test. */
export interface Target extends EmptyDatabase {
  dataFolder: string
  [Symbol.asyncDispose](): Promise<void>
}

export async function emptyTarget(place: Place, migrations?: Migration[]): Promise<Target> {
  const database = await emptyDatabase(place, migrations)
  const data = temporaryFolder()
  return {
    ...database,
    dataFolder: data,
    async [Symbol.asyncDispose]() {
      await database.close()
      removeFolder(data)
    },
  }
}

/** As the command does: opened, verified, restored. */
export async function restoreInto(
  target: Pick<Target, 'server' | 'dataFolder'>,
  path: string,
  options: Partial<RestoreOptions> = {},
): Promise<RestoreSummary> {
  const backup = await openBackup(path)
  try {
    await verify(backup)
    return await restore(target.server, backup, {
      ...placeAt(target.dataFolder),
      replace: false,
      ...options,
    })
  } finally {
    backup.close()
  }
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'cordee-backup-'))
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

export async function backUpTo(
  path: string,
  server: Pick<Server, 'owner'>,
  dataFolder: string,
  storage: Storage = placeAt(dataFolder).storage,
): Promise<BackupSummary> {
  let summary: BackupSummary | undefined
  await writeTarget(path, async output => {
    summary = await backUp(server, { dataFolder, storage }, output)
  })
  if (!summary) throw new Error('nothing was written')
  return summary
}

/** Files in the data folder itself. */
export function placeAt(dataFolder: string): DataPlace {
  return { dataFolder, storage: openStorage({ dataFolder, s3: undefined }) }
}

/** Every table of the schema as COPY writes it, its rows in one order. */
export async function tableContents(server: Pick<Server, 'owner'>): Promise<Record<string, string>> {
  return withClient(server.owner, async client => {
    const { rows } = await client.query<{ name: string }>(
      `select relname as name from pg_class
       where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'rate_limit' order by 1`,
    )
    const contents: Record<string, string> = {}
    for (const { name } of rows) {
      const chunks: Buffer[] = []
      await pipeline(
        client.query(copyTo(`copy (select * from ${name} r order by r::text) to stdout`)),
        async source => {
          for await (const chunk of source) chunks.push(chunk as Buffer)
        },
      )
      contents[name] = Buffer.concat(chunks).toString('utf8')
    }
    return contents
  })
}

/** The form of the schema: columns, constraints, indexes, policies, functions, rights. */
export async function schemaForm(server: Pick<Server, 'owner'>): Promise<string[]> {
  return withClient(server.owner, async client => {
    const { rows } = await client.query<{ line: string }>(`
      select format('%s.%s %s %s %s', relname, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)) as line
      from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0
      left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where relnamespace = 'public'::regnamespace and relkind = 'r'
      union all select format('%s forced %s %s', relname, relrowsecurity, relforcerowsecurity) from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r'
      union all select format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'public'::regnamespace
      union all select indexdef from pg_indexes where schemaname = 'public'
      union all select format('%s %s %s %s %s', tablename, policyname, roles, qual, with_check) from pg_policies
      union all select pg_get_functiondef(oid) from pg_proc where proname like 'app\\_%' or proname like 'commons\\_%'
      union all select format('%s %s', cfgname, cfgnamespace::regnamespace) from pg_ts_config where cfgname like 'cordee%'
      union all select format('%s %s', relname, relacl) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
      union all select nspacl::text from pg_namespace where nspname = 'public'
      order by 1`)
    return rows.map(row => row.line)
  })
}

export async function withClient<T>(
  connection: pg.ClientConfig,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
