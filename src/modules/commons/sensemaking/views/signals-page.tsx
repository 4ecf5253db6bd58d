import { href } from '#http/routes.ts'
import type { FacetKind } from '#modules/commons/facets.ts'
import { type CommonsQuery, isWhole, writeQuery } from '#modules/commons/search/query.ts'
import type { FacetCount, Hit } from '#modules/commons/search/searching.ts'
import type { Board, BoardRow } from '#modules/commons/sensemaking/board.ts'
import type { Horizon } from '#modules/commons/sensemaking/horizon.ts'
import { ChosenFacets, FacetPanel } from '#modules/commons/views/facet-panel.tsx'
import { SearchForm } from '#modules/commons/views/search-form.tsx'
import { typeset } from '#modules/commons/views/typography.ts'
import { facetLabel } from '#modules/commons/views/words.ts'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { useFrame } from '#ui/frame.ts'

export interface SignalsPageProps {
  network: Network
  query: CommonsQuery
  corrected: string | null
  total: number
  shown: number
  next: string | null
  board: Board
  counts: Map<FacetKind, FacetCount[]>
  labels: Map<string, string>
}

export function SignalsPage(props: SignalsPageProps) {
  const { i18n, place } = useFrame()
  const { t, locale } = i18n
  const { network, query, board } = props
  const here = { locale, network: network.slug }
  const inside = place?.role !== undefined && place.role !== 'visitor'
  const write = inside && (
    <a
      class="button quiet no-print"
      href={href('writing', here, new URLSearchParams({ template: 'weak-signal' }))}
    >
      {t('signals.write')}
    </a>
  )
  return (
    <NetworkLayout
      of={network}
      title={t('signals.name')}
      description={t('signals.lede')}
      noIndex={!isWhole(query)}
    >
      <header>
        <h1>{t('signals.name')}</h1>
        <p class="lede">{t('signals.lede')}</p>
        {(props.total > 0 || !isWhole(query)) && (
          <>
            <SearchForm network={network.slug} route="signals" query={query} />
            <ChosenFacets network={network.slug} route="signals" query={query} labels={props.labels} />
          </>
        )}
      </header>
      {props.corrected && (
        <p class="notice" role="status">
          {t('commons.corrected', { typed: query.q, corrected: props.corrected })}
        </p>
      )}
      {props.total === 0 ? (
        <div class="notice">
          <p>{isWhole(query) ? t('signals.empty') : t('signals.nothing')}</p>
          {isWhole(query) && <p>{inside ? t('signals.empty.how') : t('signals.empty.public')}</p>}
          <p class="buttons">
            {!isWhole(query) && (
              <a class="button quiet" href={href('signals', here)}>
                {t('signals.all')}
              </a>
            )}
            {write}
          </p>
        </div>
      ) : (
        <>
          <div class="found">
            <p>
              <strong>{t('signals.found', { count: props.total })}</strong>
              {props.shown < props.total && <small> {t('signals.shown', { count: props.shown })}</small>}
            </p>
            <p class="no-print">
              {write}{' '}
              <a
                href={href(
                  'commons',
                  here,
                  writeQuery({ ...query, after: null, facets: { ...query.facets, type: ['weaksignal'] } }),
                )}
              >
                {t('signals.as-list')}
              </a>
            </p>
          </div>
          <div class="refine no-print">
            <FacetPanel
              network={network.slug}
              route="signals"
              query={query}
              counts={props.counts}
              all={null}
            />
          </div>
          <BoardTable {...props} board={board} />
          <MoreLink next={props.next} />
        </>
      )}
    </NetworkLayout>
  )
}

/** Themes down, time across. On a narrow screen each theme is a heading with its signals below, by time. */
function BoardTable({ network, board, labels }: SignalsPageProps) {
  const { i18n } = useFrame()
  const { t } = i18n
  return (
    <div class="scroll board-frame">
      {/* The roles are said anew: a table laid out otherwise loses them in some readers. */}
      {/* biome-ignore-start lint/a11y/noRedundantRoles: see above */}
      <table class="board" role="table">
        <caption class="visually-hidden">{t('signals.caption')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">
              {t('commons.facet.theme')}
            </th>
            {board.columns.map(horizon => (
              <th key={horizon ?? ''} scope="col" role="columnheader" class={horizon ?? 'unsaid'}>
                {horizonName(i18n, horizon)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {board.rows.map(row => (
            <tr key={row.theme ?? ''} role="row">
              <th scope="row" role="rowheader">
                {row.above !== null && (
                  <small class="above">
                    {facetLabel(i18n, 'theme', row.above, labels.get(`theme:${row.above}`))} ›
                  </small>
                )}
                {themeName(i18n, row, labels)} <small>{i18n.number(row.signals)}</small>
              </th>
              {board.columns.map(horizon => (
                <td key={horizon ?? ''} role="cell" data-label={horizonName(i18n, horizon)}>
                  <Signals network={network.slug} signals={row.cells.get(horizon) ?? []} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: see above */}
    </div>
  )
}

function Signals({ network, signals }: { network: string; signals: Hit[] }) {
  const { locale } = useFrame().i18n
  if (signals.length === 0) return null
  return (
    <ul>
      {signals.map(({ id, slug, title, language }) => (
        <li key={id}>
          <a href={href('item', { locale, network, slug })} lang={language ?? undefined}>
            {typeset(title, language)}
          </a>
        </li>
      ))}
    </ul>
  )
}

function horizonName(i18n: I18n, horizon: Horizon | null): string {
  return horizon === null ? i18n.t('signals.unsaid') : i18n.t(`commons.horizon.${horizon}`)
}

function themeName(i18n: I18n, { theme }: BoardRow, labels: Map<string, string>): string {
  return theme === null
    ? i18n.t('signals.other-themes')
    : facetLabel(i18n, 'theme', theme, labels.get(`theme:${theme}`))
}
