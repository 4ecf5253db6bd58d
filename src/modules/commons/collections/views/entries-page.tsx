import { href } from '#http/routes.ts'
import { sectionsOf } from '#modules/commons/collections/arrangement.ts'
import type { Collection, CollectionEntry } from '#modules/commons/collections/collections.ts'
import { KeeperFrame } from '#modules/commons/collections/views/keeper-frame.tsx'
import type { SearchResult } from '#modules/commons/search/searching.ts'
import { typeName } from '#modules/commons/views/words.ts'
import type { Network } from '#modules/network/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface EntriesPageProps {
  network: Network
  collection: Collection
  entries: CollectionEntry[]
  gone: number
  /** Words of pages to add, the section into which, and what was found; null when nothing was looked for. */
  q: string
  into: string
  found: SearchResult | null
  /** What was taken out a moment ago. */
  removed: { slug: string; title: string } | null
  /** What stands against what was asked for. */
  problem: string | null
}

/** Where a collection is put together: pages are looked for, added, put in order. */
export function EntriesPage(props: EntriesPageProps) {
  const { network, collection, entries, removed } = props
  const { i18n, assets } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, collection: collection.slug }
  const sections = sectionsOf(entries)
  return (
    <KeeperFrame
      network={network}
      collection={collection}
      title={t('collections.arrange')}
      scripts={['wake.js']}
    >
      {props.problem && (
        <p class="problems" role="alert">
          {props.problem}
        </p>
      )}
      {removed && !entries.some(({ item }) => item.slug === removed.slug) && (
        <div class="done" role="status">
          {t('collections.removed', { title: removed.title })}{' '}
          <ActionButton
            action={href('collectionEntryReturn', { ...here, slug: removed.slug })}
            label={t('collections.undo')}
          />
        </div>
      )}
      <Adding {...props} />
      <h2>{t('collections.count', { count: entries.length })}</h2>
      {entries.length === 0 && <p>{t('collections.empty.search')}</p>}
      <div data-island={assets.url('ordering.js')}>
        {[null, ...sections].map(section => {
          const own = entries.filter(entry => entry.section === section)
          if (own.length === 0) return null
          return (
            <section key={section ?? ''}>
              {section !== null && <SectionBar {...{ network, collection, section, sections }} />}
              <ol class="arranged">
                {own.map(entry => (
                  <Row
                    key={entry.item.id}
                    {...{ network, collection, entry }}
                    first={entry === entries[0]}
                    last={entry === entries.at(-1)}
                  />
                ))}
              </ol>
            </section>
          )
        })}
      </div>
      {props.gone > 0 && <p class="about-page">{t('collections.gone', { count: props.gone })}</p>}
      <p class="buttons">
        <a class="button quiet" href={href('collection', here)}>
          {t('collections.back')}
        </a>
      </p>
    </KeeperFrame>
  )
}

function Adding({ network, collection, entries, q, into, found }: EntriesPageProps) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, collection: collection.slug }
  const sections = sectionsOf(entries)
  const there = new Set(entries.map(({ item }) => item.id))
  return (
    <>
      <search>
        <form class="search" method="get" action={href('collectionEntries', here)}>
          <label class="visually-hidden" for="q">
            {t('collections.search.items')}
          </label>
          <input
            id="q"
            type="search"
            name="q"
            value={q}
            placeholder={t('collections.search.items')}
            maxLength={300}
          />
          {sections.length > 0 && (
            <select name="into" aria-label={t('collections.into')}>
              <option value="" selected={into === ''}>
                {t('collections.into.none')}
              </option>
              {sections.map(section => (
                <option key={section} value={section} selected={into === section}>
                  {section}
                </option>
              ))}
            </select>
          )}
          <button class="button" type="submit">
            {t('list.search')}
          </button>
        </form>
      </search>
      {found && found.hits.length === 0 && <p>{t('collections.found.none', { q })}</p>}
      {found && found.hits.length > 0 && (
        <ul class="arranged offered">
          {found.hits.map(hit => (
            <li key={hit.id}>
              <span>
                <a
                  href={href('item', { locale, network: network.slug, slug: hit.slug })}
                  lang={hit.language ?? undefined}
                >
                  {hit.title}
                </a>
                <small>{[typeName(i18n, hit.type), hit.year].filter(Boolean).join(' · ')}</small>
              </span>
              {there.has(hit.id) ? (
                <small>{t('collections.there')}</small>
              ) : (
                <form method="post" action={href('collectionEntries', here)} class="inline">
                  <input type="hidden" name="item" value={hit.slug} />
                  <input type="hidden" name="section" value={into} />
                  <input type="hidden" name="q" value={q} />
                  <button type="submit" class="button quiet">
                    {t('collections.add')} <span class="visually-hidden">{hit.title}</span>
                  </button>
                </form>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function SectionBar(props: {
  network: Network
  collection: Collection
  section: string
  sections: string[]
}) {
  const { network, collection, section, sections } = props
  const { t, locale } = useFrame().i18n
  const action = href('collectionSections', { locale, network: network.slug, collection: collection.slug })
  return (
    <div class="section-bar">
      <h3 lang={collection.language}>{section}</h3>
      <form method="post" action={action} class="moves">
        <input type="hidden" name="section" value={section} />
        <Moves name={section} first={section === sections[0]} last={section === sections.at(-1)} />
      </form>
      <details>
        <summary>{t('collections.section.rename')}</summary>
        <form method="post" action={action} class="search">
          <input type="hidden" name="section" value={section} />
          <input
            type="text"
            name="name"
            value={section}
            maxLength={200}
            aria-label={t('collections.section.name')}
          />
          <button class="button quiet" type="submit">
            {t('form.save')}
          </button>
        </form>
      </details>
    </div>
  )
}

function Row(props: {
  network: Network
  collection: Collection
  entry: CollectionEntry
  first: boolean
  last: boolean
}) {
  const { network, collection, entry } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { item } = entry
  const here = { locale, network: network.slug, collection: collection.slug, slug: item.slug }
  return (
    <li id={`entry-${item.slug}`} data-item={item.slug}>
      <form method="post" action={href('collectionEntryPosition', here)} class="moves">
        <Moves name={item.title} first={props.first} last={props.last} />
      </form>
      <span>
        <a
          href={href('item', { locale, network: network.slug, slug: item.slug })}
          lang={item.language ?? undefined}
        >
          {item.title}
        </a>
        <small>
          {[typeName(i18n, item.type), item.year].filter(Boolean).join(' · ')}
          {entry.note && ` · ${t('collections.noted')}`}
        </small>
      </span>
      <span class="actions">
        <a href={href('collectionEntry', here)}>
          {t('collections.entry')} <span class="visually-hidden">{item.title}</span>
        </a>
        <form method="post" action={href('collectionEntryRemoval', here)} class="inline">
          <button type="submit" class="quiet danger">
            {t('collections.entry.remove')} <span class="visually-hidden">{item.title}</span>
          </button>
        </form>
      </span>
    </li>
  )
}

/** Up and down by one place. */
function Moves({ name, first, last }: { name: string; first: boolean; last: boolean }) {
  const { t } = useFrame().i18n
  return (
    <>
      <button
        type="submit"
        name="to"
        value="up"
        disabled={first}
        aria-label={t('collections.move.up', { name })}
        title={t('collections.move.up', { name })}
      >
        ↑
      </button>
      <button
        type="submit"
        name="to"
        value="down"
        disabled={last}
        aria-label={t('collections.move.down', { name })}
        title={t('collections.move.down', { name })}
      >
        ↓
      </button>
    </>
  )
}
