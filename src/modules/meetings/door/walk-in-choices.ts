import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** Names to choose among while typing: more would be no help, and any other can be typed. */
const mostNames = 300

/** The organisations of the network, by name. */
export async function organisationNames(trx: Trx, networkId: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select organisation.name
    from membership
    join organisation on organisation.id = membership.organisation_id
    where membership.network_id = ${networkId}::uuid and (membership.valid_until is null or membership.valid_until >= current_date)
    order by organisation.name collate name_order
    limit ${mostNames}`.execute(trx)
  return rows.map(({ name }) => name)
}
