import { policies, rank } from '#http/policies.ts'
import { href } from '#http/routes.ts'
import type { Series } from '#modules/afterworks/series.ts'
import { rhythmNames, seriesStateNames } from '#modules/afterworks/views/names.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

export function SeriesListPage({ network, series }: { network: Network; series: Series[] }) {
  const { i18n, place } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  const role = place?.role ?? 'visitor'
  return (
    <NetworkLayout of={network} title={t('afterworks.name')} description={t('afterworks.lede')}>
      <div class="afterworks">
        <h1>{t('afterworks.name')}</h1>
        <p class="lede">{t('afterworks.lede')}</p>
        {role !== 'visitor' && (
          <p class="buttons">
            {rank(role) >= rank(policies['afterworks:run'].least) && (
              <a class="button" href={href('newAfterworkSeries', here)}>
                {t('afterworks.new')}
              </a>
            )}
            <a class="button quiet" href={href('introductions', here)}>
              {t('introductions.name')}
            </a>
          </p>
        )}
        {series.length === 0 ? (
          <p>{t('afterworks.none')}</p>
        ) : (
          <ul class="plain-list series-list">
            {series.map(one => (
              <li key={one.id}>
                <a class="who" href={href('afterworkSeries', { ...here, series: one.slug })}>
                  {one.name}
                </a>
                <small>
                  {[
                    t(rhythmNames[one.rhythm]),
                    one.town,
                    one.state === 'active' ? '' : t(seriesStateNames[one.state]),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
                {one.summary && <p>{one.summary}</p>}
              </li>
            ))}
          </ul>
        )}
      </div>
    </NetworkLayout>
  )
}
