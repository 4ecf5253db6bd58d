import { randomBytes } from 'node:crypto'
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

/**
 * A database of yours that cannot be worked on safely:
 * 'role-too-powerful': the application would connect as a role that row-level security does not bind (detail `role`);
 * 'role-not-made': the owner may not make or change the application's role (detail `role`, `reason`).
 */
export class DatabaseRoleError extends Error {
  override name = 'DatabaseRoleError'
  readonly code: 'role-too-powerful' | 'role-not-made'
  readonly detail: Record<string, string>

  constructor(code: DatabaseRoleError['code'], detail: Record<string, string>, cause?: unknown) {
    super(`${code} ${JSON.stringify(detail)}`, { cause })
    this.code = code
    this.detail = detail
  }
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

/**
 * Brings roles, database and schema to what this program needs. Does nothing when they are.
 * @throws DatabaseRoleError rather than work without the protection of row-level security
 */
export async function prepareServer(server: Server, notice?: Notice): Promise<string[]> {
  if (server.kind === 'embedded') await prepareEmbedded(server)
  const names = await asOwner(server, async client => {
    if (server.kind === 'external') await prepareExternal(server, client)
    return migrate(client)
  })
  for (const name of names) notice?.('migrated', { name })
  if (server.kind === 'external') await withClient(server.app, refusePowerfulRole)
  return names
}

export function openApp(server: Server, poolSize: number): Database {
  return openDatabase(server.app, poolSize)
}

/** Connections by which people sign in: on them alone can accounts be read and written (migration 0004). */
export function openDoor(server: Server): Database {
  return openDatabase({ ...server.app, options: '-c app.door=accounts' }, 4)
}

/** The secret by which cookies and links are signed, made at the first start and the same for every process. */
export async function installationSecret(server: Server): Promise<string> {
  return asOwner(server, async client => {
    await client.query('insert into installation (secret) values ($1) on conflict do nothing', [
      randomBytes(32),
    ])
    const { rows } = await client.query<{ secret: Buffer }>('select secret from installation')
    return rows[0]?.secret.toString('base64url') ?? ''
  })
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
  // Parsed by the driver, not as a URL: user and host may also stand among the parameters.
  const { host, port, database, password, ssl } = new pg.Client({ connectionString: ownerUrl })
  const derived = { host, port, database, ssl, user: appRole, password: appPassword(password ?? '') }
  return {
    kind: 'external',
    owner: { connectionString: ownerUrl },
    app: appUrl === undefined ? derived : { connectionString: appUrl },
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
  if (await canConnect(server.app)) return
  const { password } = new pg.Client(server.app)
  try {
    await ensureAppRole(client, typeof password === 'string' ? password : null)
  } catch (cause) {
    // 42501: insufficient_privilege.
    if ((cause as { code?: string }).code !== '42501') throw cause
    throw new DatabaseRoleError('role-not-made', { role: appRole, reason: (cause as Error).message }, cause)
  }
}

async function refusePowerfulRole(app: pg.Client): Promise<void> {
  const { rows } = await app.query<{ role: string; powerful: boolean }>(
    `select current_user as role, rolsuper or rolbypassrls or exists (
       select from pg_class class
       where class.relnamespace = 'public'::regnamespace and pg_has_role(class.relowner, 'usage')
     ) as powerful
     from pg_roles where rolname = current_user`,
  )
  if (rows[0]?.powerful !== false)
    throw new DatabaseRoleError('role-too-powerful', { role: rows[0]?.role ?? '?' })
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
