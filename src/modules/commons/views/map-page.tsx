import { href } from '#http/routes.ts'
import type { FacetKind } from '#modules/commons/facets.ts'
import { unordered } from '#modules/commons/search/order.ts'
import type { Cluster } from '#modules/commons/search/places.ts'
import { type CommonsQuery, toggleFacet, writeQuery } from '#modules/commons/search/query.ts'
import type { FacetCount } from '#modules/commons/search/searching.ts'
import { type AllValues, ChosenFacets, FacetPanel } from '#modules/commons/views/facet-panel.tsx'
import { SearchForm } from '#modules/commons/views/search-form.tsx'
import { facetLabel, wordsSaid } from '#modules/commons/views/words.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { WorldMap } from '#ui/charts/world-map.tsx'
import { useFrame } from '#ui/frame.ts'

export interface MapPageProps {
  network: Network
  query: CommonsQuery
  total: number
  /** How many of them say of which country they speak. */
  located: number
  countries: FacetCount[]
  /** Places within the one country chosen. */
  clusters: Cluster[]
  counts: Map<FacetKind, FacetCount[]>
  /** The kind of which every value is shown. */
  all: AllValues | null
  labels: Map<string, string>
}

/** Everything found, on a map: countries first, the places of a country once it is chosen. */
export function MapPage(props: MapPageProps) {
  const { network, query, counts } = props
  const { i18n, assets } = useFrame()
  const { t, locale, number } = i18n
  const here = { locale, network: network.slug }
  const title = query.q ? t('commons.results.title', { q: wordsSaid(query.q) }) : t('commons.map.title')
  const chosen = query.facets.country
  const only = chosen?.length === 1 ? chosen[0] : undefined
  const unplaced = props.total - props.clusters.reduce((sum, { count }) => sum + count, 0)
  return (
    <NetworkLayout
      of={network}
      title={title}
      description={t('commons.map.lede')}
      scripts={['wake.js']}
      noIndex={query.q !== '' || props.all !== null}
    >
      <header>
        <h1>{title}</h1>
        <SearchForm network={network.slug} route="commonsMap" query={query} />
        <ChosenFacets network={network.slug} route="commonsMap" query={query} labels={props.labels} />
      </header>
      <div class={counts.size > 0 ? 'with-side' : undefined}>
        <FacetPanel network={network.slug} route="commonsMap" query={query} counts={counts} all={props.all} />
        <section>
          <WorldMap
            title={t('commons.map.count', { count: props.total })}
            caption={
              <>
                {!chosen && t('commons.map.located', { count: props.located })}
                {only && unplaced > 0 && t('commons.map.unplaced', { count: unplaced })}{' '}
                <a href={href('commons', here, writeQuery(query))}>{t('commons.map.list')}</a>.{' '}
                {t('commons.map.source')}
              </>
            }
            countries={props.countries.map(({ key, count }) => ({
              code: key,
              label: facetLabel(i18n, 'country', key),
              count,
              href: href(
                'commonsMap',
                here,
                writeQuery(chosen?.includes(key) ? query : toggleFacet(query, 'country', key)),
              ),
            }))}
            places={props.clusters.map(cluster => ({
              lat: cluster.latitude,
              lng: cluster.longitude,
              count: cluster.count,
              label:
                cluster.count === 1
                  ? cluster.title
                  : t('commons.map.several', { title: cluster.title, others: cluster.count - 1 }),
              href:
                cluster.count === 1
                  ? href('item', { ...here, slug: cluster.slug })
                  : href('commons', here, writeQuery(query)),
            }))}
            focus={only && /^[A-Z]{2}$/.test(only) ? { code: only } : undefined}
            format={number}
            sprite={assets.url('world.svg')}
            labels={{
              country: t('commons.facet.country'),
              count: t('commons.map.items'),
              place: t('commons.map.place'),
              table: t('commons.map.table'),
              skip: t('commons.map.skip'),
            }}
            island={{
              script: assets.url('map.js'),
              places: href('commonsPlaces', here, writeQuery(unordered(query))),
              words: {
                zoomIn: t('map.zoom-in'),
                zoomOut: t('map.zoom-out'),
                reset: t('map.reset'),
                close: t('map.close'),
                loading: t('map.loading'),
                failed: t('map.failed'),
                // The island puts the number in.
                places: t('map.places', { count: '{count}' }),
                help: t('map.help'),
              },
            }}
          />
        </section>
      </div>
    </NetworkLayout>
  )
}
