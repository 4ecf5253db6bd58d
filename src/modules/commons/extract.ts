import { foldWord } from '#modules/commons/words.ts'
import { plainText } from '#platform/markdown/index.ts'

/** A piece of text with the places that matched: parts in turn, every second one a match. */
export interface Extract {
  parts: string[]
}

const around = 130
const window = 600

/**
 * A readable piece of the page around the first place where the words looked for stand close together.
 * @param stems beginnings of words, folded
 * @returns null when none of them stands in the text
 */
export function extractOf(source: string, stems: string[]): Extract | null {
  if (stems.length === 0) return null
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${stems.map(escape).join('|')})[\\p{L}\\p{N}]*`, 'gu')
  const text = readable(source)
  const folded = foldSameLength(text)
  const places = [...folded.matchAll(pattern)]
    .slice(0, 200)
    .map(match => ({ at: match.index, end: match.index + match[0].length }))
  const best = densest(places, folded)
  if (!best) return null
  const from = wordStart(text, Math.max(0, best.at - around / 2))
  const to = wordEnd(text, Math.min(text.length, best.at + around * 2))
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

/** Marks the words of a short text, such as a title. */
export function markedText(text: string, stems: string[]): Extract {
  if (stems.length === 0) return { parts: [text] }
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${stems.map(escape).join('|')})[\\p{L}\\p{N}]*`, 'gu')
  const parts: string[] = []
  let cursor = 0
  for (const match of foldSameLength(text).matchAll(pattern)) {
    parts.push(text.slice(cursor, match.index), text.slice(match.index, match.index + match[0].length))
    cursor = match.index + match[0].length
  }
  parts.push(text.slice(cursor))
  return { parts }
}

/** What was written, without metadata and without the questions of the form. */
function readable(source: string): string {
  const written = source
    .slice(0, 200_000)
    .split('\n')
    .filter(line => !/^\s*(?:\[\[[^\]]*\]\]\s*$|>|#\s|<\/?div)/.test(line))
    .join('\n')
  return plainText(written).replace(/\s+/g, ' ').trim()
}

/** Case and accents folded letter by letter, so that a place in the one text is the same place in the other. */
function foldSameLength(text: string): string {
  let folded = ''
  for (const unit of text) {
    const one = foldWord(unit)
    folded += one.length === unit.length ? one : unit
  }
  return folded
}

/** The place from where the most different words stand within one window. */
function densest(places: { at: number; end: number }[], text: string): { at: number } | null {
  let best: { at: number; words: number } | null = null
  for (let first = 0; first < places.length; first++) {
    const start = places[first]
    if (!start) break
    const words = new Set<string>()
    for (let next = first; next < places.length; next++) {
      const place = places[next]
      if (!place || place.at - start.at > window / 3) break
      words.add(text.slice(place.at, place.at + 5))
    }
    if (!best || words.size > best.words) best = { at: start.at, words: words.size }
  }
  return best
}

function wordStart(text: string, at: number): number {
  if (at === 0) return 0
  const space = text.indexOf(' ', at)
  return space < 0 ? at : space + 1
}

function wordEnd(text: string, at: number): number {
  if (at >= text.length) return text.length
  const space = text.lastIndexOf(' ', at)
  return space < 0 ? at : space
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
