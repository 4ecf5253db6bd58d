import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/**
 * The translations of a page that leaves the commons wait for it: its translators look at them again before they are shared,
 * for what the page was taken out for may stand in them too.
 */
export async function keepTranslations(trx: Trx, networkId: string, itemId: string): Promise<void> {
  await sql`
    update commons_translation set state = 'draft', shared_at = null
    where network_id = ${networkId}::uuid and item_id = ${itemId}::uuid and state = 'shared'`.execute(trx)
}

/** Those of a page that is erased go with it. */
export async function eraseTranslations(trx: Trx, networkId: string, itemId: string): Promise<void> {
  await sql`
    delete from commons_translation where network_id = ${networkId}::uuid and item_id = ${itemId}::uuid`.execute(
    trx,
  )
}
