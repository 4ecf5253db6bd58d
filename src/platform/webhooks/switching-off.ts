import type { Trx } from '#db/database.ts'

/** What still waited for a webhook that is switched off will not be sent; each can be asked for again. */
export async function endWaiting(trx: Trx, networkId: string, webhookId: string): Promise<void> {
  await trx
    .updateTable('webhook_delivery')
    .set({ state: 'failed', error: 'switched-off' })
    .where('network_id', '=', networkId)
    .where('webhook_id', '=', webhookId)
    .where('state', '=', 'waiting')
    .execute()
}
