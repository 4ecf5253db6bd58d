import { asOwner } from '#db/installation.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import type { Scope } from '#http/policies.ts'
import { prepareItem } from '#modules/commons/importing/preparation.ts'
import { storeItems, type Visibility } from '#modules/commons/importing/storing.ts'
import { foundNetwork, type NetworkInput } from '#modules/network/founding.ts'
import { issueToken } from '#modules/network/tokens.ts'
import type { TestDatabase } from './database.ts'

export interface TestNetwork {
  id: string
  slug: string
  /** As its own people, and as the public. */
  inside: Tenant
  outside: Tenant
}

let count = 0

export async function aNetwork(
  database: TestDatabase,
  input: Partial<NetworkInput> = {},
): Promise<TestNetwork> {
  count += 1
  const slug = input.slug ?? `network-${count}`
  const id = await asOwner(database.server, client =>
    foundNetwork(client, {
      slug,
      name: { fr: `Réseau ${count}`, en: `Network ${count}` },
      summary: {},
      visibility: 'public',
      locale: 'fr',
      timeZone: 'Europe/Paris',
      ...input,
    }),
  )
  return {
    id,
    slug,
    inside: { networkId: id, audience: 'network' },
    outside: { networkId: id, audience: 'public' },
  }
}

/** A page of the commons format. */
export function aPage(
  title: string,
  meta: Record<string, string | string[]> = {},
  body = 'Un texte.',
): string {
  const lines = Object.entries({ type: 'solution', ...meta }).flatMap(([key, values]) =>
    [values].flat().map(value => `[[${key}:${value}]]`),
  )
  return `# ${title}\n\n${lines.join('\n')}\n\n${body}\n`
}

/** Keeps pages in a network's commons, by file name. */
export async function somePages(
  database: TestDatabase,
  network: TestNetwork,
  pages: Record<string, string>,
  visibility: Visibility = 'public',
): Promise<void> {
  const items = Object.entries(pages).map(([fileName, source]) => prepareItem(source, fileName))
  await inTenant(database.db, network.inside, trx =>
    storeItems(trx, network.id, items, { visibility, importId: null }),
  )
}

export async function aToken(database: TestDatabase, network: TestNetwork, scopes: Scope[]): Promise<string> {
  const { secret } = await inTenant(database.db, network.inside, trx =>
    issueToken(trx, network.id, { name: 'Test', scopes, days: 1 }),
  )
  return secret
}
