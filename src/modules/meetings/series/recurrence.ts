import { Temporal } from 'temporal-polyfill'

/**
 * When a series of meetings takes place: a pure calculation in the local time of the place, so that a meeting at six in the
 * evening stays at six when the clocks change. Nothing here knows of forms or of the database.
 */

export const repeats = ['week', 'month', 'quarter', 'year'] as const
export type Repeats = (typeof repeats)[number]

/** By the day of the month, by its weekday in the month (the third Tuesday), or by the last such weekday. */
export const repeatsBy = ['day', 'weekday', 'last-weekday'] as const
export type RepeatsBy = (typeof repeatsBy)[number]

export interface Rhythm {
  /** The first day, ISO, in the zone. */
  startsOn: string
  /** Local time, `18:00`. */
  startsAt: string
  minutes: number
  timeZone: string
  repeats: Repeats
  /** Every so many weeks, months, quarters or years. */
  every: number
  /** Means nothing for weeks: they go by the weekday of the first day. */
  by: RepeatsBy
  /** The last day, included; null where `times` says how many meetings there are. */
  until: string | null
  times: number | null
  /** Days on which there is none; a number of meetings is reached without them. */
  skipped: readonly string[]
}

export interface Occurrence {
  /** ISO day in the zone. */
  date: string
  startsAt: Date
  endsAt: Date
  /** The month has no such day, and its last one took its place. */
  shortened: boolean
  /** The clocks jump over that time of the day: it begins as much later. */
  shifted: boolean
}

/** Why a rhythm gives no dates; `latest` is a last day that would do. */
export type RhythmProblem =
  | { problem: 'no-end' }
  | { problem: 'too-long' | 'too-many'; latest: string }
  | { problem: 'end-before-start' | 'no-date' }

export const mostOccurrences = 120
export const mostYears = 5

const months: Record<Exclude<Repeats, 'week'>, number> = { month: 1, quarter: 3, year: 12 }

/** All dates of a series, in order. */
export function occurrencesOf(rhythm: Rhythm): { occurrences: Occurrence[] } | RhythmProblem {
  const first = Temporal.PlainDate.from(rhythm.startsOn)
  const horizon = first.add({ years: mostYears })
  if (rhythm.until === null && rhythm.times === null) return { problem: 'no-end' }
  const until = rhythm.until === null ? horizon : Temporal.PlainDate.from(rhythm.until)
  if (before(until, first)) return { problem: 'end-before-start' }
  if (before(horizon, until)) return { problem: 'too-long', latest: horizon.toString() }
  const skipped = new Set(rhythm.skipped)
  const occurrences: Occurrence[] = []
  for (let step = 0; ; step++) {
    const { day, shortened } = dayOf(rhythm, first, step)
    if (rhythm.times !== null && occurrences.length >= rhythm.times) break
    if (before(until, day)) {
      if (rhythm.times === null) break
      return { problem: 'too-long', latest: horizon.toString() }
    }
    if (skipped.has(day.toString())) continue
    const latest = occurrences.at(-1)
    if (occurrences.length >= mostOccurrences) return { problem: 'too-many', latest: latest?.date ?? '' }
    occurrences.push({ ...at(rhythm, day), shortened })
  }
  return occurrences.length > 0 ? { occurrences } : { problem: 'no-date' }
}

/** Which of its weekday in the month a day is, from 1; -1 for a fifth, which not every month has: the last, then. */
export function weekdayInMonth(day: string): number {
  const n = Math.ceil(Temporal.PlainDate.from(day).day / 7)
  return n > 4 ? -1 : n
}

/** When the clocks of a zone show that day and time; a time they jump over is as much later, one shown twice the first. */
export function momentIn(day: string, time: string, timeZone: string): Date {
  const local = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone, plainTime: time })
  return new Date(local.epochMilliseconds)
}

/** Counted from the first day each time: from one date to the next, the 31st would become the 28th for good. */
function dayOf(
  rhythm: Rhythm,
  first: Temporal.PlainDate,
  step: number,
): { day: Temporal.PlainDate; shortened: boolean } {
  const { repeats: unit, every, by } = rhythm
  if (unit === 'week') return { day: first.add({ weeks: step * every }), shortened: false }
  const distance = step * every * months[unit]
  if (by === 'day') {
    const day = first.add({ months: distance })
    return { day, shortened: day.day !== first.day }
  }
  const month = first.with({ day: 1 }).add({ months: distance })
  const n = by === 'last-weekday' ? -1 : weekdayInMonth(first.toString())
  return { day: nthWeekday(month, first.dayOfWeek, n), shortened: false }
}

function nthWeekday(month: Temporal.PlainDate, weekday: number, n: number): Temporal.PlainDate {
  const firstOne = month.add({ days: (weekday - month.dayOfWeek + 7) % 7 })
  if (n > 0) return firstOne.add({ weeks: n - 1 })
  return firstOne.add({ weeks: Math.floor((month.daysInMonth - firstOne.day) / 7) })
}

function at(rhythm: Rhythm, day: Temporal.PlainDate): Omit<Occurrence, 'shortened'> {
  const { startsAt, timeZone, minutes } = rhythm
  const plainTime = Temporal.PlainTime.from(startsAt)
  const local = day.toZonedDateTime({ timeZone, plainTime })
  return {
    date: day.toString(),
    startsAt: new Date(local.epochMilliseconds),
    endsAt: new Date(local.epochMilliseconds + minutes * 60_000),
    shifted: !local.toPlainTime().equals(plainTime),
  }
}

function before(one: Temporal.PlainDate, other: Temporal.PlainDate): boolean {
  return Temporal.PlainDate.compare(one, other) < 0
}
