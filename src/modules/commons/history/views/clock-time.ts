import type { Locale } from '#kernel/locale.ts'

const clocks = new Map<string, Intl.DateTimeFormat>()

/** The hour of a moment, where its day is said already. */
export function clockTime(locale: Locale, timeZone: string, moment: Date): string {
  const key = `${locale} ${timeZone}`
  let clock = clocks.get(key)
  if (!clock) {
    // Our English is Britain's, as elsewhere.
    clock = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { timeStyle: 'short', timeZone })
    clocks.set(key, clock)
  }
  return clock.format(moment)
}
