import { href } from '#http/routes.ts'
import { actionName } from '#modules/administration/actions.ts'
import type { Network } from '#modules/network/index.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import type { Delivery } from '#platform/webhooks/deliveries.ts'
import { deliveryErrorMessages } from '#platform/webhooks/messages.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

const states: Record<Delivery['state'], { name: MessageKey; look: string }> = {
  waiting: { name: 'webhooks.delivery.waiting', look: 'state-created' },
  delivered: { name: 'webhooks.delivery.delivered', look: 'state-completed' },
  failed: { name: 'webhooks.delivery.failed', look: 'state-failed' },
}

/** One message: what it said, and what came back. */
export function DeliveryEntry({ network, delivery }: { network: Network; delivery: Delivery }) {
  const { i18n } = useFrame()
  const { t, locale, moment } = i18n
  const { name, look } = states[delivery.state]
  const time = (date: Date) => <time dateTime={date.toISOString()}>{moment(date, network.timeZone)}</time>
  return (
    <li>
      <div>
        <strong>{actionName(delivery.action, i18n)}</strong>
        {delivery.error && (
          <small class="failure">
            {t(deliveryErrorMessages[delivery.error])}
            {delivery.responseStatus !== null && ` (${delivery.responseStatus})`}
          </small>
        )}
        <small>{time(delivery.createdAt)}</small>
        <details>
          <summary>{t('webhooks.delivery.details')}</summary>
          <p>
            <small>
              {t('webhooks.delivery.attempts', { count: delivery.attempts })}
              {delivery.state === 'waiting' && (
                <>
                  {' · '}
                  {t('webhooks.delivery.next')} {time(delivery.nextAt)}
                </>
              )}
            </small>
          </p>
          <pre>
            <code>{JSON.stringify(delivery.payload, null, 2)}</code>
          </pre>
          {delivery.response && (
            <>
              <p>
                <small>
                  {t('webhooks.delivery.response')}
                  {delivery.responseStatus !== null && ` (${delivery.responseStatus})`}
                </small>
              </p>
              <pre>
                <code>{delivery.response}</code>
              </pre>
            </>
          )}
        </details>
      </div>
      <div class="aside">
        <span class={`tag ${look}`}>{t(name)}</span>
        {delivery.state !== 'waiting' && (
          <ActionButton
            action={href('webhookRedelivery', {
              locale,
              network: network.slug,
              id: delivery.webhookId,
              delivery: delivery.id,
            })}
            label={t('webhooks.redeliver')}
          />
        )}
      </div>
    </li>
  )
}
