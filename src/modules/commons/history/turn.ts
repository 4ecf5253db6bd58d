import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { type CommonsDocument, findDocument } from '#modules/commons/writing/documents.ts'

/**
 * Waits for whoever writes in a document, and lets others wait until the end.
 * @returns the document as it then is: it may have been shared, taken back or written in
 * @throws AppError 'not-found' where it was erased
 */
export async function waitForTurn(
  trx: Trx,
  { networkId, id }: Pick<CommonsDocument, 'networkId' | 'id'>,
): Promise<CommonsDocument> {
  await sql`
    select from commons_document
    where network_id = ${networkId}::uuid and id = ${id}::uuid for no key update`.execute(trx)
  const document = await findDocument(trx, networkId, id)
  if (!document) throw new AppError('not-found')
  return document
}
