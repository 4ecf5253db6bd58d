import { cut } from '#modules/commons/format/cut.ts'
import { fieldsOf } from '#modules/commons/format/fields.ts'
import { readPage } from '#modules/commons/format/read-page.ts'
import { foldWord } from '#modules/commons/search/words.ts'

/** A piece of text with the places that matched: parts in turn, every second one a match. */
export interface Extract {
  parts: string[]
}

const around = 130
const window = 600

/**
 * A readable piece of the page around the first place where the words looked for stand close together.
 * @param stems beginnings of words, folded
 * @returns null when none of them stands in the text, as where only a heading has them
 */
export function extractOf(source: string, stems: string[]): Extract | null {
  if (stems.length === 0) return null
  const { text, folded } = readableOf(source)
  const places = [...folded.matchAll(patternOf(stems))]
    .slice(0, 200)
    .map(match => ({ at: match.index, end: match.index + match[0].length }))
  const best = densest(places, folded)
  if (!best) return null
  const from = wordStart(text, Math.max(0, best.at - around / 2), best.at)
  const to = Math.max(best.end, wordEnd(text, Math.min(text.length, best.at + around * 2)))
  const parts: string[] = []
  let cursor = from
  for (const { at, end } of places) {
    if (at < from || end > to) continue
    parts.push(text.slice(cursor, at), text.slice(at, end))
    cursor = end
  }
  parts.push(text.slice(cursor, to))
  if (from > 0) parts[0] = `… ${parts[0]?.trimStart()}`
  if (to < text.length) parts[parts.length - 1] = `${parts.at(-1)?.trimEnd()} …`
  return { parts }
}

interface Readable {
  text: string
  folded: string
}

const readables = new Map<string, Readable>()
/** In characters, sources included: those of a thousand pages, some twenty megabytes. */
const mostKept = 16_000_000
const longestKept = mostKept / 100
let kept = 0

/** The same pages come up in search after search: what was made of the last ones is kept. */
function readableOf(source: string): Readable {
  const known = readables.get(source)
  if (known) {
    // Last used, last to go: a Map keeps the order of insertion.
    readables.delete(source)
    readables.set(source, known)
    return known
  }
  const text = readable(source)
  const made = { text, folded: foldSameLength(text) }
  if (weightOf(source, made) > longestKept) return made
  readables.set(source, made)
  kept += weightOf(source, made)
  for (const [oldest, old] of readables) {
    if (kept <= mostKept) break
    readables.delete(oldest)
    kept -= weightOf(oldest, old)
  }
  return made
}

function weightOf(source: string, { text, folded }: Readable): number {
  return source.length + text.length + folded.length
}

/**
 * What was written, as the search index has it: without metadata, without the questions of the form, and without headings,
 * which in the middle of a line would read as part of a sentence.
 */
function readable(source: string): string {
  const page = readPage(cut(source, mostRead), '')
  const sections = page.sections.map(section => ({ ...section, heading: null }))
  const { fields } = fieldsOf({ ...page, sections }, '', [], () => ({ language: null }))
  return fields
    .flatMap(field => (field.kind === 'body' ? [field.text] : []))
    .join(' ')
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Words that begin with a stem, in a folded text. */
function patternOf(stems: string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${stems.map(written).join('|')})[\\p{L}\\p{N}]*`, 'gu')
}

/** The index writes ligatures out; texts may not. */
function written(stem: string): string {
  return stem
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('oe', '(?:oe|œ)')
    .replaceAll('ae', '(?:ae|æ)')
    .replaceAll('ss', '(?:ss|ß)')
}

/** Case and accents folded letter by letter, so that a place in the one text is the same place in the other. */
function foldSameLength(text: string): string {
  return text.replace(/[A-Z]+/g, letters => letters.toLowerCase()).replace(/\P{ASCII}/gu, foldSign)
}

const folds = new Map<string, string>()

function foldSign(sign: string): string {
  const known = folds.get(sign)
  if (known !== undefined) return known
  const one = foldWord(sign)
  const fold = one.length === sign.length ? one : sign
  if (folds.size < 5_000) folds.set(sign, fold)
  return fold
}

/** The place from where the most different words stand within one window. */
function densest(places: { at: number; end: number }[], text: string): { at: number; end: number } | null {
  let best: { at: number; end: number; words: number } | null = null
  for (let first = 0; first < places.length; first++) {
    const start = places[first]
    if (!start) break
    const words = new Set<string>()
    for (let next = first; next < places.length; next++) {
      const place = places[next]
      if (!place || place.at - start.at > window / 3) break
      words.add(text.slice(place.at, place.at + 5))
    }
    if (!best || words.size > best.words) best = { ...start, words: words.size }
  }
  return best
}

/** The first word that begins after `at`, no further than where the match begins. */
function wordStart(text: string, at: number, match: number): number {
  if (at === 0) return 0
  const space = text.indexOf(' ', at)
  return space < 0 || space >= match ? match : space + 1
}

function wordEnd(text: string, at: number): number {
  return at >= text.length ? text.length : text.lastIndexOf(' ', at)
}

/** What stands further down a page is found, but not quoted. */
const mostRead = 200_000
