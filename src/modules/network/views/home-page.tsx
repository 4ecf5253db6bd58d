import { href } from '#http/routes.ts'
import type { Branch } from '#modules/network/affiliations/tree.ts'
import { NetworkTree } from '#modules/network/affiliations/views/network-tree.tsx'
import { inLanguage, type Network, type NetworkOf } from '#modules/network/networks.ts'
import { roleNames } from '#modules/network/views/role-names.ts'
import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'
import { RopePicture } from '#ui/rope-picture.tsx'

export function HomePage(props: {
  own: NetworkOf[]
  networks: Network[]
  /** Of public networks that belong to others. */
  trees: Branch[]
  /** Whether the reader runs the installation. */
  runs: boolean
}) {
  const { i18n, viewer } = useFrame()
  const { t, locale } = i18n
  const inTrees = new Set(props.trees.flatMap(below))
  const alone = props.networks.filter(({ id }) => !inTrees.has(id))
  const invented = [...props.networks, ...props.own.map(({ network }) => network)].some(
    one => one.demonstration,
  )
  return (
    <Layout title={t('home.title')} description={t('home.lede')}>
      <header class="hero">
        <div>
          <h1>{t('home.title')}</h1>
          <p class="lede">{t('home.lede')}</p>
          <p class="buttons">
            {invented && (
              <a class={viewer ? 'button quiet' : 'button'} href={href('demonstration', { locale })}>
                {t('home.demonstration')}
              </a>
            )}
            {props.runs && (
              <a class="button quiet" href={href('platform', { locale })}>
                {t('platform.title')}
              </a>
            )}
          </p>
        </div>
        <RopePicture />
      </header>
      {props.own.length > 0 && (
        <section>
          <h2>{t('home.own-networks')}</h2>
          <ul class="cards">
            {props.own.map(({ network, role }) => (
              <NetworkCard key={network.slug} network={network} role={t(roleNames[role])} />
            ))}
          </ul>
        </section>
      )}
      {(alone.length > 0 || props.trees.length === 0) && (
        <section>
          <h2>{props.own.length > 0 ? t('home.other-networks') : t('home.networks')}</h2>
          {alone.length === 0 ? (
            <p>{props.own.length > 0 ? t('home.no-other-networks') : t('home.no-networks')}</p>
          ) : (
            <ul class="cards">
              {alone.map(network => (
                <NetworkCard key={network.slug} network={network} />
              ))}
            </ul>
          )}
        </section>
      )}
      {props.trees.length > 0 && (
        <section>
          <h2>{t('home.trees')}</h2>
          <p>{t('home.trees.text')}</p>
          <NetworkTree branches={props.trees} summaries />
        </section>
      )}
    </Layout>
  )
}

function below({ network, branches }: Branch): string[] {
  return [network.id, ...branches.flatMap(below)]
}

function NetworkCard({ network, role }: { network: Network; role?: string }) {
  const { t, locale } = useFrame().i18n
  const name = inLanguage(network.name, locale, network.locale)
  const summary = inLanguage(network.summary, locale, network.locale)
  return (
    <li class="card">
      <h3 lang={name.locale}>
        <a href={href('network', { locale, network: network.slug })}>{name.text}</a>
      </h3>
      <p lang={summary.locale}>{summary.text}</p>
      {role && <small>{t('home.role', { role })}</small>}
      {network.demonstration && <small>{t('layout.demonstration')}</small>}
    </li>
  )
}
