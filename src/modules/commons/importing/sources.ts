import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { nameOf, type State } from '#modules/commons/importing/memory.ts'
import { type Contents, readContents } from '#modules/commons/importing/preparation.ts'

/** Reads states of items again from their sources. @returns their contents by `nameOf` */
export async function readAgain(
  trx: Trx,
  networkId: string,
  states: State[],
): Promise<Map<string, Contents>> {
  if (states.length === 0) return new Map()
  const { rows } = await sql<{ item_id: string; number: number; file_name: string; source: string }>`
    select version.item_id, version.number, item.file_name, version.source
    from unnest(${states.map(state => state.itemId)}::uuid[], ${states.map(state => state.version)}::integer[])
      as state (item_id, number)
    join commons_version version
      on version.network_id = ${networkId} and version.item_id = state.item_id and version.number = state.number
    join commons_item item on item.network_id = version.network_id and item.id = version.item_id`.execute(trx)
  return new Map(
    rows.map(row => [
      nameOf({ itemId: row.item_id, version: row.number }),
      readContents(row.source, row.file_name),
    ]),
  )
}
