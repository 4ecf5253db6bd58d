import { href } from '#http/routes.ts'
import type { Consent } from '#modules/commons/consents/consents.ts'
import { type CommonsDocument, isShared } from '#modules/commons/writing/documents.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What taking a consent back does, said before it is done. */
export function ConsentEndPage(props: { network: Network; document: CommonsDocument; consent: Consent }) {
  const { t, locale } = useFrame().i18n
  const { network, document, consent } = props
  const here = { locale, network: network.slug, document: document.id, consent: consent.id }
  return (
    <NetworkLayout of={network} title={t('consents.withdraw')} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('writingPage', here)}>{document.title}</a> ›{' '}
          <a href={href('writingConsents', here)}>{t('consents.name')}</a>
        </p>
        <h1>{t('consents.withdraw')}</h1>
        <p class="lede">
          {isShared(document) ? t('consents.withdraw.shared') : t('consents.withdraw.draft')}
        </p>
      </header>
      <Form action={href('writingConsentWithdrawal', here)} submit={t('consents.withdraw.do')} danger>
        <p>
          <strong>{consent.about}</strong> — {consent.scope}
        </p>
      </Form>
    </NetworkLayout>
  )
}
