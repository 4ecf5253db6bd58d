import { href } from '#http/routes.ts'
import { type CommonsDocument, isShared } from '#modules/commons/writing/documents.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What erasing a page does, said before it is done; what is shared has to be taken back first. */
export function ErasurePage({ network, document }: { network: Network; document: CommonsDocument }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, document: document.id }
  return (
    <NetworkLayout of={network} title={t('writing.erase')} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('writing', here)}>{t('writing.name')}</a> ›{' '}
          <a href={href('writingPage', here)}>{document.title}</a>
        </p>
        <h1>{t('writing.erase')}</h1>
      </header>
      {isShared(document) ? (
        <p>
          {t('writing.erase.shared')}{' '}
          <a href={href('writingWithdrawal', here)}>{t('sharing.withdraw.link')}</a>
        </p>
      ) : (
        <>
          <p class="lede">{t('writing.erase.text')}</p>
          <Form action={href('writingErasure', here)} submit={t('writing.erase.do')} danger>
            <p>
              <strong>{document.title}</strong>
            </p>
          </Form>
        </>
      )}
    </NetworkLayout>
  )
}
