import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { openEmbedded } from '#db/embedded/index.ts'
import { migrate, readMigrations } from '#db/migrate.ts'
import { ensureAppRole, ensureOwnerRole, ownerRole } from '#db/roles.ts'
import { prepareJobs } from '#platform/jobs/jobs.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { host: string; port: number; template: string }
  }
}

/** One server for the whole run, without fsync, and a migrated database from which each test file takes a copy. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'cordee-test-'))
  const server = await openEmbedded({
    dataDir: folder,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  })
  const place = { host: server.socketDir, port: server.port, user: 'postgres' }
  const template = `template_${createHash('sha256').update(JSON.stringify(readMigrations())).digest('hex').slice(0, 12)}`
  await withClient({ ...place, database: 'postgres' }, async client => {
    await ensureOwnerRole(client)
    await ensureAppRole(client, null)
    await client.query(`create database ${template} owner ${ownerRole}`)
  })
  await withClient({ ...place, user: ownerRole, database: template }, client => migrate(client))
  // As in every process that works: no page is shown where the queue has no tables.
  await prepareJobs({ ...place, user: ownerRole, database: template }, [])
  project.provide('postgres', { host: server.socketDir, port: server.port, template })
  return async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function withClient<T>(
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
