import { href } from '#http/routes.ts'
import { collectionFormats } from '#modules/commons/collections/collection-export.ts'
import type { Collection, CollectionEntry } from '#modules/commons/collections/collections.ts'
import { ItemLine } from '#modules/commons/collections/views/item-line.tsx'
import { stateNames } from '#modules/commons/collections/views/state-names.ts'
import { formats } from '#modules/commons/exports/formats.ts'
import { BookletFormats } from '#modules/commons/publication/views/booklet-formats.tsx'
import { typeset } from '#modules/commons/views/typography.ts'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { plainText, renderMarkdown } from '#platform/markdown/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface CollectionPageProps {
  network: Network
  collection: Collection & { mayChange: boolean }
  /** Those on this page; `from`: how many came before. */
  entries: CollectionEntry[]
  from: number
  total: number
  next: string | null
  /** By name; told to those inside alone, as the two that follow. */
  keepers: string[]
  gone: number
  /** Of a public collection, those that the public does not see. */
  hidden: number
  /** Some of its pages say where in the learning cycle they stand; some can tell what was learned. */
  staged: boolean
  telling: boolean
  mayCopy: boolean
}

/** A collection as one reads it: an introduction, then page after page with what their keepers say of them. */
export function CollectionPage(props: CollectionPageProps) {
  const { network, collection, entries, total } = props
  const { t, locale, day, list } = useFrame().i18n
  const here = { locale, network: network.slug, collection: collection.slug }
  const feed = href('collectionExport', { ...here, file: `collection.${formats.atom.extension}` })
  const parts = partsOf(entries)
  return (
    <NetworkLayout
      of={network}
      title={collection.title}
      description={plainText(collection.about, 200) || undefined}
      kind="article"
      noIndex={collection.state !== 'public' || props.from > 0}
      feed={collection.state === 'public' ? { href: feed, title: collection.title } : undefined}
    >
      <article class="collection">
        <header>
          <p class="crumbs">
            <a href={href('commons', here)}>{t('commons.name')}</a> ›{' '}
            <a href={href('collections', here)}>{t('collections.name')}</a>
          </p>
          <h1 lang={collection.language}>{typeset(collection.title, collection.language)}</h1>
          <p class="facts">
            {[
              t('collections.count', { count: total }),
              ...(props.keepers.length > 0 ? [t(stateNames[collection.state])] : []),
              t('collections.updated', { day: day(collection.updatedAt, network.timeZone) }),
              ...(props.keepers.length > 0
                ? [t('collections.kept-by', { names: list(props.keepers.slice(0, 5)) })]
                : []),
            ].join(' · ')}
          </p>
          <Doings {...props} />
          <Readings {...props} />
        </header>
        {collection.about && props.from === 0 && (
          <Written text={collection.about} language={collection.language} kind="introduction" shift={1} />
        )}
        {total === 0 && (
          <div class="notice">
            <p>{t('collections.empty')}</p>
            {collection.mayChange && (
              <p>
                <a href={href('collectionEntries', here)}>{t('collections.empty.add')}</a>
              </p>
            )}
          </div>
        )}
        <Contents parts={parts} language={collection.language} />
        {parts.map(part => (
          <section key={part.section ?? ''} id={part.section === null ? undefined : idOf(part.section)}>
            {part.section !== null && <h2 lang={collection.language}>{part.section}</h2>}
            <ol class="collected">
              {part.entries.map(entry => (
                <Collected key={entry.item.id} {...{ network, collection, entry }} />
              ))}
            </ol>
          </section>
        ))}
        <MoreLink next={props.next} />
        <footer class="about-page">
          {props.hidden > 0 && <p>{t('collections.inside', { count: props.hidden })}</p>}
          {props.gone > 0 && <p>{t('collections.gone', { count: props.gone })}</p>}
          {total > 0 && <BookletFormats network={network.slug} collection={collection.slug} />}
          {total > 0 && (
            <p class="downloads">
              {t('collections.download')}{' '}
              {collectionFormats.map((format, index) => (
                <span key={format}>
                  {index > 0 && ', '}
                  <a
                    rel="nofollow"
                    href={href('collectionExport', {
                      ...here,
                      file: `collection.${formats[format].extension}`,
                    })}
                  >
                    {t(`commons.format.${format}`)}
                  </a>
                </span>
              ))}
            </p>
          )}
        </footer>
      </article>
    </NetworkLayout>
  )
}

