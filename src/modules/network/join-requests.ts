import { sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import type { Actor } from '#kernel/actor.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import type { Locale } from '#kernel/locale.ts'
import { enter } from '#modules/network/answering.ts'
import { optionalId, roleField, titleField } from '#modules/network/fields.ts'
import { refuseForeignOrganisation } from '#modules/network/mandates.ts'
import type { Network } from '#modules/network/networks.ts'
import { type Arrival, administratorsOf, bringPerson } from '#modules/network/people.ts'
import { recipientsOf } from '#modules/network/recipients.ts'
import { Refusal } from '#modules/network/refusal.ts'
import { recordChange } from '#platform/audit/record.ts'
import { queueMail } from '#platform/mail/index.ts'

export interface JoinRequest {
  id: string
  accountId: string
  name: string
  email: string
  /** As they call it. */
  organisationName: string
  message: string
  state: 'waiting' | 'accepted' | 'declined'
  createdAt: Date
}

export const joinForm = z.object({
  organisation: z.string().trim().max(200).default(''),
  message: z.string().trim().max(2_000).default(''),
})

export const joinTerms = z.object({ role: roleField, organisation: optionalId, title: titleField })

/** Whether anyone may join, with an address like this one. */
export function mayJoin(network: Network, email: string): boolean {
  if (network.signUp !== 'open') return false
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase()
  return network.signUpDomains.length === 0 || network.signUpDomains.includes(domain)
}

/**
 * Joins a network that is open, as a member.
 * @throws Refusal for an address that is not proved, or of another domain; AppError 'forbidden' where it is not open
 */
export async function joinOpenly(
  trx: Trx,
  network: Network,
  account: Arrival,
  linkOrigin: string,
): Promise<{ personId: string; mandateId: string }> {
  if (network.signUp !== 'open') throw new AppError('forbidden')
  refuseUnproved(account)
  if (!mayJoin(network, account.email)) throw new Refusal({ field: '', message: 'join.error.domain' })
  const { personId } = await bringPerson(trx, network.id, account, null)
  const terms = { role: 'member', organisation_id: null, title: '' }
  const mandateId = await enter(trx, network.id, personId, terms)
  for (const to of await recipientsOf(trx, network, await administratorsOf(trx, network.id))) {
    const here = { locale: to.locale, network: network.slug, person: personId }
    await queueMail(trx, {
      networkId: network.id,
      to,
      template: 'member-joined',
      params: { person: account.name, role: 'member', url: linkOrigin + href('person', here) },
      baseUrl: linkOrigin,
      batch: 'daily',
    })
  }
  await announceChange(trx, network.id)
  const actor: Actor = { accountId: account.accountId, mandateId, tokenId: null, origin: 'page' }
  await recordChange(trx, network.id, actor, {
    action: 'member.joined',
    subject: { type: 'person', id: personId },
    after: { mandate_id: mandateId, role: 'member' },
  })
  return { personId, mandateId }
}

/** Asks to be let in. Whoever administers the network is told by mail. @throws Refusal when one waits already */
export async function requestToJoin(
  trx: Trx,
  network: Network,
  account: Arrival,
  input: z.infer<typeof joinForm>,
  linkOrigin: string,
): Promise<string> {
  if (network.signUp !== 'request') throw new AppError('forbidden')
  refuseUnproved(account)
  const id = newId()
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('join_request')
    .values({
      network_id: network.id,
      id,
      account_id: account.accountId,
      name: account.name,
      email: account.email,
      organisation_name: input.organisation,
      message: input.message,
    })
    .onConflict(conflict =>
      conflict.columns(['network_id', 'account_id']).where(sql<boolean>`state = 'waiting'`).doNothing(),
    )
    .executeTakeFirst()
  if (!numInsertedOrUpdatedRows) throw new Refusal({ field: '', message: 'join.error.waiting' })
  for (const to of await recipientsOf(trx, network, await administratorsOf(trx, network.id))) {
    const here = { locale: to.locale, network: network.slug, request: id }
    await queueMail(trx, {
      networkId: network.id,
      to,
      template: 'join-requested',
      params: { person: account.name, url: linkOrigin + href('joinRequest', here) },
      baseUrl: linkOrigin,
    })
  }
  const actor: Actor = { accountId: account.accountId, mandateId: null, tokenId: null, origin: 'page' }
  await recordChange(trx, network.id, actor, {
    action: 'join-request.made',
    subject: { type: 'join-request', id },
    after: {},
  })
  return id
}

/** @throws Refusal when it is decided; AppError 'not-found' */
export async function acceptRequest(
  trx: Trx,
  network: Network,
  actor: Actor,
  id: string,
  terms: z.infer<typeof joinTerms>,
  linkOrigin: string,
): Promise<string> {
  await refuseForeignOrganisation(trx, network.id, terms.organisation)
  const request = await decide(trx, network.id, id, 'accepted')
  // Its address was proved when it was made.
  const arrival = {
    accountId: request.account_id,
    name: request.name,
    email: request.email,
    emailVerified: true,
  }
  const { personId } = await bringPerson(trx, network.id, arrival, null)
  const given = { role: terms.role, organisation_id: terms.organisation, title: terms.title }
  const mandateId = await enter(trx, network.id, personId, given)
  const { account_id: accountId, email, name } = request
  for (const to of await recipientsOf(trx, network, [{ personId, accountId, email, name }]))
    await queueMail(trx, {
      networkId: network.id,
      to,
      template: 'join-accepted',
      params: { role: terms.role, url: linkOrigin + doorOf(network, to.locale) },
      baseUrl: linkOrigin,
    })
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, actor, {
    action: 'join-request.accepted',
    subject: { type: 'join-request', id },
    after: { person_id: personId, mandate_id: mandateId, ...given },
  })
  return personId
}

