import { Temporal } from 'temporal-polyfill'

/** A day and a time as the clocks of a place show them. */
export interface LocalTime {
  /** `2027-03-11`. */
  day: string
  /** `14:30`. */
  time: string
}

/** Which of two, where the clocks are set back and show the same time twice. */
export type Pass = 'first' | 'second'

export type Moment =
  | { kind: 'once'; at: Date }
  /** The clocks skip this time: the same distance before the change and after. */
  | { kind: 'never'; before: LocalTime; after: LocalTime }
  | { kind: 'twice'; first: Date; second: Date }

/** When the clocks of a zone show a time. */
export function momentOf({ day, time }: LocalTime, timeZone: string): Moment {
  const local = Temporal.PlainDateTime.from(`${day}T${time}`)
  const earlier = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  const later = local.toZonedDateTime(timeZone, { disambiguation: 'later' })
  const at = new Date(earlier.epochMilliseconds)
  if (earlier.epochMilliseconds === later.epochMilliseconds) return { kind: 'once', at }
  if (earlier.toPlainDateTime().equals(local))
    return { kind: 'twice', first: at, second: new Date(later.epochMilliseconds) }
  return { kind: 'never', before: asLocal(earlier), after: asLocal(later) }
}

/** What the clocks of a zone show at a moment. */
export function localTime(at: Date, timeZone: string): LocalTime {
  // Swedes write `2027-03-11 14:30`. Lists ask this of each meeting, and Temporal takes thirty times as long.
  const year = at.getUTCFullYear()
  if (year < 1900 || year > 9998)
    return asLocal(Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone))
  let written = swedish.get(timeZone)
  if (!written) {
    written = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone })
    swedish.set(timeZone, written)
  }
  const [day = '', time = ''] = written.format(at).split(' ')
  return { day, time }
}

const swedish = new Map<string, Intl.DateTimeFormat>()

export function dayAfter(day: string, days = 1): string {
  return Temporal.PlainDate.from(day).add({ days }).toString()
}

/** The first moment of a day in a zone: midnight, or where the clocks skip it, what comes first. */
export function startOfDay(day: string, timeZone: string): Date {
  return new Date(Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds)
}

function asLocal(zoned: Temporal.ZonedDateTime): LocalTime {
  return {
    day: zoned.toPlainDate().toString(),
    time: zoned.toPlainTime().toString({ smallestUnit: 'minute' }),
  }
}
