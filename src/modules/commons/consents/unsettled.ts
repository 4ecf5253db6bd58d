import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/**
 * How many consents of a page have ended without anybody settling the matter: until then it is not shared. Those whose last day
 * is over have, whether the hourly look has come by or not.
 */
export async function unsettledConsents(trx: Trx, networkId: string, documentId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from commons_consent consent
    join network on network.id = consent.network_id
    where consent.network_id = ${networkId}::uuid and consent.document_id = ${documentId}::uuid
      and consent.settled_at is null
      and (consent.ended_at is not null or consent.valid_until < (now() at time zone network.time_zone)::date)`.execute(
    trx,
  )
  return rows[0]?.count ?? 0
}
