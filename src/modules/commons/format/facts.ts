import { withoutBoilerplate } from './boilerplate.ts'
import { cut } from './cut.ts'
import { type Field, fieldsOf } from './fields.ts'
import { takeMetadata } from './metadata.ts'
import {
  type CountryResolver,
  type MetaEntry,
  type Page,
  type PageType,
  type Problem,
  type Prose,
  pageTypeOf,
  problem,
  type Question,
} from './page.ts'
import { LINE_END } from './read-page.ts'
import { blocksInOrder } from './reading-order.ts'
import { type Stage, stagesOf } from './stages.ts'
import { type Summary, summaryOf } from './summary.ts'
import { tagFamily } from './tag-family.ts'
import { dateOf, type Place, placeOf, sdgOf, yearsOf } from './values.ts'

export type TagKind = 'theme' | 'method' | 'datasource' | 'principle' | 'tactic' | 'tool' | 'skill'
/** `family` is the key under which spellings meet (see `tagFamily`). */
export type Tag = { kind: TagKind; written: string; family: string }
export type Country = { written: string; code: string | null }

export type Facts = {
  /** The written title; where the export cut it short with an ellipsis, the whole one from the first answer. */
  title: string
  /** The first known type; `types` are all, for pages that are several things (a principle and a skill). */
  type: PageType | null
  types: PageType[]
  typeWritten: string | null
  /** ISO 639-1, of what its authors wrote: not of the questions of the form. */
  language: string | null
  years: number[]
  /** yyyy-mm-dd */
  date: string | null
  sdgs: number[]
  countries: Country[]
  /** The first of `places`, in degrees. */
  place: Place | null
  places: Place[]
  stages: Stage[]
  tags: Tag[]
  /** An http(s) address, or null. */
  source: string | null
  /** Under which it may be used, as written: 'CC-BY-4.0', or null. */
  licence: string | null
  /** As written: addresses of consent forms, and sometimes of something else. */
  consent: string[]
  summary: string
  summaryFrom: Summary['from']
  fields: Field[]
  /** Those of the values; those of the form of the page are in `Page.problems`. */
  problems: Problem[]
}

export type FactsOptions = {
  countries: CountryResolver
  detect: (text: string) => { language: string | null }
}

/** Different values indexed per key; more are left in the source and reported as too many. */
export const MOST_VALUES = 200

/** Characters of an indexed value: a tag of a megabyte fits no index. */
export const LONGEST_VALUE = 500
const TEXT_KEYS: ReadonlySet<string> = new Set(['ai_summary', 'source', 'consent', 'audio'])

/** What a page says about itself, for lists, filters, maps and search. Never throws. */
export function factsOf(page: Page, options: FactsOptions): Facts {
  const problems: Problem[] = []
  const values = valuesByKey(page.meta, problems)
  const of = (key: string) => values.get(key) ?? []
  const { questions, prose } = blocksInOrder(page.sections)
  const types = unique(of('type').map(entry => pageTypeOf(entry.value))).filter(type => type !== null)
  const title = fullTitle(page, questions)
  const tags = tagsOf(values)
  const summary = summaryOf(page, title, questions, prose)
  const { fields, language } = fieldsOf(
    page,
    title,
    tags.map(tag => tag.written),
    options.detect,
  )
  const places = placesOf(of('latlng'), problems)
  const facts: Facts = {
    title,
    type: types[0] ?? null,
    types,
    typeWritten: of('type')[0]?.value ?? null,
    language,
    years: read(of('year'), yearsOf, 'year-unreadable', problems),
    date: datesOf(of('date'), problems)[0] ?? null,
    sdgs: read(of('sdgs'), value => [sdgOf(value)].filter(sdg => sdg !== null), 'sdg-unknown', problems),
    countries: countriesOf(of('country'), options.countries, problems),
    place: places[0] ?? null,
    places,
    stages: stagesOf(questions),
    tags,
    source: sourceOf(of('source'), problems),
    licence: of('licence')[0]?.value ?? null,
    consent: of('consent').map(entry => entry.value),
    summary: summary.text,
    summaryFrom: summary.from,
    fields,
    problems,
  }
  problems.sort((one, other) => one.line - other.line)
  return facts
}

/** The tags of a page alone, as `factsOf` finds them: its text is not looked at. */
export function tagsOfSource(source: string): Tag[] {
  const lines = (source.startsWith('\ufeff') ? source.slice(1) : source).split(LINE_END)
  return tagsOf(valuesByKey(takeMetadata(lines).meta, []))
}

