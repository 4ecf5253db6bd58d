import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { verificationExample } from '#modules/administration/verification-example.ts'
import { AdministrationLayout, Pager } from '#modules/administration/views/administration-layout.tsx'
import { DeliveryEntry } from '#modules/administration/views/delivery-entry.tsx'
import { awaited, WebhookFields } from '#modules/administration/views/webhook-fields.tsx'
import { WebhookStateTag } from '#modules/administration/views/webhooks-page.tsx'
import type { Network } from '#modules/network/index.ts'
import type { Delivery } from '#platform/webhooks/deliveries.ts'
import type { Webhook } from '#platform/webhooks/webhooks.ts'
import { ActionButton, Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface WebhookPageProps {
  network: Network
  webhook: Webhook
  deliveries: Delivery[]
  after: string | null
  next: string | null
  form: FormState
  /** Just made: shown this once. */
  secret: string | null
}

/** One webhook: what was sent to it, whether it arrived, and what can be done about it. */
export function WebhookPage(props: WebhookPageProps) {
  const { i18n } = useFrame()
  const { t, locale, day } = i18n
  const { network, webhook, deliveries } = props
  const here = { locale, network: network.slug, id: webhook.id }
  const address = href('webhook', here)
  return (
    <AdministrationLayout
      of={network}
      title={new URL(webhook.url).host}
      above={{ href: href('webhooks', here), label: t('administration.webhooks') }}
    >
      {props.secret && <Secret secret={props.secret} />}
      <section class="state">
        <p>
          <WebhookStateTag webhook={webhook} />{' '}
          {webhook.failingSince &&
            t('webhooks.failing-since', { day: day(webhook.failingSince, network.timeZone) })}
        </p>
        <p>
          <code>{webhook.url}</code>
        </p>
        <p>{awaited(webhook.actions, i18n)}</p>
        {webhook.failingSince && webhook.enabled && <p>{t('webhooks.failing.means')}</p>}
        <div class="buttons">
          <ActionButton action={href('webhookTest', here)} label={t('webhooks.test')} />
          {webhook.enabled ? (
            <ActionButton action={href('webhookSuspension', here)} label={t('webhooks.suspend')} />
          ) : (
            <ActionButton action={href('webhookResumption', here)} label={t('webhooks.resume')} />
          )}
        </div>
      </section>
      <section>
        <h2>{t('webhooks.deliveries')}</h2>
        {deliveries.length === 0 ? (
          <p>{t('webhooks.deliveries.none')}</p>
        ) : (
          <ul class="entries">
            {deliveries.map(delivery => (
              <DeliveryEntry key={delivery.id} network={network} delivery={delivery} />
            ))}
          </ul>
        )}
        <Pager
          first={props.after === null ? null : address}
          next={
            props.next === null ? null : href('webhook', here, new URLSearchParams({ after: props.next }))
          }
          label={t('webhooks.deliveries')}
        />
      </section>
      <section>
        <h2>{t('webhooks.settings')}</h2>
        <Form action={address} state={props.form} submit={t('webhooks.save')}>
          <WebhookFields form={props.form} />
        </Form>
      </section>
      <section>
        <h2>{t('webhooks.secret.renew')}</h2>
        <p>{t('webhooks.secret.renew.means')}</p>
        <Form action={href('webhookSecret', here)} submit={t('webhooks.secret.renew')} />
      </section>
      <section>
        <h2>{t('webhooks.remove')}</h2>
        <p>{t('webhooks.remove.means')}</p>
        <Form action={href('webhookRemoval', here)} submit={t('webhooks.remove')} danger />
      </section>
    </AdministrationLayout>
  )
}

function Secret({ secret }: { secret: string }) {
  const { t } = useFrame().i18n
  return (
    <section class="notice" role="status">
      <h2>{t('webhooks.secret')}</h2>
      <p>{t('webhooks.secret.once')}</p>
      <pre class="secret">
        <code>{secret}</code>
      </pre>
      <p>{t('webhooks.secret.use')}</p>
      <pre>
        <code>{verificationExample}</code>
      </pre>
    </section>
  )
}
