import { href } from '#http/routes.ts'
import type { FacetKind } from '#modules/commons/facets.ts'
import { STAGES, type Stage } from '#modules/commons/format/stages.ts'
import { type CommonsQuery, isWhole, writeQuery } from '#modules/commons/search/query.ts'
import type { FacetCount } from '#modules/commons/search/searching.ts'
import { atStage, type Portfolio, type PortfolioItem } from '#modules/commons/sensemaking/portfolio.ts'
import { CollectionCrumbs } from '#modules/commons/sensemaking/views/collection-crumbs.tsx'
import { CyclePicture } from '#modules/commons/sensemaking/views/cycle-picture.tsx'
import { ChosenFacets, FacetPanel } from '#modules/commons/views/facet-panel.tsx'
import { SearchForm } from '#modules/commons/views/search-form.tsx'
import { typeset } from '#modules/commons/views/typography.ts'
import { typeName } from '#modules/commons/views/words.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

export interface LearningPageProps {
  network: Network
  query: CommonsQuery
  /** Of which it is, where it is of one. */
  collection: { slug: string; title: string; language: string; telling: boolean } | null
  portfolio: Portfolio
  counts: Map<FacetKind, FacetCount[]>
  labels: Map<string, string>
}

export function LearningPage(props: LearningPageProps) {
  const { t, locale } = useFrame().i18n
  const { network, query, collection, portfolio } = props
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout
      of={network}
      title={t('learning.name')}
      description={t('learning.lede')}
      noIndex={!isWhole(query) || collection !== null}
    >
      <header>
        {collection && <CollectionCrumbs network={network.slug} collection={collection} />}
        <h1>{t('learning.name')}</h1>
        <p class="lede">{collection ? t('learning.of', { title: collection.title }) : t('learning.lede')}</p>
        {collection === null && (
          <>
            <SearchForm network={network.slug} route="learning" query={query} />
            <ChosenFacets network={network.slug} route="learning" query={query} labels={props.labels} />
          </>
        )}
        <p class="no-print">
          {collection === null && (
            <a href={href('learningInsights', here, writeQuery({ ...query, after: null }))}>
              {t('insights.name')}
            </a>
          )}
          {collection?.telling && (
            <a href={href('learningInsights', here, new URLSearchParams({ collection: collection.slug }))}>
              {t('insights.name')}
            </a>
          )}
          {collection && (
            <>
              {collection.telling && ' · '}
              <a href={href('learning', here)}>{t('learning.all')}</a>
            </>
          )}
        </p>
      </header>
      {collection === null && (
        <div class="refine no-print">
          <FacetPanel
            network={network.slug}
            route="learning"
            query={query}
            counts={props.counts}
            all={null}
          />
        </div>
      )}
      {portfolio.items === 0 ? (
        <div class="notice">
          <p>{t('learning.nothing')}</p>
          {!isWhole(query) && (
            <p>
              <a href={href('learning', here)}>{t('learning.all')}</a>
            </p>
          )}
        </div>
      ) : (
        <>
          <CyclePicture portfolio={portfolio} />
          <div class="stages">
            {STAGES.map(stage => (
              <StageColumn key={stage} stage={stage} {...props} />
            ))}
          </div>
        </>
      )}
    </NetworkLayout>
  )
}

function StageColumn({ stage, network, query, collection, portfolio }: LearningPageProps & { stage: Stage }) {
  const { i18n } = useFrame()
  const { t, locale, number } = i18n
  const count = portfolio.counts[stage]
  const items = portfolio.columns[stage]
  return (
    <section class={`stage ${stage}`} aria-labelledby={`stage-${stage}`}>
      <h2 id={`stage-${stage}`}>
        {t(`commons.stage.${stage}`)} <small>{number(count)}</small>
      </h2>
      <p class="about">{t(`learning.about.${stage}`)}</p>
      {items.length === 0 ? (
        <p>{t('learning.stage.none')}</p>
      ) : (
        <ol>
          {items.map(item => (
            <StageItem key={item.id} network={network.slug} item={item} stage={stage} />
          ))}
        </ol>
      )}
      {count > items.length && collection === null && (
        <p>
          <a href={href('commons', { locale, network: network.slug }, writeQuery(atStage(query, stage)))}>
            {t('learning.stage.all', { count })}
          </a>
        </p>
      )}
      {count > items.length && collection !== null && (
        <p>{t('learning.stage.others', { count: count - items.length })}</p>
      )}
    </section>
  )
}

function StageItem({ network, item, stage }: { network: string; item: PortfolioItem; stage: Stage }) {
  const { i18n } = useFrame()
  const others = item.stages.filter(one => one !== stage)
  return (
    <li>
      <a
        href={href('item', { locale: i18n.locale, network, slug: item.slug })}
        lang={item.language ?? undefined}
      >
        {typeset(item.title, item.language)}
      </a>
      <small>
        {[typeName(i18n, item.type), ...(item.year ? [String(item.year)] : [])].join(' · ')}
        {others.length > 0 &&
          ` · ${i18n.t('learning.also', { stages: i18n.list(others.map(one => i18n.t(`commons.stage.${one}`))) })}`}
      </small>
    </li>
  )
}
