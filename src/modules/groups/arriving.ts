import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Arriving } from '#http/module.ts'
import { href } from '#http/routes.ts'
import { enterAll } from '#modules/groups/membership.ts'
import { recordChange } from '#platform/audit/record.ts'

/** A group to which an invitation into the network leads as well. */
export interface AwaitingGroup {
  name: string
  summary: string
  message: string
}

/** What whoever holds the link of an invitation will be in beside the network: twenty at most. */
export async function groupsBehind(
  trx: Trx,
  networkId: string,
  invitationId: string,
): Promise<AwaitingGroup[]> {
  const { rows } = await sql<AwaitingGroup>`
    select one.name, one.summary, waiting.message
    from group_invitation waiting
    join network_group one on one.network_id = waiting.network_id and one.id = waiting.group_id
    where waiting.network_id = ${networkId}::uuid and waiting.invitation_id = ${invitationId}::uuid
      and waiting.state = 'waiting' and one.archived_at is null
    order by waiting.id limit 20`.execute(trx)
  return rows
}

/** Whoever takes up the invitation into the network is in those groups with it; to one alone they are led. */
export const arriveInGroups: Arriving = async (trx, arrival) => {
  const { network, actor, personId, organisationId, invitationId, locale } = arrival
  const { rows } = await sql<{ id: string; group_id: string; slug: string }>`
    update group_invitation waiting
    set state = 'accepted', answered_at = now()
    from network_group one
    where waiting.network_id = ${network.id}::uuid and waiting.invitation_id = ${invitationId}::uuid
      and waiting.state = 'waiting'
      and one.network_id = waiting.network_id and one.id = waiting.group_id and one.archived_at is null
    returning waiting.id, one.id as group_id, one.slug`.execute(trx)
  const [first, ...others] = rows
  if (!first) return null
  await enterAll(
    trx,
    network.id,
    rows.map(row => ({ groupId: row.group_id, personId, organisationId, role: 'member' as const })),
  )
  for (const { id, group_id } of rows)
    await recordChange(trx, network.id, actor, {
      action: 'group-invitation.accepted',
      subject: { type: 'group-invitation', id },
      after: { group_id, person_id: personId, organisation_id: organisationId },
    })
  const here = { locale, network: network.slug }
  return others.length > 0 ? href('groups', here) : href('group', { ...here, group: first.slug })
}
