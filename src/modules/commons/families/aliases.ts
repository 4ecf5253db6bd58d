import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { type FacetKind, facetKinds } from '#modules/commons/facets.ts'
import { isWritten } from '#modules/commons/families/rules.ts'
import type { CommonsQuery } from '#modules/commons/search/query.ts'

/**
 * A search as one would write it today: keys of families that were merged become those of the families they lead to.
 * What is found is the same without (see `commons_condition`); what is shown as chosen is then what there is to choose.
 */
export async function currentQuery(trx: Trx, networkId: string, query: CommonsQuery): Promise<CommonsQuery> {
  const asked = facetKinds.flatMap(kind =>
    isWritten(kind) ? (query.facets[kind] ?? []).map(key => ({ kind, key })) : [],
  )
  if (asked.length === 0) return query
  const { rows } = await sql<{ kind: FacetKind; key: string; into_key: string }>`
    select kind, key, into_key from commons_alias
    where network_id = ${networkId} and (kind, key) in (
      select * from unnest(${asked.map(({ kind }) => kind)}::text[], ${asked.map(({ key }) => key)}::text[])
    )`.execute(trx)
  if (rows.length === 0) return query
  const facets = { ...query.facets }
  for (const { kind, key, into_key } of rows)
    facets[kind] = [...new Set((facets[kind] ?? []).map(one => (one === key ? into_key : one)))]
  return { ...query, facets }
}

/** Of each of these families that stands under another, the one directly above it; as far as the reader may know of both. */
export async function parentsOf(
  trx: Trx,
  kind: FacetKind,
  keys: readonly string[],
): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<{ key: string; parent: string }>`
    select key, parent from commons_parents(${kind}, ${keys}::text[])`.execute(trx)
  return new Map(rows.map(({ key, parent }) => [key, parent]))
}
