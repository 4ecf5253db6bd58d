import { href } from '#http/routes.ts'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What taking a page back does, said before it is done. */
export function WithdrawalPage({ network, document }: { network: Network; document: CommonsDocument }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, document: document.id }
  return (
    <NetworkLayout of={network} title={t('sharing.withdraw')} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('writingPage', here)}>{document.title}</a>
        </p>
        <h1>{t('sharing.withdraw')}</h1>
        <p class="lede">{t('sharing.withdraw.text')}</p>
      </header>
      <Form action={href('writingWithdrawal', here)} submit={t('sharing.withdraw.do')} danger>
        <p>{document.title}</p>
      </Form>
    </NetworkLayout>
  )
}
