import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { countedFacets } from '#modules/commons/examination.ts'
import { readRules } from '#modules/commons/families/rule-table.ts'
import { familyOf, isWritten } from '#modules/commons/families/rules.ts'
import { spellingsOf } from '#modules/commons/importing/counting.ts'
import { type PreparedItem, prepareItem } from '#modules/commons/importing/preparation.ts'

/** An item as it was counted. */
export interface CountedState {
  itemId: string
  version: number
  visibility: string
}

interface Spelling {
  kind: string
  written: string
  key: string
  items: number
  public_items: number
}

interface Word {
  written: string
  pages: number
  publicPages: number
}

/** What the pages of a network say in all, gathered page by page. */
export interface Tally {
  states: Map<string, CountedState>
  spellings: Map<string, Spelling>
  words: Map<string, Word>
  add(state: CountedState, item: PreparedItem): void
  /** Takes back what was added, by the same state. */
  remove(state: CountedState, item: PreparedItem): void
}

export function tallyFor(): Tally {
  const states = new Map<string, CountedState>()
  const spellings = new Map<string, Spelling>()
  const words = new Map<string, Word>()
  const count = (item: PreparedItem, { visibility }: CountedState, step: 1 | -1) => {
    const publicStep = visibility === 'public' ? step : 0
    for (const { kind, key, written } of spellingsOf(item)) {
      const name = `${kind}:${written}`
      const entry = spellings.get(name) ?? { kind, written, key, items: 0, public_items: 0 }
      entry.items += step
      entry.public_items += publicStep
      spellings.set(name, entry)
    }
    for (const [word, written] of item.words) {
      const entry = words.get(word) ?? { written, pages: 0, publicPages: 0 }
      entry.pages += step
      entry.publicPages += publicStep
      // With its accents, once a page has written them.
      if (entry.written === word) entry.written = written
      words.set(word, entry)
    }
  }
  return {
    states,
    spellings,
    words,
    add(state, item) {
      states.set(state.itemId, state)
      count(item, state, 1)
    },
    remove(state, item) {
      states.delete(state.itemId)
      count(item, state, -1)
    },
  }
}

/**
 * Makes the counters of a network what its pages say. To be called in the turn of those who write the network, so that
 * nothing changes meanwhile; what changed since the tally was taken is caught up with first.
 * @returns how many facets, spellings and words are counted otherwise than before
 */
export async function recount(trx: Trx, networkId: string, tally: Tally): Promise<number> {
  while (await catchUp(trx, networkId, tally));
  await sql`delete from commons_uncounted where network_id = ${networkId}`.execute(trx)
  const rules = await readRules(trx, networkId)
  // By what was decided until now: since a page was read, its families may have been merged.
  const spellings = [...tally.spellings.values()].map(spelling => ({
    ...spelling,
    key: isWritten(spelling.kind) ? familyOf(rules, spelling.kind, spelling.written) : spelling.key,
  }))
  return (
    (await setFacets(trx, networkId)) +
    (await setSpellings(trx, networkId, spellings)) +
    (await setWords(trx, networkId, [...tally.words]))
  )
}

const batchItems = 100

/** Items that came or changed since they were counted. @returns whether there may be more */
async function catchUp(trx: Trx, networkId: string, tally: Tally): Promise<boolean> {
  const states = [...tally.states.values()]
  const { rows } = await sql<{
    id: string
    version: number
    visibility: string
    file_name: string
    source: string
    former: string | null
  }>`
    select item.id, item.version, item.visibility, item.file_name, now.source, former.source as former
    from commons_item item
    left join unnest(
      ${states.map(({ itemId }) => itemId)}::uuid[], ${states.map(({ version }) => version)}::integer[],
      ${states.map(({ visibility }) => visibility)}::text[]
    ) as known (id, version, visibility) on known.id = item.id
    join commons_version now on now.network_id = item.network_id and now.item_id = item.id and now.number = item.version
    left join commons_version former
      on former.network_id = item.network_id and former.item_id = item.id and former.number = known.version
    where item.network_id = ${networkId}
      and (known.version, known.visibility) is distinct from (item.version, item.visibility)
    order by item.id limit ${batchItems}`.execute(trx)
  for (const row of rows) {
    const known = tally.states.get(row.id)
    if (known && row.former !== null) tally.remove(known, prepareItem(row.former, row.file_name))
    tally.add(
      { itemId: row.id, version: row.version, visibility: row.visibility },
      prepareItem(row.source, row.file_name),
    )
  }
  return rows.length === batchItems
}

