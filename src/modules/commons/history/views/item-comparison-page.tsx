import { href } from '#http/routes.ts'
import type { FacetKind } from '#modules/commons/facets.ts'
import {
  type ComparedVersion,
  longestFold,
  type SourceComparison,
} from '#modules/commons/history/item-comparison.ts'
import { Legend } from '#modules/commons/history/views/comparison-page.tsx'
import { DifferenceList, DifferenceText } from '#modules/commons/history/views/difference-text.tsx'
import type { Item, Version } from '#modules/commons/items.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** Two versions of an item: what each says about itself, and its text as it is written. */
export function ItemComparisonPage(props: {
  network: Network
  item: Item
  from: ComparedVersion
  to: ComparedVersion
  versions: Version[]
  comparison: SourceComparison
  part: number
}) {
  const { network, item, from, to, comparison, part } = props
  const { t, maybe, locale, moment } = useFrame().i18n
  const here = { locale, network: network.slug, slug: item.slug }
  const address = (number: number) =>
    href(
      'itemComparison',
      here,
      new URLSearchParams({ from: String(from.number), to: String(to.number), part: String(number) }),
    )
  const pieces = comparison.parts[part - 1] ?? []
  const nothing =
    comparison.metadata.length === 0 &&
    comparison.parts.every(one => one.every(({ kind }) => kind !== 'added' && kind !== 'removed'))
  return (
    <NetworkLayout of={network} title={t('history.versions.title', { title: item.title })} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('item', here)}>{item.title}</a> ›{' '}
          <a href={href('itemVersions', here)}>
            {t('commons.item.versions', { count: props.versions.length })}
          </a>
        </p>
        <h1>{t('history.versions.title', { title: item.title })}</h1>
        <p class="lede">
          {t('history.versions.between', {
            from: from.number,
            fromMoment: moment(from.createdAt, network.timeZone),
            to: to.number,
            toMoment: moment(to.createdAt, network.timeZone),
          })}
        </p>
      </header>
      <ChooseVersions {...props} />
      {nothing ? (
        <p>{t('history.versions.same')}</p>
      ) : (
        <>
          <Legend />
          {part === 1 && comparison.metadata.length > 0 && (
            <section>
              <h2>{t('history.versions.metadata')}</h2>
              <dl class="metadata-difference">
                {comparison.metadata.map(({ key, removed, added }) => (
                  <div key={key}>
                    <dt>{maybe(`commons.facet.${facetOfKey[key]}`, key)}</dt>
                    <dd>
                      <DifferenceList
                        pieces={[
                          ...removed.map(text => ({ kind: 'removed' as const, text })),
                          ...added.map(text => ({ kind: 'added' as const, text })),
                        ]}
                      />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          )}
          <section>
            <h2>{t('history.versions.text')}</h2>
            <DifferenceText pieces={pieces} language={item.language ?? undefined} longestFold={longestFold} />
          </section>
          {comparison.parts.length > 1 && (
            <nav class="pager" aria-label={t('commons.item.parts')}>
              {part > 1 && (
                <a rel="prev" href={address(part - 1)}>
                  {t('commons.item.part.previous')}
                </a>
              )}
              <span>{t('commons.item.part', { number: part, of: comparison.parts.length })}</span>
              {part < comparison.parts.length && (
                <a class="button quiet" rel="next" href={address(part + 1)}>
                  {t('commons.item.part.next')}
                </a>
              )}
            </nav>
          )}
        </>
      )}
    </NetworkLayout>
  )
}

/** Metadata that have a name for readers; the others are called as the page writes them. */
const facetOfKey: Record<string, FacetKind> = {
  type: 'type',
  country: 'country',
  sdgs: 'sdg',
  thematic_areas: 'theme',
  methods: 'method',
  datasources: 'datasource',
  year: 'year',
  principles: 'principle',
  tactics: 'tactic',
  tools: 'tool',
  skills: 'skill',
}

/** Which two versions: a form that leads there by its address. */
export function ChooseVersions({
  network,
  item,
  versions,
  from,
  to,
}: {
  network: Network
  item: Item
  versions: Version[]
  from: { number: number }
  to: { number: number }
}) {
  const { t, locale, day } = useFrame().i18n
  if (versions.length < 2) return null
  const options = (chosen: number) =>
    versions.map(({ number, createdAt }) => (
      <option key={number} value={String(number)} selected={number === chosen}>
        {`${t('commons.versions.one', { number })} · ${day(createdAt, network.timeZone)}`}
      </option>
    ))
  return (
    <form
      class="choose-versions no-print"
      action={href('itemComparison', { locale, network: network.slug, slug: item.slug })}
    >
      <label>
        {t('history.versions.from')}
        <select name="from">{options(from.number)}</select>
      </label>
      <label>
        {t('history.versions.to')}
        <select name="to">{options(to.number)}</select>
      </label>
      <button type="submit" class="button quiet">
        {t('history.versions.compare')}
      </button>
    </form>
  )
}
