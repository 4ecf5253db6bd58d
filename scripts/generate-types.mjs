// The types of the tables, read from a migrated database. Run with Node 24: node scripts/generate-types.mjs
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Kysely, PostgresDialect } from 'kysely'
import { generate, PostgresDialect as PostgresGenerator } from 'kysely-codegen'
import pg from 'pg'

export const typesFile = fileURLToPath(new URL('../src/db/types.ts', import.meta.url))

/** @param connection of the owner, to a migrated database @returns the text of src/db/types.ts */
export async function generateTypes(connection) {
  const pool = new pg.Pool({ ...connection, max: 1 })
  // The server may be stopped before the pool notices.
  pool.on('error', () => undefined)
  const db = new Kysely({ dialect: new PostgresDialect({ pool }) })
  try {
    return await generate({
      db,
      dialect: new PostgresGenerator({ defaultSchemas: ['public'], dateParser: 'string' }),
      includePattern: 'public.*',
      outFile: null,
      // Read as numbers: see the parsers in database.ts.
      typeMapping: { int8: 'number' },
    })
  } finally {
    await db.destroy()
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { openServer, prepareServer } = await import('../src/db/installation.ts')
  const { readConfig } = await import('../src/kernel/config.ts')
  const folder = mkdtempSync(join(tmpdir(), 'cordee-types-'))
  const server = await openServer(readConfig({ CORDEE_DATA: folder }), { hold: true })
  try {
    await prepareServer(server)
    writeFileSync(typesFile, await generateTypes(server.owner))
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
