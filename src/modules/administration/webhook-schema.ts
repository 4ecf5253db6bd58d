import { z } from '@hono/zod-openapi'
import type { Delivery } from '#platform/webhooks/deliveries.ts'
import type { Webhook } from '#platform/webhooks/webhooks.ts'

/** Webhooks and their deliveries as the API tells of them. */
export const webhookSchema = z
  .object({
    id: z.uuid(),
    url: z.string(),
    actions: z.array(z.string()),
    enabled: z.boolean(),
    failingSince: z.iso
      .datetime()
      .nullable()
      .openapi({ description: 'Since when nothing has arrived; after five days it is switched off' }),
    createdAt: z.iso.datetime(),
  })
  .openapi('Webhook')

export const deliverySchema = z
  .object({
    id: z.uuid().openapi({ description: 'The `webhook-id` of the message' }),
    action: z.string(),
    payload: z.object({
      id: z.string().openapi({ description: 'Of the event: the same for every webhook' }),
      type: z.string(),
      timestamp: z.string(),
      data: z.object({
        network: z.string(),
        subject: z.object({ type: z.string(), id: z.string() }),
      }),
    }),
    state: z.enum(['waiting', 'delivered', 'failed']),
    attempts: z.number().int(),
    error: z.string().nullable().openapi({ description: 'Of the last try', example: 'timeout' }),
    responseStatus: z.number().int().nullable(),
    response: z.string().nullable().openapi({ description: 'Its first 500 characters' }),
    nextAt: z.iso.datetime().nullable().openapi({ description: 'Of the next try, while it waits' }),
    createdAt: z.iso.datetime(),
    deliveredAt: z.iso.datetime().nullable(),
  })
  .openapi('Delivery')

export function toldWebhook(webhook: Webhook): z.output<typeof webhookSchema> {
  const { id, url, actions, enabled, failingSince, createdAt } = webhook
  return {
    id,
    url,
    actions,
    enabled,
    failingSince: failingSince?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  }
}

export function toldDelivery(delivery: Delivery): z.output<typeof deliverySchema> {
  const { id, action, payload, state, attempts, error, responseStatus, response } = delivery
  return {
    id,
    action,
    payload,
    state,
    attempts,
    error,
    responseStatus,
    response,
    nextAt: state === 'waiting' ? delivery.nextAt.toISOString() : null,
    createdAt: delivery.createdAt.toISOString(),
    deliveredAt: delivery.deliveredAt?.toISOString() ?? null,
  }
}
