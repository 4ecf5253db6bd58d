import { href } from '#http/routes.ts'
import { type Refused, refusalMessages } from '#modules/commons/publication/document-response.ts'
import { ItemFormats } from '#modules/commons/publication/views/item-formats.tsx'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** Why there is no such file, now or at all, and which other ways out there are. */
export function RefusalPage(props: {
  network: Network
  refused: Refused
  title: string
  /** The item that was wanted; null for a collection. */
  item: string | null
  /** Of what was asked for: to try again. */
  address: string
  /** Of the same with less in it. */
  shorter?: string | null
}) {
  const { t, locale } = useFrame().i18n
  const { network, refused, title, item, address, shorter } = props
  const messages = refusalMessages[refused]
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t(messages.title)} noIndex>
      <header>
        <h1>{t(messages.title)}</h1>
        <p class="lede">{t(messages.text, { title })}</p>
      </header>
      {refused === 'busy' && (
        <p>
          <a class="button" rel="nofollow" href={address}>
            {t('commons.publication.again')}
          </a>
        </p>
      )}
      {shorter && (
        <p>
          <a class="button" rel="nofollow" href={shorter}>
            {t('commons.publication.shorter')}
          </a>
        </p>
      )}
      {item !== null && (
        <>
          <ItemFormats
            address={format =>
              href('itemExport', { locale, network: network.slug, slug: item, file: `${item}.${format}` })
            }
            formats={['md', 'json']}
          />
          <p>
            <a href={href('item', { ...here, slug: item })}>{t('commons.publication.back')}</a>
          </p>
        </>
      )}
    </NetworkLayout>
  )
}
