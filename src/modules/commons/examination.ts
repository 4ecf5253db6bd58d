import { type RawBuilder, sql } from 'kysely'
import type { Db } from '#db/database.ts'
import type { Finding } from '#db/examination.ts'
import { readTenant } from '#db/tenant.ts'
import { everyItem, locatedItem } from '#modules/commons/importing/counting.ts'
import { allNetworks } from '#modules/network/index.ts'

/** Counted facets must be what counting finds; a difference is a fault of ours, and search would show it. */
export async function examineCommons({ db }: { db: Db }): Promise<Finding[]> {
  const wrong: string[] = []
  for (const network of await allNetworks(db)) {
    const { rows } = await readTenant(db, { networkId: network.id, audience: 'network' }, trx =>
      sql<{ facet: string }>`
        with counted as (${countedFacets(network.id)})
        select coalesce(counted.facet, known.kind || ':' || known.key) as facet
        from counted full join (select * from commons_facet where network_id = ${network.id}) known
          on counted.facet = known.kind || ':' || known.key
        where coalesce(counted.items, 0) <> coalesce(known.items, 0)
          or coalesce(counted.public_items, 0) <> coalesce(known.public_items, 0)
        limit 20`.execute(trx),
    )
    wrong.push(...rows.map(row => `${network.slug} ${row.facet}`))
  }
  return [{ check: 'commons-counts', holds: wrong.length === 0, detail: wrong.join(', ') }]
}

/** The facets of a network as counting finds them: `facet`, `items`, `public_items`. */
export function countedFacets(networkId: string): RawBuilder<unknown> {
  return sql`
    select facet, count(*) as items, count(*) filter (where visibility = 'public') as public_items
    from commons_item
    cross join unnest(
      facets || ${everyItem}::text || case when facets::text like '%country:%' then array[${locatedItem}::text] end
    ) as facet
    where network_id = ${networkId}
    group by facet`
}
