import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { JoinRequest } from '#modules/network/join-requests.ts'
import type { Network } from '#modules/network/networks.ts'
import { OrganisationSelect } from '#modules/network/views/mandate-page.tsx'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { roleChoices } from '#modules/network/views/role-names.ts'
import { ActionButton, Choices, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export function JoinRequestPage(props: {
  network: Network
  request: JoinRequest
  organisations: { id: string; name: string }[]
  form: FormState
}) {
  const { network, request, organisations, form } = props
  const { i18n } = useFrame()
  const { t, locale, day } = i18n
  const here = { locale, network: network.slug, request: request.id }
  return (
    <NetworkLayout of={network} title={request.name} noIndex>
      <article>
        <p class="crumbs">
          <a href={href('joinRequests', here)}>{t('join-requests.name')}</a>
        </p>
        <h1>{request.name}</h1>
        <p class="lede">{request.email}</p>
        <p>{t('join-request.made', { day: day(request.createdAt, network.timeZone) })}</p>
        {request.organisationName && (
          <p>{t('join-request.organisation', { name: request.organisationName })}</p>
        )}
        {request.message && <blockquote class="message">{request.message}</blockquote>}
        {request.state === 'waiting' ? (
          <>
            <Form action={href('joinRequestAcceptance', here)} state={form} submit={t('join-request.accept')}>
              <Choices
                name="role"
                label={t('mandate.role')}
                state={form}
                choices={roleChoices(i18n)}
                required
              />
              <OrganisationSelect state={form} organisations={organisations} />
              <TextField name="title" label={t('mandate.title')} state={form} maxLength={200} />
            </Form>
            <p class="other-way">
              <ActionButton
                action={href('joinRequestRefusal', here)}
                label={t('join-request.decline')}
                danger
              />
            </p>
          </>
        ) : (
          <p class="notice">
            {request.state === 'accepted' ? t('join-request.accepted') : t('join-request.declined')}
          </p>
        )}
      </article>
    </NetworkLayout>
  )
}
