import { policies, rank } from '#http/policies.ts'
import { href } from '#http/routes.ts'
import type { FacetKind } from '#modules/commons/facets.ts'
import { subjectOfSearch } from '#modules/commons/following/following.ts'
import { FollowButton } from '#modules/commons/following/views/follow-button.tsx'
import { unordered } from '#modules/commons/search/order.ts'
import { type CommonsQuery, isWhole, type Sort, writeQuery } from '#modules/commons/search/query.ts'
import type { FacetCount, SearchResult } from '#modules/commons/search/searching.ts'
import { CommonsRooms } from '#modules/commons/views/commons-rooms.tsx'
import { Downloads } from '#modules/commons/views/downloads.tsx'
import { type AllValues, ChosenFacets, FacetPanel } from '#modules/commons/views/facet-panel.tsx'
import { HitList } from '#modules/commons/views/hit-list.tsx'
import { SearchForm } from '#modules/commons/views/search-form.tsx'
import { wordsSaid } from '#modules/commons/views/words.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

export interface ListPageProps {
  network: Network
  query: CommonsQuery
  result: SearchResult
  counts: Map<FacetKind, FacetCount[]>
  /** The kind of which every value is shown. */
  all: AllValues | null
  labels: Map<string, string>
  /** By which the reader hears of what is searched. */
  following: string | null
}

export function ListPage({ network, query, result, counts, all, labels, following }: ListPageProps) {
  const { i18n, place } = useFrame()
  const { t, locale } = i18n
  const mayWrite = rank(place?.role ?? 'visitor') >= rank(policies['commons:contribute'].least)
  const mayAdd = rank(place?.role ?? 'visitor') >= rank(policies['commons:write'].least)
  const here = { locale, network: network.slug }
  const title = query.q ? t('commons.results.title', { q: wordsSaid(query.q) }) : t('commons.title')
  const searched = { ...query, q: result.corrected ?? query.q }
  const subject = subjectOfSearch(searched)
  const feed = href('commonsExport', { ...here, file: 'commons.atom' }, writeQuery(unordered(searched)))
  return (
    <NetworkLayout
      of={network}
      title={title}
      description={t('commons.lede')}
      feed={{ href: feed, title: t('commons.feed') }}
      noIndex={!isWhole(query) || all !== null}
    >
      <header>
        <h1>{title}</h1>
        {isWhole(query) && <p class="lede">{t('commons.lede')}</p>}
        {mayWrite && (
          <p class="add-pages no-print">
            <a class="button" href={href('writing', here)}>
              {t('writing.write')}
            </a>
            {mayAdd && (
              <a class="button quiet" href={href('commonsImports', here)}>
                {t('commons.imports.add')}
              </a>
            )}
          </p>
        )}
        <CommonsRooms network={network} />
        <SearchForm network={network.slug} route="commons" query={query} />
        <ChosenFacets network={network.slug} route="commons" query={query} labels={labels} />
      </header>
      <div class={counts.size > 0 ? 'with-side' : undefined}>
        <FacetPanel network={network.slug} route="commons" query={query} counts={counts} all={all} />
        <section aria-label={t('commons.results')}>
          <Found network={network.slug} query={query} result={result} />
          {/* What nobody has written yet is what one most wants to hear of. A theme that no page has is none. */}
          {result.total === 0 && !result.unsearchable && subject.kind === 'search' && (
            <div class="takings">
              <FollowButton network={network.slug} subject={subject} following={following} />
            </div>
          )}
          {result.hits.length > 0 && <HitList network={network.slug} hits={result.hits} />}
          {(query.after || result.next) && (
            <nav class="pager" aria-label={t('commons.pages')}>
              {result.next && (
                <a
                  class="button quiet"
                  rel="next"
                  href={href('commons', here, writeQuery({ ...query, after: result.next }))}
                >
                  {t('commons.pages.next')}
                </a>
              )}
              {query.after && (
                <a href={href('commons', here, writeQuery({ ...query, after: null }))}>
                  {t('commons.pages.first')}
                </a>
              )}
            </nav>
          )}
          {result.total > 0 && (
            <div class="takings">
              <Downloads network={network.slug} query={searched} />
              <FollowButton network={network.slug} subject={subject} following={following} />
            </div>
          )}
        </section>
      </div>
    </NetworkLayout>
  )
}

/** How much was found, what was searched instead, and in which order it stands. */
function Found({ network, query, result }: { network: string; query: CommonsQuery; result: SearchResult }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network }
  const sorts: Sort[] = query.q ? ['relevance', 'recent', 'title', 'updated'] : ['recent', 'title', 'updated']
  const filtered = Object.keys(query.facets).length > 0
  const nothing = filtered
    ? t('commons.nothing')
    : query.q
      ? t('commons.nothing.words', { q: wordsSaid(query.q) })
      : t('commons.empty')
  return (
    <>
      {result.corrected && (
        <p class="notice" role="status">
          {t('commons.corrected', { typed: wordsSaid(query.q), corrected: wordsSaid(result.corrected) })}
        </p>
      )}
      {result.unsearchable && <p class="notice">{t('commons.unsearchable')}</p>}
      {result.total === 0 && !result.unsearchable && (
        <div class="notice">
          <p>{nothing}</p>
          {!isWhole(query) && (
            <p>
              <a href={href('commons', here)}>{t('commons.nothing.all')}</a>
            </p>
          )}
        </div>
      )}
      {result.total > 0 && (
        <div class="found">
          <p>
            <strong>{t('commons.found', { count: result.total })}</strong>
            <a
              class="no-print"
              href={href(
                'commonsMap',
                here,
                writeQuery({ ...query, q: result.corrected ?? query.q, after: null }),
              )}
            >
              {t('commons.on-map')}
            </a>
          </p>
          <p class="sorts no-print">
            {t('commons.sort')}{' '}
            {sorts.map(sort => (
              <a
                key={sort}
                rel="nofollow"
                aria-current={sort === query.sort ? 'true' : undefined}
                href={href('commons', here, writeQuery({ ...query, sort, after: null }))}
              >
                {t(`commons.sort.${sort}`)}
              </a>
            ))}
          </p>
        </div>
      )}
    </>
  )
}
