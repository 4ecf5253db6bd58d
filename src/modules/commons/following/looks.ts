import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Follower } from '#modules/commons/following/following.ts'

/** Within this time, looking again is still the same look: what was new stays marked. */
const oneLook = '30 minutes'

/** Of the feed of one who follows. */
export interface FeedState {
  /** When its address was made; null while it has none. */
  since: Date | null
}

/** Notes who follows, and where their links lead. */
export async function keepFollower(trx: Trx, follower: Follower): Promise<void> {
  const { networkId, personId, baseUrl } = follower
  await trx
    .insertInto('commons_follower')
    .values({ network_id: networkId, person_id: personId, base_url: baseUrl })
    .onConflict(conflict => conflict.columns(['network_id', 'person_id']).doUpdateSet({ base_url: baseUrl }))
    .execute()
}

/** Notes that they look at their feed. @returns the moment since when what came is new to them, and what there is of a feed */
export async function look(
  trx: Trx,
  { networkId, personId, baseUrl }: Follower,
): Promise<{ seenUntil: Date; feed: FeedState } | null> {
  const { rows } = await sql<{ seen_until: Date; feed_since: Date | null }>`
    update commons_follower set
      seen_until = case when looked_at < now() - ${oneLook}::interval then looked_at else seen_until end,
      looked_at = now(), base_url = ${baseUrl}
    where network_id = ${networkId} and person_id = ${personId}
    returning seen_until, feed_since`.execute(trx)
  return rows[0] ? { seenUntil: rows[0].seen_until, feed: { since: rows[0].feed_since } } : null
}

/**
 * Makes an address at which one's feed is read without signing in; the former one leads nowhere from then on.
 * @returns what it ends with, this once
 */
export async function openFeed(trx: Trx, follower: Follower): Promise<string> {
  await keepFollower(trx, follower)
  const token = randomBytes(24).toString('base64url')
  await trx
    .updateTable('commons_follower')
    .set({ feed_hash: hash(token), feed_since: sql`now()` })
    .where('network_id', '=', follower.networkId)
    .where('person_id', '=', follower.personId)
    .execute()
  return token
}

export async function closeFeed(trx: Trx, networkId: string, personId: string): Promise<void> {
  await trx
    .updateTable('commons_follower')
    .set({ feed_hash: null, feed_since: null })
    .where('network_id', '=', networkId)
    .where('person_id', '=', personId)
    .execute()
}

/** @returns whose feed this is; null when it is nobody's, or theirs who have left */
export async function feedReader(
  trx: Trx,
  networkId: string,
  token: string,
): Promise<{ personId: string; accountId: string } | null> {
  const { rows } = await sql<{ person_id: string; account_id: string }>`
    select person.person_id, person.account_id
    from commons_follower follower
    join commons_followers() person on person.person_id = follower.person_id
    where follower.network_id = ${networkId} and follower.feed_hash = ${hash(token)}`.execute(trx)
  return rows[0] ? { personId: rows[0].person_id, accountId: rows[0].account_id } : null
}

/** The token is 192 bits of chance: a fast hash hides it as well as a slow one. */
function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
