import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import { resemblance } from '#modules/commons/format/fingerprint.ts'
import { comparableText } from '#modules/commons/importing/preparation.ts'
import { takeTurn } from '#modules/commons/importing/storing.ts'

/** Pages that share four in ten of their three-word runs are worth showing to a person: one was begun as the other. */
export const leastResemblance = 0.4

const batchItems = 200

/**
 * Compares every item that changed since it was last compared with those whose fingerprint meets its own, and proposes
 * the pairs that resemble each other. Nothing is merged.
 */
export async function proposeResemblances(db: Db, tenant: Tenant, progress: () => void): Promise<void> {
  for (;;) {
    const compared = await inTenant(db, tenant, trx => compareBatch(trx, tenant.networkId))
    progress()
    if (compared < batchItems) return
  }
}

async function compareBatch(trx: Trx, networkId: string): Promise<number> {
  await takeTurn(trx, networkId)
  const items = await trx
    .selectFrom('commons_uncompared')
    .select('item_id')
    .where('network_id', '=', networkId)
    .orderBy('item_id')
    .limit(batchItems)
    .execute()
  const ids = items.map(item => item.item_id)
  if (ids.length === 0) return 0
  const { rows: pairs } = await sql<{
    item_id: string
    other_id: string
  }>`select distinct item_id, other_id from commons_band_pairs(${ids}::uuid[])`.execute(trx)
  const texts = await textsOf(trx, networkId, [
    ...new Set(pairs.flatMap(pair => [pair.item_id, pair.other_id])),
  ])
  const found = pairs
    .map(pair => ({
      ...pair,
      resemblance: resemblance(texts.get(pair.item_id) ?? '', texts.get(pair.other_id) ?? ''),
    }))
    .filter(pair => pair.resemblance >= leastResemblance)
  await sql`
    delete from commons_resemblance
    where network_id = ${networkId} and (item_id = any (${ids}::uuid[]) or other_id = any (${ids}::uuid[]))`.execute(
    trx,
  )
  await sql`
    insert into commons_resemblance (network_id, item_id, other_id, resemblance)
    select ${networkId}::uuid, item_id, other_id, resemblance
    from json_to_recordset(${JSON.stringify(found)}::json) as pair (item_id uuid, other_id uuid, resemblance real)`.execute(
    trx,
  )
  await sql`delete from commons_uncompared where network_id = ${networkId} and item_id = any (${ids}::uuid[])`.execute(
    trx,
  )
  return ids.length
}

async function textsOf(trx: Trx, networkId: string, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; file_name: string; source: string }>`
    select item.id, item.file_name, version.source
    from commons_item item
    join commons_version version
      on version.network_id = item.network_id and version.item_id = item.id and version.number = item.version
    where item.network_id = ${networkId} and item.id = any (${ids}::uuid[])`.execute(trx)
  return new Map(rows.map(row => [row.id, comparableText(row.source, row.file_name)]))
}
