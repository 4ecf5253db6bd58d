import { href } from '#http/routes.ts'
import type { FacetKind } from '#modules/commons/facets.ts'
import { type CommonsQuery, hasFacet, toggleFacet, writeQuery } from '#modules/commons/search/query.ts'
import type { FacetCount } from '#modules/commons/search/searching.ts'
import { facetLabel } from '#modules/commons/views/words.ts'
import { useFrame } from '#ui/frame.ts'

/** Every value of one kind, a page of them at a time. */
export interface AllValues {
  kind: FacetKind
  first: boolean
  /** The key after which the next page begins; null on the last. */
  next: string | null
}

export interface FacetPanelProps {
  network: string
  route: 'commons' | 'commonsMap' | 'signals' | 'learning' | 'learningInsights'
  query: CommonsQuery
  counts: Map<FacetKind, FacetCount[]>
  /** The kind of which every value is shown, and not the commonest alone. */
  all: AllValues | null
}

const shownAtOnce = 12

/** Of each kind so many are counted, and shown on one page; more than there are countries, which the map needs all. */
export const mostCounted = 300

/**
 * What one can narrow by: every value a link with how many it leads to. On a narrow screen all of it is folded into one
 * line above the results; a wide one shows it always (see list.css).
 */
export function FacetPanel({ network, route, query, counts, all }: FacetPanelProps) {
  const { i18n } = useFrame()
  const { t, locale, number } = i18n
  if (counts.size === 0) return null
  /** The commonest and those chosen; all of them stand by their names. */
  const shown = (kind: FacetKind, values: FacetCount[]) => {
    if (kind !== all?.kind)
      return values.filter(({ key }, index) => index < shownAtOnce || hasFacet(query, kind, key))
    const name = ({ key, label }: FacetCount) => facetLabel(i18n, kind, key, label)
    const { compare } = new Intl.Collator(locale, { numeric: true })
    return [...values].sort((a, b) => compare(name(a), name(b)))
  }
  const allAddress = (kind: FacetKind, beyond?: string) => {
    const params = writeQuery(query)
    params.set('all', kind)
    if (beyond !== undefined) params.set('beyond', beyond)
    return `${href(route, { locale, network }, params)}#facet-${kind}`
  }
  /** From one page of values to others; what leads on from the commonest says how many there are, where that is known. */
  const ways = (kind: FacetKind, values: FacetCount[]) => {
    if (kind !== all?.kind) {
      const others = values.length - shown(kind, values).length
      if (others === 0) return []
      const words =
        values.length < mostCounted ? t('commons.facet.others', { count: others }) : t('commons.facet.every')
      return [{ to: allAddress(kind), words }]
    }
    return [
      ...(all.next === null ? [] : [{ to: allAddress(kind, all.next), words: t('commons.facet.following') }]),
      ...(all.first ? [] : [{ to: allAddress(kind), words: t('commons.facet.first') }]),
    ]
  }
  const chosenCount = Object.values(query.facets).reduce((sum, keys) => sum + keys.length, 0)
  return (
    <aside class="facets" aria-label={t('commons.facets')}>
      <details class="facets-fold" open={all !== null}>
        <summary>
          {t('commons.facets')}
          {chosenCount > 0 && <span class="tag">{number(chosenCount)}</span>}
        </summary>
        {[...counts].map(([kind, values]) => (
          <details
            key={kind}
            id={`facet-${kind}`}
            class="facet"
            open={kind === 'type' || kind === all?.kind || query.facets[kind] !== undefined}
          >
            <summary>{t(`commons.facet.${kind}`)}</summary>
            <ul>
              {shown(kind, values).map(({ key, label, count }) => {
                const chosen = hasFacet(query, kind, key)
                return (
                  <li key={key}>
                    <a
                      href={href(route, { locale, network }, writeQuery(toggleFacet(query, kind, key)))}
                      aria-current={chosen ? 'true' : undefined}
                      rel="nofollow"
                    >
                      <span>
                        {facetLabel(i18n, kind, key, label)}
                        {chosen && <span class="visually-hidden"> {t('commons.facet.remove')}</span>}
                      </span>{' '}
                      <small>{number(count)}</small>
                    </a>
                  </li>
                )
              })}
              {ways(kind, values).map(({ to, words }) => (
                <li key={to}>
                  <a class="others" href={to} rel="nofollow">
                    {words}
                  </a>
                </li>
              ))}
            </ul>
          </details>
        ))}
      </details>
    </aside>
  )
}

/** What is chosen, each with its way out. */
export function ChosenFacets(
  props: Omit<FacetPanelProps, 'counts' | 'all'> & { labels: Map<string, string> },
) {
  const { i18n } = useFrame()
  const { locale, t } = i18n
  const { network, route, query } = props
  const chosen = Object.entries(query.facets).flatMap(([kind, keys]) =>
    keys.map(key => ({ kind: kind as FacetKind, key })),
  )
  if (chosen.length === 0) return null
  return (
    <p class="tags chosen">
      {chosen.map(({ kind, key }) => (
        <a
          key={`${kind}:${key}`}
          class="tag on"
          rel="nofollow"
          href={href(route, { locale, network }, writeQuery(toggleFacet(query, kind, key)))}
        >
          {facetLabel(i18n, kind, key, props.labels.get(`${kind}:${key}`))} <span aria-hidden="true">×</span>
          <span class="visually-hidden"> {t('commons.facet.remove')}</span>
        </a>
      ))}{' '}
      {chosen.length > 1 && (
        <a
          class="tag"
          href={href(route, { locale, network }, writeQuery({ ...query, facets: {}, after: null }))}
        >
          {t('commons.facet.clear')}
        </a>
      )}
    </p>
  )
}
