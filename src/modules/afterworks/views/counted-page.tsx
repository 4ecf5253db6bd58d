import { href } from '#http/routes.ts'
import type { CountedOrganisation, Counter, Counters } from '#modules/afterworks/counters.ts'
import type { Series } from '#modules/afterworks/series.ts'
import { counterTitles, timesNames } from '#modules/afterworks/views/names.ts'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

const ledes = { aware: 'afterworks.counted.aware.lede', adopted: 'afterworks.counted.adopted.lede' } as const
/** What a number is made of: organisation by organisation. */
export function CountedPage(props: {
  network: Network
  series: Series
  counter: Counter
  counters: Counters
  organisations: CountedOrganisation[]
  next: string | null
}) {
  const { network, series, counter, counters, organisations, next } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, series: series.slug }
  return (
    <NetworkLayout of={network} title={t(counterTitles[counter])} noIndex>
      <div class="afterworks">
        <p class="crumbs">
          <a href={href('afterworkSeries', here)}>{series.name}</a>
        </p>
        <h1>{t(counterTitles[counter])}</h1>
        <p class="lede">
          {t(ledes[counter], {
            count: counters[counter],
            since: i18n.day(series.countedFrom),
          })}
        </p>
        {organisations.length === 0 ? (
          <p>{t('afterworks.counted.none')}</p>
        ) : (
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('afterworks.counted.organisation')}</th>
                  <th scope="col" class="number">
                    {t(timesNames[counter])}
                  </th>
                  <th scope="col">{t('afterworks.counted.first')}</th>
                </tr>
              </thead>
              <tbody>
                {organisations.map(({ key, id, name, times, first }) => (
                  <tr key={key}>
                    <th scope="row">
                      {id ? <a href={href('organisation', { ...here, organisation: id })}>{name}</a> : name}
                      {!id && <small> {t('afterworks.counted.outside')}</small>}
                    </th>
                    <td class="number">{i18n.number(times)}</td>
                    <td>{i18n.day(first)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        <MoreLink next={next} />
        {organisations.length > 0 && (
          <p class="no-print">
            <a href={href('afterworkCountedExport', { ...here, counter, file: `${counter}.csv` })}>
              {t('afterworks.counted.export')}
            </a>
          </p>
        )}
      </div>
    </NetworkLayout>
  )
}
