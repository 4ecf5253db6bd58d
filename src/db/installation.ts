import pg from 'pg'
import { type Database, openDatabase } from '#db/database.ts'
import { findRunning, openEmbedded } from '#db/embedded/index.ts'
import { migrate } from '#db/migrate.ts'
import { appPassword, appRole, ensureAppRole, ensureOwnerRole, ownerRole } from '#db/roles.ts'
import type { Config } from '#kernel/config.ts'

/** Where the database is, for each of the roles that work on it. */
export interface Server {
  kind: 'embedded' | 'external'
  app: pg.PoolConfig
  owner: pg.PoolConfig
  /** Ends what this process started; a server found running goes on. */
  stop(): Promise<void>
}

export type Notice = (event: string, detail?: Record<string, unknown>) => void

const databaseName = 'cordee'

/**
 * Finds or starts the database server.
 * @param hold true for a process that serves: it owns the data folder, and is refused when another holds it.
 *   Others use the server that runs, or start it for as long as they work.
 */
export async function openServer(
  config: Config,
  options: { hold: boolean; notice?: Notice },
): Promise<Server> {
  if (config.databaseUrl) return externalServer(config.databaseUrl, config.databaseAppUrl)
  const running = options.hold ? null : await findRunning(config.dataFolder)
  if (running) return embeddedServer(running, async () => undefined)
  const started = await openEmbedded({
    dataDir: config.dataFolder,
    log: line =>
      options.notice?.(line.event, typeof line.detail === 'object' ? { ...line.detail } : undefined),
  })
  return embeddedServer(started, () => started.stop())
}

/** Brings roles, database and schema to what this program needs. Does nothing when they are. */
export async function prepareServer(server: Server, notice?: Notice): Promise<string[]> {
  if (server.kind === 'embedded') await prepareEmbedded(server)
  return asOwner(server, async client => {
    if (server.kind === 'external') await prepareExternal(server, client)
    const names = await migrate(client)
    for (const name of names) notice?.('migrated', { name })
    return names
  })
}

export function openApp(server: Server, poolSize: number): Database {
  return openDatabase(server.app, poolSize)
}

/** One connection as the owner of the schema, for what the application's role must not do. */
export async function asOwner<T>(server: Server, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return withClient(server.owner, work)
}

function embeddedServer(
  place: { socketDir: string; port: number; password?: string },
  stop: () => Promise<void>,
): Server {
  const base = { host: place.socketDir, port: place.port, database: databaseName, password: place.password }
  return { kind: 'embedded', app: { ...base, user: appRole }, owner: { ...base, user: ownerRole }, stop }
}

function externalServer(ownerUrl: string, appUrl: string | undefined): Server {
  const owner = new URL(ownerUrl)
  const derived = new URL(ownerUrl)
  derived.username = appRole
  derived.password = appPassword(decodeURIComponent(owner.password))
  return {
    kind: 'external',
    owner: { connectionString: ownerUrl },
    app: { connectionString: appUrl ?? derived.href },
    stop: async () => undefined,
  }
}

async function prepareEmbedded(server: Server): Promise<void> {
  await withClient({ ...server.owner, user: 'postgres', database: 'postgres' }, async client => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName])
    if (rowCount) return
    await ensureOwnerRole(client)
    await ensureAppRole(client, null)
    await client.query(`create database ${databaseName} owner ${ownerRole}`)
  })
}

async function prepareExternal(server: Server, client: pg.Client): Promise<void> {
  const password = new pg.Client(server.app).password
  const { rows } = await client.query('select rolcanlogin from pg_roles where rolname = $1', [appRole])
  if (rows[0]?.rolcanlogin && (await canConnect(server.app))) return
  await ensureAppRole(client, typeof password === 'string' ? password : null)
}

async function canConnect(connection: pg.PoolConfig): Promise<boolean> {
  return withClient(connection, async () => true).catch(() => false)
}

async function withClient<T>(connection: pg.PoolConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connection)
  // What is asked of a broken connection is rejected; the break itself, unheard, would end the process.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
