import { href } from '#http/routes.ts'
import type { Introduction } from '#modules/afterworks/introductions.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** What introductions led to, local authority by local authority. */
export function JointProjectsPage({
  network,
  series,
  projects,
}: {
  network: Network
  /** Of which these came, where it is one alone. */
  series: { slug: string; name: string } | null
  projects: Introduction[]
}) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const authorities = [...new Set(projects.map(({ localAuthority }) => localAuthority))]
  return (
    <NetworkLayout of={network} title={t('introductions.projects')} noIndex>
      <div class="afterworks">
        <p class="crumbs">
          <a href={href('introductions', here)}>{t('introductions.name')}</a>
          {series && (
            <>
              {' · '}
              <a href={href('afterworkSeries', { ...here, series: series.slug })}>{series.name}</a>
            </>
          )}
        </p>
        <h1>{t('introductions.projects')}</h1>
        <p class="lede">{t('introductions.projects.lede')}</p>
        {projects.length === 0 && <p>{t('introductions.projects.none')}</p>}
        {authorities.map(authority => (
          <section key={authority}>
            <h2>{authority}</h2>
            <ul class="plain-list">
              {projects
                .filter(({ localAuthority }) => localAuthority === authority)
                .map(({ id, title, description, asker, asked }) => (
                  <li key={id}>
                    <a class="who" href={href('introduction', { ...here, introduction: id })}>
                      {title}
                    </a>
                    <small>
                      {[asker, asked]
                        .map(({ organisation, name }) => organisation ?? name ?? t('introductions.somebody'))
                        .join(' · ')}
                    </small>
                    {description && <p>{description}</p>}
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </NetworkLayout>
  )
}
