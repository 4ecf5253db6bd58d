import { href } from '#http/routes.ts'
import { inLanguage, type Network } from '#modules/network/networks.ts'
import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'

export function HomePage(props: { networks: Network[] }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  return (
    <Layout title={t('home.title')} description={t('home.lede')}>
      <header>
        <h1>{t('home.title')}</h1>
        <p class="lede">{t('home.lede')}</p>
      </header>
      <section>
        <h2>{t('home.networks')}</h2>
        {props.networks.length === 0 ? (
          <p>{t('home.no-networks')}</p>
        ) : (
          <ul class="cards">
            {props.networks.map(network => {
              const name = inLanguage(network.name, locale, network.locale)
              const summary = inLanguage(network.summary, locale, network.locale)
              return (
                <li class="card" key={network.slug}>
                  <h3 lang={name.locale}>
                    <a href={href('network', { locale, network: network.slug })}>{name.text}</a>
                  </h3>
                  <p lang={summary.locale}>{summary.text}</p>
                </li>
              )
            })}
          </ul>
        )}
      </section>
    </Layout>
  )
}
