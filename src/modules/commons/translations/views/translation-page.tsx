import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Item } from '#modules/commons/items.ts'
import type { KeptPassage } from '#modules/commons/translations/comparison.ts'
import type { EditSheet } from '#modules/commons/translations/edit-sheet.ts'
import { sharingWords } from '#modules/commons/translations/state-words.ts'
import type { Translation } from '#modules/commons/translations/translations.ts'
import { PassagePair } from '#modules/commons/translations/views/passage-pair.tsx'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export interface TranslationPageProps {
  network: Network
  item: Item
  translation: Translation
  sheet: EditSheet
  /** Translations of what the page no longer has. */
  left: KeptPassage[]
  progress: { total: number; translated: number; changed: number }
  /** Whether the reader may take it back or away. */
  tends: boolean
  /** What was sent and not kept. */
  form: FormState
}

/** The original and its translation side by side, passage by passage. */
export function TranslationPage(props: TranslationPageProps) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { network, item, translation, sheet, progress, form } = props
  const { language } = translation
  const here = { locale, network: network.slug, slug: item.slug }
  const address = href('translation', { ...here, language })
  const problems = Object.keys(form.errors).length
  const name = i18n.language(language)
  return (
    <NetworkLayout of={network} title={t('translations.into', { language: name, title: item.title })} noIndex>
      <div class="listing translating">
        <p class="crumbs">
          <a href={href('item', here)} lang={item.language ?? undefined}>
            {item.title}
          </a>{' '}
          › <a href={href('itemTranslations', here)}>{t('translations.name')}</a>
        </p>
        <h1>{t('translations.heading', { language: name })}</h1>
        <p class="facts">
          <span class={translation.state === 'shared' ? 'tag on' : 'tag'}>
            {t(sharingWords[translation.state])}
          </span>{' '}
          {t('translations.progress', { translated: progress.translated, total: progress.total })}
          {progress.changed > 0 && ` · ${t('translations.again', { count: progress.changed })}`}
        </p>
        <Sharing {...props} />
        <form class="pairs" method="post" action={address} novalidate>
          {problems > 0 && (
            <div class="problems" role="alert" tabIndex={-1}>
              <p>{form.errors[''] ?? t('form.problems', { count: problems })}</p>
              <ul>
                {sheet.passages
                  .filter(({ passage }) => form.errors[`text:${passage.path}`] !== undefined)
                  .map(({ passage }) => (
                    <li key={passage.path}>
                      <a href={`#field-text:${passage.path}`}>
                        {passage.text.length > 80 ? `${passage.text.slice(0, 79)}…` : passage.text}
                      </a>
                    </li>
                  ))}
              </ul>
            </div>
          )}
          <input type="hidden" name="from" value={String(sheet.from)} />
          {sheet.passages.map(one => (
            <PassagePair
              key={one.passage.path}
              one={one}
              own={item.language}
              language={language}
              languageName={name}
              form={form}
            />
          ))}
          <p class="buttons">
            {sheet.next !== null && (
              <button type="submit" class="button" name="next" value={String(sheet.next)}>
                {t('translations.save-next')}
              </button>
            )}
            <button type="submit" class={sheet.next === null ? 'button' : 'button quiet'}>
              {t('form.save')}
            </button>
          </p>
        </form>
        {(sheet.previous !== null || sheet.next !== null) && (
          <nav class="pager" aria-label={t('translations.sheets')}>
            {sheet.previous !== null && (
              <a rel="prev" href={`${address}?from=${sheet.previous}`}>
                {t('commons.item.part.previous')}
              </a>
            )}
            {sheet.next !== null && (
              <a rel="next" href={`${address}?from=${sheet.next}`}>
                {t('commons.item.part.next')}
              </a>
            )}
          </nav>
        )}
        {props.left.length > 0 && (
          <section aria-labelledby="left">
            <h2 id="left">{t('translations.left')}</h2>
            <p>{t('translations.left.lede')}</p>
            {props.left.map(one => (
              <details key={one.path}>
                <summary lang={item.language ?? undefined}>{one.sourceText.slice(0, 120)}</summary>
                <p class="kept" lang={language} dir="auto">
                  {one.text}
                </p>
              </details>
            ))}
          </section>
        )}
        {props.tends && (
          <section class="removal">
            <details>
              <summary>{t('translations.remove.title')}</summary>
              <p>{t('translations.remove.lede')}</p>
              <ActionButton
                action={href('translationRemoval', { ...here, language })}
                label={t('translations.remove')}
                danger
              />
            </details>
          </section>
        )}
      </div>
    </NetworkLayout>
  )
}

function Sharing({ network, item, translation, tends, progress }: TranslationPageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, slug: item.slug, language: translation.language }
  if (translation.state === 'shared')
    return (
      <p class="sharing">
        <a href={href('itemIn', here)}>{t('translations.read')}</a>{' '}
        {tends && (
          <ActionButton
            action={href('translationSharing', here)}
            label={t('translations.take-back')}
            fields={{ state: 'draft' }}
          />
        )}
      </p>
    )
  if (progress.translated + progress.changed === 0) return <p>{t('translations.hint')}</p>
  return (
    <form class="sharing" method="post" action={href('translationSharing', here)}>
      <input type="hidden" name="state" value="shared" />
      <button type="submit" class="button quiet">
        {t('translations.share')}
      </button>{' '}
      <small>{t('translations.share.hint')}</small>
    </form>
  )
}
