import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { dayOf } from '#modules/network/mandates.ts'
import { sharedMailDomains } from '#modules/network/organisation-import/words.ts'
import type { OrganisationName } from '#modules/network/organisations/organisations.ts'

/**
 * Whose addresses these are: the one organisation of the network whose website has their domain, or whose people or contact
 * write from it. Null where there is none or several, and where an address is of a provider anyone writes from.
 * @param emails in lower case
 */
export async function organisationOfAddresses(
  trx: Trx,
  networkId: string,
  emails: readonly string[],
): Promise<OrganisationName | null> {
  const domains = [...new Set(emails.map(email => email.slice(email.lastIndexOf('@') + 1)))]
  if (domains.length === 0 || domains.some(domain => sharedMailDomains.has(domain))) return null
  const today = await dayOf(trx, networkId)
  const { rows } = await sql<OrganisationName & { domains: number }>`
    with member as (
      select organisation.id, organisation.name, organisation.website from membership
      join organisation on organisation.id = membership.organisation_id
      where membership.network_id = ${networkId}::uuid and membership.valid_from <= ${today}::date
        and coalesce(membership.valid_until, 'infinity') >= ${today}::date
    ), known as (
      select id, substring(lower(website) from '^(?:https?://)?(?:www[.])?([^/:?#]+)') as domain
      from member where website is not null
      union
      select mandate.organisation_id, split_part(lower(person.email), '@', 2)
      from person
      join mandate on mandate.network_id = person.network_id and mandate.person_id = person.id
        and mandate.organisation_id is not null and mandate.valid_from <= ${today}::date
        and coalesce(mandate.valid_until, 'infinity') >= ${today}::date
      where person.network_id = ${networkId}::uuid and person.erased_at is null
        and split_part(lower(person.email), '@', 2) = any (${domains}::text[])
      union
      select organisation_id, split_part(lower(contact_email), '@', 2) from organisation_showcase
      where network_id = ${networkId}::uuid and contact_email is not null
    )
    select member.id, member.name, count(distinct known.domain)::integer as domains
    from known join member on member.id = known.id
    where known.domain = any (${domains}::text[])
    group by member.id, member.name limit 2`.execute(trx)
  const [only] = rows
  return only && rows.length === 1 && only.domains === domains.length
    ? { id: only.id, name: only.name }
    : null
}
