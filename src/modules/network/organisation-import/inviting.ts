import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { invite, usualDays } from '#modules/network/invitations.ts'
import type { Inviting } from '#modules/network/organisation-import/imports.ts'

/** More are invited from the page of invitations, a few at a time: so many mails at once look like an attack. */
export const mostInvited = 300

/** Writes to the contact people of an import who have an address, no account and no invitation yet. */
export async function inviteContacts(
  trx: Trx,
  network: { id: string; slug: string },
  actor: Actor,
  { locale, linkOrigin, inviter }: Inviting,
  importId: string,
): Promise<void> {
  const { rows } = await sql<{ organisation: string; written: string }>`
    select mandate.organisation_id as organisation, string_agg(
      replace(replace(person.name, '<', ' '), '>', ' ') || ' <' || person.email || '>', E'\n' order by person.email
    ) as written
    from (
      select distinct (contact ->> 'mandateId')::uuid as mandate_id from organisation_import_line as line
      cross join lateral jsonb_array_elements(line.entry -> 'contacts') as contact
      where line.network_id = ${network.id} and line.import_id = ${importId} limit ${mostInvited}
    ) as made
    join mandate on mandate.network_id = ${network.id} and mandate.id = made.mandate_id
    join person on person.network_id = mandate.network_id and person.id = mandate.person_id
    where person.email is not null and person.account_id is null and person.erased_at is null and not exists (
      select from invitation where invitation.network_id = ${network.id} and invitation.email = person.email
        and accepted_at is null and revoked_at is null and expires_at > now())
    group by mandate.organisation_id order by mandate.organisation_id`.execute(trx)
  for (const { organisation, written } of rows) {
    const terms = { role: 'member', organisation, title: '', locale, days: usualDays } as const
    await invite(trx, network, { actor, inviter, linkOrigin }, terms, written)
  }
}
