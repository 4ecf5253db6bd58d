import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import { type ImportMemory, nameOf, type State } from '#modules/commons/importing/memory.ts'
import type { Contents } from '#modules/commons/importing/preparation.ts'
import { readAgain } from '#modules/commons/importing/sources.ts'
import { takeTurnBeside } from '#modules/commons/importing/turns.ts'

/** Items counted in one transaction, and how many of their states may have to be read again for it. */
const batchItems = 2_000
const mostRead = 100

interface Due {
  item_id: string
  counted_version: number | null
  counted_visibility: string | null
  version: number
  visibility: string
}

const none = new Map<string, string>()

/** What goes from the counters, or comes to them. */
interface Step {
  state: State
  by: 1 | -1
  isPublic: boolean
}

/** Counts the words of every item that is marked for it, whoever marked it: also what a broken import left. */
export async function countWords(db: Db, tenant: Tenant, memory: ImportMemory): Promise<void> {
  let more = true
  while (more) {
    more = await inTenant(db, tenant, async trx => {
      await takeTurnBeside(trx, tenant.networkId, 'words')
      return countBatch(trx, tenant.networkId, memory, null)
    })
  }
}

/** The same for some items, in the transaction that wrote and marked them. */
export async function countWordsOf(
  trx: Trx,
  networkId: string,
  memory: ImportMemory,
  itemIds: string[],
): Promise<void> {
  while (await countBatch(trx, networkId, memory, itemIds));
}

/** Takes a page that goes off the counters of its words. */
export async function uncountWords(trx: Trx, { words }: Contents, isPublic: boolean): Promise<void> {
  await moveCounts(
    trx,
    Array.from(words, ([word, written]) => [word, { written, pages: -1, publicPages: isPublic ? -1 : 0 }]),
  )
}

interface Count {
  written: string
  pages: number
  publicPages: number
}

async function moveCounts(trx: Trx, changes: [string, Count][]): Promise<void> {
  await sql`
    select commons_count_words(
      ${arrayOf(changes.map(([word]) => word))}::text[], ${arrayOf(changes.map(([, { written }]) => written))}::text[],
      ${arrayOf(changes.map(([, { pages }]) => pages))}::integer[],
      ${arrayOf(changes.map(([, { publicPages }]) => publicPages))}::integer[]
    )`.execute(trx)
}

/** @returns whether there are more */
async function countBatch(
  trx: Trx,
  networkId: string,
  memory: ImportMemory,
  itemIds: string[] | null,
): Promise<boolean> {
  const due = await takeDue(trx, networkId, itemIds)
  if (due.length === 0) return false
  const unknown = due.flatMap(stepsOf).flatMap(({ state }) => (memory.wordsOf(state) ? [] : [state]))
  const asked = unknown.slice(0, mostRead)
  const again = await readAgain(trx, networkId, asked)
  // A state that is not there has no words; waiting for it would never end.
  const read = new Map(asked.map(state => [nameOf(state), again.get(nameOf(state))?.words ?? none]))
  const wordsOf = (state: State) => memory.wordsOf(state) ?? read.get(nameOf(state))
  const ready = due.filter(item => stepsOf(item).every(({ state }) => wordsOf(state)))

  const counts = new Map<string, Count>()
  for (const { state, by, isPublic } of ready.flatMap(stepsOf)) {
    for (const [word, written] of wordsOf(state) ?? []) {
      const count = counts.get(word)
      if (!count) counts.set(word, { written, pages: by, publicPages: isPublic ? by : 0 })
      else {
        count.pages += by
        if (isPublic) count.publicPages += by
        // A word is suggested with its accents once a page has written them.
        if (written !== word) count.written = written
      }
    }
  }
  await moveCounts(
    trx,
    [...counts].filter(([, { pages, publicPages }]) => pages !== 0 || publicPages !== 0),
  )
  await sql`
    delete from commons_uncounted
    where network_id = ${networkId} and item_id = any (${ready.map(item => item.item_id)}::uuid[])`.execute(
    trx,
  )
  return ready.length < due.length || due.length === batchItems
}

/**
 * Items to count, as they stand once their marks are locked: whoever writes one of them now waits at its mark, and those
 * that somebody is writing are theirs to mark. Two statements, for the second to see what was committed before the locks.
 */
async function takeDue(trx: Trx, networkId: string, itemIds: string[] | null): Promise<Due[]> {
  const { rows: marks } = await sql<Pick<Due, 'item_id' | 'counted_version' | 'counted_visibility'>>`
    select item_id, counted_version, counted_visibility from commons_uncounted
    where network_id = ${networkId} ${itemIds ? sql`and item_id = any (${itemIds}::uuid[])` : sql``}
    order by item_id limit ${batchItems} for update skip locked`.execute(trx)
  if (marks.length === 0) return []
  const { rows } = await sql<{ id: string; version: number; visibility: string }>`
    select id, version, visibility from commons_item
    where network_id = ${networkId} and id = any (${marks.map(mark => mark.item_id)}::uuid[])`.execute(trx)
  const items = new Map(rows.map(({ id, version, visibility }) => [id, { version, visibility }]))
  return marks.flatMap(mark => {
    const item = items.get(mark.item_id)
    return item ? [{ ...mark, ...item }] : []
  })
}

function stepsOf(item: Due): Step[] {
  const { item_id: itemId, version, counted_version: counted } = item
  const now: Step = { state: { itemId, version }, by: 1, isPublic: item.visibility === 'public' }
  if (counted === null) return [now]
  return [
    { state: { itemId, version: counted }, by: -1, isPublic: item.counted_visibility === 'public' },
    now,
  ]
}

/** An array as PostgreSQL writes it, of numbers or words: letters alone, so that nothing has to be escaped. */
function arrayOf(values: (string | number)[]): string {
  return values.length === 0 ? '{}' : `{"${values.join('","')}"}`
}
