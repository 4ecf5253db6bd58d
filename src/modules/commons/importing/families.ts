import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { tagFamily } from '#modules/commons/format/tag-family.ts'

/**
 * Calls each family by its commonest spelling; where others have its accents, which many leave out, by theirs. What the
 * public sees is called as the public writes it, whatever the pages inside: by its key, should it have no other name. What
 * a curator has named is called so, in the network's language where they said it. One that others were merged into keeps
 * its name, however many more pages write theirs.
 * @param only facets ('theme:eau') whose families are named; without, all of the network's
 */
export async function nameFamilies(trx: Trx, networkId: string, only?: string[]): Promise<void> {
  const kinds = only?.map(facet => facet.slice(0, facet.indexOf(':')))
  const keys = only?.map(facet => facet.slice(facet.indexOf(':') + 1))
  const wanted = only
    ? sql`and (facet.kind, facet.key) in (select * from unnest(${kinds}::text[], ${keys}::text[]))`
    : sql``
  const brought = JSON.stringify(await broughtSpellings(trx, networkId, wanted))
  // How many there are PostgreSQL cannot know, least of all in an import: joined in loops, each is compared with each.
  await sql`set local enable_nestloop = off`.execute(trx)
  await sql`
    with family as materialized (
      select facet.kind, facet.key, facet.public_items > 0 as shown,
        coalesce(facet.labels ->> network.locale, (select min(value) from jsonb_each_text(facet.labels))) as given
      from commons_facet facet join network on network.id = facet.network_id
      where facet.network_id = ${networkId} ${wanted}
    ), brought as materialized (
      select * from json_to_recordset(${brought}::json) as brought (kind text, written text)
    ), spelling as (
      select *, first_value(bare) over (partition by kind, key order by items desc, written collate name_order) as commonest
      from (
        select kind, key, written, case when shown then spelling.public_items else spelling.items end as items,
          normalize(lower(written), NFD) as folded,
          regexp_replace(normalize(lower(written), NFD), '[\u0300-\u036f]', '', 'g') as bare
        from commons_spelling spelling join family using (kind, key)
        where network_id = ${networkId} and case when shown then spelling.public_items else spelling.items end > 0
          and (kind, written) not in (select kind, written from brought)
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

/** Spellings that came with what a curator merged or moved, of families that are still written in their own way. */
async function broughtSpellings(
  trx: Trx,
  networkId: string,
  wanted: RawBuilder<unknown>,
): Promise<{ kind: string; written: string }[]> {
  const { rows } = await sql<{ kind: string; key: string; written: string }>`
    select spelling.kind, spelling.key, spelling.written
    from commons_facet facet
    join commons_spelling spelling
      on spelling.network_id = facet.network_id and spelling.kind = facet.kind and spelling.key = facet.key
    where facet.network_id = ${networkId} ${wanted}
      and (facet.kind, facet.key) in (select kind, into_key from commons_alias where network_id = ${networkId})
      and case when facet.public_items > 0 then spelling.public_items else spelling.items end > 0`.execute(
    trx,
  )
  const own = new Set<string>()
  for (const { kind, key, written } of rows) if (tagFamily(written) === key) own.add(`${kind}:${key}`)
  return rows
    .filter(({ kind, key, written }) => own.has(`${kind}:${key}`) && tagFamily(written) !== key)
    .map(({ kind, written }) => ({ kind, written }))
}
