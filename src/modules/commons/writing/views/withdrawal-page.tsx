import { href } from '#http/routes.ts'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
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
        <h1>{t('sharing.withdraw.title', { title: document.title })}</h1>
        <p class="lede">{t('sharing.withdraw.text')}</p>
      </header>
      <form method="post" action={href('writingWithdrawal', here)} class="buttons">
        <button type="submit" class="button danger">
          {t('sharing.withdraw.do')}
        </button>
        <a class="button quiet" href={href('writingPublication', here)}>
          {t('sharing.withdraw.keep')}
        </a>
      </form>
    </NetworkLayout>
  )
}
