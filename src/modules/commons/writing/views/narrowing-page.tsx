import { href } from '#http/routes.ts'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What keeping a public page to the network does, said before it is done. */
export function NarrowingPage(props: {
  network: Network
  document: CommonsDocument
  /** Whether what is new in it is looked at first. */
  reviewed: boolean
}) {
  const { t, locale } = useFrame().i18n
  const { network, document, reviewed } = props
  const here = { locale, network: network.slug, document: document.id }
  return (
    <NetworkLayout of={network} title={t('sharing.narrow')} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('writingPage', here)}>{document.title}</a> ›{' '}
          <a href={href('writingPublication', here)}>{t('sharing.page')}</a>
        </p>
        <h1>{t('sharing.narrow')}</h1>
        <p class="lede">{t('sharing.narrow.text')}</p>
        {document.pending > 0 && <p>{t('sharing.narrow.pending', { count: document.pending })}</p>}
        {reviewed && <p>{t('sharing.reviewed')}</p>}
      </header>
      <Form
        action={href('writingPublication', here)}
        submit={t(reviewed ? 'sharing.network.ask' : 'sharing.narrow.do')}
        danger
      >
        <input type="hidden" name="visibility" value="network" />
        <input type="hidden" name="confirmed" value="yes" />
        <p>{document.title}</p>
      </Form>
      <p>
        <a href={href('writingPublication', here)}>{t('sharing.narrow.not')}</a>
      </p>
    </NetworkLayout>
  )
}
