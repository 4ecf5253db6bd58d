import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { Compared, Comparison } from '#modules/programmes/progress/comparison.ts'
import { ratioOf, type Share } from '#modules/programmes/progress/progress.ts'
import { useFrame } from '#ui/frame.ts'

/** Several collectives side by side: how present they are, and how much of what was due is done. */
export function ComparisonPage({ network, comparison }: { network: Network; comparison: Comparison }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const { own, affiliated } = comparison
  return (
    <NetworkLayout of={network} title={t('comparison.name')} noIndex>
      <article class="progress-page comparison">
        <p class="crumbs">
          <a href={href('programmes', here)}>{t('comparison.programmes')}</a>
        </p>
        <h1>{t('comparison.name')}</h1>
        <p class="lede">{t('comparison.lede')}</p>
        {own.length + affiliated.length === 0 && <p>{t('comparison.none')}</p>}
        {affiliated.length > 0 && (
          <section>
            <h2>{t('comparison.affiliated')}</h2>
            <Table network={network} compared={affiliated} name={t('comparison.affiliated')} />
            <p>
              <small>{t('comparison.method')}</small>
            </p>
          </section>
        )}
        {own.length > 0 && (
          <section>
            <h2>{t('comparison.own')}</h2>
            <Table network={network} compared={own} name={t('comparison.own')} />
          </section>
        )}
        {own.length + affiliated.length > 0 && (
          <p class="buttons no-print">
            {(['csv', 'xlsx'] as const).map(extension => (
              <a
                key={extension}
                class="button quiet"
                href={href('programmeComparisonExport', { ...here, file: `comparison.${extension}` })}
              >
                {t(extension === 'csv' ? 'progress.csv' : 'progress.xlsx')}
              </a>
            ))}
          </p>
        )}
      </article>
    </NetworkLayout>
  )
}

/** Bars in the rows of their numbers: picture and table cannot disagree. */
function Table({
  network,
  compared,
  name,
}: {
  network: Network
  compared: readonly Compared[]
  name: string
}) {
  const { t, day, locale } = useFrame().i18n
  return (
    <figure class="side-by-side" aria-label={name}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('comparison.programme')}</th>
            <th scope="col" class="n">
              {t('organisations.name')}
            </th>
            <th scope="col">{t('comparison.along')}</th>
            <th scope="col">{t('progress.completion')}</th>
            <th scope="col">{t('progress.presence')}</th>
          </tr>
        </thead>
        <tbody>
          {compared.map(one => (
            <tr key={one.programmeId}>
              <th scope="row">
                {one.network ? (
                  <>
                    <a href={href('network', { locale, network: one.network.slug })}>{one.network.name}</a>
                    <small>{one.name}</small>
                  </>
                ) : (
                  <a href={href('programme', { locale, network: network.slug, programme: one.programmeId })}>
                    {one.name}
                  </a>
                )}
                <small>
                  {t('comparison.days', { from: day(one.startsOn), until: day(one.endsOn) })}
                  {one.countedAt &&
                    ` · ${t('comparison.counted', { day: day(one.countedAt, network.timeZone) })}`}
                </small>
              </th>
              <td class="n" data-label={t('organisations.name')}>
                {one.organisations ?? t('comparison.few')}
              </td>
              <td data-label={t('comparison.along')}>
                <Bar share={one.steps} muted />
              </td>
              <td data-label={t('progress.completion')}>
                <Bar share={one.completion} />
              </td>
              <td data-label={t('progress.presence')}>
                <Bar share={one.presence} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}

function Bar({ share, muted }: { share: Share | null; muted?: boolean }) {
  const { t, percent } = useFrame().i18n
  const ratio = share && ratioOf(share)
  if (!share || ratio === null) return <span class="muted">{share ? t('comparison.nothing-due') : '–'}</span>
  return (
    <span class="share">
      <svg width="100%" height="10" aria-hidden="true">
        <rect class="share-all" width="100%" height="10" rx="2" />
        <rect
          class={muted ? 'share-muted' : 'share-done'}
          width={`${Math.round(ratio * 100)}%`}
          height="10"
          rx="2"
        />
      </svg>
      <span>
        {percent(ratio)} <small>{t('progress.of', { count: share.count, of: share.of })}</small>
      </span>
    </span>
  )
}
