import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { openEmbedded } from '#db/embedded/index.ts'
import { migrate } from '#db/migrate.ts'
import { appRole, ensureAppRole, ensureOwnerRole, ownerRole } from '#db/roles.ts'
import { foundNetwork } from '#modules/network/founding.ts'

export interface Fresh {
  app: pg.PoolConfig
  owner: pg.PoolConfig
  networkId: string
  drop(): Promise<void>
}

/** An embedded server of our own, set up as the program's, that gives out empty migrated databases. */
export async function openScratchServer(scratch: string) {
  const server = await openEmbedded({ dataDir: mkdtempSync(join(scratch, 'server-')) })
  const place = { host: server.socketDir, port: server.port, password: server.password }
  const superuser = { ...place, user: 'postgres', database: 'postgres' }
  await withClient(superuser, async client => {
    await ensureOwnerRole(client)
    await ensureAppRole(client, null)
    await client.query(`create database pattern owner ${ownerRole}`)
  })
  await withClient({ ...place, user: ownerRole, database: 'pattern' }, migrate)
  let count = 0
  return {
    version: server.version,
    stop: () => server.stop(),
    /** The disk is at rest when it is given out: a checkpoint of what came before would fall into the measure. */
    async fresh(): Promise<Fresh> {
      const database = `fresh_${++count}`
      await withClient(superuser, client =>
        client.query(`create database ${database} template pattern owner ${ownerRole}`),
      )
      const owner = { ...place, user: ownerRole, database }
      const networkId = await withClient(owner, client =>
        foundNetwork(client, {
          slug: 'bench',
          name: { en: 'Bench' },
          summary: { en: 'Bench' },
          visibility: 'public',
          locale: 'en',
          timeZone: 'UTC',
        }),
      )
      await withClient(superuser, client => client.query('checkpoint'))
      return {
        owner,
        app: { ...place, user: appRole, database },
        networkId,
        drop: () =>
          withClient(superuser, async client => {
            await client.query(`drop database ${database} with (force)`)
          }),
      }
    },
  }
}

export async function withClient<T>(
  connection: pg.ClientConfig,
  perform: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    return await perform(client)
  } finally {
    await client.end()
  }
}
