import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { type Payload, queueDelivery } from '#platform/webhooks/queue.ts'
import type { SendError } from '#platform/webhooks/sending.ts'

export interface Delivery {
  /** The `webhook-id` of the message. */
  id: string
  webhookId: string
  action: string
  payload: Payload
  attempts: number
  state: 'waiting' | 'delivered' | 'failed'
  responseStatus: number | null
  response: string | null
  /** Of the last try: `webhook.error.<code>` says it. */
  error: SendError | 'switched-off' | null
  nextAt: Date
  createdAt: Date
  deliveredAt: Date | null
}

export interface DeliveryPage {
  deliveries: Delivery[]
  /** The `after` of the next page; null at the end. */
  next: string | null
}

/** What was sent to a webhook and what waits, newest first. @param after the `next` of the page before */
export async function listDeliveries(
  trx: Trx,
  networkId: string,
  webhookId: string,
  after: string | null,
  limit: number,
): Promise<DeliveryPage> {
  if (!isId(webhookId)) return { deliveries: [], next: null }
  let query = trx
    .selectFrom('webhook_delivery')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('webhook_id', '=', webhookId)
  const from = readCursor(after)
  if (from) query = query.where(sql<boolean>`(created_at, id) < (${from.createdAt}, ${from.id})`)
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const deliveries = rows.slice(0, limit).map(row => ({
    id: row.id,
    webhookId: row.webhook_id,
    action: row.action,
    payload: row.payload as unknown as Payload,
    attempts: row.attempts,
    state: row.state as Delivery['state'],
    responseStatus: row.response_status,
    response: row.response,
    error: row.error as Delivery['error'],
    nextAt: row.next_at,
    createdAt: row.created_at,
    deliveredAt: row.delivered_at,
  }))
  const last = deliveries.at(-1)
  const next = rows.length > limit && last ? `${last.createdAt.getTime()}.${last.id}` : null
  return { deliveries, next }
}

/**
 * Sends again what arrived or was given up, under the same id, with all its tries before it. What is on its way
 * already stays so.
 * @throws AppError not-found
 */
export async function redeliver(trx: Trx, networkId: string, deliveryId: string): Promise<void> {
  if (!isId(deliveryId)) throw new AppError('not-found')
  const known = await trx
    .selectFrom('webhook_delivery')
    .select('state')
    .where('network_id', '=', networkId)
    .where('id', '=', deliveryId)
    .executeTakeFirst()
  if (!known) throw new AppError('not-found')
  await trx
    .updateTable('webhook_delivery')
    .set({ state: 'waiting', attempts: 0, next_at: sql`now()`, delivered_at: null })
    .where('network_id', '=', networkId)
    .where('id', '=', deliveryId)
    .where('state', '<>', 'waiting')
    .execute()
}

/**
 * Queues a message that says nothing, to see whether it arrives; also for a webhook that is switched off.
 * @returns the delivery's id @throws AppError not-found
 */
export async function sendTest(trx: Trx, networkId: string, webhookId: string): Promise<string> {
  const id = isId(webhookId)
    ? await queueDelivery(trx, networkId, webhookId, {
        action: 'webhook.tested',
        subject: { type: 'webhook', id: webhookId },
        at: new Date(),
      })
    : null
  if (id === null) throw new AppError('not-found')
  return id
}

function readCursor(after: string | null): { createdAt: Date; id: string } | null {
  const [, time, id] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(after ?? '') ?? []
  return time && id && isId(id) ? { createdAt: new Date(Number(time)), id } : null
}
