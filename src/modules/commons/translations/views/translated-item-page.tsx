import { policies, rank } from '#http/policies.ts'
import { href } from '#http/routes.ts'
import type { Facts } from '#modules/commons/format/facts.ts'
import type { Item } from '#modules/commons/items.ts'
import { ItemFormats } from '#modules/commons/publication/views/item-formats.tsx'
import { type Comparison, progressOf } from '#modules/commons/translations/comparison.ts'
import type { ReadPassage } from '#modules/commons/translations/reading-parts.ts'
import { stateWords } from '#modules/commons/translations/state-words.ts'
import type { Translation } from '#modules/commons/translations/translations.ts'
import { ItemLanguages } from '#modules/commons/translations/views/item-languages.tsx'
import { ItemFacts } from '#modules/commons/views/item-facts.tsx'
import { FactsLine, Parts } from '#modules/commons/views/item-page.tsx'
import { typeName } from '#modules/commons/views/words.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { useFrame } from '#ui/frame.ts'

export interface TranslatedItemPageProps {
  network: Network
  item: Item
  translation: Translation
  comparison: Comparison
  /** Of the part that is shown. */
  passages: ReadPassage[]
  part: { number: number; of: number }
  /** Those whose names the reader may know. */
  translators: string[]
  others: Translation[]
  /** What the page says about itself, in any language. */
  facts: Facts
  families: Map<string, { label: string; items: number }>
}

/** An item as its translators put it; what they have not come to stands in its own language. */
export function TranslatedItemPage(props: TranslatedItemPageProps) {
  const { i18n, place } = useFrame()
  const { t, locale, day, list } = i18n
  const { network, item, translation, comparison } = props
  const { language } = translation
  const here = { locale, network: network.slug, slug: item.slug }
  const { total, translated, changed } = progressOf(comparison)
  const [title] = comparison.passages
  const own = item.language ?? undefined
  const mayTranslate = rank(place?.role ?? 'visitor') >= rank(policies['commons:contribute'].least)
  const by =
    props.translators.length > 0
      ? t('translations.by', { names: list(props.translators) })
      : t('translations.by-network')
  return (
    <NetworkLayout
      of={network}
      title={title?.translated ?? item.title}
      description={item.summary}
      kind="article"
      noIndex={props.part.number > 1}
    >
      <article class="item translated" lang={language}>
        <header lang={locale}>
          <p class="crumbs">
            <a href={href('commons', { locale, network: network.slug })}>{t('commons.name')}</a> ›{' '}
            {typeName(i18n, item.type)}
          </p>
          <h1 lang={title?.translated ? language : own}>{title?.translated ?? item.title}</h1>
          <FactsLine item={item} facts={props.facts} />
          <div class="notice">
            <p>
              {t('translations.is', { language: i18n.language(language) })} {by}{' '}
              {item.language
                ? t('translations.original-in', { language: i18n.language(item.language) })
                : t('translations.original')}{' '}
              <a href={href('item', here)} hreflang={own}>
                {t('translations.read-original')}
              </a>
            </p>
            {translated + changed < total && (
              <p>{t('translations.unfinished', { count: total - translated - changed })}</p>
            )}
            {changed > 0 && <p>{t('translations.changed', { count: changed })}</p>}
          </div>
        </header>
        <div class="with-side at-end">
          <div class="body">
            {props.passages.map((one, index) => (
              <Part key={index} one={one} language={language} own={own} />
            ))}
            <Parts part={props.part} address={href('itemIn', { ...here, language })} />
          </div>
          <aside lang={locale} aria-label={t('commons.item.about')}>
            <ItemLanguages
              network={network.slug}
              slug={item.slug}
              translations={props.others}
              reading={language}
              mayTranslate={mayTranslate}
            />
            <ItemFacts network={network.slug} item={item} facts={props.facts} families={props.families} />
            <p class="about-page">
              {t('translations.written', { day: day(translation.writtenAt, network.timeZone) })}
              <br />
              <span class="no-print">
                <a href={href('itemVersions', here)}>{t('translations.original-versions')}</a>
              </span>
            </p>
            <ItemFormats
              address={format => href('itemInFile', { ...here, language, file: `page.${format}` })}
            />
          </aside>
        </div>
      </article>
    </NetworkLayout>
  )
}

function Part(props: { one: ReadPassage; language: string; own: string | undefined }) {
  const { one, language, own } = props
  const { t, locale } = useFrame().i18n
  const { passage, state, translated } = one
  const text = translated ?? passage.text
  const lang = translated === null ? own : language
  if (passage.kind === 'heading')
    return passage.level > 2 ? <h3 lang={lang}>{text}</h3> : <h2 lang={lang}>{text}</h2>
  if (passage.kind === 'question')
    return (
      <h3 class="question" lang={lang}>
        {text}
      </h3>
    )
  const html = renderMarkdown(text, {
    headingShift: 2,
    hideMetadata: true,
    tableLabel: () => t('commons.item.table'),
  })
  return (
    <>
      {(state === 'changed' || one.saysMissing) && (
        <p class="passage-state" lang={locale}>
          <span class={`tag ${state}`}>{t(stateWords[state === 'changed' ? 'changed' : 'missing'])}</span>
        </p>
      )}
      <div class="prose" lang={lang} dangerouslySetInnerHTML={{ __html: html }} />
    </>
  )
}
