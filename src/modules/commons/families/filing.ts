import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import { splitFacet } from '#modules/commons/facets.ts'
import { readRules } from '#modules/commons/families/rule-table.ts'
import { type FamilyRules, facetsFor, familyOf, isWritten } from '#modules/commons/families/rules.ts'
import { tagsOfSource } from '#modules/commons/format/facts.ts'
import { countedFor, moveFacets } from '#modules/commons/importing/counting.ts'
import { nameFamilies } from '#modules/commons/importing/families.ts'
import { takeTurn } from '#modules/commons/importing/turns.ts'

/** So few items are filed with the decision itself; of more, the rest of the network does not wait for it. */
export const mostAtOnce = 200

/** Items filed in one transaction: writers of the network wait for no longer. */
const batchItems = 50

/** Kept pages are forgotten after so many: until then they show what was. */
const announcedItems = 1_000

/** The items under some facets, up to one more than are filed at once; under keys that lead elsewhere as well. */
export async function itemsUnder(trx: Trx, facets: readonly string[]): Promise<string[]> {
  if (facets.length === 0) return []
  const { rows } = await sql<{ item_id: string }>`
    select item_id from commons_match(
      null, ${JSON.stringify([facets])}::jsonb, null, null, null, ${mostAtOnce + 1}::integer
    )`.execute(trx)
  return rows.map(row => row.item_id)
}

/** Leaves the items under some facets to be filed by `fileBatch`, with whatever is decided until then. */
export async function leaveToFile(trx: Trx, networkId: string, facets: readonly string[]): Promise<void> {
  const families = facets.map(splitFacet)
  await sql`
    insert into commons_family_work (network_id, id, facets, total)
    select ${networkId}::uuid, ${newId()}::uuid, ${[...facets]}::text[], coalesce(sum(items), 0)
    from commons_facet
    where network_id = ${networkId} and (kind, key) in (
      select * from unnest(${families.map(({ kind }) => kind)}::text[], ${families.map(({ key }) => key)}::text[])
    )`.execute(trx)
}

export interface Filing {
  done: number
  total: number
}

/** How far the filing of a network is; null when nothing waits. */
export async function filingOf(trx: Trx, networkId: string): Promise<Filing | null> {
  const { rows } = await sql<{ works: number; done: number; total: number }>`
    select count(*) as works, coalesce(sum(done), 0) as done, coalesce(sum(greatest(total, done)), 0) as total
    from commons_family_work where network_id = ${networkId}`.execute(trx)
  const [row] = rows
  return row && row.works > 0 ? { done: Number(row.done), total: Number(row.total) } : null
}

/**
 * Files the next items that wait for it, by the rules as they are now. Where it was is kept with them: cut short, it goes
 * on from there. @returns how far it is, null when nothing waits any longer
 */
export async function fileBatch(trx: Trx, networkId: string): Promise<Filing | null> {
  await takeTurn(trx, networkId)
  const { rows: works } = await sql<{ id: string; facets: string[]; after_id: string | null; done: number }>`
    select id, facets, after_id, done from commons_family_work
    where network_id = ${networkId} order by id limit 1`.execute(trx)
  const [work] = works
  if (!work) return null
  const { rows } = await sql<{ id: string }>`
    select id from commons_item
    where network_id = ${networkId} and facets && ${work.facets}::text[]
      ${work.after_id ? sql`and id > ${work.after_id}::uuid` : sql``}
    order by network_id, id limit ${batchItems}`.execute(trx)
  const ids = rows.map(row => row.id)
  const rules = await readRules(trx, networkId)
  await fileItems(trx, networkId, rules, ids)
  const done = work.done + ids.length
  const ended = ids.length < batchItems
  if (ended) {
    await nameFamilies(trx, networkId, work.facets)
    await sql`delete from commons_family_work where network_id = ${networkId} and id = ${work.id}::uuid`.execute(
      trx,
    )
  } else {
    await sql`
      update commons_family_work set after_id = ${ids.at(-1)}::uuid, done = ${done}
      where network_id = ${networkId} and id = ${work.id}::uuid`.execute(trx)
  }
  if (ended || Math.floor(done / announcedItems) > Math.floor(work.done / announcedItems)) {
    await announceChange(trx, networkId)
  }
  return filingOf(trx, networkId)
}

/** Files some items by the rules, with their counts. Of a page only its tags are read again: nothing else depends on them. */
export async function fileItems(
  trx: Trx,
  networkId: string,
  rules: FamilyRules,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return
  const { rows } = await sql<{ id: string; visibility: string; facets: string[]; source: string }>`
    select item.id, item.visibility, item.facets, version.source
    from commons_item item
    join commons_version version on version.network_id = item.network_id and version.item_id = item.id
      and version.number = item.version
    where item.network_id = ${networkId} and item.id = any (${[...ids]}::uuid[])`.execute(trx)
  const changed = rows
    .map(row => ({ ...row, now: filed(rules, row.facets, row.source) }))
    .filter(({ facets, now }) => facets.join('\n') !== now.join('\n'))
  if (changed.length === 0) return
  await sql`
    update commons_item item set facets = filed.facets
    from json_to_recordset(${JSON.stringify(changed.map(({ id, now }) => ({ id, facets: now })))}::json)
      as filed (id uuid, facets text[])
    where item.network_id = ${networkId} and item.id = filed.id`.execute(trx)
  const moves = new Map<string, { label: string; items: number; public_items: number }>()
  for (const { facets, now, visibility } of changed) {
    const publicStep = visibility === 'public' ? 1 : 0
    for (const [step, states] of [
      [-1, facets],
      [1, now],
    ] as const)
      for (const facet of countedFor(states)) {
        const move = moves.get(facet) ?? { label: splitFacet(facet).key, items: 0, public_items: 0 }
        move.items += step
        move.public_items += step * publicStep
        moves.set(facet, move)
      }
  }
  const moved = [...moves].filter(([, { items, public_items }]) => items !== 0 || public_items !== 0)
  await moveFacets(trx, networkId, new Map(moved))
  // What the public sees from now on, or sees no longer, is called by what the public writes.
  await nameFamilies(
    trx,
    networkId,
    moved.map(([facet]) => facet),
  )
}

/** What an item stands under by the rules; what is no tag stays as it was read. */
function filed(rules: FamilyRules, facets: readonly string[], source: string): string[] {
  const others = facets.filter(facet => !isWritten(splitFacet(facet).kind))
  const families = tagsOfSource(source).map(({ kind, written, family }) => ({
    kind,
    key: familyOf(rules, kind, written, family),
  }))
  return [...new Set([...others, ...facetsFor(rules, families)])].sort()
}
