import { Temporal } from 'temporal-polyfill'
import type { Rhythm } from '#modules/afterworks/schema.ts'

const months: Record<Rhythm, number> = { monthly: 1, quarterly: 3 }

/** The last day of the cycle that follows one: from the 31st to the last day of a shorter month. @param day ISO day */
export function cycleAfter(day: string, rhythm: Rhythm): string {
  return Temporal.PlainDate.from(day).add({ months: months[rhythm] }).toString()
}

/** The first cycle that is not over today, a rhythm at a time from the last known, so that the day of the month stays. */
export function currentCycle(last: string, rhythm: Rhythm, today: string): string {
  const from = Temporal.PlainDate.from(last)
  let steps = 0
  let day = from
  while (Temporal.PlainDate.compare(day, today) < 0) {
    steps += 1
    day = from.add({ months: months[rhythm] * steps })
  }
  return day.toString()
}

export type Fate = 'goes-on' | 'lapses' | 'waits'

/**
 * What becomes of a series: its cycle over, it goes on where enough organisations wanted the next edition or one is announced,
 * and lapses where not.
 */
export function fateOf(series: {
  confirmBy: string
  today: string
  confirmed: number
  confirmations: number
  /** Editions announced for a day to come. */
  announced: number
}): Fate {
  if (Temporal.PlainDate.compare(series.today, series.confirmBy) <= 0) return 'waits'
  return series.confirmed >= series.confirmations || series.announced > 0 ? 'goes-on' : 'lapses'
}
