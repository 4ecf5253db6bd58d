import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { type Group, type OpenedGroup, openGroup } from '#modules/groups/opening.ts'
import { matching } from '#modules/groups/roll.ts'
import { inForce, present, runsAll } from '#modules/groups/seeing.ts'
import { actorName, tell } from '#modules/groups/telling.ts'
import {
  type Entry,
  emailField,
  invite,
  optionalId,
  organisationOfAddresses,
  Refusal,
  sendAgain,
  usualDays,
} from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

const messageField = z.string().trim().max(2_000).default('')
/** Somebody of the network, or an address. */
export const invitingInput = z.object({
  person: optionalId,
  email: z.union([emailField, z.literal('').transform(() => null)]).default(null),
  /** For which somebody new comes into the network. */
  organisation: optionalId,
  message: messageField,
})

export interface GroupInvitation {
  id: string
  /** Of the network; null for somebody who is to come into it first. */
  person: { id: string; name: string } | null
  email: string | null
  /** As the network's own invitation calls them, where it does. */
  name: string | null
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
 * Invites somebody of the network, by their id or their address; whoever helps to run the network also somebody new, or
 * known but without an account, by the network's own invitation.
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
  if (known?.hasAccount) return invitePerson(trx, entry, group, known.id, message, linkOrigin)
  if (known) return inviteAddress(trx, entry, group, reachable(entry, known), message, linkOrigin)
  if (email === null) throw new Refusal({ field: 'email', message: 'form.error.choose' })
  if (!runsAll(entry)) throw new Refusal({ field: 'email', message: 'group.error.outsider' })
  const { organisation } = input
  return inviteAddress(trx, entry, group, { email, name: '', organisation }, message, linkOrigin)
}

/** For which organisation somebody new would come into the network, by the domain of their address; null: nobody knows. */
export async function proposedOrganisation(
  trx: Trx,
  entry: Entry,
  email: string | null,
): Promise<{ id: string; name: string } | null> {
  if (email === null || !runsAll(entry)) return null
  const known = await trx
    .selectFrom('person')
    .select('id')
    .where('network_id', '=', entry.network.id)
    .where('email', '=', email)
    .where('erased_at', 'is', null)
    .executeTakeFirst()
  return known ? null : organisationOfAddresses(trx, entry.network.id, [email])
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

interface Known {
  id: string
  name: string
  email: string | null
  hasAccount: boolean
  /** One whose member they are, to come in under the mandate they hold. */
  organisation: string | null
  inGroup: boolean
}

/** Who that is in the network today, and whether in the group already. */
async function findKnown(
  trx: Trx,
  networkId: string,
  groupId: string,
  person: string | null,
  email: string | null,
): Promise<Known | null> {
  const { rows } = await sql<Known>`
    select person.id, person.name, lower(person.email) as email, person.account_id is not null as "hasAccount", (
      select mandate.organisation_id from mandate
      where mandate.network_id = ${networkId}::uuid and mandate.person_id = person.id and mandate.role = 'member'
        and ${inForce('mandate', networkId)}
      order by mandate.valid_from, mandate.id limit 1) as organisation, exists (
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

/** Nobody writes to somebody without an account but the network, which invites them to open one. @throws Refusal */
function reachable(
  entry: Entry,
  { name, email, organisation }: Known,
): { email: string; name: string; organisation: string | null } {
  const values = { name }
  if (!runsAll(entry)) throw new Refusal({ field: 'email', message: 'group.error.no-account', values })
  if (email === null) throw new Refusal({ field: 'email', message: 'group.error.no-address', values })
  return { email, name, organisation }
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

/** Somebody without an account: invited into the network, as a member, and into the group once they are there. */
async function inviteAddress(
  trx: Trx,
  entry: Entry,
  group: Group,
  { email, name, organisation }: { email: string; name: string; organisation: string | null },
  message: string,
  linkOrigin: string,
): Promise<string> {
  const { network } = entry
  const inviting = {
    actor: entry.actor,
    inviter: await actorName(trx, entry),
    linkOrigin,
    group: { name: group.name, message },
  }
  const terms = {
    role: 'member' as const,
    organisation,
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
  const written = name === '' ? email : `${name.replace(/[<>\n]/g, ' ')} <${email}>`
  // Who was invited into the network before hears of the group as well, by a link that leads to both.
  const invitation = waiting
    ? await sendAgain(trx, network, inviting, waiting.id)
    : (await invite(trx, network, inviting, terms, written))[0]
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
    .leftJoin('invitation', join =>
      join
        .onRef('invitation.network_id', '=', 'group_invitation.network_id')
        .onRef('invitation.id', '=', 'group_invitation.invitation_id'),
    )
    .select([
      'group_invitation.id',
      'group_invitation.person_id',
      'person.name as person',
      'group_invitation.email',
      'invitation.name',
      'group_invitation.message',
      'inviter.name as inviter',
      'group_invitation.created_at',
    ])
    .where('group_invitation.network_id', '=', networkId)
    .where('group_invitation.state', '=', 'waiting')
}

function asInvitation(
  row: Awaited<ReturnType<ReturnType<typeof selection>['executeTakeFirstOrThrow']>>,
): GroupInvitation {
  return {
    id: row.id,
    person: row.person_id === null ? null : { id: row.person_id, name: row.person ?? '' },
    email: row.email,
    name: row.name || null,
    message: row.message,
    inviter: row.inviter,
    createdAt: row.created_at,
  }
}
