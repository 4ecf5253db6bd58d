import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { splitFacet, writtenKinds } from '#modules/commons/facets.ts'
import type { PreparedItem } from '#modules/commons/importing/preparation.ts'

/** What a page counted for before it was written, and what it counts for now. */
export interface Counted {
  item: PreparedItem
  visibility: string
  before: { item: PreparedItem; visibility: string } | null
}

/** Counted like facets, so that "how many in all" and "how many on the map" are read and not counted. */
export const everyItem = 'item:all'
export const locatedItem = 'item:located'

/** Moves the counters of facets and spellings along with what is written. */
export async function countFacets(trx: Trx, networkId: string, writes: Counted[]): Promise<void> {
  const facets = new Map<string, { label: string; items: number; public_items: number }>()
  const spellings = new Map<string, { kind: string; written: string; key: string; items: number }>()
  eachState(writes, (item, step, publicStep) => {
    for (const facet of [everyItem, ...(isLocated(item) ? [locatedItem] : []), ...item.facets]) {
      const entry = facets.get(facet) ?? { label: splitFacet(facet).key, items: 0, public_items: 0 }
      entry.items += step
      entry.public_items += publicStep
      facets.set(facet, entry)
    }
    for (const { kind, key, written } of item.taggings) {
      if (!writtenKinds.includes(kind) && kind !== 'country') continue
      const name = `${kind}:${written}`
      const entry = spellings.get(name) ?? { kind, written, key, items: 0 }
      entry.items += step
      spellings.set(name, entry)
      const facet = facets.get(`${kind}:${key}`)
      if (facet && step === 1 && writtenKinds.includes(kind)) facet.label = written
    }
  })
  const facetRows = [...facets]
    .filter(([, { items, public_items }]) => items !== 0 || public_items !== 0)
    .map(([facet, entry]) => ({ ...splitFacet(facet), ...entry }))
  await sql`
    insert into commons_facet as facet (network_id, kind, key, label, items, public_items)
    select ${networkId}::uuid, kind, key, label, items, public_items
    from json_to_recordset(${JSON.stringify(facetRows)}::json)
      as change (kind text, key text, label text, items integer, public_items integer)
    order by kind, key
    on conflict (network_id, kind, key) do update
      set items = facet.items + excluded.items, public_items = facet.public_items + excluded.public_items`.execute(
    trx,
  )
  const spellingRows = [...spellings.values()].filter(({ items }) => items !== 0)
  await sql`
    insert into commons_spelling as spelling (network_id, kind, written, key, items)
    select ${networkId}::uuid, kind, written, key, items
    from json_to_recordset(${JSON.stringify(spellingRows)}::json)
      as change (kind text, written text, key text, items integer)
    order by kind, written
    on conflict (network_id, kind, written) do update set items = spelling.items + excluded.items`.execute(
    trx,
  )
}

/** Moves the counters of words along. A word is suggested with its accents once a page has written them. */
export async function countWords(trx: Trx, networkId: string, writes: Counted[]): Promise<void> {
  const words = new Map<string, { word: string; written: string; pages: number; public_pages: number }>()
  eachState(writes, (item, step, publicStep) => {
    for (const [word, written] of item.words) {
      const entry = words.get(word) ?? { word, written, pages: 0, public_pages: 0 }
      entry.pages += step
      entry.public_pages += publicStep
      if (written !== word) entry.written = written
      words.set(word, entry)
    }
  })
  const changes = [...words.values()].filter(({ pages, public_pages }) => pages !== 0 || public_pages !== 0)
  await sql`
    insert into commons_word as known (network_id, word, written, pages, public_pages)
    select ${networkId}::uuid, word, written, pages, public_pages
    from unnest(${changes.map(({ word }) => word)}::text[], ${changes.map(({ written }) => written)}::text[],
      ${changes.map(({ pages }) => pages)}::integer[], ${changes.map(change => change.public_pages)}::integer[])
      as change (word, written, pages, public_pages)
    order by word
    on conflict (network_id, word) do update set
      written = case when known.written = known.word then excluded.written else known.written end,
      pages = known.pages + excluded.pages, public_pages = known.public_pages + excluded.public_pages`.execute(
    trx,
  )
}

function isLocated(item: PreparedItem): boolean {
  return item.taggings.some(({ kind }) => kind === 'country')
}

/** The states that go count −1, those that come +1; for the public counters only while they are public. */
function eachState(
  writes: Counted[],
  count: (item: PreparedItem, step: 1 | -1, publicStep: 1 | 0 | -1) => void,
): void {
  for (const { item, visibility, before } of writes) {
    if (before) count(before.item, -1, before.visibility === 'public' ? -1 : 0)
    count(item, 1, visibility === 'public' ? 1 : 0)
  }
}
