import type { Repeats, RepeatsBy } from '#modules/meetings/series/recurrence.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

export const repeatNames = {
  week: 'series.repeats.week',
  month: 'series.repeats.month',
  quarter: 'series.repeats.quarter',
  year: 'series.repeats.year',
} as const satisfies Record<Repeats, MessageKey>

export const byNames = {
  day: { label: 'series.by.day', hint: 'series.by.day.hint' },
  weekday: { label: 'series.by.weekday', hint: 'series.by.weekday.hint' },
  'last-weekday': { label: 'series.by.last-weekday', hint: 'series.by.last-weekday.hint' },
} as const satisfies Record<RepeatsBy, { label: MessageKey; hint: MessageKey }>

/** What of a date was changed on its own, by the keys of `meeting_terms`. */
export const ownNames: Record<string, MessageKey> = {
  title: 'series.own.title',
  about: 'series.own.about',
  preparation: 'series.own.preparation',
  language: 'series.own.language',
  time: 'series.own.time',
  timeZone: 'series.own.time',
  place: 'series.own.place',
  position: 'series.own.place',
  video: 'series.own.video',
  host: 'series.own.host',
  visibility: 'series.own.visibility',
  capacity: 'series.own.capacity',
  guests: 'series.own.guests',
  photos: 'series.own.photos',
}
