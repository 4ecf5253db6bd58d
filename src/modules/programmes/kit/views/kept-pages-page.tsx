import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { kitWords } from '#modules/programmes/kit/views/words.ts'
import { useFrame } from '#ui/frame.ts'

/** All that this browser keeps of the network; shown as well where there is no connection and the page asked for is not kept. */
export function KeptPagesPage({ network }: { network: Network }) {
  const { i18n, assets } = useFrame()
  const { t } = i18n
  return (
    <NetworkLayout of={network} title={t('kit.here')} scripts={['wake.js']} noIndex>
      <article class="kit">
        <h1>{t('kit.here')}</h1>
        <p class="lede">{t('kit.here.lede')}</p>
        <div
          class="kit-island"
          data-island={assets.url('kit.js')}
          data-words={JSON.stringify(kitWords(i18n))}
        >
          <noscript>
            <p>{t('kit.unable')}</p>
          </noscript>
        </div>
        <p class="notice">{t('kit.shared')}</p>
      </article>
    </NetworkLayout>
  )
}