/** What a reader may do with it. */
function Doings({ network, collection, mayCopy }: CollectionPageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, collection: collection.slug }
  if (!collection.mayChange && !mayCopy) return null
  return (
    <p class="buttons no-print">
      {collection.mayChange && (
        <>
          <a class="button" href={href('collectionEntries', here)}>
            {t('collections.arrange')}
          </a>
          <a class="button quiet" href={href('collectionDetails', here)}>
            {t('collections.details')}
          </a>
        </>
      )}
      {mayCopy && <ActionButton action={href('collectionCopies', here)} label={t('collections.copy')} />}
    </p>
  )
}

/** The same pages, laid out in other ways. */
function Readings({ network, collection, staged, telling }: CollectionPageProps) {
  const { t, locale } = useFrame().i18n
  if (!staged && !telling) return null
  const here = { locale, network: network.slug }
  const these = new URLSearchParams({ collection: collection.slug })
  return (
    <nav class="rooms no-print" aria-label={t('collections.readings')}>
      {staged && <a href={href('learning', here, these)}>{t('learning.name')}</a>}
      {telling && <a href={href('learningInsights', here, these)}>{t('insights.name')}</a>}
    </nav>
  )
}

function Collected(props: { network: Network; collection: Collection; entry: CollectionEntry }) {
  const { network, collection, entry } = props
  const { locale } = useFrame().i18n
  const { item, note } = entry
  return (
    <li class="hit">
      <h3>
        <a
          href={href('item', { locale, network: network.slug, slug: item.slug })}
          lang={item.language ?? undefined}
        >
          {typeset(item.title, item.language)}
        </a>
      </h3>
      <ItemLine item={item} marked={collection.state === 'public' && item.visibility !== 'public'} />
      <p lang={item.language ?? undefined}>{typeset(item.summary, item.language)}</p>
      {note && <Written text={note} language={collection.language} kind="keepers-note" shift={3} />}
    </li>
  )
}

function Written(props: { text: string; language: string; kind: string; shift: number }) {
  const { t } = useFrame().i18n
  const html = renderMarkdown(props.text, {
    headingShift: props.shift,
    imageLabel: position => t('commons.item.image', { position }),
    tableLabel: () => t('commons.item.table'),
  })
  return (
    <div class={`prose ${props.kind}`} lang={props.language} dangerouslySetInnerHTML={{ __html: html }} />
  )
}

function Contents({ parts, language }: { parts: Part[]; language: string }) {
  const { t } = useFrame().i18n
  const headings = parts.flatMap(({ section }) => (section === null ? [] : [section]))
  if (headings.length < 3) return null
  return (
    <details class="contents no-print">
      <summary>{t('collections.contents')}</summary>
      <ul lang={language}>
        {headings.map(heading => (
          <li key={heading}>
            <a href={`#${idOf(heading)}`}>{heading}</a>
          </li>
        ))}
      </ul>
    </details>
  )
}

interface Part {
  section: string | null
  entries: CollectionEntry[]
}

/** The entries by section: those of one follow each other. */
function partsOf(entries: CollectionEntry[]): Part[] {
  return [...Map.groupBy(entries, entry => entry.section)].map(([section, own]) => ({
    section,
    entries: own,
  }))
}

/** White space would end an id. */
function idOf(section: string): string {
  return `s-${section.replace(/\s+/g, '-')}`
}
