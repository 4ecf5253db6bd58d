import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** How many consents of a page have ended without anybody settling the matter: until then it is not shared. */
export async function unsettledConsents(trx: Trx, networkId: string, documentId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from commons_consent
    where network_id = ${networkId}::uuid and document_id = ${documentId}::uuid
      and ended_at is not null and settled_at is null`.execute(trx)
  return rows[0]?.count ?? 0
}
