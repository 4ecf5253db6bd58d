import { createRequire } from 'node:module'
import type { Locale } from '#kernel/locale.ts'

const require = createRequire(import.meta.url)
let library: typeof import('date-holidays').default | undefined

/** Public holidays of a country in a year, by day; names in the language, else in that of the country. */
export function holidaysIn(
  country: string,
  subdivision: string | null,
  year: number,
  locale: Locale,
): ReadonlyMap<string, string> {
  const key = `${country}/${subdivision ?? ''}/${year}/${locale}`
  const known = kept.get(key)
  if (known) return known
  const Holidays = holidayLibrary()
  const options = { types: ['public' as const], languages: [locale, 'en'] }
  const calculated = new Map<string, string>()
  const of = subdivision ? new Holidays(country, subdivision, options) : new Holidays(country, options)
  // Holidays of several days may begin in the year before.
  for (const asked of [year - 1, year])
    for (const { date, start, end, name } of of.getHolidays(asked)) {
      // Feasts of the moon begin on the evening before: the library counts them from there, and names the day itself.
      const days = Math.max(1, Math.round((end.getTime() - start.getTime()) / 86_400_000))
      const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`)
      for (let at = 0; at < days; at++) {
        const day = new Date(first + at * 86_400_000).toISOString().slice(0, 10)
        if (day.startsWith(`${year}-`) && !calculated.has(day)) calculated.set(day, name)
      }
    }
  if (kept.size >= mostKept) kept.clear()
  kept.set(key, calculated)
  return calculated
}

/** Parts of a country that have holidays of their own: ISO 3166-2 without the country, or what the country calls them. */
export function holidaySubdivisions(country: string, locale: Locale): { code: string; name: string }[] {
  const found: Record<string, string> | undefined = new (holidayLibrary())().getStates(country, locale)
  return Object.entries(found ?? {}).map(([code, name]) => ({ code, name }))
}

/** Whether public holidays of this country are known. */
export function hasHolidays(country: string): boolean {
  return country in new (holidayLibrary())().getCountries()
}

/** Days of the week on which people do not work, 1 for Monday to 7 for Sunday: Unicode CLDR's, by country. */
export function weekendOf(country: string | null): readonly number[] {
  if (country === null || !/^[A-Z]{2}$/.test(country)) return [6, 7]
  const locale: Intl.Locale & { getWeekInfo?(): { weekend: number[] } } = new Intl.Locale(`und-${country}`)
  return locale.getWeekInfo?.().weekend ?? [6, 7]
}

/** Its rules of all countries take a tenth of a second to load: only once somebody plans something. */
function holidayLibrary(): typeof import('date-holidays').default {
  if (library === undefined) {
    const loaded = require('date-holidays') as typeof import('date-holidays')
    library = loaded.default ?? loaded
  }
  return library
}

const kept = new Map<string, ReadonlyMap<string, string>>()
const mostKept = 500
