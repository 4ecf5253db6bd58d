import { href } from '#http/routes.ts'
import { useFrame } from '#ui/frame.ts'

export function SeriesLink(props: {
  network: { slug: string }
  series: { id: string; title: string; before: string | null; after: string | null }
}) {
  const { t, locale } = useFrame().i18n
  const { network, series } = props
  const here = { locale, network: network.slug }
  return (
    <nav class="series-link" aria-label={t('series.of')}>
      {t('series.of')} <a href={href('oneSeries', { ...here, series: series.id })}>{series.title}</a>
      {series.before && (
        <>
          {' · '}
          <a rel="prev" href={href('meeting', { ...here, meeting: series.before })}>
            {t('series.before')}
          </a>
        </>
      )}
      {series.after && (
        <>
          {' · '}
          <a rel="next" href={href('meeting', { ...here, meeting: series.after })}>
            {t('series.after')}
          </a>
        </>
      )}
    </nav>
  )
}
