import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { refuseForeign, settle } from '#modules/groups/joining.ts'
import { enterGroup } from '#modules/groups/membership.ts'
import { asGroup, type Group, type OpenedGroup, openGroup } from '#modules/groups/opening.ts'
import { matching } from '#modules/groups/roll.ts'
import { inForce, present, runsAll } from '#modules/groups/seeing.ts'
import { actorName, tell } from '#modules/groups/telling.ts'
import { type Entry, emailField, invite, optionalId, Refusal, usualDays } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

const messageField = z.string().trim().max(2_000).default('')
/** Somebody of the network, or an address. */
export const invitingInput = z.object({
  person: optionalId,
  email: z.union([emailField, z.literal('').transform(() => null)]).default(null),
  message: messageField,
})
export const answerInput = z.object({ answer: z.enum(['accepted', 'declined']), organisation: optionalId })

export interface GroupInvitation {
  id: string
  /** Of the network; null for somebody who is to come into it first. */
  person: { id: string; name: string } | null
  email: string | null
  message: string
  inviter: string | null
  createdAt: Date
}

/** Somebody of the network, as they are looked for. */
export interface Candidate {
  id: string
  name: string
  organisations: string[]
}

/**
 * Invites somebody of the network, by their id or their address; whoever helps to run the network also somebody new, by
 * the network's own invitation.
 * @throws AppError 'not-found', 'forbidden'; Refusal
 */
export async function inviteToGroup(
  trx: Trx,
  entry: Entry,
  idOrSlug: string,
  input: z.output<typeof invitingInput>,
  linkOrigin: string,
): Promise<string> {
  const { group } = await openGroup(trx, entry, idOrSlug, 'run')
  const { person, email, message } = input
  if (person === null && email === null) throw new Refusal({ field: 'email', message: 'form.error.required' })
  const known = await findKnown(trx, entry.network.id, group.id, person, email)
  if (known?.inGroup)
    throw new Refusal({ field: 'email', message: 'group.error.in-group', values: { name: known.name } })
  if (known) return invitePerson(trx, entry, group, known.id, message, linkOrigin)
  if (email === null) throw new Refusal({ field: 'email', message: 'form.error.choose' })
  return inviteAddress(trx, entry, group, email, message, linkOrigin)
}

/** Those that wait, the latest first: two hundred at most. */
export async function invitationsOf(
  trx: Trx,
  entry: Entry,
  idOrSlug: string,
): Promise<{ opened: OpenedGroup; invitations: GroupInvitation[] }> {
  const opened = await openGroup(trx, entry, idOrSlug, 'run')
  const rows = await selection(trx, entry.network.id)
    .where('group_invitation.group_id', '=', opened.group.id)
    .orderBy('group_invitation.id', 'desc')
    .limit(200)
    .execute()
  return { opened, invitations: rows.map(asInvitation) }
}

/** People of the network by words of their name who are not in the group: twenty at most. */
export async function findCandidates(
  trx: Trx,
  networkId: string,
  groupId: string,
  q: string,
): Promise<Candidate[]> {
  if (q.trim() === '') return []
  const { rows } = await sql<Candidate>`
    select person.id, person.name, held.organisations from person
    cross join lateral (
      select count(*) as mandates, coalesce(jsonb_agg(distinct organisation.name)
        filter (where organisation.name is not null), '[]') as organisations
      from mandate left join organisation on organisation.id = mandate.organisation_id
      where mandate.network_id = ${networkId}::uuid and mandate.person_id = person.id
        and ${inForce('mandate', networkId)}
    ) held
    where person.network_id = ${networkId}::uuid and person.erased_at is null and ${matching('person.name', q)}
      and held.mandates > 0
      and not exists (
        select from group_member member
        where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
          and member.person_id = person.id and ${inForce('member', networkId)})
    order by person.name collate name_order, person.id limit 20`.execute(trx)
  return rows
}

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
    await settle(trx, networkId, group.id, personId)
  }
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: accepted ? 'group-invitation.accepted' : 'group-invitation.declined',
    subject: { type: 'group-invitation', id },
    after: { group_id: group.id, person_id: personId, organisation_id: organisation },
  })
  return group
}

/** @throws AppError 'not-found', 'forbidden' */
export async function revokeGroupInvitation(
  trx: Trx,
  entry: Entry,
  idOrSlug: string,
  id: string,
): Promise<Group> {
  const { group } = await openGroup(trx, entry, idOrSlug, 'run')
  const row = isId(id)
    ? await trx
        .updateTable('group_invitation')
        .set({ state: 'revoked', answered_at: sql`now()` })
        .where('network_id', '=', entry.network.id)
        .where('group_id', '=', group.id)
        .where('id', '=', id)
        .where('state', '=', 'waiting')
        .returning('id')
        .executeTakeFirst()
    : undefined
  if (!row) throw new AppError('not-found')
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'group-invitation.revoked',
    subject: { type: 'group-invitation', id },
    after: { group_id: group.id },
  })
  return group
}

