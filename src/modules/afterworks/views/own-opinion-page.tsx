import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { OwnOpinion } from '#modules/afterworks/satisfaction.ts'
import { OpinionForm } from '#modules/afterworks/views/opinion-form.tsx'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** What whoever holds the link of a registration thought of the meeting they came to. */
export function OwnOpinionPage(props: {
  network: Network
  /** Of the meeting. */
  title: string
  token: string
  own: OwnOpinion
  form: FormState
}) {
  const { network, title, token, own, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, token }
  return (
    <NetworkLayout of={network} title={t('satisfaction.title', { meeting: title })} noIndex>
      <article class="afterworks">
        <p class="crumbs">
          <a href={href('ownRegistration', here)}>{title}</a>
        </p>
        <h1>{t('satisfaction.name')}</h1>
        {own.came ? (
          <OpinionForm action={href('ownOpinion', here)} own={own} form={form} />
        ) : (
          <p>{t('satisfaction.absent')}</p>
        )}
      </article>
    </NetworkLayout>
  )
}

/** On the page of a registration, once the meeting has been. */
export function OpinionLink({ network, token }: { network: string; token: string }) {
  const { t, locale } = useFrame().i18n
  return (
    <p class="buttons">
      <a class="button" href={href('ownOpinion', { locale, network, token })}>
        {t('mail.afterwork-satisfaction.button')}
      </a>
    </p>
  )
}
