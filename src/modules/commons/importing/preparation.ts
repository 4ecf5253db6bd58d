import { createHash } from 'node:crypto'
import { isLocale } from '#kernel/locale.ts'
import { type FacetKind, facetOf } from '#modules/commons/facets.ts'
import { cut } from '#modules/commons/format/cut.ts'
import { type Facts, factsOf } from '#modules/commons/format/facts.ts'
import type { Field } from '#modules/commons/format/fields.ts'
import { fingerprintOf, type Shingles, shinglesOf } from '#modules/commons/format/fingerprint.ts'
import { detectLanguage } from '#modules/commons/format/language.ts'
import type { Problem } from '#modules/commons/format/page.ts'
import { readPage } from '#modules/commons/format/read-page.ts'
import { wordsOf } from '#modules/commons/search/words.ts'
import { horizonsOf } from '#modules/commons/sensemaking/horizon.ts'
import { resolveCountry } from '#reference/countries.ts'

/** The text search configurations, each of which has its stems. */
export type SearchLanguage = 'fr' | 'en' | 'es' | 'pt' | 'simple'

export interface Tagging {
  kind: FacetKind
  key: string
  /** How the page writes it. */
  written: string
}

/** What a page is counted by and compared with others by. */
export interface Contents {
  /** Folded, with one way in which each is written. */
  words: Map<string, string>
  shingles: Shingles
}

/** All that the database keeps of a page beside its source: derived from it, and from it alone. */
export interface PreparedItem extends Contents {
  fileName: string
  source: string
  contentHash: Buffer
  title: string
  titleLanguage: SearchLanguage
  summary: string
  type: string | null
  language: string | null
  year: number | null
  latitude: number | null
  longitude: number | null
  facets: string[]
  taggings: Tagging[]
  fingerprint: number[]
  /** What search reads, by the language it is in. */
  tagText: string
  bodies: Record<SearchLanguage, string>
  problems: Problem[]
}

/** No reader types what stands further down; what PostgreSQL cannot index of it, `commons_vector` leaves out. */
const mostIndexedCharacters = 1_000_000

/** A title is sorted by an index, whose rows have room for 2.7 kB: three bytes a character at worst. */
export const longestTitle = 500

export function prepareItem(source: string, fileName: string): PreparedItem {
  const page = readPage(source, fileName)
  const facts = factsOf(page, { countries: { resolve: resolveCountry }, detect: detectLanguage })
  const taggings = taggingsOf(facts, horizonsOf(facts.types, source))
  const body = bodyOf(facts)
  const contents = contentsOf(facts, body)
  return {
    ...contents,
    fileName,
    source,
    contentHash: createHash('sha256').update(source).digest(),
    title: cut(facts.title, longestTitle),
    titleLanguage: searchLanguage(facts.language),
    summary: facts.summary,
    type: facts.type,
    language: facts.language,
    year: facts.years.length > 0 ? Math.max(...facts.years) : null,
    latitude: facts.place?.lat ?? null,
    longitude: facts.place?.lng ?? null,
    facets: [...new Set(taggings.map(tagging => facetOf(tagging.kind, tagging.key)))].sort(),
    taggings,
    fingerprint: fingerprintOf(contents.shingles),
    tagText: facts.tags.map(tag => tag.written).join(' · '),
    bodies: bodiesOf(facts, body),
    problems: [...page.problems, ...facts.problems].sort((a, b) => a.line - b.line),
  }
}

/** The contents alone, without finding out in which languages they are. */
export function readContents(source: string, fileName: string): Contents {
  const facts = factsOf(readPage(source, fileName), {
    countries: { resolve: resolveCountry },
    detect: () => ({ language: null }),
  })
  return contentsOf(facts, bodyOf(facts))
}

/** What was written, without the questions of the form; of a very long page the beginning. */
function bodyOf(facts: Facts): Field[] {
  const body: Field[] = []
  let room = mostIndexedCharacters
  for (const field of facts.fields) {
    if (field.kind !== 'body' || room <= 0) continue
    const text = cut(field.text, room)
    room -= text.length
    body.push({ ...field, text })
  }
  return body
}

function contentsOf(facts: Facts, body: Field[]): Contents {
  const text = body.map(field => field.text).join('\n')
  return {
    words: wordsOf([facts.title, ...facts.tags.map(tag => tag.written), text]),
    shingles: shinglesOf(text),
  }
}

function taggingsOf(facts: Facts, horizons: string[]): Tagging[] {
  const taggings: Tagging[] = facts.tags.map(({ kind, family, written }) => ({ kind, key: family, written }))
  const add = (kind: FacetKind, key: string | number | null, written = String(key)) => {
    if (key !== null) taggings.push({ kind, key: String(key), written })
  }
  for (const type of facts.types) add('type', type)
  for (const country of facts.countries) add('country', country.code, country.written)
  for (const sdg of facts.sdgs) add('sdg', sdg)
  for (const year of facts.years) add('year', year)
  for (const stage of facts.stages) add('stage', stage)
  for (const horizon of horizons) add('horizon', horizon)
  add('language', facts.language)
  return taggings
}

function bodiesOf(facts: Facts, body: Field[]): Record<SearchLanguage, string> {
  const parts: Record<SearchLanguage, string[]> = { fr: [], en: [], es: [], pt: [], simple: [] }
  for (const { text, language } of body) parts[searchLanguage(language ?? facts.language)].push(text)
  return {
    fr: parts.fr.join('\n'),
    en: parts.en.join('\n'),
    es: parts.es.join('\n'),
    pt: parts.pt.join('\n'),
    simple: parts.simple.join('\n'),
  }
}

function searchLanguage(language: string | null): SearchLanguage {
  return isLocale(language) ? language : 'simple'
}
