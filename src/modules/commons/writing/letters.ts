import type { AppContext } from '#http/context.ts'
import type { Entry } from '#modules/network/index.ts'

/**
 * One account may have its colleagues written to only so often in a while.
 * @throws AppError 'too-many-requests'
 */
export function spendLetter(c: AppContext, { actor, network }: Entry): Promise<void> {
  return c.var.services.rateLimits.spend('letter', `${network.id} ${actor.accountId ?? actor.tokenId}`)
}
