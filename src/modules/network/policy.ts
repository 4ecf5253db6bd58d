import type { Tenant } from '#db/tenant.ts'
import { inTenant } from '#db/tenant.ts'
import { type AppContext, clientAddress } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { findNetwork, type Network } from '#modules/network/networks.ts'
import { recogniseToken, type Scope } from '#modules/network/tokens.ts'

export interface Entry {
  network: Network
  tenant: Tenant
}

const nobody = '00000000-0000-0000-0000-000000000000'

/**
 * Who may enter a network by the API: everyone as the public where it is public; with a key, those whose key has the
 * scope, as people of the network. A private network is not even known to exist by those without a key of it.
 * @throws AppError 'unauthenticated', 'forbidden' or 'not-found'
 */
export async function enterByApi(c: AppContext, slug: string, scope: Scope): Promise<Entry> {
  const { db, rateLimits } = c.var.services
  const network = await findNetwork(db, slug)
  const secret = bearer(c)
  if (secret === null) {
    if (network?.visibility === 'public' && scope === 'commons:read') {
      return { network, tenant: { networkId: network.id, audience: 'public' } }
    }
    throw new AppError(network?.visibility === 'public' ? 'unauthenticated' : 'not-found')
  }
  // A network that does not exist is asked for the key as well, so that both refusals take the same time.
  const inside: Tenant = { networkId: network?.id ?? nobody, audience: 'network' }
  const token = await inTenant(db, inside, trx => recogniseToken(trx, inside.networkId, secret))
  if (!network || !token) {
    await rateLimits.spend('token', clientAddress(c))
    throw new AppError(network?.visibility === 'public' ? 'unauthenticated' : 'not-found')
  }
  if (!token.scopes.includes(scope)) throw new AppError('forbidden', { params: { scope } })
  return { network, tenant: inside }
}

/** @returns the key as sent, well-formed or not; null when none was. Other schemes are for proxies in front. */
function bearer(c: AppContext): string | null {
  const match = /^Bearer(?:\s+(.*))?$/i.exec(c.req.header('authorization') ?? '')
  return match && (match[1] ?? '')
}
