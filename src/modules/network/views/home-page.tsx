import { href } from '#http/routes.ts'
import { inLanguage, type Network } from '#modules/network/networks.ts'
import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'
import { RopePicture } from '#ui/rope-picture.tsx'

export function HomePage(props: { networks: Network[] }) {
  const { t } = useFrame().i18n
  return (
    <Layout title={t('home.title')} description={t('home.lede')}>
      <header class="hero">
        <div>
          <h1>{t('home.title')}</h1>
          <p class="lede">{t('home.lede')}</p>
        </div>
        <RopePicture />
      </header>
      <section>
        <h2>{t('home.networks')}</h2>
        {props.networks.length === 0 ? (
          <p>{t('home.no-networks')}</p>
        ) : (
          <ul class="cards">
            {props.networks.map(network => (
              <NetworkCard key={network.slug} network={network} />
            ))}
          </ul>
        )}
      </section>
    </Layout>
  )
}

function NetworkCard({ network }: { network: Network }) {
  const { t, locale } = useFrame().i18n
  const name = inLanguage(network.name, locale, network.locale)
  const summary = inLanguage(network.summary, locale, network.locale)
  return (
    <li class="card">
      <h3 lang={name.locale}>
        <a href={href('network', { locale, network: network.slug })}>{name.text}</a>
      </h3>
      <p lang={summary.locale}>{summary.text}</p>
      {network.demonstration && <small>{t('layout.demonstration')}</small>}
    </li>
  )
}
