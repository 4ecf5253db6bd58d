import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { newId } from '#kernel/ids.ts'
import { asInvitation, type Invitation, invitationRows, tokenHash } from '#modules/network/invitations.ts'
import { type Arrival, bringPerson } from '#modules/network/people.ts'
import { recordChange } from '#platform/audit/record.ts'

/** @returns what this link is about, answered or not; null when it never led here, or a later one was sent */
export async function findInvitation(trx: Trx, networkId: string, token: string): Promise<Invitation | null> {
  const row = await invitationRows(trx, networkId)
    .where('invitation.token_hash', '=', tokenHash(token))
    .executeTakeFirst()
  return row ? asInvitation(row) : null
}

export interface Taken {
  /** Of the invitation. */
  id: string
  personId: string
  mandateId: string
  organisationId: string | null
  /** Who they are from now on. */
  actor: Actor
}

/**
 * Takes an invitation up, once: of two at a time the second finds it answered.
 * @param account who has the link; where its address is the invited one, the link has proved it
 * @returns what they are in the network from now on; null when the invitation is no longer open
 */
export async function acceptInvitation(
  trx: Trx,
  networkId: string,
  account: Arrival,
  token: string,
): Promise<Taken | null> {
  const row = await trx
    .updateTable('invitation')
    .set({ accepted_at: sql`now()` })
    .where('network_id', '=', networkId)
    .where('token_hash', '=', tokenHash(token))
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .returning(['id', 'email', 'role', 'organisation_id', 'title'])
    .executeTakeFirst()
  if (!row) return null
  const { personId } = await bringPerson(trx, networkId, account, row.email)
  const mandateId = await enter(trx, networkId, personId, row)
  await announceChange(trx, networkId)
  const actor: Actor = { accountId: account.accountId, mandateId, tokenId: null, origin: 'page' }
  await recordChange(trx, networkId, actor, {
    action: 'invitation.accepted',
    subject: { type: 'invitation', id: row.id },
    after: {
      person_id: personId,
      mandate_id: mandateId,
      role: row.role,
      organisation_id: row.organisation_id,
      title: row.title,
    },
  })
  return { id: row.id, personId, mandateId, organisationId: row.organisation_id, actor }
}

/** A mandate from today on, unless the person holds just this one already. @returns its id */
export async function enter(
  trx: Trx,
  networkId: string,
  personId: string,
  terms: { role: string; organisation_id: string | null; title: string },
): Promise<string> {
  const today = sql<string>`(select (now() at time zone time_zone)::date from network where id = ${networkId})`
  const held = await trx
    .selectFrom('mandate')
    .select('id')
    .where('network_id', '=', networkId)
    .where('person_id', '=', personId)
    .where('role', '=', terms.role)
    .where(sql`organisation_id is not distinct from ${terms.organisation_id}::uuid`.$castTo<boolean>())
    .where('valid_from', '<=', today)
    .where('valid_until', 'is', null)
    .executeTakeFirst()
  if (held) return held.id
  const id = newId()
  await trx
    .insertInto('mandate')
    .values({
      network_id: networkId,
      id,
      person_id: personId,
      role: terms.role,
      organisation_id: terms.organisation_id,
      title: terms.title,
      valid_from: today,
    })
    .execute()
  return id
}
