import { href } from '#http/routes.ts'
import { type FacetKind, splitFacet } from '#modules/commons/facets.ts'
import { type CommonsQuery, isWhole, writeQuery } from '#modules/commons/search/query.ts'
import type { FacetCount } from '#modules/commons/search/searching.ts'
import { type InsightQuestion, type Learned, questionName } from '#modules/commons/sensemaking/insights.ts'
import { CollectionCrumbs } from '#modules/commons/sensemaking/views/collection-crumbs.tsx'
import { ChosenFacets, FacetPanel } from '#modules/commons/views/facet-panel.tsx'
import { SearchForm } from '#modules/commons/views/search-form.tsx'
import { typeset } from '#modules/commons/views/typography.ts'
import { facetLabel, typeName } from '#modules/commons/views/words.ts'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { useFrame } from '#ui/frame.ts'

export interface InsightsPageProps {
  network: Network
  query: CommonsQuery
  /** Whose pages are read, where they are those of one. */
  collection: { slug: string; title: string; language: string } | null
  corrected: string | null
  questions: InsightQuestion[]
  /** Keys of the questions asked for; none: all. */
  chosen: string[]
  /** Pages found, with something to tell or not. */
  total: number
  learned: Learned[]
  next: string | null
  counts: Map<FacetKind, FacetCount[]>
  labels: Map<string, string>
}

export function InsightsPage(props: InsightsPageProps) {
  const { t, locale } = useFrame().i18n
  const { network, query, collection, questions, chosen, learned } = props
  const here = { locale, network: network.slug }
  const telling = learned.filter(({ passages }) => passages.length > 0)
  const groups = questions
    .map(question => ({
      question,
      passages: telling.flatMap(({ item, passages }) =>
        passages.filter(({ key }) => key === question.key).map(({ markdown }) => ({ item, markdown })),
      ),
    }))
    .filter(({ passages }) => passages.length > 0)
  return (
    <NetworkLayout
      of={network}
      title={t('insights.name')}
      description={t('insights.lede')}
      noIndex={!isWhole(query) || chosen.length > 0 || collection !== null}
    >
      <header>
        {collection && <CollectionCrumbs network={network.slug} collection={collection} />}
        <h1>{t('insights.name')}</h1>
        <p class="lede">
          {collection ? t('insights.of-collection', { title: collection.title }) : t('insights.lede')}
        </p>
        {collection === null && (
          <>
            <SearchForm network={network.slug} route="learningInsights" query={query} />
            <ChosenFacets
              network={network.slug}
              route="learningInsights"
              query={query}
              labels={props.labels}
            />
          </>
        )}
      </header>
      {props.corrected && (
        <p class="notice" role="status">
          {t('commons.corrected', { typed: query.q, corrected: props.corrected })}
        </p>
      )}
      <div class={props.counts.size > 0 ? 'with-side' : undefined}>
        <FacetPanel
          network={network.slug}
          route="learningInsights"
          query={query}
          counts={props.counts}
          all={null}
        />
        <section class="insights" aria-label={t('commons.results')}>
          {(props.total > 0 || chosen.length > 0) && <QuestionChoice {...props} />}
          {props.total === 0 ? (
            <div class="notice">
              <p>{t(collection ? 'insights.none-collected' : 'insights.nothing')}</p>
              {(!isWhole(query) || collection !== null) && (
                <p>
                  <a href={href('learningInsights', here)}>{t('insights.all')}</a>
                </p>
              )}
            </div>
          ) : (
            <p class="found">
              {t('insights.found', { total: props.total, read: learned.length, telling: telling.length })}
            </p>
          )}
          {props.total > 0 && groups.length === 0 && <p>{t('insights.silent')}</p>}
          {groups.map(({ question, passages }) => (
            <section key={question.key} class="insight-question">
              <h2>
                {questionName(question, locale)}
                <small> {t(templateName(question.template))}</small>
              </h2>
              {passages.map(({ item, markdown }) => (
                <Passage key={item.id} network={network.slug} item={item} markdown={markdown} />
              ))}
            </section>
          ))}
          <MoreLink next={props.next} />
          {props.total > 0 && (
            <p class="no-print">
              <a
                href={href(
                  'learningInsightsExport',
                  { ...here, file: 'insights.csv' },
                  addressOf(props, chosen),
                )}
              >
                {t('insights.csv')}
              </a>
            </p>
          )}
        </section>
      </div>
    </NetworkLayout>
  )
}

/** Which passages one wants to read: those of some questions, or all. */
function QuestionChoice(props: InsightsPageProps) {
  const { network, questions, chosen } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <nav class="no-print" aria-label={t('insights.questions')}>
      {[...Map.groupBy(questions, ({ template }) => template)].map(([template, own]) => (
        <p key={template} class="tags">
          <small>{t(templateName(template))}</small>
          {own.map(question => {
            const on = chosen.includes(question.key)
            const keys = on ? chosen.filter(key => key !== question.key) : [...chosen, question.key]
            return (
              <a
                key={question.key}
                class={on ? 'tag on' : 'tag'}
                aria-current={on ? 'true' : undefined}
                rel="nofollow"
                href={href('learningInsights', here, addressOf(props, keys))}
              >
                {questionName(question, locale)}
                {on && <span class="visually-hidden"> {t('commons.facet.remove')}</span>}
              </a>
            )
          })}
        </p>
      ))}
    </nav>
  )
}

/** Two kinds of page may ask the like. */
function templateName(template: string): MessageKey {
  return template === 'experiment' ? 'insights.of.experiment' : 'insights.of.plan'
}

function Passage({ network, item, markdown }: { network: string; item: Learned['item']; markdown: string }) {
  const { i18n } = useFrame()
  const { locale } = i18n
  const countries = item.facets
    .map(splitFacet)
    .filter(({ kind }) => kind === 'country')
    .map(({ key }) => facetLabel(i18n, 'country', key))
  const facts = [
    typeName(i18n, item.type),
    ...countries.slice(0, 3),
    ...(item.year ? [String(item.year)] : []),
  ]
  const html = renderMarkdown(markdown, {
    headingShift: 3,
    hideMetadata: true,
    tableLabel: () => i18n.t('commons.item.table'),
    imageLabel: () => typeset(item.title, item.language),
  })
  return (
    <article class="passage">
      <div class="prose" lang={item.language ?? undefined} dangerouslySetInnerHTML={{ __html: html }} />
      <p class="facts">
        <a href={href('item', { locale, network, slug: item.slug })} lang={item.language ?? undefined}>
          {typeset(item.title, item.language)}
        </a>{' '}
        · {facts.join(' · ')}
      </p>
    </article>
  )
}

/** The same pages, from the first on, with these questions. */
function addressOf(
  { query, collection }: Pick<InsightsPageProps, 'query' | 'collection'>,
  keys: readonly string[],
): URLSearchParams {
  const params = writeQuery({ ...query, after: null })
  if (collection) params.set('collection', collection.slug)
  for (const key of keys) params.append('question', key)
  return params
}
