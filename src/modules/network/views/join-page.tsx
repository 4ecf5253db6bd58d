import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { inLanguage, type Network } from '#modules/network/networks.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { Form, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface JoinPageProps {
  network: Network
  viewer: { name: string; email: string; emailVerified: boolean } | null
  /** Since when they wait to be let in. */
  since: Date | null
  /** Whether their address is one that may join. */
  fitting: boolean
  form: FormState
}

export function JoinPage(props: JoinPageProps) {
  const { network } = props
  const { t, locale } = useFrame().i18n
  const name = inLanguage(network.name, locale, network.locale)
  return (
    <NetworkLayout of={network} title={t('join.name')} noIndex>
      <div>
        <h1>{t('join.title', { network: name.text })}</h1>
        <What {...props} />
      </div>
    </NetworkLayout>
  )
}

function What({ network, viewer, since, fitting, form }: JoinPageProps) {
  const { t, locale, day, list } = useFrame().i18n
  const here = href('join', { locale, network: network.slug })
  if (network.signUp === 'invitation')
    return (
      <>
        <p class="lede">{t('way-in.invitation')}</p>
        {network.contactEmail && (
          <p>
            {t('way-in.contact')} <a href={`mailto:${network.contactEmail}`}>{network.contactEmail}</a>
          </p>
        )}
      </>
    )
  const domains =
    network.signUp === 'open' && network.signUpDomains.length > 0
      ? t('join.domains', { domains: list(network.signUpDomains.map(domain => `@${domain}`)) })
      : null
  if (!viewer) {
    const next = new URLSearchParams({ next: here })
    return (
      <>
        <p class="lede">{network.signUp === 'open' ? t('join.open.lede') : t('join.request.lede')}</p>
        {domains && <p>{domains}</p>}
        <p class="buttons">
          <a class="button" href={href('signUp', { locale }, next)}>
            {t('join.sign-up')}
          </a>
          <a class="button quiet" href={href('signIn', { locale }, next)}>
            {t('invitation.have-account')}
          </a>
        </p>
      </>
    )
  }
  if (since) return <p class="notice">{t('join.waiting', { day: day(since, network.timeZone) })}</p>
  if (!viewer.emailVerified)
    return (
      <p class="notice">
        {t('join.error.unverified')} <a href={href('account', { locale })}>{t('join.to-account')}</a>
      </p>
    )
  if (!fitting)
    return (
      <p class="notice">
        {t('join.error.domain')} {domains}
      </p>
    )
  if (network.signUp === 'open')
    return (
      <>
        <p class="lede">{t('join.open.lede')}</p>
        <Form action={here} state={form} submit={t('join.submit')} />
      </>
    )
  return (
    <>
      <p class="lede">{t('join.request.lede')}</p>
      <Form action={here} state={form} submit={t('join.request.submit')}>
        <TextField
          name="organisation"
          label={t('join.organisation')}
          state={form}
          maxLength={200}
          autocomplete="organization"
        />
        <TextArea
          name="message"
          label={t('join.message')}
          state={form}
          maxLength={2000}
          hint={t('join.message.hint')}
        />
      </Form>
    </>
  )
}
