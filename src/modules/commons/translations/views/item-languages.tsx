import { href } from '#http/routes.ts'
import type { Translation } from '#modules/commons/translations/translations.ts'
import { useFrame } from '#ui/frame.ts'

/** In which languages else an item can be read, and for those who may, where to translate it. Nothing where neither is. */
export function ItemLanguages(props: {
  network: string
  slug: string
  translations: readonly Translation[]
  /** The one that is being read; null: the original. */
  reading: string | null
  mayTranslate: boolean
}) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: props.network, slug: props.slug }
  const shared = props.translations.filter(
    ({ state, language }) => state === 'shared' && language !== props.reading,
  )
  if (shared.length === 0 && !props.mayTranslate) return null
  return (
    <p class="languages no-print">
      {shared.length > 0 && (
        <>
          {t('translations.also')}{' '}
          {shared.map(({ language }, index) => (
            <>
              {index > 0 && ' · '}
              <a href={href('itemIn', { ...here, language })} hreflang={language}>
                {i18n.language(language)}
              </a>
            </>
          ))}
        </>
      )}
      {props.mayTranslate && (
        <>
          {shared.length > 0 && ' · '}
          <a href={href('itemTranslations', here)}>{t('translations.translate')}</a>
        </>
      )}
    </p>
  )
}