/** @throws Refusal when it is decided; AppError 'not-found' */
export async function declineRequest(
  trx: Trx,
  network: Network,
  actor: Actor,
  id: string,
  linkOrigin: string,
): Promise<void> {
  const request = await decide(trx, network.id, id, 'declined')
  // Whoever is not let in is of no network: what their account says is not for this one to read.
  await queueMail(trx, {
    networkId: network.id,
    to: { accountId: request.account_id, address: request.email, name: request.name, locale: network.locale },
    template: 'join-declined',
    params: { url: linkOrigin + doorOf(network, network.locale) },
    baseUrl: linkOrigin,
  })
  await recordChange(trx, network.id, actor, {
    action: 'join-request.declined',
    subject: { type: 'join-request', id },
    after: {},
  })
}

/** Those that wait, the first come first; at most five hundred. */
export async function waitingRequests(trx: Trx, networkId: string): Promise<JoinRequest[]> {
  const rows = await trx
    .selectFrom('join_request')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('state', '=', 'waiting')
    .orderBy('created_at')
    .orderBy('id')
    .limit(500)
    .execute()
  return rows.map(asRequest)
}

export async function findRequest(trx: Trx, networkId: string, id: string): Promise<JoinRequest | null> {
  if (!isId(id)) return null
  const row = await trx
    .selectFrom('join_request')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? asRequest(row) : null
}

/** @returns since when an account waits to be let in, if it does */
export async function waitingSince(trx: Trx, networkId: string, accountId: string): Promise<Date | null> {
  const row = await trx
    .selectFrom('join_request')
    .select('created_at')
    .where('network_id', '=', networkId)
    .where('account_id', '=', accountId)
    .where('state', '=', 'waiting')
    .executeTakeFirst()
  return row?.created_at ?? null
}

function refuseUnproved(account: Arrival): void {
  if (!account.emailVerified) throw new Refusal({ field: '', message: 'join.error.unverified' })
}

async function decide(trx: Trx, networkId: string, id: string, state: 'accepted' | 'declined') {
  if (!isId(id)) throw new AppError('not-found')
  const row = await trx
    .updateTable('join_request')
    .set({ state, decided_at: sql`now()` })
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .returning(['account_id', 'name', 'email'])
    .executeTakeFirst()
  if (row) return row
  if (await findRequest(trx, networkId, id)) throw new Refusal({ field: '', message: 'join.error.decided' })
  throw new AppError('not-found')
}

function doorOf(network: Network, locale: Locale): string {
  return href('network', { locale, network: network.slug })
}

function asRequest(row: {
  id: string
  account_id: string
  name: string
  email: string
  organisation_name: string
  message: string
  state: string
  created_at: Date
}): JoinRequest {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    email: row.email,
    organisationName: row.organisation_name,
    message: row.message,
    state: row.state as JoinRequest['state'],
    createdAt: row.created_at,
  }
}
