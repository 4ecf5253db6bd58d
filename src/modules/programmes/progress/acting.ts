import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

export interface Named {
  id: string
  name: string
}

/**
 * For which organisations of a group somebody acts in it today, by name: the one they are in it for, else those of the
 * group for which they hold a mandate.
 */
export async function ownOrganisations(
  trx: Trx,
  reader: { network: { id: string }; personId: string | null },
  groupId: string,
): Promise<Named[]> {
  if (reader.personId === null) return []
  const { rows } = await sql<Named>`
    select organisation.id, organisation.name
    from programme_acting(array[${reader.personId}]::uuid[], array[${groupId}]::uuid[]) acting
    join organisation on organisation.id = acting.organisation_id
    order by organisation.name collate name_order, organisation.id limit 50`.execute(trx)
  return rows
}

/** Those that take part today, by name: a thousand at most. */
export async function takingPart(trx: Trx, networkId: string, groupId: string): Promise<Named[]> {
  const { rows } = await sql<Named>`
    select organisation.id, organisation.name
    from network
    join group_organisation member on member.network_id = network.id and member.group_id = ${groupId}::uuid
      and (now() at time zone network.time_zone)::date
        between member.valid_from and coalesce(member.valid_until, 'infinity')
    join organisation on organisation.id = member.organisation_id
    where network.id = ${networkId}::uuid
    order by organisation.name collate name_order, organisation.id limit 1000`.execute(trx)
  return rows
}
