import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely'
import pg from 'pg'
import type { DB } from '#db/types.ts'

export type Db = Kysely<DB>

declare const tenantScoped: unique symbol

/** A connection inside a transaction that names its tenant: what domain functions take, and all they may use. */
export type Trx = Kysely<DB> & { readonly [tenantScoped]?: never }

export interface Database {
  db: Db
  pool: pg.Pool
  close(): Promise<void>
}

// Counts and sums of integers are numbers here: none of ours comes near 2^53. Dates stay as written.
const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, Number)
types.setTypeParser(pg.types.builtins.DATE, value => value)

export function openDatabase(connection: pg.PoolConfig, size: number): Database {
  const pool = openPool({
    ...connection,
    max: size,
    types,
    application_name: 'cordee',
    // No connection by then, because the server is away or all of them are at work: better said than waited for.
    connectionTimeoutMillis: 5_000,
    // A runaway query must not hold a connection for ever; long work says so itself.
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
  })
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: keepingPlans(pool) }) })
  return { db, pool, close: () => db.destroy() }
}

/**
 * Begins a statement that is asked again and again in one shape: each connection prepares it once and keeps its plan. For what
 * a page asks for everyone alike; not for what is put together anew for each question, nor where the best plan hangs on the
 * values.
 */
export const kept = sql.raw('/* kept */ ')

const mark = '/* kept */'
const names = new Map<string, string>()

function nameOf(text: string): string {
  const name = names.get(text) ?? `kept_${names.size + 1}`
  names.set(text, name)
  return name
}

/** The pool, as Kysely takes one, whose connections know the mark. */
function keepingPlans(pool: pg.Pool): PostgresPool {
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect()
      const keeping = known.get(client) ?? keepingClient(client)
      known.set(client, keeping)
      return keeping
    },
  }
}

function keepingClient(client: pg.PoolClient): PostgresPoolClient {
  const { processID } = client as { processID?: number }
  const query = (text: string, values: unknown[]) =>
    typeof text === 'string' && text.startsWith(mark)
      ? client.query({ name: nameOf(text), text, values })
      : client.query(text, values)
  return {
    ...(processID !== undefined && { processID }),
    query: query as unknown as PostgresPoolClient['query'],
    release: destroy => client.release(destroy),
  }
}

/**
 * A pool whose connections may break without ending the process, which an error nobody listens to does: idle ones, to
 * be replaced at the next use, and those about to close, when the server goes first. What they work at is rejected.
 */
export function openPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config)
  pool.on('error', () => undefined)
  pool.on('connect', client => client.on('error', () => undefined))
  return pool
}
