import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Locale } from '#kernel/locale.ts'
import { type FacetKind, facetOf, splitFacet } from '#modules/commons/facets.ts'
import type { Labels } from '#modules/commons/families/rules.ts'
import { facetGroups } from '#modules/commons/search/matching.ts'
import { type CommonsQuery, isWhole } from '#modules/commons/search/query.ts'
import { readText, type TextQuery } from '#modules/commons/search/search-text.ts'

export interface FacetCount {
  key: string
  label: string
  count: number
  /** What a curator called it, by language. */
  labels: Labels | null
}

/** In the reader's words, where a curator gave them. */
export function calledIn(locale: Locale, counts: readonly FacetCount[]): FacetCount[] {
  return counts.map(one => ({ ...one, label: one.labels?.[locale] ?? one.label }))
}

/**
 * How many of what is found carry each value: the commonest of each kind, and every value that is chosen. Within a
 * kind the counts leave that kind's own choice aside, so that they say what each value would bring by itself.
 */
export async function countFacets(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  kinds: readonly FacetKind[],
  most: number,
): Promise<Map<FacetKind, FacetCount[]>> {
  const text = query.q ? await readText(trx, query.q) : null
  const found = new Map<FacetKind, FacetCount[]>()
  if (text && text.tsquery === null) return found
  const open = kinds.filter(kind => !query.facets[kind])
  if (open.length > 0) await count(trx, networkId, query, text, open, most, found)
  for (const kind of kinds) {
    const { [kind]: own, ...facets } = query.facets
    if (own) await count(trx, networkId, { ...query, facets }, text, [kind], most, found, own)
  }
  return new Map(kinds.flatMap(kind => (found.has(kind) ? [[kind, found.get(kind) ?? []]] : [])))
}

/**
 * Every value of one kind with its count, by name, so many at a time; the kind's own choice is left aside as above.
 * @param after the key with which the page before ended, null for the first @returns `next` null on the last
 */
export async function listFacet(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  kind: FacetKind,
  after: string | null,
  most: number,
): Promise<{ values: FacetCount[]; next: string | null }> {
  const { [kind]: _, ...facets } = query.facets
  const rest = { ...query, facets }
  const text = rest.q ? await readText(trx, rest.q) : null
  if (text && text.tsquery === null) return { values: [], next: null }
  const known = sql`(
    select key, label, labels, hidden, case when app_inside() then items else public_items end as items
    from commons_facet where network_id = ${networkId} and kind = ${kind}
  ) known`
  const values = isWhole(rest)
    ? sql`select key, label, labels, items from ${known} where items > 0 and not hidden`
    : sql`
        select counted.key, coalesce(known.label, counted.key) as label, known.labels, counted.items from (
          select substr(facet, strpos(facet, ':') + 1) as key, items
          from commons_counts(${text?.tsquery ?? null}::tsquery, ${facetGroups(rest)}::jsonb, array[${kind}::text],
            ${everyValue}::integer, '{}'::text[])
        ) counted left join ${known} on known.key = counted.key where not coalesce(known.hidden, false)`
  // What the page before ended with may be gone since: then its key stands for its name.
  const start = sql`coalesce((select label from ${known} where key = ${after}), ${after})`
  const { rows } = await sql<{ key: string; label: string; labels: Labels | null; items: number }>`
    select key, label, labels, items from (${values}) value
    ${after === null ? sql`` : sql`where (label collate name_order, key) > (${start}, ${after})`}
    order by label collate name_order, key
    limit ${most + 1}`.execute(trx)
  const shown = rows.slice(0, most).map(({ items, ...value }) => ({ ...value, count: items }))
  return { values: shown, next: rows.length > most ? (shown.at(-1)?.key ?? null) : null }
}

/** The largest integer of PostgreSQL. */
const everyValue = 2 ** 31 - 1

/** Adds the counts of some kinds to `found`. Of the whole commons they are kept with every write, not counted. */
async function count(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  text: TextQuery | null,
  kinds: readonly FacetKind[],
  most: number,
  found: Map<FacetKind, FacetCount[]>,
  chosen: string[] = [],
): Promise<void> {
  const wanted = kinds.flatMap(kind => chosen.map(key => facetOf(kind, key)))
  const { rows } = await (isWhole(query)
    ? sql<CountRow>`
        select facet, label, labels, items from (
          select kind || ':' || key as facet, label, labels, items,
            row_number() over (partition by kind order by items desc, key) as place
          from (
            select kind, key, label, labels, hidden, case when app_inside() then items else public_items end as items
            from commons_facet where network_id = ${networkId} and kind = any (${[...kinds]})
          ) known
          where items > 0 and (not hidden or kind || ':' || key = any (${wanted}))
        ) ranked
        where place <= ${most} or facet = any (${wanted})
        order by items desc, facet`
    : sql<CountRow>`
        select counted.facet, known.label, known.labels, counted.items
        from commons_counts(${text?.tsquery ?? null}::tsquery, ${facetGroups(query)}::jsonb, ${[...kinds]}::text[],
          ${most}::integer, ${wanted}::text[]) counted
        left join commons_facet known on known.network_id = ${networkId}
          and known.kind = split_part(counted.facet, ':', 1)
          and known.key = substr(counted.facet, strpos(counted.facet, ':') + 1)
        where not coalesce(known.hidden, false) or counted.facet = any (${wanted})
        order by counted.items desc, counted.facet`
  ).execute(trx)
  const place = (kind: FacetKind) => {
    const counts = found.get(kind) ?? []
    found.set(kind, counts)
    return counts
  }
  for (const { facet, label, labels, items } of rows) {
    const { kind, key } = splitFacet(facet)
    place(kind).push({ key, label: label ?? key, count: items, labels })
  }
  // What is chosen is always shown, so that it can be taken out again.
  for (const facet of wanted) {
    const { kind, key } = splitFacet(facet)
    if (!place(kind).some(one => one.key === key))
      place(kind).push({ key, label: key, count: 0, labels: null })
  }
}

interface CountRow {
  facet: string
  label: string | null
  labels: Labels | null
  items: number
}
