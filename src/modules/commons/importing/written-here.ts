import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { PreparedItem } from '#modules/commons/importing/preparation.ts'

export type LeftAloneCode = 'written-here' | 'consent-withdrawn'

/** Pages that an import leaves as they are, by file name. */
export interface LeftAlone {
  /** It brings a state that the page had before somebody went on writing it here: nothing new. */
  known: Set<string>
  /** Why not: it would write over what was written here, or bring back what somebody has taken their consent from. */
  refused: Map<string, LeftAloneCode>
}

/** Looks, for pages an import would create or change, whether people of the network have written in them meanwhile. */
export async function writtenHere(
  trx: Trx,
  networkId: string,
  created: PreparedItem[],
  changed: PreparedItem[],
): Promise<LeftAlone> {
  const left: LeftAlone = { known: new Set(), refused: new Map() }
  if (created.length > 0) {
    const { rows } = await sql<{ file_name: string }>`
      select document.file_name from commons_document document
      where document.network_id = ${networkId}::uuid
        and document.file_name = any (${created.map(item => item.fileName)}::text[])
        and exists (
          select from commons_consent consent
          where consent.network_id = document.network_id and consent.document_id = document.id
            and consent.ended_at is not null
        )`.execute(trx)
    for (const row of rows) left.refused.set(row.file_name, 'consent-withdrawn')
  }
  if (changed.length > 0) {
    const { rows } = await sql<{ file_name: string; before: boolean }>`
      select given.file_name,
        exists (
          select from commons_version version
          where version.network_id = item.network_id and version.item_id = item.id
            and version.content_hash = decode(given.hash, 'hex')
        ) as before
      from unnest(${changed.map(item => item.fileName)}::text[],
        ${changed.map(item => item.contentHash.toString('hex'))}::text[]) as given (file_name, hash)
      join commons_item item on item.network_id = ${networkId}::uuid and item.file_name = given.file_name
      where exists (
        select from commons_publication publication
        where publication.network_id = item.network_id and publication.document_id = item.id
          and publication.version = item.version
      )`.execute(trx)
    for (const row of rows) {
      if (row.before) left.known.add(row.file_name)
      else left.refused.set(row.file_name, 'written-here')
    }
  }
  return left
}
