/** The languages of the interface, in the order in which they are offered. */
export const locales = ['fr', 'en', 'es', 'pt'] as const

export type Locale = (typeof locales)[number]

export const defaultLocale: Locale = 'fr'

export function isLocale(value: unknown): value is Locale {
  return typeof value === 'string' && (locales as readonly string[]).includes(value)
}
