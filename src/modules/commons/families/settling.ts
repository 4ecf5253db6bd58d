import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { type FacetKind, splitFacet } from '#modules/commons/facets.ts'
import { aliasesOf, type FamilyRules, familyOf } from '#modules/commons/families/rules.ts'

/** Makes what is derived from the rules alone what they say: where old keys lead, given names, what is hidden. */
export async function settleFamilies(trx: Trx, networkId: string, rules: FamilyRules): Promise<void> {
  await setAliases(trx, networkId, rules)
  await setFacts(trx, networkId, rules)
}

/** Families that no page may have yet, so that what stands in them has where to stand. */
export async function makeFamilies(
  trx: Trx,
  networkId: string,
  families: readonly { kind: FacetKind; key: string }[],
): Promise<void> {
  await sql`
    insert into commons_facet (network_id, kind, key, label)
    select distinct ${networkId}::uuid, kind, key, key
    from json_to_recordset(${JSON.stringify(families)}::json) as family (kind text, key text)
    on conflict (network_id, kind, key) do nothing`.execute(trx)
}

/**
 * Puts the spellings of some families where the rules say. Their counts stay: who wrote how has not changed.
 * @param facets as the spellings stood before, 'theme:mapeo'
 */
export async function moveSpellings(
  trx: Trx,
  networkId: string,
  rules: FamilyRules,
  facets: readonly string[],
): Promise<void> {
  const families = facets.map(splitFacet)
  const { rows } = await sql<{ kind: FacetKind; written: string; key: string }>`
    select kind, written, key from commons_spelling
    where network_id = ${networkId}
      and (kind, key) in (
        select * from unnest(${families.map(({ kind }) => kind)}::text[], ${families.map(({ key }) => key)}::text[])
      )`.execute(trx)
  const moved = rows
    .map(row => ({ ...row, from: row.key, key: familyOf(rules, row.kind, row.written) }))
    .filter(({ from, key }) => from !== key)
  if (moved.length === 0) return
  await makeFamilies(trx, networkId, moved)
  await sql`
    update commons_spelling spelling set key = moved.key
    from json_to_recordset(${JSON.stringify(moved)}::json) as moved (kind text, written text, key text)
    where spelling.network_id = ${networkId} and spelling.kind = moved.kind and spelling.written = moved.written`.execute(
    trx,
  )
}

async function setAliases(trx: Trx, networkId: string, rules: FamilyRules): Promise<void> {
  const aliases = JSON.stringify(aliasesOf(rules))
  await sql`
    with wanted as materialized (
      select kind, key, "intoKey" as into_key, seen
      from json_to_recordset(${aliases}::json) as alias (kind text, key text, "intoKey" text, seen boolean)
    ), gone as (
      delete from commons_alias alias
      where network_id = ${networkId}
        and not exists (select from wanted where wanted.kind = alias.kind and wanted.key = alias.key)
    )
    insert into commons_alias as alias (network_id, kind, key, into_key, seen)
    select ${networkId}::uuid, kind, key, into_key, seen from wanted
    on conflict (network_id, kind, key) do update set into_key = excluded.into_key, seen = excluded.seen
    where (alias.into_key, alias.seen) <> (excluded.into_key, excluded.seen)`.execute(trx)
}

async function setFacts(trx: Trx, networkId: string, rules: FamilyRules): Promise<void> {
  const facets = [...new Set([...rules.labels.keys(), ...rules.hidden])].map(facet => ({
    ...splitFacet(facet),
    labels: rules.labels.get(facet) ?? null,
    hidden: rules.hidden.has(facet),
  }))
  await makeFamilies(trx, networkId, facets)
  await sql`
    with wanted as materialized (
      select * from json_to_recordset(${JSON.stringify(facets)}::json) as facet (kind text, key text, labels jsonb, hidden boolean)
    ), target as (
      select facet.kind, facet.key, wanted.labels, coalesce(wanted.hidden, false) as hidden
      from commons_facet facet left join wanted on wanted.kind = facet.kind and wanted.key = facet.key
      where facet.network_id = ${networkId}
        and (facet.labels, facet.hidden) is distinct from (wanted.labels, coalesce(wanted.hidden, false))
    )
    update commons_facet facet
    -- One that has lost its given name is called by its key until it is named by its spellings.
    set labels = target.labels, hidden = target.hidden,
      label = case when facet.labels is not null and target.labels is null then facet.key else facet.label end
    from target
    where facet.network_id = ${networkId} and facet.kind = target.kind and facet.key = target.key`.execute(
    trx,
  )
}
