import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/**
 * Calls each family by its commonest spelling; where others have its accents, which many leave out, by theirs. What the
 * public sees is called as the public writes it, whatever the pages inside: by its key, should it have no other name. What
 * a curator has named is called so, in the network's language where they said it.
 * @param only facets ('theme:eau') whose families are named; without, all of the network's
 */
export async function nameFamilies(trx: Trx, networkId: string, only?: string[]): Promise<void> {
  const kinds = only?.map(facet => facet.slice(0, facet.indexOf(':')))
  const keys = only?.map(facet => facet.slice(facet.indexOf(':') + 1))
  const wanted = only
    ? sql`and (facet.kind, facet.key) in (select * from unnest(${kinds}::text[], ${keys}::text[]))`
    : sql``
  // How many there are PostgreSQL cannot know, least of all in an import: joined in loops, each is compared with each.
  await sql`set local enable_nestloop = off`.execute(trx)
  await sql`
    with family as materialized (
      select facet.kind, facet.key, facet.public_items > 0 as shown,
        coalesce(facet.labels ->> network.locale, (select min(value) from jsonb_each_text(facet.labels))) as given
      from commons_facet facet join network on network.id = facet.network_id
      where facet.network_id = ${networkId} ${wanted}
    ), spelling as (
      select *, first_value(bare) over (partition by kind, key order by items desc, written collate name_order) as commonest
      from (
        select kind, key, written, case when shown then spelling.public_items else spelling.items end as items,
          normalize(lower(written), NFD) as folded,
          regexp_replace(normalize(lower(written), NFD), '[\u0300-\u036f]', '', 'g') as bare
        from commons_spelling spelling join family using (kind, key)
        where network_id = ${networkId} and case when shown then spelling.public_items else spelling.items end > 0
      ) written
    ), best as (
      select distinct on (kind, key) kind, key, written from spelling where bare = commonest
      order by kind, key, folded <> bare desc, items desc, written collate name_order
    ), named as (
      select kind, key, coalesce(given, written, key) as label
      from family left join best using (kind, key)
      where given is not null or written is not null or (shown and exists (
        select from commons_spelling spelling
        where spelling.network_id = ${networkId} and spelling.kind = family.kind and spelling.key = family.key
      ))
    )
    update commons_facet facet set label = named.label
    from named
    where facet.network_id = ${networkId} and facet.kind = named.kind and facet.key = named.key
      and facet.label <> named.label`.execute(trx)
  await sql`set local enable_nestloop = on`.execute(trx)
}
