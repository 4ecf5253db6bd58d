import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { readRules } from '#modules/commons/families/rule-table.ts'
import { underFamilies } from '#modules/commons/families/rules.ts'
import { takeOutOfMail } from '#modules/commons/following/mailed-pages.ts'
import { countFacets } from '#modules/commons/importing/counting.ts'
import { importMemory } from '#modules/commons/importing/memory.ts'
import { prepareItem } from '#modules/commons/importing/preparation.ts'
import { takeTurn } from '#modules/commons/importing/turns.ts'
import { countWordsOf, uncountWords } from '#modules/commons/importing/word-counting.ts'
import { findItemById } from '#modules/commons/items.ts'

/**
 * Takes an item out of the commons with all its versions, in the caller's transaction: from lists, search, suggestions and
 * counters it is gone at the commit, and from the mail that has not left.
 * @returns the page as it last was, or null where there was no such item
 */
export async function removeItem(
  trx: Trx,
  networkId: string,
  id: string,
): Promise<{ source: string; fileName: string; version: number } | null> {
  await takeTurn(trx, networkId)
  const found = await findItemById(trx, networkId, id)
  if (!found) return null
  const { slug, source, fileName, version, facets } = found
  const { rows } = await sql<{ visibility: string }>`
    select visibility from commons_item where network_id = ${networkId} and id = ${id}::uuid`.execute(trx)
  const visibility = rows[0]?.visibility ?? 'network'
  // It counts for what it was kept under, whatever was decided about its families since.
  const item = { ...underFamilies(await readRules(trx, networkId), prepareItem(source, fileName)), facets }
  // What may still wait to be counted is, so that what is taken off was put on.
  await countWordsOf(trx, networkId, importMemory(), [id])
  await uncountWords(trx, item, visibility === 'public')
  await countFacets(trx, networkId, [{ item: null, visibility, before: { item, visibility } }])
  await sql`delete from commons_item where network_id = ${networkId} and id = ${id}::uuid`.execute(trx)
  await takeOutOfMail(trx, networkId, slug)
  await announceChange(trx, networkId)
  return { source, fileName, version }
}