/** Different, non-empty values per key, in order, no more than `MOST_VALUES`. */
function valuesByKey(meta: readonly MetaEntry[], problems: Problem[]): Map<string, MetaEntry[]> {
  const kept = new Map<string, Map<string, MetaEntry>>()
  const full = new Set<string>()
  for (const entry of meta) {
    if (entry.value === '') continue
    if (entry.value.length > LONGEST_VALUE && !TEXT_KEYS.has(entry.key)) {
      problems.push(problem('value-too-long', entry.line, { key: entry.key, limit: String(LONGEST_VALUE) }))
      continue
    }
    const ofKey = kept.get(entry.key) ?? new Map<string, MetaEntry>()
    kept.set(entry.key, ofKey)
    if (ofKey.size < MOST_VALUES || ofKey.has(entry.value)) {
      if (!ofKey.has(entry.value)) ofKey.set(entry.value, entry)
    } else if (!full.has(entry.key)) {
      full.add(entry.key)
      problems.push(problem('too-many-values', entry.line, { key: entry.key, limit: String(MOST_VALUES) }))
    }
  }
  return new Map(Array.from(kept, ([key, entries]) => [key, [...entries.values()]]))
}

/** The export cuts titles at a hundred characters; the form's first answer has them whole. */
function fullTitle(page: Page, questions: readonly Question[]): string {
  if (!page.title.endsWith('…')) return page.title
  const start = page.title.slice(0, -1).trim().toLowerCase()
  if (start.length < 20) return page.title
  for (const question of questions.slice(0, 3)) {
    const first = question.answer.find(
      (block): block is Prose => block.kind === 'prose' && !block.fromTemplate,
    )
    const answer = first ? withoutBoilerplate(cut(first.markdown, 1_000)).replace(/\s+/g, ' ').trim() : ''
    if (answer.length <= 400 && answer.toLowerCase().startsWith(start)) return answer
  }
  return page.title
}

function tagsOf(values: ReadonlyMap<string, readonly MetaEntry[]>): Tag[] {
  const tags: Tag[] = []
  for (const [key, kind] of TAG_KINDS) {
    for (const { value } of values.get(key) ?? []) {
      const family = tagFamily(value)
      if (family !== '') tags.push({ kind, written: value, family })
    }
  }
  return tags
}

function countriesOf(
  entries: readonly MetaEntry[],
  resolver: CountryResolver,
  problems: Problem[],
): Country[] {
  const countries: Country[] = []
  for (const { value, line } of entries) {
    if (isNullIsland(value)) continue
    const code = resolver.resolve(value)
    if (code === null) problems.push(problem('country-unknown', line, { value }))
    countries.push({ written: value, code })
  }
  return countries
}

function placesOf(entries: readonly MetaEntry[], problems: Problem[]): Place[] {
  const places: Place[] = []
  for (const { value, line } of entries) {
    const place = placeOf(value)
    if (place === 'unreadable') problems.push(problem('coordinates-unreadable', line, { value }))
    else if (place === 'out-of-range') problems.push(problem('coordinates-out-of-range', line, { value }))
    else if (place.lat !== 0 || place.lng !== 0) places.push(place)
  }
  return places
}

function read<Value>(
  entries: readonly MetaEntry[],
  reader: (written: string) => Value[],
  code: 'year-unreadable' | 'sdg-unknown',
  problems: Problem[],
): Value[] {
  const found: Value[] = []
  for (const { value, line } of entries) {
    const values = reader(value)
    if (values.length === 0) problems.push(problem(code, line, { value }))
    found.push(...values)
  }
  return unique(found)
}

function datesOf(entries: readonly MetaEntry[], problems: Problem[]): string[] {
  const dates: string[] = []
  for (const { value, line } of entries) {
    const date = dateOf(value)
    if (date === null) problems.push(problem('date-unreadable', line, { value }))
    else dates.push(date)
  }
  return dates
}

function sourceOf(entries: readonly MetaEntry[], problems: Problem[]): string | null {
  for (const { value, line } of entries) {
    if (/^https?:\/\//i.test(value) && URL.canParse(value)) return value
    problems.push(problem('source-unreadable', line, { value }))
  }
  return null
}

/** The map's name for 0,0: the public pages write it for "no country". */
function isNullIsland(value: string): boolean {
  return value.toLowerCase() === 'null island'
}

function unique<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)]
}

const TAG_KINDS: readonly (readonly [string, TagKind])[] = [
  ['thematic_areas', 'theme'],
  ['methods', 'method'],
  ['datasources', 'datasource'],
  ['principles', 'principle'],
  ['tactics', 'tactic'],
  ['tools', 'tool'],
  ['skills', 'skill'],
]
