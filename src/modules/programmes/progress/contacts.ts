import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Network } from '#modules/network/index.ts'

/** How an organisation can be reached. */
export interface Contact {
  email: string | null
  phone: string | null
}

/** What the directory of the network shows of organisations, by organisation. */
export async function contactsOf(
  trx: Trx,
  network: Pick<Network, 'id'>,
  organisations: readonly string[],
): Promise<Map<string, Contact>> {
  if (organisations.length === 0) return new Map()
  const { rows } = await sql<Contact & { id: string }>`
    select organisation_id as id, contact ->> 'email' as email, contact ->> 'phone' as phone from showcase_shown
    where network_id = ${network.id}::uuid and organisation_id = any (${organisations}::uuid[]) and state <> 'none'
      and contact is not null`.execute(trx)
  return new Map(rows.map(({ id, ...contact }) => [id, contact]))
}
