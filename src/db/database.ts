import { Kysely, PostgresDialect } from 'kysely'
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
  const pool = new pg.Pool({
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
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined)
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
  return { db, pool, close: () => db.destroy() }
}
