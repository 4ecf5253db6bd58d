import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Entry } from '#modules/network/index.ts'
import type { Wish } from '#modules/threads/schema.ts'

/** Notes how much of a thread somebody wants to be written to about. */
export async function wishFor(
  trx: Trx,
  networkId: string,
  { threadId, personId }: { threadId: string; personId: string },
  wish: Wish,
): Promise<void> {
  await sql`
    insert into thread_follower (network_id, thread_id, person_id, wish)
    values (${networkId}, ${threadId}::uuid, ${personId}::uuid, ${wish})
    on conflict (network_id, thread_id, person_id) do update set wish = excluded.wish`.execute(trx)
}

/** Notes that a message was had before somebody: what came before it is no news to them. */
export async function markSeen(
  trx: Trx,
  { network, personId }: Entry,
  threadId: string,
  messageId: string,
): Promise<void> {
  if (personId === null) return
  await sql`
    insert into thread_follower as known (network_id, thread_id, person_id, seen_id)
    values (${network.id}, ${threadId}::uuid, ${personId}::uuid, ${messageId}::uuid)
    on conflict (network_id, thread_id, person_id) do update set seen_id = excluded.seen_id
    where known.seen_id is null or known.seen_id < excluded.seen_id`.execute(trx)
}
