import { sql } from 'kysely'
import { announceWork } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'

/** Delivers what is due. */
export const webhookQueue = 'webhooks.deliver'

export interface WebhookEvent {
  action: string
  subject: { type: string; id: string }
  at: Date
}

/** What is sent, in the form Standard Webhooks proposes: ids alone, to be asked for by those who may know more. */
export interface Payload {
  /** Of the event: the same for every webhook that hears of it. */
  id: string
  type: string
  timestamp: string
  data: { network: string; subject: { type: string; id: string } }
}

/**
 * Lets each webhook of the network that waits for such an action hear of it, once the transaction commits: one
 * statement, whatever their number. The installation's own log has no webhooks.
 */
export async function queueDeliveries(trx: Trx, networkId: string, event: WebhookEvent): Promise<void> {
  await insertDeliveries(
    trx,
    networkId,
    event,
    sql`webhook.enabled and exists (
      select from unnest(webhook.actions) wanted
      where wanted = '*' or wanted = ${event.action}
        or (wanted like '%.' and starts_with(${event.action}, wanted))
    )`,
  )
}

/** The same for one webhook, whether it is switched on and waits for it or not. @returns the delivery's id */
export async function queueDelivery(
  trx: Trx,
  networkId: string,
  webhookId: string,
  event: WebhookEvent,
): Promise<string | null> {
  const [id] = await insertDeliveries(trx, networkId, event, sql`webhook.id = ${webhookId}`)
  return id ?? null
}

async function insertDeliveries(
  trx: Trx,
  networkId: string,
  { action, subject, at }: WebhookEvent,
  condition: ReturnType<typeof sql>,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    insert into webhook_delivery (network_id, id, webhook_id, action, payload)
    select webhook.network_id, gen_random_uuid(), webhook.id, ${action}::text, jsonb_build_object(
      'id', ${newId()}::text, 'type', ${action}::text, 'timestamp', ${at.toISOString()}::text,
      'data', jsonb_build_object(
        'network', network.slug, 'subject', jsonb_build_object('type', ${subject.type}::text, 'id', ${subject.id}::text)
      )
    )
    from webhook join network on network.id = webhook.network_id
    where webhook.network_id = ${networkId} and ${condition}
    returning id`.execute(trx)
  if (rows.length > 0) await announceWork(trx, webhookQueue)
  return rows.map(row => row.id)
}
