import { isLocale } from '#kernel/locale.ts'
import { isWritten } from '#modules/commons/templates/answer-text.ts'
import { inWords, questionAt, repeatedAt, titlePath } from '#modules/commons/templates/questions.ts'
import type {
  AnswerKind,
  Option,
  Path,
  Reference,
  Template,
  Value,
} from '#modules/commons/templates/template.ts'
import { type I18n, i18nFor } from '#platform/i18n/i18n.ts'
import { countryName } from '#reference/countries.ts'
import { sdgName } from '#reference/sdgs.ts'

/** An answer as one says it: running text, or one thing beside the other. */
export type Said = { text: string; list?: never } | { list: string[]; text?: never }

/** What is asked at a path, shortly; of an answer in a row, after what the row belongs to. */
export function questionName(template: Template, path: Path, language: string): string {
  const place = questionAt(template, path)
  if (!place) {
    // Every page has a title, whether its template asks for it or not.
    if (path === titlePath) return i18nFor(isLocale(language) ? language : 'en').t('commons.versions.name')
    const section = template.sections.find(one => one.repeated && one.key === path)
    return section ? inWords(section.heading, language) : path
  }
  const name = inWords(place.question.label, language) || inWords(place.question.ask, language)
  if (!place.row) return name || inWords(place.section.heading, language)
  const of = questionName(template, place.row.of, language)
  return [`${of} (${place.row.key})`, name]
    .filter(Boolean)
    .join(' › ')
    .replace(/ \(r[0-9a-z]{12}\)/, '')
}

/** What is asked in a row, without what the row belongs to. */
export function innerName(template: Template, path: Path, language: string): string {
  const question = questionAt(template, path)?.question
  return question ? inWords(question.label, language) || inWords(question.ask, language) : path
}

/** Whether what is answered there is text that one may quote from. */
export function isText(template: Template, path: Path): boolean {
  const kind = questionAt(template, path)?.question.answer.kind
  return kind === 'text' || kind === 'rich'
}

/** An answer in words, in the language of the reader; the words of the template in the one it is asked in. */
export function said(
  i18n: I18n,
  template: Template,
  path: Path,
  value: Value | null,
  language: string,
): Said {
  if (value === null) return { text: '' }
  if (isWritten(value)) return { text: value.written }
  const kind =
    questionAt(template, path)?.question.answer ?? (repeatedAt(template, path) ? { kind: 'group' } : null)
  return saidAs(i18n, kind as AnswerKind | null, value, language)
}

function saidAs(i18n: I18n, kind: AnswerKind | null, value: Value, language: string): Said {
  switch (kind?.kind) {
    case 'text':
    case 'rich':
      return { text: String(value) }
    case 'date':
      return { text: i18n.day(String(value)) }
    case 'number': {
      const unit = inWords(kind.unit, language)
      return { text: [i18n.number(Number(value)), unit].filter(Boolean).join('\u00a0') }
    }
    case 'scale':
      return { text: i18n.t('history.of-scale', { value: Number(value), to: kind.to }) }
    case 'choice':
      return { list: strings(value).map(key => optionName(kind.options, key, language)) }
    case 'shares': {
      const shares = (value as { shares: Record<string, number> }).shares
      return {
        list: Object.entries(shares).map(([key, percent]) =>
          i18n.t('history.share', {
            name: optionName(kind.parts, key, language),
            percent: i18n.percent(percent / 100),
          }),
        ),
      }
    }
    case 'place': {
      const { lat, lng } = value as { lat: number; lng: number }
      return { text: i18n.t('history.place', { latitude: i18n.number(lat), longitude: i18n.number(lng) }) }
    }
    case 'sdgs':
      return { list: (value as number[]).map(number => `${number}. ${sdgName(number, i18n.locale)}`) }
    case 'countries':
      return {
        list: strings(value).map(one => (/^[A-Z]{2}$/.test(one) ? countryName(one, i18n.locale) : one)),
      }
    case 'tags':
      return { list: strings(value) }
    case 'files':
    case 'people':
    case 'organisations':
    case 'items':
      return { list: (value as Reference[]).map(({ name, address }) => name || (address ?? '')) }
    case 'group':
      return { text: i18n.t('history.rows', { count: strings(value).length }) }
    default:
      return { text: typeof value === 'string' ? value : JSON.stringify(value) }
  }
}

function optionName(options: Option[], key: string, language: string): string {
  const option = options.find(one => one.key === key)
  return option ? inWords(option.label, language) : key
}

function strings(value: Value): string[] {
  return Array.isArray(value) ? value.map(String) : [String(value)]
}
