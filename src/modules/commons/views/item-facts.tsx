import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import { type FacetKind, facetOf } from '#modules/commons/facets.ts'
import type { Facts } from '#modules/commons/format/facts.ts'
import type { Item } from '#modules/commons/items.ts'
import { licenceAddress } from '#modules/commons/licences/licences.ts'
import { emptyQuery, writeQuery } from '#modules/commons/search/query.ts'
import { PointMap } from '#modules/commons/views/point-map.tsx'
import { facetLabel } from '#modules/commons/views/words.ts'
import { useFrame } from '#ui/frame.ts'

export interface ItemFactsProps {
  network: string
  item: Item
  facts: Facts
  families: Map<string, { label: string; items: number }>
}

/** What the page says about itself, each value a way to its likes. */
export function ItemFacts({ network, item, facts, families }: ItemFactsProps) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const link = (kind: FacetKind, key: string, written: string) => {
    const items = families.get(facetOf(kind, key))?.items ?? 0
    return (
      <a
        class="tag"
        key={`${kind}:${key}:${written}`}
        href={href('commons', { locale, network }, writeQuery({ ...emptyQuery, facets: { [kind]: [key] } }))}
        title={t('commons.item.likes', { count: items })}
      >
        {written}
      </a>
    )
  }
  const tags = (kind: Facts['tags'][number]['kind']) =>
    facts.tags.filter(tag => tag.kind === kind).map(tag => link(kind, tag.family, tag.written))
  return (
    <dl class="about">
      <Fact name={t('commons.facet.country')}>
        {facts.countries.map(({ code, written }) =>
          code ? (
            link('country', code, facetLabel(i18n, 'country', code))
          ) : (
            <span class="tag">{written}</span>
          ),
        )}
      </Fact>
      {facts.places.length > 0 && (
        <Fact name={t('commons.map.place')}>{[<Places key="places" places={facts.places} />]}</Fact>
      )}
      <Fact name={t('commons.facet.sdg')}>
        {facts.sdgs.map(sdg => link('sdg', String(sdg), facetLabel(i18n, 'sdg', String(sdg))))}
      </Fact>
      <Fact name={t('commons.facet.stage')}>
        {facts.stages.map(stage => link('stage', stage, facetLabel(i18n, 'stage', stage)))}
      </Fact>
      <Fact name={t('commons.facet.theme')}>{tags('theme')}</Fact>
      <Fact name={t('commons.facet.method')}>{tags('method')}</Fact>
      <Fact name={t('commons.facet.datasource')}>{tags('datasource')}</Fact>
      <Fact name={t('commons.facet.principle')}>{tags('principle')}</Fact>
      <Fact name={t('commons.facet.tactic')}>{tags('tactic')}</Fact>
      <Fact name={t('commons.facet.tool')}>{tags('tool')}</Fact>
      <Fact name={t('commons.facet.skill')}>{tags('skill')}</Fact>
      <Fact name={t('commons.facet.year')}>
        {facts.years.map(year => link('year', String(year), String(year)))}
      </Fact>
      <Fact name={t('commons.facet.language')}>
        {item.language ? [link('language', item.language, facetLabel(i18n, 'language', item.language))] : []}
      </Fact>
      {facts.licence && (
        <Fact name={t('licence.name')}>{[<Licence key="licence" written={facts.licence} />]}</Fact>
      )}
      {facts.source && (
        <Fact name={t('commons.item.origin')}>
          {[
            <a key="source" href={facts.source} rel="noopener nofollow ugc">
              {new URL(facts.source).hostname}
            </a>,
          ]}
        </Fact>
      )}
    </dl>
  )
}

/** Where the page says it is, on a small map; as many points as one can tell apart, and the numbers as they are written. */
function Places({ places }: { places: Facts['places'] }) {
  const { i18n } = useFrame()
  const { t, locale, list } = i18n
  const degrees = new Intl.NumberFormat(locale, { maximumFractionDigits: 4 })
  const said = places
    .slice(0, shownAtOnce)
    .map(({ lat, lng }) => t('writing.place.point', { lat: degrees.format(lat), lng: degrees.format(lng) }))
  return (
    <PointMap
      points={places.slice(0, mostPoints)}
      label={t('commons.item.place-map', { points: list(said) })}
    >
      <small>
        {said.join(' · ')}
        {places.length > shownAtOnce && ' …'}
      </small>
    </PointMap>
  )
}

const mostPoints = 40

function Licence({ written }: { written: string }) {
  const address = licenceAddress(written)
  if (address === null) return <span>{written}</span>
  return (
    <a href={address} rel="license noopener">
      {written.replace(/-/g, ' ')}
    </a>
  )
}

/** A list longer than this by more than one is folded. */
const shownAtOnce = 6

function Fact({ name, children }: { name: string; children: ComponentChildren[] }) {
  const { t } = useFrame().i18n
  if (children.length === 0) return null
  const shown = children.length > shownAtOnce + 1 ? shownAtOnce : children.length
  const folded = children.slice(shown)
  return (
    <div>
      <dt>{name}</dt>
      <dd class="tags">
        {children.slice(0, shown)}
        {folded.length > 0 && (
          <details>
            <summary>{t('commons.item.more', { count: folded.length })}</summary>
            <div class="tags">{folded}</div>
          </details>
        )}
      </dd>
    </div>
  )
}
