import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { openEmbedded } from '#db/embedded/index.ts'
import { migrate } from '#db/migrate.ts'
import { ensureAppRole, ensureOwnerRole, ownerRole } from '#db/roles.ts'
import { prepareJobs } from '#platform/jobs/jobs.ts'
import { temporaryPlace } from './temporary.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { host: string; port: number; template: string; migrated: string }
  }
}

const [migrated, template] = ['migrated', 'prepared']

/** One server for the whole run, without fsync, and a migrated database from which each test file takes a copy. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const place = temporaryPlace()
  // For the workers as well, and for what they start.
  if (place) process.env.TMPDIR = place
  const folder = mkdtempSync(join(tmpdir(), 'cordee-test-'))
  const server = await openEmbedded({
    dataDir: folder,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  })
  const stop = async () => {
    await server.stop()
    rmSync(place ?? folder, { recursive: true, force: true })
  }
  try {
    await prepare({ host: server.socketDir, port: server.port })
  } catch (error) {
    await stop()
    throw error
  }
  project.provide('postgres', { host: server.socketDir, port: server.port, template, migrated })
  return stop
}

async function prepare(door: { host: string; port: number }): Promise<void> {
  const root = { ...door, user: 'postgres', database: 'postgres' }
  const owner = { ...door, user: ownerRole }
  await withClient(root, async client => {
    await ensureOwnerRole(client)
    await ensureAppRole(client, null)
    await client.query(`create database ${migrated} owner ${ownerRole}`)
  })
  await withClient({ ...owner, database: migrated }, client => migrate(client))
  await withClient(root, client =>
    client.query(`create database ${template} template ${migrated} owner ${ownerRole}`),
  )
  // As in every process that works: no page is shown where the queue has no tables.
  await prepareJobs({ ...owner, database: template }, [])
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
