import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { refuseForeign, settle } from '#modules/groups/joining.ts'
import { enterGroup } from '#modules/groups/membership.ts'
import { asGroup, type Group } from '#modules/groups/opening.ts'
import { type Entry, optionalId } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

export const answerInput = z.object({ answer: z.enum(['accepted', 'declined']), organisation: optionalId })

/** What somebody is invited to, with the group as far as it is told to the invited. */
export interface OwnInvitation {
  id: string
  group: Group
  inviter: string | null
  message: string
}

/** The groups somebody is invited to: by their person, or by the invitation by which they came into the network. */
export async function ownInvitations(
  trx: Trx,
  entry: { network: { id: string }; personId: string | null },
): Promise<OwnInvitation[]> {
  if (entry.personId === null) return []
  const rows = await ownSelection(trx, entry.network.id, entry.personId).limit(20).execute()
  return rows.map(row => ({
    id: row.invitation,
    group: asGroup(row),
    inviter: row.inviter,
    message: row.message,
  }))
}

/** @throws AppError 'not-found' for an invitation that is another's, or no longer waits */
export async function findOwnInvitation(
  trx: Trx,
  entry: Entry,
  slug: string,
  id: string,
): Promise<OwnInvitation> {
  if (entry.personId === null || !isId(id)) throw new AppError('not-found')
  const row = await ownSelection(trx, entry.network.id, entry.personId)
    .where('group_invitation.id', '=', id)
    .where('network_group.slug', '=', slug)
    .executeTakeFirst()
  if (!row) throw new AppError('not-found')
  return { id: row.invitation, group: asGroup(row), inviter: row.inviter, message: row.message }
}

/** Comes in, or not. @throws AppError 'not-found'; Refusal for an organisation whose mandate one does not hold */
export async function answerInvitation(
  trx: Trx,
  entry: Entry,
  slug: string,
  id: string,
  { answer, organisation }: z.output<typeof answerInput>,
): Promise<Group> {
  const networkId = entry.network.id
  const { group } = await findOwnInvitation(trx, entry, slug, id)
  const personId = entry.personId ?? ''
  const accepted = answer === 'accepted'
  refuseForeign(entry, organisation)
  const { numUpdatedRows } = await trx
    .updateTable('group_invitation')
    .set({ state: answer, answered_at: sql`now()` })
    .where('network_id', '=', networkId)
    .where('group_id', '=', group.id)
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new AppError('not-found')
  if (accepted) {
    await enterGroup(trx, networkId, group.id, { personId, organisationId: organisation, role: 'member' })
    await settle(trx, networkId, group.id, [personId])
  }
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: accepted ? 'group-invitation.accepted' : 'group-invitation.declined',
    subject: { type: 'group-invitation', id },
    after: { group_id: group.id, person_id: personId, organisation_id: organisation },
  })
  return group
}

function ownSelection(trx: Trx, networkId: string, personId: string) {
  return trx
    .selectFrom('group_invitation')
    .innerJoin('network_group', join =>
      join
        .onRef('network_group.network_id', '=', 'group_invitation.network_id')
        .onRef('network_group.id', '=', 'group_invitation.group_id'),
    )
    .leftJoin('person as inviter', join =>
      join
        .onRef('inviter.network_id', '=', 'group_invitation.network_id')
        .onRef('inviter.id', '=', 'group_invitation.invited_by'),
    )
    .selectAll('network_group')
    .select(['group_invitation.id as invitation', 'group_invitation.message', 'inviter.name as inviter'])
    .where('group_invitation.network_id', '=', networkId)
    .where('group_invitation.state', '=', 'waiting')
    .where('network_group.archived_at', 'is', null)
    .where(
      // Who took the invitation into the network up, by whichever account: the log alone says so, and an address proves nothing.
      sql<SqlBool>`(group_invitation.person_id = ${personId}::uuid or exists (
        select from audit_entry
        where audit_entry.network_id = ${networkId}::uuid and audit_entry.subject_type = 'invitation'
          and audit_entry.subject_id = group_invitation.invitation_id::text
          and audit_entry.action = 'invitation.accepted' and audit_entry.after ->> 'person_id' = ${personId}
      ))`,
    )
    .orderBy('group_invitation.id')
}
