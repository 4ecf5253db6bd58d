import { AppError } from '#kernel/errors.ts'
import type { Locale } from '#kernel/locale.ts'
import { addDays, daysBetween, isDay, weekdayOf } from '#modules/programmes/planning/days.ts'
import { holidaysIn, weekendOf } from '#modules/programmes/planning/holidays.ts'
import type { Why } from '#modules/programmes/planning/plan.ts'
import type { Closure } from '#modules/programmes/programme.ts'

/** On which days something can be held, and in which times nothing is due. */
export interface Calendar {
  /** Neither weekend nor public holiday nor closed. */
  isFree(day: string): boolean
  /** Null for a free day. */
  whyNot(day: string): Why | null
  /** The closed time that this day is in. */
  closureOn(day: string): Closure | null
  /** The day itself where it is free. */
  nextWorkday(day: string): string
  /** The day itself where it is free. */
  previousWorkday(day: string): string
}

/**
 * @param given.locale for the names of holidays
 * @throws AppError 'invalid-input' for closures that end before they begin or leave no time to work
 */
export function calendarOf(given: {
  country: string | null
  subdivision?: string | null
  closures: readonly Closure[]
  locale?: Locale
}): Calendar {
  const { country, subdivision = null, locale = 'fr' } = given
  const closures = checked(given.closures)
  const weekend = weekendOf(country)
  const years = new Map<string, ReadonlyMap<string, string>>()

  function holidayOn(day: string): string | undefined {
    if (country === null) return undefined
    const year = day.slice(0, 4)
    let holidays = years.get(year)
    if (!holidays) {
      holidays = holidaysIn(country, subdivision, Number(year), locale)
      years.set(year, holidays)
    }
    return holidays.get(day)
  }

  function closureOn(day: string): Closure | null {
    return closures.find(({ from, until }) => from <= day && day <= until) ?? null
  }

  function whyNot(day: string): Why | null {
    const closure = closureOn(day)
    if (closure) return { kind: 'closed', ...closure }
    const holiday = holidayOn(day)
    if (holiday !== undefined) return { kind: 'holiday', day, name: holiday }
    return weekend.includes(weekdayOf(day)) ? { kind: 'weekend', day } : null
  }

  function isFree(day: string): boolean {
    return whyNot(day) === null
  }

  function workdayFrom(day: string, step: 1 | -1): string {
    let found = day
    for (let tried = 0; tried < farthest; tried++) {
      if (isFree(found)) return found
      found = addDays(found, step)
    }
    throw refusal('programmePlan.error.noFreeDay')
  }

  return {
    isFree,
    whyNot,
    closureOn,
    nextWorkday: day => workdayFrom(day, 1),
    previousWorkday: day => workdayFrom(day, -1),
  }
}

function checked(closures: readonly Closure[]): Closure[] {
  if (closures.length > mostClosures) throw refusal('programmePlan.error.manyClosures')
  for (const { from, until } of closures) {
    if (!isDay(from) || !isDay(until) || until < from) throw refusal('programmePlan.error.closure')
    if (daysBetween(from, until) > longestClosure) throw refusal('programmePlan.error.longClosure')
  }
  return closures.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
}

function refusal(message: string): AppError {
  return new AppError('invalid-input', {
    fields: [{ field: 'closures', message }],
    params: { closures: mostClosures, days: longestClosure },
  })
}

const mostClosures = 100
const longestClosure = 200
/** Closures one after the other may leave no free day for years. */
const farthest = 1_000