/** Who that is in the network today, and whether in the group already. */
async function findKnown(
  trx: Trx,
  networkId: string,
  groupId: string,
  person: string | null,
  email: string | null,
): Promise<{ id: string; name: string; inGroup: boolean } | null> {
  const { rows } = await sql<{ id: string; name: string; inGroup: boolean }>`
    select person.id, person.name, exists (
      select from group_member member
      where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
        and member.person_id = person.id and ${present('member', networkId)}) as "inGroup"
    from person
    where person.network_id = ${networkId}::uuid and person.erased_at is null
      and case when ${person}::uuid is null then person.email = ${email} else person.id = ${person}::uuid end
      and exists (
        select from mandate where mandate.network_id = ${networkId}::uuid and mandate.person_id = person.id
          and ${inForce('mandate', networkId)})`.execute(trx)
  return rows[0] ?? null
}

async function invitePerson(
  trx: Trx,
  entry: Entry,
  group: Group,
  personId: string,
  message: string,
  linkOrigin: string,
): Promise<string> {
  const { network } = entry
  const id = newId()
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('group_invitation')
    .values({
      network_id: network.id,
      group_id: group.id,
      id,
      person_id: personId,
      message,
      invited_by: entry.personId,
    })
    .onConflict(conflict =>
      conflict
        .columns(['network_id', 'group_id', 'person_id'])
        .where(sql<SqlBool>`state = 'waiting' and person_id is not null`)
        .doNothing(),
    )
    .executeTakeFirst()
  if (!numInsertedOrUpdatedRows) throw new Refusal({ field: 'email', message: 'group.error.invited' })
  const here = { locale: network.locale, network: network.slug, group: group.slug, groupInvitation: id }
  const person = await actorName(trx, entry)
  const params = { person, group: group.name, message, url: linkOrigin + href('groupInvitation', here) }
  await tell(trx, entry, [personId], { template: 'group-invitation', params }, linkOrigin)
  await recordInvitation(trx, entry, group, id, personId)
  return id
}

/** Somebody new: invited into the network, as a member, and into the group once they are there. */
async function inviteAddress(
  trx: Trx,
  entry: Entry,
  group: Group,
  email: string,
  message: string,
  linkOrigin: string,
): Promise<string> {
  const { network } = entry
  if (!runsAll(entry)) throw new Refusal({ field: 'email', message: 'group.error.outsider' })
  const inviting = { actor: entry.actor, inviter: await actorName(trx, entry), linkOrigin }
  const terms = {
    role: 'member' as const,
    organisation: null,
    title: '',
    locale: network.locale,
    days: usualDays,
  }
  const waiting = await trx
    .selectFrom('invitation')
    .select('id')
    .where('network_id', '=', network.id)
    .where('email', '=', email)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst()
  const invitation = waiting ?? (await invite(trx, network, inviting, terms, email))[0]
  const id = newId()
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('group_invitation')
    .values({
      network_id: network.id,
      group_id: group.id,
      id,
      email,
      invitation_id: invitation?.id ?? null,
      message,
      invited_by: entry.personId,
    })
    .onConflict(conflict =>
      conflict
        .columns(['network_id', 'group_id', 'email'])
        .where(sql<SqlBool>`state = 'waiting' and email is not null`)
        .doNothing(),
    )
    .executeTakeFirst()
  if (!numInsertedOrUpdatedRows) throw new Refusal({ field: 'email', message: 'group.error.invited' })
  await recordInvitation(trx, entry, group, id, null)
  return id
}

function recordInvitation(trx: Trx, entry: Entry, group: Group, id: string, personId: string | null) {
  return recordChange(trx, entry.network.id, entry.actor, {
    action: 'group-invitation.sent',
    subject: { type: 'group-invitation', id },
    after: { group_id: group.id, person_id: personId },
  })
}

function selection(trx: Trx, networkId: string) {
  return trx
    .selectFrom('group_invitation')
    .leftJoin('person', join =>
      join
        .onRef('person.network_id', '=', 'group_invitation.network_id')
        .onRef('person.id', '=', 'group_invitation.person_id'),
    )
    .leftJoin('person as inviter', join =>
      join
        .onRef('inviter.network_id', '=', 'group_invitation.network_id')
        .onRef('inviter.id', '=', 'group_invitation.invited_by'),
    )
    .select([
      'group_invitation.id',
      'group_invitation.person_id',
      'person.name as person',
      'group_invitation.email',
      'group_invitation.message',
      'inviter.name as inviter',
      'group_invitation.created_at',
    ])
    .where('group_invitation.network_id', '=', networkId)
    .where('group_invitation.state', '=', 'waiting')
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

function asInvitation(
  row: Awaited<ReturnType<ReturnType<typeof selection>['executeTakeFirstOrThrow']>>,
): GroupInvitation {
  return {
    id: row.id,
    person: row.person_id === null ? null : { id: row.person_id, name: row.person ?? '' },
    email: row.email,
    message: row.message,
    inviter: row.inviter,
    createdAt: row.created_at,
  }
}
