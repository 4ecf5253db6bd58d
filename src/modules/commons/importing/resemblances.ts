import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import { resemblance, type Shingles } from '#modules/commons/format/fingerprint.ts'
import { type ImportMemory, nameOf } from '#modules/commons/importing/memory.ts'
import { readAgain } from '#modules/commons/importing/sources.ts'
import { takeTurnBeside } from '#modules/commons/importing/turns.ts'

/** Pages that share four in ten of their three-word runs are worth showing to a person: one was begun as the other. */
export const leastResemblance = 0.4

const batchItems = 500

/**
 * Compares every item that changed since it was last compared with those whose fingerprint meets its own, and proposes
 * the pairs that resemble each other. Nothing is merged.
 */
export async function proposeResemblances(
  db: Db,
  tenant: Tenant,
  memory: ImportMemory,
  progress: () => void,
): Promise<void> {
  for (;;) {
    const compared = await inTenant(db, tenant, trx => compareBatch(trx, tenant.networkId, memory))
    progress()
    if (compared < batchItems) return
  }
}

async function compareBatch(trx: Trx, networkId: string, memory: ImportMemory): Promise<number> {
  await takeTurnBeside(trx, networkId, 'resemblances')
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
  }>`select item_id, other_id from commons_band_pairs(${ids}::uuid[])`.execute(trx)
  const shingles = await shinglesOf(
    trx,
    networkId,
    [...new Set(pairs.flatMap(pair => [pair.item_id, pair.other_id]))],
    memory,
  )
  const found = pairs
    .map(pair => ({
      ...pair,
      resemblance: resemblance(shingles.get(pair.item_id) ?? none, shingles.get(pair.other_id) ?? none),
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

async function shinglesOf(
  trx: Trx,
  networkId: string,
  ids: string[],
  memory: ImportMemory,
): Promise<Map<string, Shingles>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; version: number }>`
    select id, version from commons_item where network_id = ${networkId} and id = any (${ids}::uuid[])`.execute(
    trx,
  )
  const states = rows.map(({ id, version }) => ({ itemId: id, version }))
  const again = await readAgain(
    trx,
    networkId,
    states.filter(state => !memory.shinglesOf(state)),
  )
  return new Map(
    states.map(state => [
      state.itemId,
      memory.shinglesOf(state) ?? again.get(nameOf(state))?.shingles ?? none,
    ]),
  )
}

const none: Shingles = new Int32Array()
