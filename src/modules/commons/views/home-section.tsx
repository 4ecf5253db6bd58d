import { href } from '#http/routes.ts'
import { emptyQuery, writeQuery } from '#modules/commons/search/query.ts'
import type { FacetCount, Hit } from '#modules/commons/search/searching.ts'
import { SearchForm } from '#modules/commons/views/search-form.tsx'
import { facetLabel, typeName, writtenIn } from '#modules/commons/views/words.ts'
import { Bars } from '#ui/charts/bars.tsx'
import { useFrame } from '#ui/frame.ts'

export interface HomeSectionProps {
  network: string
  total: number
  types: FacetCount[]
  sdgs: FacetCount[]
  latest: Hit[]
}

/** The commons at the door of a network: what there is to find, and a box to find it with. */
export function HomeSection(props: HomeSectionProps) {
  const { i18n } = useFrame()
  const { t, locale, number } = i18n
  const here = { locale, network: props.network }
  if (props.total === 0) {
    return (
      <section>
        <h2>{t('commons.name')}</h2>
        <p>{t('commons.empty')}</p>
      </section>
    )
  }
  return (
    <>
      <section class="door">
        <h2>{t('commons.home.search')}</h2>
        <SearchForm network={props.network} route="commons" query={emptyQuery} />
        {props.types.length > 0 && (
          <p class="tags">
            {props.types.map(({ key, count }) => (
              <a
                key={key}
                class="tag"
                href={href('commons', here, writeQuery({ ...emptyQuery, facets: { type: [key] } }))}
              >
                {typeName(i18n, key)} <small>{number(count)}</small>
              </a>
            ))}
          </p>
        )}
      </section>
      <div class={props.sdgs.length > 0 ? 'two' : undefined}>
        <section>
          <h2>{t('commons.home.latest')}</h2>
          <ul class="plain-list">
            {props.latest.map(hit => (
              <li key={hit.slug}>
                <a href={href('item', { ...here, slug: hit.slug })} lang={hit.language ?? undefined}>
                  {hit.title}
                </a>
                <small>
                  {[
                    typeName(i18n, hit.type),
                    ...(hit.year ? [hit.year] : []),
                    ...writtenIn(i18n, hit.language),
                  ].join(' · ')}
                </small>
              </li>
            ))}
          </ul>
          <p class="buttons">
            <a class="button" href={href('commons', here)}>
              {t('commons.home.all', { count: props.total })}
            </a>
            <a class="button quiet" href={href('commonsMap', here)}>
              {t('commons.home.map')}
            </a>
          </p>
        </section>
        {props.sdgs.length > 0 && (
          <section>
            <h2>{t('commons.home.sdgs')}</h2>
            <Bars
              title={t('commons.home.sdgs.title')}
              caption={t('commons.home.sdgs.caption')}
              labels={{ label: t('commons.facet.sdg'), count: t('commons.map.items') }}
              format={number}
              bars={props.sdgs.map(({ key, count }) => ({
                label: facetLabel(i18n, 'sdg', key),
                count,
                href: href('commons', here, writeQuery({ ...emptyQuery, facets: { sdg: [key] } })),
              }))}
            />
          </section>
        )}
      </div>
    </>
  )
}
