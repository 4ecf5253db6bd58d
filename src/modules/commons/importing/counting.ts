import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { facetOf, splitFacet, writtenKinds } from '#modules/commons/facets.ts'
import { nameFamilies } from '#modules/commons/importing/families.ts'
import type { PreparedItem, Tagging } from '#modules/commons/importing/preparation.ts'

/** What a page counted for before it was written (by the facets it was kept with), and what it counts for now. */
export interface Counted {
  /** Null for one that goes. */
  item: PreparedItem | null
  visibility: string
  before: { item: PreparedItem; visibility: string } | null
}

/** Counted like facets, so that "how many in all" and "how many on the map" are read and not counted. */
export const everyItem = 'item:all'
export const locatedItem = 'item:located'

/**
 * Moves the counters of facets and spellings along with what is written. At every commit a family that the public sees
 * has a name that the public writes; the best of them it gets by `nameFamilies`.
 */
export async function countFacets(trx: Trx, networkId: string, writes: Counted[]): Promise<void> {
  const facets = new Map<string, { label: string; items: number; public_items: number }>()
  const spellings = new Map<string, Spelling>()
  const publiclyNamed = new Set<string>()
  eachState(writes, (item, step, publicStep) => {
    for (const facet of countedFor(item.facets)) {
      const entry = facets.get(facet) ?? { label: splitFacet(facet).key, items: 0, public_items: 0 }
      entry.items += step
      entry.public_items += publicStep
      facets.set(facet, entry)
    }
    for (const { kind, key, written } of spellingsOf(item)) {
      const name = `${kind}:${written}`
      const entry = spellings.get(name) ?? { kind, written, key, items: 0, public_items: 0 }
      entry.items += step
      entry.public_items += publicStep
      spellings.set(name, entry)
      const family = facetOf(kind, key)
      const facet = facets.get(family)
      if (!facet || step === -1 || !writtenKinds.includes(kind)) continue
      if (publicStep === 1 || !publiclyNamed.has(family)) facet.label = written
      if (publicStep === 1) publiclyNamed.add(family)
    }
  })
  await moveFacets(trx, networkId, facets)
  const spellingRows = [...spellings.values()].filter(
    ({ items, public_items }) => items !== 0 || public_items !== 0,
  )
  await sql`
    insert into commons_spelling as spelling (network_id, kind, written, key, items, public_items)
    select ${networkId}::uuid, kind, written, key, items, public_items
    from json_to_recordset(${JSON.stringify(spellingRows)}::json)
      as change (kind text, written text, key text, items integer, public_items integer)
    order by kind, written
    on conflict (network_id, kind, written) do update
      set items = spelling.items + excluded.items, public_items = spelling.public_items + excluded.public_items`.execute(
    trx,
  )
  // A spelling that left the public may have been a family's name.
  const left = spellingRows.filter(({ public_items }) => public_items < 0)
  if (left.length > 0)
    await nameFamilies(trx, networkId, [...new Set(left.map(({ kind, key }) => `${kind}:${key}`))])
}

/**
 * Adds to the counters of facets. One that the public sees from now on is called by the label given, unless a curator
 * has named it.
 */
export async function moveFacets(
  trx: Trx,
  networkId: string,
  facets: ReadonlyMap<string, { label: string; items: number; public_items: number }>,
): Promise<void> {
  const rows = [...facets]
    .filter(([, { items, public_items }]) => items !== 0 || public_items !== 0)
    .map(([facet, entry]) => ({ ...splitFacet(facet), ...entry }))
  await sql`
    insert into commons_facet as facet (network_id, kind, key, label, items, public_items)
    select ${networkId}::uuid, kind, key, label, items, public_items
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as change (kind text, key text, label text, items integer, public_items integer)
    order by kind, key
    on conflict (network_id, kind, key) do update
      set items = facet.items + excluded.items, public_items = facet.public_items + excluded.public_items,
        label = case when facet.public_items = 0 and excluded.public_items > 0 and facet.labels is null
          then excluded.label else facet.label end`.execute(trx)
}

/** All that an item with these facets counts for. */
export function countedFor(facets: readonly string[]): string[] {
  const located = facets.some(facet => splitFacet(facet).kind === 'country')
  return [everyItem, ...(located ? [locatedItem] : []), ...facets]
}

/** What a page writes in a way of its own, for values that others write otherwise. */
export function spellingsOf(item: PreparedItem): Tagging[] {
  return item.taggings.filter(({ kind }) => writtenKinds.includes(kind) || kind === 'country')
}

interface Spelling {
  kind: string
  written: string
  key: string
  items: number
  public_items: number
}

/** The states that go count −1, those that come +1; for the public counters only while they are public. */
function eachState(
  writes: Counted[],
  count: (item: PreparedItem, step: 1 | -1, publicStep: 1 | 0 | -1) => void,
): void {
  for (const { item, visibility, before } of writes) {
    if (before) count(before.item, -1, before.visibility === 'public' ? -1 : 0)
    if (item) count(item, 1, visibility === 'public' ? 1 : 0)
  }
}
