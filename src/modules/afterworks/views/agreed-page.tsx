import { href } from '#http/routes.ts'
import type { Introduction } from '#modules/afterworks/introductions.ts'
import { type Stage, stages } from '#modules/afterworks/schema.ts'
import { stageNames } from '#modules/afterworks/views/names.ts'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** For those who run the network: what both agreed to, by stage. */
export function AgreedPage(props: {
  network: Network
  stage: Stage | null
  /** Of which these came, where it is one alone. */
  series: { slug: string; name: string } | null
  reached: Record<Stage, number>
  introductions: Introduction[]
  next: string | null
}) {
  const { network, stage, series, reached, introductions, next } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  const leading = (to: Stage | null) =>
    href(
      'agreedIntroductions',
      here,
      new URLSearchParams({ ...(series && { series: series.slug }), ...(to && { stage: to }) }),
    )
  const all = stages.reduce((sum, one) => sum + reached[one], 0)
  return (
    <NetworkLayout of={network} title={t('introductions.agreed')} noIndex>
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
        <h1>{t('introductions.agreed')}</h1>
        <p class="lede">{t('introductions.agreed.lede')}</p>
        <nav class="tags chosen" aria-label={t('list.filters')}>
          {[null, ...stages].map(one => (
            <a
              key={one ?? 'all'}
              class={one === stage ? 'tag on' : 'tag'}
              href={leading(one)}
              aria-current={one === stage ? 'true' : undefined}
            >
              {one ? t(stageNames[one]) : t('introductions.all')} ({i18n.number(one ? reached[one] : all)})
            </a>
          ))}
        </nav>
        {introductions.length === 0 ? (
          <p>{t('introductions.agreed.none')}</p>
        ) : (
          <ul class="plain-list">
            {introductions.map(one => (
              <li key={one.id}>
                <a class="who" href={href('introduction', { ...here, introduction: one.id })}>
                  {t('introductions.between', {
                    one: one.asker.name ?? t('introductions.somebody'),
                    other: one.asked.name ?? t('introductions.somebody'),
                  })}
                </a>
                <small>
                  {[t(stageNames[one.stage]), one.title, one.meeting ?? ''].filter(Boolean).join(' · ')}
                </small>
              </li>
            ))}
          </ul>
        )}
        <MoreLink next={next} />
      </div>
    </NetworkLayout>
  )
}
