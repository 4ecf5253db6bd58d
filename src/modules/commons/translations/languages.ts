import { locales } from '#kernel/locale.ts'

/** Offered first those of the site, then others that networks of this kind write in. Any of two letters can be asked for. */
const offered = [
  ...locales,
  'ar',
  'bn',
  'de',
  'hi',
  'id',
  'it',
  'ru',
  'sw',
  'tr',
  'uk',
  'vi',
  'wo',
  'zh',
] as const

/** The languages to begin a translation in: none that there is, nor the page's own. */
export function languagesToOffer(own: string | null, known: readonly string[]): string[] {
  return offered.filter(language => language !== own && !known.includes(language))
}

/** A language by its ISO 639 code that browsers and people know a name for. */
export function isLanguage(code: string): boolean {
  if (!/^[a-z]{2,3}$/.test(code)) return false
  return names.of(code) !== undefined
}

const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' })
