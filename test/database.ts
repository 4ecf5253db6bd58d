import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { type Database, openDatabase, openPool } from '#db/database.ts'
import type { Server } from '#db/installation.ts'
import { appRole, ownerRole } from '#db/roles.ts'

export interface TestDatabase extends Database {
  /** Connections as the application and as the owner. */
  server: Server
  /** Runs SQL as the owner, past the policies: to look at what is really there. */
  asOwner<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>
}

/** A database of the test's own, copied from the template. */
export async function testDatabase(): Promise<TestDatabase> {
  const { host, port, template } = inject('postgres')
  const database = `test_${randomBytes(8).toString('hex')}`
  await once(
    { host, port, user: 'postgres', database: 'postgres' },
    // As files: where nothing is kept for good there is no log to write.
    `create database ${database} template ${template} owner ${ownerRole} strategy file_copy`,
  )
  const place = { host, port, database }
  const server: Server = {
    kind: 'embedded',
    app: { ...place, user: appRole },
    owner: { ...place, user: ownerRole },
    stop: async () => undefined,
  }
  const app = openDatabase(server.app, 8)
  const owner = openPool({ ...server.owner, max: 2 })
  return {
    ...app,
    server,
    asOwner: async (sql, values) => (await owner.query(sql, values)).rows,
    async close() {
      await app.close()
      await owner.end()
      await once(
        { host, port, user: 'postgres', database: 'postgres' },
        `drop database if exists ${database} with (force)`,
      )
    },
  }
}

async function once(connection: pg.ClientConfig, sql: string): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
