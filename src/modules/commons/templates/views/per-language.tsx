import type { ComponentChildren } from 'preact'
import type { FormState } from '#http/form.ts'
import { type Locale, locales } from '#kernel/locale.ts'
import { useFrame } from '#ui/frame.ts'
import { languageNames } from '#ui/layout.tsx'

/** The same fields in four languages, the reader's own open before the others. */
export function PerLanguage(props: {
  state: FormState
  /** Of the fields, without the language that follows: by these one that is wrong is opened. */
  names: readonly string[]
  children: (locale: Locale, isReaders: boolean) => ComponentChildren
}) {
  const { state, names, children } = props
  const own = useFrame().i18n.locale
  return (
    <fieldset class="group">
      <legend class="visually-hidden">{useFrame().i18n.t('templates.field.languages')}</legend>
      {[own, ...locales.filter(locale => locale !== own)].map(locale => (
        <details
          key={locale}
          class="language"
          open={locale === own || names.some(name => state.errors[`${name}-${locale}`])}
        >
          <summary>
            {languageNames[locale]} <small lang={locale}>{state.values[`${names[0]}-${locale}`]?.[0]}</small>
          </summary>
          {children(locale, locale === own)}
        </details>
      ))}
    </fieldset>
  )
}
