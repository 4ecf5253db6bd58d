import { spanOf } from '#modules/programmes/planning/days.ts'
import type { Mode } from '#modules/programmes/programme.ts'
import type { Period } from '#modules/programmes/templates/template.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'

export const modeNames: Record<Mode, MessageKey> = {
  video: 'programmeTemplate.mode.video',
  own_work: 'programmeTemplate.mode.own_work',
  in_person: 'programmeTemplate.mode.in_person',
}

/** 'P1M2W' as “1 month and 2 weeks”. */
export function periodWords({ t, list }: I18n, period: Period): string {
  const { months, days } = spanOf(period)
  const inWeeks = days > 0 && days % 7 === 0
  const words = [
    ...(months > 0 ? [t('programmeTemplate.period.months', { count: months })] : []),
    ...(inWeeks ? [t('programmeTemplate.period.weeks', { count: days / 7 })] : []),
    ...(days > 0 && !inWeeks ? [t('programmeTemplate.period.days', { count: days })] : []),
  ]
  return words.length > 0 ? list(words) : t('programmeTemplate.period.days', { count: 0 })
}

/** 90 as “1 h 30 min”, as the language has it. */
export function minutesWords(locale: string, total: number): string {
  const { hour, minute } = formatsOf(locale)
  const [hours, minutes] = [Math.floor(total / 60), total % 60]
  return [...(hours > 0 ? [hour.format(hours)] : []), ...(minutes > 0 ? [minute.format(minutes)] : [])].join(
    ' ',
  )
}

/** '12-20' as “20 December”. */
export function monthDayWords(locale: string, monthDay: string): string {
  const words = formatsOf(locale).monthDay.format(new Date(`2028-${monthDay}T00:00:00Z`))
  // The first is the only day that French counts: « 1er août ».
  return locale === 'fr' ? words.replace(/^1 /, '1er ') : words
}

interface Formats {
  hour: Intl.NumberFormat
  minute: Intl.NumberFormat
  monthDay: Intl.DateTimeFormat
}

function formatsOf(locale: string): Formats {
  const known = formats.get(locale)
  if (known) return known
  // Our English is Britain's.
  const tag = locale === 'en' ? 'en-GB' : locale
  const unit = { style: 'unit', unitDisplay: 'short' } as const
  const made = {
    hour: new Intl.NumberFormat(tag, { ...unit, unit: 'hour' }),
    minute: new Intl.NumberFormat(tag, { ...unit, unit: 'minute' }),
    monthDay: new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long', timeZone: 'UTC' }),
  }
  formats.set(locale, made)
  return made
}

/** Formatters are costly to make and free to keep. */
const formats = new Map<string, Formats>()
