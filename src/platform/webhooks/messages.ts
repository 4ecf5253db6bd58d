import type { MessageKey } from '#platform/i18n/i18n.ts'
import type { Refusal } from '#platform/webhooks/destination.ts'
import type { SendError } from '#platform/webhooks/sending.ts'

/** Why an address is not taken. */
export const refusalMessages: Record<Refusal, MessageKey> = {
  url: 'webhook.url.wrong',
  https: 'webhook.url.https',
  credentials: 'webhook.url.credentials',
  port: 'webhook.url.port',
  address: 'webhook.url.address',
}

/** Why a delivery did not arrive. */
export const deliveryErrorMessages: Record<SendError | 'switched-off', MessageKey> = {
  ...refusalMessages,
  name: 'webhook.error.name',
  timeout: 'webhook.error.timeout',
  certificate: 'webhook.error.certificate',
  connection: 'webhook.error.connection',
  status: 'webhook.error.status',
  'switched-off': 'webhook.error.switched-off',
}
