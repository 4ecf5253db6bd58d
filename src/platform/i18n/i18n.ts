import { IntlMessageFormat } from 'intl-messageformat'
import type { Locale } from '#kernel/locale.ts'
import en from '../../../locales/en.json' with { type: 'json' }
import es from '../../../locales/es.json' with { type: 'json' }
import fr from '../../../locales/fr.json' with { type: 'json' }
import pt from '../../../locales/pt.json' with { type: 'json' }

/** French is the first language written: its keys are the keys. */
export type MessageKey = keyof typeof fr

export type MessageValues = Record<string, string | number>

export const messages: Record<Locale, Record<MessageKey, string>> = { fr, en, es, pt }

/** What a page needs to speak one language: messages with ICU plurals, numbers, dates, lists. */
export interface I18n {
  locale: Locale
  t(key: MessageKey, values?: MessageValues): string
  /** The message if there is one of that name, and the values fill it, else the fallback: for codes that come from data. */
  maybe(key: string, fallback: string, values?: MessageValues): string
  number(value: number): string
  percent(value: number): string
  /** A calendar day, written out. `value` is ISO, or a moment read in the time zone given. */
  day(value: string | Date, timeZone?: string): string
  moment(value: string | Date, timeZone: string): string
  /** From when until when: weekday, day and times; both days where there are two. */
  period(from: Date, until: Date, timeZone: string): string
  /** What a clock shows: 14:30. */
  clock(value: Date, timeZone: string): string
  /** What a leaf of a calendar says beneath the day: nov. */
  month(value: Date, timeZone: string): string
  /** What a time zone is called: “Central European Time”. */
  zone(timeZone: string): string
  list(values: string[]): string
  /** A language by its ISO 639 code. */
  language(code: string): string
  compare(a: string, b: string): number
}

const known = new Map<Locale, I18n>()
const mostPeriods = 2_000

/** One for each locale, made once: formatters are costly to make and free to keep. */
export function i18nFor(locale: Locale): I18n {
  let i18n = known.get(locale)
  if (!i18n) {
    i18n = makeI18n(locale)
    known.set(locale, i18n)
  }
  return i18n
}

function makeI18n(locale: Locale): I18n {
  const own = messages[locale]
  const compiled = new Map<MessageKey, IntlMessageFormat>()
  const number = new Intl.NumberFormat(locale)
  const percent = new Intl.NumberFormat(locale, { style: 'percent' })
  const list = new Intl.ListFormat(locale, { type: 'conjunction' })
  const languages = new Intl.DisplayNames(locale, { type: 'language' })
  const collator = new Intl.Collator(locale, { numeric: true })
  // Our English is Britain's, in its spelling; so are its days and its clock.
  const dated = locale === 'en' ? 'en-GB' : locale
  const dayOf = formatterByZone(dated, { dateStyle: 'long' })
  const momentOf = formatterByZone(dated, { dateStyle: 'long', timeStyle: 'short' })
  const periodOf = formatterByZone(dated, { dateStyle: 'full', timeStyle: 'short' })
  // A range takes twenty times as long as a moment, and lists show the same meetings to everyone.
  const periods = new Map<string, string>()
  const clockOf = formatterByZone(dated, { timeStyle: 'short' })
  const monthOf = formatterByZone(locale, { month: 'short' })
  const zoneOf = formatterByZone(dated, { timeZoneName: 'longGeneric' })
  // The first of a month is an ordinal in French, which CLDR leaves to the writer.
  const ordinal = (text: string) => (locale === 'fr' ? text.replace(/(^|\s)1(?=\s\p{L})/gu, '$11er') : text)

  function t(key: MessageKey, values?: MessageValues): string {
    const text = own[key]
    if (!text.includes('{')) return text
    let format = compiled.get(key)
    if (!format) {
      format = new IntlMessageFormat(text, locale, undefined, { ignoreTag: true })
      compiled.set(key, format)
    }
    return String(format.format(values))
  }

  return {
    locale,
    t,
    maybe(key, fallback, values) {
      if (!(key in own)) return fallback
      try {
        return t(key as MessageKey, values)
      } catch {
        return fallback
      }
    },
    number: value => number.format(value),
    percent: value => percent.format(value),
    // A bare date has no zone: reading it in UTC keeps the day that was written.
    day: (value, timeZone = 'UTC') => ordinal(dayOf(timeZone).format(new Date(value))),
    moment: (value, timeZone) => ordinal(momentOf(timeZone).format(new Date(value))),
    period(from, until, timeZone) {
      const key = `${from.getTime()} ${until.getTime()} ${timeZone}`
      let text = periods.get(key)
      if (text === undefined) {
        text = ordinal(periodOf(timeZone).formatRange(from, until))
        if (periods.size >= mostPeriods) periods.clear()
        periods.set(key, text)
      }
      return text
    },
    clock: (value, timeZone) => clockOf(timeZone).format(value),
    month: (value, timeZone) => monthOf(timeZone).format(value),
    zone: timeZone =>
      // Of today: in 1970, Paris had no summer time, and its time would be called standard.
      zoneOf(timeZone)
        .formatToParts(Date.now())
        .find(({ type }) => type === 'timeZoneName')?.value ?? timeZone,
    list: values => list.format(values),
    language: code => languageName(languages, code),
    compare: collator.compare,
  }
}

function formatterByZone(
  locale: Locale | 'en-GB',
  options: Intl.DateTimeFormatOptions,
): (timeZone: string) => Intl.DateTimeFormat {
  const byZone = new Map<string, Intl.DateTimeFormat>()
  return timeZone => {
    let format = byZone.get(timeZone)
    if (!format) {
      format = new Intl.DateTimeFormat(locale, { ...options, timeZone })
      byZone.set(timeZone, format)
    }
    return format
  }
}

function languageName(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code
  } catch {
    return code
  }
}
