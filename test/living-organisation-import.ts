import { findNetwork } from '#modules/network/index.ts'
import { startChecking, takeFile } from '#modules/network/organisation-import/starting.ts'
import type { TestApp } from './app.ts'
import type { TestNetwork } from './factories.ts'

/** A list of organisations that was sent and compared, and is not imported yet. @returns its id */
export async function organisationImportIn(
  site: TestApp,
  network: TestNetwork,
  own: string,
): Promise<string> {
  const found = await findNetwork(site.database.db, network.slug)
  if (!found) throw new Error(`No network ${network.slug}`)
  const entry = {
    network: found,
    tenant: network.inside,
    role: 'facilitator',
    personId: null,
    mandates: [],
    actor: { accountId: null, mandateId: null, tokenId: null, origin: 'command' },
    scopes: null,
  } as const
  const content = async function* () {
    yield Buffer.from(`Nom,Ville\nImport ${own},${own}\n`)
  }
  const id = await takeFile(
    site.services,
    { ...entry, mandates: [] },
    { name: `${own}.csv`, content: content() },
  )
  await startChecking(site.services, { ...entry, mandates: [] }, id)
  return id
}
