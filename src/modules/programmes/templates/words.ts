import { isLocale, type Locale, locales } from '#kernel/locale.ts'
import type { Period, ProgrammeTemplate, Texts } from '#modules/programmes/templates/template.ts'

/** In this language, else in the first that there is; '' for nothing. */
export function textIn(texts: Texts | undefined, locale: Locale): string {
  if (!texts) return ''
  return texts[locale] ?? locales.map(one => texts[one]).find(text => text !== undefined) ?? ''
}

/** The same value with every text by language, however deep, in this one. */
export function localised(value: unknown, locale: Locale): unknown {
  if (isTexts(value)) return textIn(value, locale)
  if (Array.isArray(value)) return value.map(one => localised(one, locale))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, localised(one, locale)]))
}

/** What each step comes after, step by step: after a capsule is after those of its steps that none of it comes after. */
export function dependenciesOf(template: ProgrammeTemplate): Map<string, { step: string; gap: Period }[]> {
  const lasts = new Map(template.capsules.map(({ key, steps }) => [key, lastSteps(steps)]))
  return new Map(
    template.capsules
      .flatMap(({ steps }) => steps)
      .map(({ key, after }) => [
        key,
        after.flatMap(one =>
          'step' in one ? [one] : (lasts.get(one.capsule) ?? []).map(step => ({ step, gap: one.gap })),
        ),
      ]),
  )
}

function lastSteps(steps: ProgrammeTemplate['capsules'][number]['steps']): string[] {
  const followed = new Set(
    steps.flatMap(({ after }) => after.flatMap(one => ('step' in one ? [one.step] : []))),
  )
  const last = steps.filter(({ key }) => !followed.has(key))
  return (last.length > 0 ? last : steps).map(({ key }) => key)
}

function isTexts(value: unknown): value is Texts {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const entries = Object.entries(value)
  return entries.length > 0 && entries.every(([name, text]) => isLocale(name) && typeof text === 'string')
}
