import { dayAfter, type LocalTime, localTime } from '#modules/meetings/local-time.ts'

/** What one signs for on a sheet: a day, or half of a long one. */
export interface HalfDay {
  /** yyyy-mm-dd, in the meeting's time zone. */
  date: string
  part: 'morning' | 'afternoon' | 'evening'
  minutes: number
}

export interface Held {
  startsAt: Date
  endsAt: Date
  timeZone: string
}

const noon = 13 * 60
const evening = 18 * 60
/** A day is cut where both halves are worth a signature: a lunch from noon to two is one. */
const shortestHalf = 90
/** A sheet has no more columns. */
const mostDays = 30

/**
 * The half-days of a meeting, in the clocks of its time zone. One of several days is held on each from the hour at which it
 * begins to that at which it ends; where the latter comes first on the clock, it goes through the night and is not cut.
 */
export function halfDaysOf({ startsAt, endsAt, timeZone }: Held): HalfDay[] {
  const [from, until] = [localTime(startsAt, timeZone), localTime(endsAt, timeZone)]
  const [begins, ends] = [minuteOf(from), minuteOf(until)]
  const days = Math.round((Date.parse(until.day) - Date.parse(from.day)) / 86_400_000) + 1
  if (ends <= begins || days > mostDays) {
    const minutes = ends > begins ? (ends - begins) * days : (endsAt.getTime() - startsAt.getTime()) / 60_000
    return [{ date: from.day, part: partOf(begins), minutes: Math.round(minutes) }]
  }
  return Array.from({ length: days }, (_, day) => dayAfter(from.day, day)).flatMap((date): HalfDay[] => {
    const whole: HalfDay = { date, part: partOf(begins), minutes: ends - begins }
    if (noon - begins < shortestHalf || ends - noon < shortestHalf) return [whole]
    return [
      { date, part: 'morning', minutes: noon - begins },
      { date, part: 'afternoon', minutes: ends - noon },
    ]
  })
}

/** How long whoever signed for these was there; null for all of it. */
export function minutesSigned(halfDays: readonly HalfDay[], signed: readonly number[]): number | null {
  if (halfDays.every((_, index) => signed.includes(index))) return null
  return signed.reduce((sum, index) => sum + (halfDays[index]?.minutes ?? 0), 0)
}

function minuteOf({ time }: LocalTime): number {
  const [hour, minute] = time.split(':')
  return Number(hour) * 60 + Number(minute)
}

function partOf(begins: number): HalfDay['part'] {
  if (begins >= evening) return 'evening'
  return begins >= noon - shortestHalf / 2 ? 'afternoon' : 'morning'
}
