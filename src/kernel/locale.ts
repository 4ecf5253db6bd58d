/** The languages of the interface, in the order in which they are offered. */
export const locales = ['fr', 'en', 'es', 'pt'] as const

export type Locale = (typeof locales)[number]

export const defaultLocale: Locale = 'fr'

export function isLocale(value: unknown): value is Locale {
  return typeof value === 'string' && (locales as readonly string[]).includes(value)
}

/** The language of a terminal: LC_ALL, LC_MESSAGES, LANG, in the order in which POSIX ranks them. */
export function localeOfEnvironment(env: Record<string, string | undefined>): Locale {
  const wish = (env.LC_ALL || env.LC_MESSAGES || env.LANG || '').slice(0, 2).toLowerCase()
  if (isLocale(wish)) return wish
  return wish === '' ? defaultLocale : 'en'
}
