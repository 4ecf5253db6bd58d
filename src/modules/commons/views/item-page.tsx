import { href } from '#http/routes.ts'
import type { Locale } from '#kernel/locale.ts'
import { ItemCollections } from '#modules/commons/collections/views/item-collections.tsx'
import { ThreadsAside } from '#modules/commons/discussion/views/threads-aside.tsx'
import { FollowButton } from '#modules/commons/following/views/follow-button.tsx'
import type { Facts } from '#modules/commons/format/facts.ts'
import type { Page } from '#modules/commons/format/page.ts'
import type { ItemSurroundings } from '#modules/commons/item-surroundings.ts'
import type { Item, Version } from '#modules/commons/items.ts'
import { ItemLinks } from '#modules/commons/links/views/item-links.tsx'
import { ItemFormats } from '#modules/commons/publication/views/item-formats.tsx'
import type { Neighbour } from '#modules/commons/search/neighbours.ts'
import { emptyQuery, writeQuery } from '#modules/commons/search/query.ts'
import { ItemLanguages } from '#modules/commons/translations/views/item-languages.tsx'
import { ItemFacts } from '#modules/commons/views/item-facts.tsx'
import { Neighbours } from '#modules/commons/views/neighbours.tsx'
import { PageBody } from '#modules/commons/views/page-body.tsx'
import { typeset } from '#modules/commons/views/typography.ts'
import { facetLabel, typeName, writtenIn } from '#modules/commons/views/words.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

export interface ItemPageProps {
  network: Network
  item: Item
  /** The whole page or, of a very long one, the part that is shown. */
  page: Page
  part: { number: number; of: number }
  facts: Facts
  families: Map<string, { label: string; items: number }>
  neighbours: Neighbour[]
  /** What people have put round it; null for an earlier state. */
  around: ItemSurroundings | null
  versions: Version[]
  /** An earlier state is shown as such. */
  past: boolean
}

export function ItemPage(props: ItemPageProps) {
  const { network, item, page, facts, versions, around } = props
  const { i18n } = useFrame()
  const { t, locale, day } = i18n
  const here = { locale, network: network.slug }
  const ofType = item.type ? { ...emptyQuery, facets: { type: [item.type] } } : emptyQuery
  return (
    <NetworkLayout
      of={network}
      title={item.title}
      description={item.summary}
      kind="article"
      scripts={around?.discussion ? ['wake.js'] : []}
      noIndex={props.past || props.part.number > 1}
    >
      <article class="item" lang={item.language ?? undefined}>
        <header lang={locale}>
          <p class="crumbs">
            <a href={href('commons', here)}>{t('commons.name')}</a> ›{' '}
            <a href={href('commons', here, writeQuery(ofType))}>{typeName(i18n, item.type)}</a>
          </p>
          <h1 lang={item.language ?? undefined}>{typeset(item.title, item.language)}</h1>
          <FactsLine item={item} facts={facts} />
          {around && <Doing network={network} item={item} around={around} />}
          {props.past && (
            <p class="notice">
              {t('commons.version.past', { number: item.version })}{' '}
              <a href={href('item', { ...here, slug: item.slug })}>{t('commons.version.current')}</a>
            </p>
          )}
        </header>
        <div class="with-side at-end">
          <div class="body">
            <PageBody page={page} />
            <Parts
              part={props.part}
              address={props.past ? pastAddress(here, item) : href('item', { ...here, slug: item.slug })}
            />
          </div>
          <aside lang={locale} aria-label={t('commons.item.about')}>
            <ItemFacts network={network.slug} item={item} facts={facts} families={props.families} />
            {around && <Authors network={network} around={around} />}
            {around && <ItemLinks network={network.slug} item={item} links={around.links} />}
            {around && <ItemCollections network={network} item={item} collections={around.collections} />}
            {around?.discussion && <ThreadsAside network={network} discussion={around.discussion} />}
            <p class="about-page">
              {t('commons.item.updated', { day: day(item.updatedAt, network.timeZone) })}
              <br />
              <span class="no-print">
                <a href={href('itemVersions', { ...here, slug: item.slug })}>
                  {t('commons.item.versions', { count: versions.length })}
                </a>
                {' · '}
                <a href={href('itemSource', { ...here, slug: item.slug })}>{t('commons.item.source')}</a>
              </span>
            </p>
            {!props.past && (
              <ItemFormats
                address={format =>
                  href('itemExport', { ...here, slug: item.slug, file: `${item.slug}.${format}` })
                }
              />
            )}
          </aside>
        </div>
      </article>
      <Neighbours network={network.slug} neighbours={props.neighbours} />
    </NetworkLayout>
  )
}

/** Where and when, in a line. */
export function FactsLine({ item, facts }: { item: Item; facts: Facts }) {
  const { i18n } = useFrame()
  const said = new Set([
    ...facts.countries.map(({ code, written }) => (code ? facetLabel(i18n, 'country', code) : written)),
    ...facts.years.map(String),
    ...writtenIn(i18n, item.language),
  ])
  return <p class="facts">{[...said].join(' · ')}</p>
}

/** What one can do with the page, and in which languages else it is to be had. */
function Doing({ network, item, around }: { network: Network; item: Item; around: ItemSurroundings }) {
  const { i18n, place } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, document: item.id }
  const isMember = place?.slug === network.slug && place.role !== 'visitor'
  return (
    <>
      <ItemLanguages
        network={network.slug}
        slug={item.slug}
        translations={around.translations}
        reading={null}
        mayTranslate={isMember}
      />
      {isMember && (
        <div class="buttons no-print">
          {around.mayWrite && (
            <a class="button quiet" href={href('writingPage', here)}>
              {t('writing.write-here')}
            </a>
          )}
          <FollowButton
            network={network.slug}
            subject={{ kind: 'item', itemId: item.id }}
            following={around.following.get(item.id) ?? null}
          />
        </div>
      )}
    </>
  )
}

/** Who writes the page, for members: names lead to the person, whose pages one can follow. */
function Authors({ network, around }: { network: Network; around: ItemSurroundings }) {
  const { t, locale } = useFrame().i18n
  if (around.authors.length === 0) return null
  return (
    <section class="item-authors">
      <h2>{t('writing.authors')}</h2>
      <ul class="plain-list">
        {around.authors.map(({ personId, name }) => (
          <li key={personId}>
            <a href={href('person', { locale, network: network.slug, person: personId })}>{name}</a>
            <FollowButton
              network={network.slug}
              subject={{ kind: 'author', personId }}
              following={around.following.get(personId) ?? null}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Very long pages are read in parts, as a book is. */
export function Parts({ part, address }: { part: ItemPageProps['part']; address: string }) {
  const { t, locale } = useFrame().i18n
  if (part.of === 1) return null
  return (
    <nav class="pager" lang={locale} aria-label={t('commons.item.parts')}>
      {part.number > 1 && (
        <a rel="prev" href={part.number === 2 ? address : `${address}?part=${part.number - 1}`}>
          {t('commons.item.part.previous')}
        </a>
      )}
      <span>{t('commons.item.part', part)}</span>
      {part.number < part.of && (
        <a class="button quiet" rel="next" href={`${address}?part=${part.number + 1}`}>
          {t('commons.item.part.next')}
        </a>
      )}
    </nav>
  )
}

function pastAddress(here: { locale: Locale; network: string }, item: Item): string {
  return href('itemVersion', { ...here, slug: item.slug, number: item.version })
}