/** A new value is called by its key until the families are named. */
async function setFacets(trx: Trx, networkId: string): Promise<number> {
  const { rows } = await sql<{ changed: number }>`
    with counted as (
      ${countedFacets(networkId)}
    ), changed as (
      insert into commons_facet as facet (network_id, kind, key, label, items, public_items)
      select ${networkId}::uuid, kind, key, key, items, public_items from (
        select split_part(facet, ':', 1) as kind, substr(facet, strpos(facet, ':') + 1) as key, items, public_items
        from counted
        union all
        select kind, key, 0, 0 from commons_facet
        where network_id = ${networkId} and (items <> 0 or public_items <> 0)
          and not exists (select from counted where counted.facet = kind || ':' || key)
      ) target
      on conflict (network_id, kind, key) do update
        set items = excluded.items, public_items = excluded.public_items
        where (facet.items, facet.public_items) <> (excluded.items, excluded.public_items)
      returning 1
    )
    select count(*) as changed from changed`.execute(trx)
  return rows[0]?.changed ?? 0
}

async function setSpellings(trx: Trx, networkId: string, spellings: Spelling[]): Promise<number> {
  const { rows } = await sql<{ changed: number }>`
    with counted as materialized (
      select * from json_to_recordset(${JSON.stringify(spellings)}::json)
        as counted (kind text, written text, key text, items integer, public_items integer)
    ), changed as (
      insert into commons_spelling as spelling (network_id, kind, written, key, items, public_items)
      select ${networkId}::uuid, kind, written, key, items, public_items from (
        select kind, written, key, items, public_items from counted where items <> 0
        union all
        select kind, written, key, 0, 0 from commons_spelling known
        where network_id = ${networkId} and (items <> 0 or public_items <> 0)
          and not exists (
            select from counted where counted.kind = known.kind and counted.written = known.written and counted.items <> 0
          )
      ) target
      on conflict (network_id, kind, written) do update
        set key = excluded.key, items = excluded.items, public_items = excluded.public_items
        where (spelling.key, spelling.items, spelling.public_items)
          <> (excluded.key, excluded.items, excluded.public_items)
      returning 1
    )
    select count(*) as changed from changed`.execute(trx)
  return rows[0]?.changed ?? 0
}

/** By what lacks or is too much: words are written by the function that counts them alone. */
async function setWords(trx: Trx, networkId: string, words: [string, Word][]): Promise<number> {
  const kept = words.filter(([, { pages }]) => pages !== 0)
  const { rows } = await sql<{ changed: number }>`
    with counted as materialized (
      select * from unnest(
        ${kept.map(([word]) => word)}::text[], ${kept.map(([, { written }]) => written)}::text[],
        ${kept.map(([, { pages }]) => pages)}::integer[], ${kept.map(([, { publicPages }]) => publicPages)}::integer[]
      ) as counted (word, written, pages, public_pages)
    ), known as materialized (
      select word, written, pages, public_pages from commons_word where network_id = ${networkId}
    ), lacking as (
      select word, coalesce(counted.written, known.written) as written,
        coalesce(counted.pages, 0) - coalesce(known.pages, 0) as pages,
        coalesce(counted.public_pages, 0) - coalesce(known.public_pages, 0) as public_pages
      from counted full join known using (word)
    ), change as (
      select count(*) as changed, array_agg(word) as words, array_agg(written) as written, array_agg(pages) as pages,
        array_agg(public_pages) as public_pages
      from lacking where pages <> 0 or public_pages <> 0
    )
    select changed, commons_count_words(words, written, pages, public_pages) from change where changed > 0`.execute(
    trx,
  )
  return rows[0]?.changed ?? 0
}
