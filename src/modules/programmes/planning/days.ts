import type { Period } from '#modules/programmes/templates/template.ts'

/** Calculation with ISO days ('2026-09-16') and periods ('P1M'), without clocks or zones. */

/** A period taken apart; weeks are days, years are months. */
export interface Span {
  months: number
  days: number
}

const dayMs = 86_400_000
const firstDay = Date.parse('0001-01-01T00:00:00Z')
const lastDay = Date.parse('9999-12-31T00:00:00Z')
const periodPattern = /^P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?$/
const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** @returns null for what is no period of whole days, weeks, months or years */
export function readPeriod(text: string): Span | null {
  const found = periodPattern.exec(text)
  if (!found) return null
  const [years, months, weeks, days] = found.slice(1).map(part => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ]
  return { months: years * 12 + months, days: weeks * 7 + days }
}

/** @throws RangeError for what is no period */
export function spanOf(period: Period): Span {
  const span = readPeriod(period)
  if (!span) throw new RangeError(`No period: ${period}`)
  return span
}

export function together(one: Span, other: Span): Span {
  return { months: one.months + other.months, days: one.days + other.days }
}

/** The fewest days it can have: a month has 28. */
export function leastDays({ months, days }: Span): number {
  return months * 28 + days
}

/**
 * First the months, all at once, then the days. The last day of a month that has no such day: from 31 January on, one month
 * is 28 February and two are 31 March, not 28 March.
 */
export function dayAfter(day: string, { months, days }: Span): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const to = year * 12 + month - 1 + months
  const [toYear, toMonth] = [Math.floor(to / 12), to % 12]
  const last = toMonth === 1 && isLeap(toYear) ? 29 : (daysOfMonth[toMonth] ?? 31)
  return addDays(isoOf(Date.UTC(toYear, toMonth, Math.min(date, last))), days)
}

/** @throws RangeError beyond the years 1 to 9999: as text, days after them would come before */
export function addDays(day: string, days: number): string {
  if (days === 0) return day
  const found = isoOf(Date.parse(`${day}T00:00:00Z`) + days * dayMs)
  if (found === '') throw new RangeError(`No day ${days} days after ${day}`)
  return found
}

/** How many days from the one to the other; negative backwards. */
export function daysBetween(from: string, until: string): number {
  return Math.round((Date.parse(`${until}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs)
}

/** 1 for Monday to 7 for Sunday. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7
}

/** Whether there is such a day: not 30 February. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && isoOf(Date.parse(`${text}T00:00:00Z`)) === text
}

export function latest(...days: (string | null)[]): string {
  return days.reduce<string>((last, day) => (day !== null && day > last ? day : last), '')
}

export function earliest(...days: string[]): string {
  return days.reduce((first, day) => (day < first ? day : first))
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

/** Empty for what is no day of the years 1 to 9999. */
function isoOf(ms: number): string {
  if (!(ms >= firstDay && ms <= lastDay)) return ''
  return new Date(ms).toISOString().slice(0, 10)
}
