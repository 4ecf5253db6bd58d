import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { asNetwork, type OtherNetwork } from '#modules/network/affiliations/affiliations.ts'
import type { SharedNumber } from '#modules/network/affiliations/schema.ts'

/** A network that belongs to this one, in numbers; null what it does not share. */
export type MemberNumbers = { network: OtherNetwork } & Record<SharedNumber, number | null>

export interface Federation {
  networks: MemberNumbers[]
  /** Organisations of all that share their number of them, each counted once. */
  distinctOrganisations: number
}

/** The networks that belong to this one today, by name, side by side. */
export async function federationOf(trx: Trx, sortIn: string): Promise<Federation> {
  const { rows } = await sql<
    { id: string; slug: string; name: unknown; locale: string; visibility: string } & Record<
      SharedNumber,
      number | null
    >
  >`
    select network.id, network.slug, network.name, network.locale, network.visibility,
      counted.organisations, counted.people, counted.groups, counted.meetings
    from affiliated_numbers() counted
    join network on network.id = counted.network_id
    order by coalesce(network.name ->> ${sortIn}, network.name ->> network.locale) collate name_order, network.id
    limit 500`.execute(trx)
  const all = await sql<{ count: number }>`select affiliated_distinct_organisations() as count`.execute(trx)
  return {
    networks: rows.map(({ organisations, people, groups, meetings, ...network }) => ({
      network: asNetwork(network),
      organisations,
      people,
      groups,
      meetings,
    })),
    distinctOrganisations: all.rows[0]?.count ?? 0,
  }
}
