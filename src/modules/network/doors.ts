import { sql } from 'kysely'
import { kept, type Trx } from '#db/database.ts'

/** Whether the door of a network leads on to its affiliations, and to what organisations show of themselves. */
export interface FurtherDoors {
  affiliations: boolean
  showcases: boolean
}

/** As far as the reader may see them. */
export async function doorsOf(trx: Trx, networkId: string): Promise<FurtherDoors> {
  const { rows } = await sql<FurtherDoors>`${kept}
    select
      exists (
        select from affiliation
        join network other on other.id in (affiliation.network_id, affiliation.other_id) and other.id <> ${networkId}::uuid
        where affiliation.state = 'accepted'
          and (affiliation.network_id = ${networkId}::uuid or affiliation.other_id = ${networkId}::uuid)
      ) as affiliations,
      exists (select from showcase_shown where network_id = ${networkId}::uuid and state <> 'none') as showcases`.execute(
    trx,
  )
  return rows[0] ?? { affiliations: false, showcases: false }
}
