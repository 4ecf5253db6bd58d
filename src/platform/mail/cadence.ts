/** What mail is about, as people may want more or less of it. */
export const silenceable = [
  'invitation',
  'membership',
  'work',
  'meeting',
  'discussion',
  'following',
  'administration',
  'waiting',
] as const

export type SilenceableKind = (typeof silenceable)[number]

/** What concerns the safety of an account cannot be silenced; a digest gathers what was held back. */
export type Kind = SilenceableKind | 'security' | 'digest'

export const cadences = ['now', 'daily', 'weekly', 'never'] as const

export type Cadence = (typeof cadences)[number]

/** How often a kind can be had. What waits is looked at in the mornings alone. */
export function cadencesOf(kind: SilenceableKind): readonly Cadence[] {
  return kind === 'waiting' ? cadences.filter(cadence => cadence !== 'now') : cadences
}

/** For those who have not chosen, and where no message says otherwise. */
export function usualCadence(kind: string): Cadence {
  return kind === 'waiting' ? 'weekly' : 'now'
}

const hourOfDigest = 7

export function isSilenceable(kind: string): kind is SilenceableKind {
  return (silenceable as readonly string[]).includes(kind)
}

export function isCadence(value: string): value is Cadence {
  return (cadences as readonly string[]).includes(value)
}

/** The next seven o'clock in the morning after `now`, in the time zone given; weekly, that of a Monday. */
export function nextDigest(now: Date, cadence: 'daily' | 'weekly', timeZone: string): Date {
  const [year, month, day] = wallClock(now, timeZone)
  for (let ahead = 0; ; ahead++) {
    // A calendar day, read in UTC so that adding days never meets a change of the clock.
    const date = new Date(Date.UTC(year, month - 1, day + ahead))
    if (cadence === 'weekly' && date.getUTCDay() !== 1) continue
    const morning = momentOf(date, timeZone)
    if (morning > now) return morning
  }
}

/** When the clocks of the zone show the hour of digests on that day. */
function momentOf(date: Date, timeZone: string): Date {
  const shown = date.getTime() + hourOfDigest * 3_600_000
  let moment = shown
  // The first guess may lie across a change of the clock; the second does not.
  for (let guess = 0; guess < 2; guess++) {
    const [year, month, day, hour, minute] = wallClock(new Date(moment), timeZone)
    moment += shown - Date.UTC(year, month - 1, day, hour, minute)
  }
  return new Date(moment)
}

const clocks = new Map<string, Intl.DateTimeFormat>()

function wallClock(moment: Date, timeZone: string): [number, number, number, number, number] {
  let clock = clocks.get(timeZone)
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
    clocks.set(timeZone, clock)
  }
  const parts = clock.formatToParts(moment)
  const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find(part => part.type === type)?.value)
  return [read('year'), read('month'), read('day'), read('hour'), read('minute')]
}
