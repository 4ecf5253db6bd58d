import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { type OwnInvitation, ownInvitations } from '#modules/groups/own-invitations.ts'
import { inForce, present, type Reader } from '#modules/groups/seeing.ts'

/** What of groups waits for somebody. */
export interface Waiting {
  /** Groups that somebody wants to join, and how many. */
  requests: { slug: string; name: string; count: number }[]
  invitations: OwnInvitation[]
}

/**
 * Requests in the groups somebody runs; of those that nobody runs, for whoever helps to run the network. And the groups
 * they are invited to.
 */
export async function waitingFor(trx: Trx, reader: Reader, runsAll: boolean): Promise<Waiting> {
  const networkId = reader.network.id
  const { rows: requests } = await sql<Waiting['requests'][number]>`
    select one.slug, one.name, count(*)::int as count
    from group_request request
    join network_group one on one.network_id = request.network_id and one.id = request.group_id
    where request.network_id = ${networkId}::uuid and request.state = 'waiting' and one.archived_at is null
      and (exists (
        select from group_member own
        where own.network_id = ${networkId}::uuid and own.group_id = one.id and own.role <> 'member'
          and own.person_id = ${reader.personId}::uuid and ${inForce('own', networkId)}
      ) or ${runsAll} and not exists (
        select from group_member own
        where own.network_id = ${networkId}::uuid and own.group_id = one.id and own.role <> 'member'
          and ${present('own', networkId)}
      ))
    group by one.id, one.slug, one.name order by min(request.created_at) limit 20`.execute(trx)
  return { requests, invitations: await ownInvitations(trx, reader) }
}
