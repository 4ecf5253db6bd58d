import { Temporal } from 'temporal-polyfill'
import { type Repeats, type Rhythm, weekdayInMonth } from '#modules/meetings/series/recurrence.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'

const turns = {
  week: 'series.turn.week',
  month: 'series.turn.month',
  quarter: 'series.turn.quarter',
  year: 'series.turn.year',
} as const satisfies Record<Repeats, MessageKey>

const nths: Record<number, MessageKey> = {
  1: 'series.on.first',
  2: 'series.on.second',
  3: 'series.on.third',
  4: 'series.on.fourth',
}

/** How often, on which day and at what time: “every month, on the second Tuesday, from 18:00 to 20:00”. */
export function rhythmWords(i18n: I18n, rhythm: Rhythm): string {
  const { t } = i18n
  const from = Temporal.PlainTime.from(rhythm.startsAt)
  const to = from.add({ minutes: rhythm.minutes })
  const clock = (time: Temporal.PlainTime) => i18n.clock(new Date(`1970-01-01T${time.toString()}Z`), 'UTC')
  return t('series.rhythm', {
    turn: t(turns[rhythm.repeats], { every: rhythm.every }),
    on: onWhichDay(i18n, rhythm),
    from: clock(from),
    to: clock(to),
  })
}

/** When it is over. */
export function endWords(i18n: I18n, { until, times }: Pick<Rhythm, 'until' | 'times'>): string {
  if (times !== null) return i18n.t('series.end.times', { count: times })
  return until === null ? '' : i18n.t('series.end.until', { day: i18n.day(until) })
}

function onWhichDay(i18n: I18n, rhythm: Rhythm): string {
  const { t, locale } = i18n
  const day = new Date(`${rhythm.startsOn}T12:00:00Z`)
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(day)
  if (rhythm.repeats === 'week') return t('series.on.weekday', { weekday })
  if (rhythm.by === 'day') {
    const number = day.getUTCDate()
    return number > 28 ? t('series.on.day-or-last', { day: number }) : t('series.on.day', { day: number })
  }
  const n = rhythm.by === 'last-weekday' ? -1 : weekdayInMonth(rhythm.startsOn)
  return t(nths[n] ?? 'series.on.last', { weekday })
}
