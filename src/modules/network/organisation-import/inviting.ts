import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { invite, usualDays } from '#modules/network/invitations.ts'
import type { Inviting } from '#modules/network/organisation-import/imports.ts'

/** More are invited from the page of invitations, a few at a time: so many mails at once look like an attack. */
export const mostInvited = 300

/** Who of an import's contact people cannot sign in yet; and who of them can be invited: with an address, not invited yet. */
export async function countUninvited(
  trx: Trx,
  networkId: string,
  importId: string,
): Promise<{ accountless: number; invitable: number }> {
  const { rows } = await sql<{ accountless: number; invitable: number }>`
    select count(distinct person.id)::int as accountless,
      count(distinct person.id) filter (where ${uninvited(networkId)})::int as invitable
    ${contactPeople(networkId, importId)}`.execute(trx)
  return rows[0] ?? { accountless: 0, invitable: 0 }
}

/** Writes to the contact people of an import who have an address, no account and no invitation yet. */
export async function inviteContacts(
  trx: Trx,
  network: { id: string; slug: string },
  actor: Actor,
  { locale, linkOrigin, inviter }: Inviting,
  importId: string,
): Promise<void> {
  const { rows } = await sql<{ organisation: string; written: string }>`
    select organisation, string_agg(
      replace(replace(name, '<', ' '), '>', ' ') || ' <' || email || '>', E'\n' order by email
    ) as written
    from (
      select distinct on (person.id) mandate.organisation_id as organisation, person.name, person.email
      ${contactPeople(network.id, importId)} and ${uninvited(network.id)}
      order by person.id, mandate.id limit ${mostInvited}
    ) as those
    group by organisation order by organisation`.execute(trx)
  for (const { organisation, written } of rows) {
    const terms = { role: 'member', organisation, title: '', locale, days: usualDays } as const
    await invite(trx, network, { actor, inviter, linkOrigin }, terms, written)
  }
}

/** Those an import brought in who have no account, with the mandate it gave them. */
function contactPeople(networkId: string, importId: string): RawBuilder<unknown> {
  return sql`
    from (
      select distinct (contact ->> 'mandateId')::uuid as mandate_id from organisation_import_line as line
      cross join lateral jsonb_array_elements(line.entry -> 'contacts') as contact
      where line.network_id = ${networkId} and line.import_id = ${importId}
    ) as made
    join mandate on mandate.network_id = ${networkId} and mandate.id = made.mandate_id
    join person on person.network_id = mandate.network_id and person.id = mandate.person_id
    where person.account_id is null and person.erased_at is null`
}

function uninvited(networkId: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`(person.email is not null and not exists (
    select from invitation where invitation.network_id = ${networkId} and invitation.email = person.email
      and accepted_at is null and revoked_at is null and expires_at > now()))`
}
