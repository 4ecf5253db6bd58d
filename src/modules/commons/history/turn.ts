import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'

/** Waits for whoever writes in a document, and lets others wait until the end. @returns the document as it then is */
export async function waitForTurn(trx: Trx, document: CommonsDocument): Promise<CommonsDocument> {
  const { rows } = await sql<{ revision: number }>`
    select revision from commons_document
    where network_id = ${document.networkId}::uuid and id = ${document.id}::uuid for no key update`.execute(
    trx,
  )
  return { ...document, revision: rows[0]?.revision ?? document.revision }
}
