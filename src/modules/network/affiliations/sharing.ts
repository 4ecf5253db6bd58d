import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { type Sharing, sharedNumbers } from '#modules/network/affiliations/schema.ts'
import { recordChange } from '#platform/audit/record.ts'

/** What the network lets those affiliated with it have: nothing, until it says so. */
export async function sharingOf(trx: Trx, networkId: string): Promise<Sharing> {
  const row = await trx
    .selectFrom('network_sharing')
    .select(['organisations', 'numbers'])
    .where('network_id', '=', networkId)
    .executeTakeFirst()
  const numbers = sharedNumbers.filter(name => row?.numbers.includes(name))
  return { organisations: row?.organisations ?? false, numbers }
}

export async function changeSharing(
  trx: Trx,
  networkId: string,
  actor: Actor,
  { organisations, numbers }: Sharing,
): Promise<void> {
  const before = await sharingOf(trx, networkId)
  await trx
    .insertInto('network_sharing')
    .values({ network_id: networkId, organisations, numbers })
    .onConflict(conflict => conflict.column('network_id').doUpdateSet({ organisations, numbers }))
    .execute()
  const after = { organisations, numbers: sharedNumbers.filter(name => numbers.includes(name)) }
  await recordChange(trx, networkId, actor, {
    action: 'affiliation.sharing-changed',
    subject: { type: 'network', id: networkId },
    before: { ...before },
    after,
  })
}
