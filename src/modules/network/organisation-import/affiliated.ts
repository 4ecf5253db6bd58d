import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { asNetwork, type OtherNetwork } from '#modules/network/affiliations/affiliations.ts'
import type { Reason } from '#modules/network/organisation-import/duplicates.ts'

/** A line that would make a new organisation, and the one of an affiliated network that it seems to be. */
export interface Resembling {
  /** As a spreadsheet numbers it. */
  line: number
  name: string
  organisation: { id: string; name: string; town: string }
  network: OtherNetwork
  reason: Reason
}

/** How many are shown at once; once they are decided, others follow. */
const mostShown = 50

/** Where the affiliation is in force and organisations are shared: proposed, with the reason, and never taken by itself. */
export async function resemblingAffiliated(trx: Trx, importId: string): Promise<Resembling[]> {
  const { rows } = await sql<Row>`
    select found.line, found.name, found.id, found.offered, found.town, found.reason, found.value,
      network.id as network_id, network.slug, network.name as network_name, network.locale, network.visibility
    from affiliated_resembling(${importId}::uuid, ${mostShown}) found
    join network on network.id = found.network_id
    order by found.line`.execute(trx)
  return rows.map(row => {
    const { network_id, network_name, slug, locale, visibility } = row
    return {
      line: row.line,
      name: row.name,
      organisation: { id: row.id, name: row.offered, town: row.town },
      network: asNetwork({ id: network_id, slug, name: network_name, locale, visibility }),
      reason: reasonOf(row),
    }
  })
}

function reasonOf({ reason, value }: Row): Reason {
  if (reason === 'name') return { code: 'name' }
  if (reason === 'website') return { code: 'website', domain: value }
  return { code: 'identifier', scheme: reason, value }
}

interface Row {
  line: number
  name: string
  id: string
  offered: string
  town: string
  reason: string
  value: string
  network_id: string
  slug: string
  network_name: unknown
  locale: string
  visibility: string
}
