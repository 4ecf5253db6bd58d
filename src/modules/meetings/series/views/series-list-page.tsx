import { href } from '#http/routes.ts'
import { rhythmWords } from '#modules/meetings/series/rhythm-words.ts'
import type { ListedSeries } from '#modules/meetings/series/series.ts'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

export function SeriesListPage(props: {
  network: Network
  series: ListedSeries[]
  next: string | null
  mayMake: boolean
}) {
  const { network, series } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('series.name')} description={t('series.lede')}>
      <div class="listing">
        <p class="crumbs">
          <a href={href('meetings', here)}>{t('meetings.name')}</a>
        </p>
        <h1>{t('series.name')}</h1>
        <p class="lede">{t('series.lede')}</p>
        {props.mayMake && (
          <p class="buttons">
            <a class="button" href={href('newMeetingSeries', here)}>
              {t('series.new')}
            </a>
          </p>
        )}
        {series.length === 0 ? <p>{t('series.none')}</p> : <SeriesList network={network} series={series} />}
        <MoreLink next={props.next} />
      </div>
    </NetworkLayout>
  )
}

export function SeriesList(props: {
  network: { slug: string }
  series: ListedSeries[]
  withoutGroup?: boolean
}) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  return (
    <ul class="entries">
      {props.series.map(one => (
        <li key={one.id}>
          <div>
            <a
              class="title"
              href={href('oneSeries', { locale, network: props.network.slug, series: one.id })}
            >
              {one.title}
            </a>
            <small>
              {[!props.withoutGroup && one.group?.name, rhythmWords(i18n, one.rhythm)]
                .filter(Boolean)
                .join(' · ')}
            </small>
          </div>
          <div class="aside">
            {one.next && (
              <small>{t('series.next', { moment: i18n.moment(one.next, one.rhythm.timeZone) })}</small>
            )}
            <small>{t('series.left', { count: one.left })}</small>
          </div>
        </li>
      ))}
    </ul>
  )
}
