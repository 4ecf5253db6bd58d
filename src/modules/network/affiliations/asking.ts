import { type SqlBool, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import {
  networkBy,
  type OtherNetwork,
  waitingAffiliations,
} from '#modules/network/affiliations/affiliations.ts'
import { oneAtATime, tellBoth } from '#modules/network/affiliations/other-side.ts'
import type { AffiliationInput } from '#modules/network/affiliations/schema.ts'
import type { Working } from '#modules/network/affiliations/working.ts'
import { Refusal } from '#modules/network/refusal.ts'

/**
 * Asks another network whether one may belong to it, or whether it will belong to this one. Of an address that leads nowhere,
 * and of a private network, whoever asks is told the same: that it was asked.
 * @throws Refusal for oneself, for what waits already or is in force, and for a circle that can be seen from here
 */
export async function askAffiliation(trx: Trx, working: Working, input: AffiliationInput): Promise<string> {
  const { network } = working
  const { address, side, kind, level, mandate, from, until } = input
  if (address === network.slug) throw new Refusal({ field: 'address', message: 'affiliations.error.itself' })
  await oneAtATime(trx)
  const waiting = await waitingAffiliations(trx, network.id)
  const already = waiting.find(one => (one.asked ? one.address : one.other?.slug) === address)
  if (already)
    throw new Refusal({
      field: 'address',
      message: already.asked ? 'affiliations.error.waiting' : 'affiliations.error.asked-by-them',
    })
  const other = await reachable(trx, working, address)
  if (other) await refuseStanding(trx, network.id, other, input)
  const id = newId()
  await trx
    .insertInto('affiliation')
    .values({
      network_id: network.id,
      id,
      address,
      other_id: other?.id ?? null,
      asked_as: side,
      kind,
      level,
      mandate,
      valid_from: from,
      valid_until: until,
    })
    .execute()
  const terms = { kind, level, from, until }
  const after =
    side === 'member'
      ? { ...terms, member: network.slug, parent: address }
      : { ...terms, member: address, parent: network.slug }
  await tellBoth(trx, working, other, id, { action: 'affiliation.asked', after }, 'affiliation-asked')
  return id
}

/** Nothing invented reaches a network of real people, nor the other way round. */
async function reachable(trx: Trx, { network }: Working, slug: string): Promise<OtherNetwork | null> {
  const found = await networkBy(trx, 'slug', slug)
  return found?.demonstration === network.demonstration ? found : null
}

/** What stands against it, as far as it can be seen from here: the rest is looked at when the other side answers. */
async function refuseStanding(
  trx: Trx,
  networkId: string,
  other: OtherNetwork,
  { side, from, until }: AffiliationInput,
): Promise<void> {
  const [member, parent] = side === 'member' ? [networkId, other.id] : [other.id, networkId]
  if (await stands(trx, member, parent, from, until))
    throw new Refusal({ field: 'address', message: 'affiliations.error.stands' })
  const { rows } = await sql<{ circle: boolean }>`
    select affiliation_circle(${member}, ${parent}, ${from}, ${until}) as circle`.execute(trx)
  if (rows[0]?.circle) throw new Refusal({ field: 'address', message: 'affiliations.error.circle' })
}

/** Whether the one belongs to the other already, in some of that time. */
export async function stands(
  trx: Trx,
  member: string,
  parent: string,
  from: string,
  until: string | null,
): Promise<boolean> {
  const found = await trx
    .selectFrom('affiliation')
    .select('id')
    .where('state', '=', 'accepted')
    .where('member_id', '=', member)
    .where('parent_id', '=', parent)
    .where(
      sql<SqlBool>`daterange(valid_from, valid_until, '[]') && daterange(${from}::date, ${until}::date, '[]')`,
    )
    .executeTakeFirst()
  return found !== undefined
}
