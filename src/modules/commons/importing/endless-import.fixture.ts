import { openDatabase } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import type { ArchiveEntry } from '#modules/commons/archive/index.ts'
import { announceImport, importPages } from '#modules/commons/importing/importing.ts'

/**
 * A program to be killed: an import whose second page never comes. Prints the id of the import once it is under way.
 * Arguments: connection as JSON, id of the network.
 */
const [connection = '', networkId = ''] = process.argv.slice(2)
const { db } = openDatabase(JSON.parse(connection), 2)
const tenant: Tenant = { networkId, audience: 'network' }
const input = { origin: 'pages', visibility: 'public' } as const
const importId = await inTenant(db, tenant, trx => announceImport(trx, networkId, input))

async function* entries(): AsyncGenerator<ArchiveEntry> {
  yield { name: 'a.md', bytes: Buffer.from('# A\n\n[[type:solution]]\n') }
  process.stdout.write(`${importId}\n`)
  await new Promise(() => setInterval(() => undefined, 1_000))
}

await importPages(db, tenant, entries(), { ...input, importId })
