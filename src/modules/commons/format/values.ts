/** The values of metadata: what was written in, a number or null out. */

/** `10. Reduced innequalities` → 10: the number is the key, names are misspelt in the source. 1 to 17 or null. */
export function sdgOf(written: string): number | null {
  const number = Number(
    /^(?:sdg|odd|ods|goal|objectif|objetivo)?[\s.:#-]{0,3}(\d{1,3})(?!\d)/i.exec(written)?.[1],
  )
  return number >= 1 && number <= 17 ? number : null
}

/** `2023` → [2023], `2021-2022` → [2021, 2022]; [] when unreadable. Years 1900 to 2100. */
export function yearsOf(written: string): number[] {
  const years = /^(\d{4})(?:\s?[-–/]\s?(\d{4}))?$/.exec(written)?.slice(1).filter(Boolean).map(Number) ?? []
  return years.every(year => year >= 1900 && year <= 2100) ? years : []
}

/**
 * The day as yyyy-mm-dd: from an ISO date or time, or from words in French, English, Spanish or Portuguese
 * (`8 DE NOVIEMBRE DE 2022`, `March 1, 2023`). Null otherwise; `03/04/2023` is null, being two different days.
 */
export function dateOf(written: string): string | null {
  const text = written
    .trim()
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:$|[t ])/.exec(text)
  if (iso) return dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const dayFirst =
    /^(\d{1,2})(?:er|st|nd|rd|th|º|°)?\.?\s(?:de\s)?([a-z]{3,10})\.?,?\s(?:de\s|del\s)?(\d{4})$/.exec(text)
  if (dayFirst) return dayOf(Number(dayFirst[3]), monthOf(dayFirst[2]), Number(dayFirst[1]))
  const monthFirst = /^([a-z]{3,10})\.?\s(\d{1,2})(?:st|nd|rd|th)?,?\s(\d{4})$/.exec(text)
  if (monthFirst) return dayOf(Number(monthFirst[3]), monthOf(monthFirst[1]), Number(monthFirst[2]))
  return null
}

export type Place = { lat: number; lng: number }

/** `lat,lng` in degrees, in that order (GeoJSON wants them the other way round). */
export function placeOf(written: string): Place | 'unreadable' | 'out-of-range' {
  const [lat, lng, rest] = written.split(/[,;]/, 3).map(part => part.trim())
  if (lat === undefined || lng === undefined || rest !== undefined) return 'unreadable'
  if (!DEGREES.test(lat) || !DEGREES.test(lng)) return 'unreadable'
  const place = { lat: Number(lat), lng: Number(lng) }
  return Math.abs(place.lat) <= 90 && Math.abs(place.lng) <= 180 ? place : 'out-of-range'
}

function dayOf(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day))
  const exists =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return exists && year >= 1900 && year <= 2100 ? date.toISOString().slice(0, 10) : null
}

/** 1 to 12, 0 for no month: three letters tell them apart, save `juin` and `juillet`. */
function monthOf(name = ''): number {
  const start = name.startsWith('jui') ? name.slice(0, 4) : name.slice(0, 3)
  return MONTHS.findIndex(names => names.includes(start)) + 1
}

const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'ene'],
  ['feb', 'fev'],
  ['mar'],
  ['apr', 'avr', 'abr'],
  ['may', 'mai'],
  ['jun', 'juin'],
  ['jul', 'juil'],
  ['aug', 'aou', 'ago'],
  ['sep', 'set'],
  ['oct', 'out'],
  ['nov'],
  ['dec', 'dic', 'dez'],
]
const DEGREES = /^[+-]?\d{1,4}(?:\.\d{1,30})?(?:e-?\d{1,2})?$/i
