import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { AdministrationLayout } from '#modules/administration/views/administration-layout.tsx'
import { awaited, WebhookFields } from '#modules/administration/views/webhook-fields.tsx'
import type { Network } from '#modules/network/index.ts'
import type { Webhook } from '#platform/webhooks/webhooks.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Whom the network tells of what happens in it. */
export function WebhooksPage(props: { network: Network; webhooks: Webhook[]; form: FormState }) {
  const { i18n } = useFrame()
  const { t, locale, day } = i18n
  const { network, webhooks } = props
  const here = { locale, network: network.slug }
  return (
    <AdministrationLayout of={network} title={t('administration.webhooks')}>
      <p>{t('webhooks.lede')}</p>
      {webhooks.length === 0 ? (
        <p>{t('webhooks.none')}</p>
      ) : (
        <ul class="entries">
          {webhooks.map(webhook => (
            <li key={webhook.id}>
              <div>
                <a class="title" href={href('webhook', { ...here, id: webhook.id })}>
                  {webhook.url}
                </a>
                <small>{awaited(webhook.actions, i18n)}</small>
              </div>
              <div class="aside">
                <WebhookStateTag webhook={webhook} />
                {webhook.failingSince && (
                  <small>
                    {t('webhooks.failing-since', { day: day(webhook.failingSince, network.timeZone) })}
                  </small>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
      <section>
        <h2>{t('webhooks.new')}</h2>
        <Form action={href('webhooks', here)} state={props.form} submit={t('webhooks.create')}>
          <WebhookFields form={props.form} />
        </Form>
      </section>
    </AdministrationLayout>
  )
}

export function WebhookStateTag({ webhook }: { webhook: Webhook }) {
  const { t } = useFrame().i18n
  if (!webhook.enabled) return <span class="tag state-cancelled">{t('webhooks.off')}</span>
  return webhook.failingSince ? (
    <span class="tag state-failed">{t('webhooks.failing')}</span>
  ) : (
    <span class="tag state-completed">{t('webhooks.on')}</span>
  )
}
