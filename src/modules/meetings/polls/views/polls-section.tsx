import { href } from '#http/routes.ts'
import type { PollLine } from '#modules/meetings/polls/polls.ts'
import { PollList } from '#modules/meetings/polls/views/polls-page.tsx'
import type { ListedSeries } from '#modules/meetings/series/series.ts'
import { SeriesList } from '#modules/meetings/series/views/series-list-page.tsx'
import { useFrame } from '#ui/frame.ts'

export function PollsSection(props: {
  network: { slug: string; timeZone: string }
  polls: PollLine[]
  series: ListedSeries[]
  withoutGroup?: boolean
}) {
  const { t, locale } = useFrame().i18n
  const { network, polls, series, withoutGroup = false } = props
  const here = { locale, network: network.slug }
  return (
    <>
      {polls.length > 0 && (
        <section>
          <h2>
            <a href={href('datePolls', here)}>{t('polls.name')}</a>
          </h2>
          <PollList network={network} polls={polls} withoutGroup={withoutGroup} />
        </section>
      )}
      {series.length > 0 && (
        <section>
          <h2>
            <a href={href('meetingSeries', here)}>{t('series.name')}</a>
          </h2>
          <SeriesList network={network} series={series} withoutGroup={withoutGroup} />
        </section>
      )}
    </>
  )
}
