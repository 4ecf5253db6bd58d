import { isLocale } from '#kernel/locale.ts'
import { centroid, countriesByName, countryName, resolveCountry } from '#reference/countries.ts'

/** Loaded by the map on which a point is put (place.ts) when somebody looks for a country by its name. */

export function countryNames(language: string): string[] {
  return countriesByName(localeOf(language)).map(({ name }) => name)
}

/** By any of its names in the languages there are, or by how its name begins in this one. */
export function findCountry(
  text: string,
  language: string,
): { name: string; lat: number; lng: number } | null {
  const locale = localeOf(language)
  const begin = folded(text)
  const code =
    resolveCountry(text) ??
    (begin === '' ? null : countriesByName(locale).find(({ name }) => folded(name).startsWith(begin))?.code)
  const at = code ? centroid(code) : null
  return code && at ? { name: countryName(code, locale), ...at } : null
}

function localeOf(language: string) {
  return isLocale(language) ? language : 'en'
}

function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()
}
