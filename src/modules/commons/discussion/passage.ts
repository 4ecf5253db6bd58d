/**
 * A passage as it is found again after the text around it has changed: its words, with a little of what stands before and
 * after (text quote selector, https://www.w3.org/TR/annotation-model/#text-quote-selector).
 */
export interface Selector {
  exact: string
  prefix: string
  suffix: string
}

export interface Passage {
  start: number
  end: number
  /** The same words at the same place, as far as one can tell; else what resembles it most. */
  sure: boolean
}

/**
 * Where a passage stands in a text (Markdown): as it was written; else by its words alone, since it may have been quoted
 * from the page as one reads it; else where most of its words stand together. Linear in the length of the text.
 */
export function findPassage(text: string, selector: Selector): Passage | null {
  const quoted = wordsOf(selector.exact)
  if (quoted.length === 0) return exactly(text, selector, quoted)
  const written = exactly(text, selector, quoted)
  if (written) return written
  const words = wordsOf(text)
  return byWords(text, words, selector, quoted) ?? resembling(words, quoted)
}

/** What is kept of a passage, to find it again. */
export function selectorOf(text: string, { start, end }: Pick<Passage, 'start' | 'end'>): Selector {
  return {
    exact: text.slice(start, end),
    prefix: text.slice(Math.max(0, start - contextCharacters), start).toWellFormed(),
    suffix: text.slice(end, end + contextCharacters).toWellFormed(),
  }
}

/** The text with something else in place of a passage; null where that would tear its markup apart. */
export function replacePassage(text: string, passage: Passage, replacement: string): string | null {
  const whole = withMarkup(text, passage)
  if (!whole) return null
  return text.slice(0, whole.start) + replacement + text.slice(whole.end)
}

const contextCharacters = 48
/** Of a passage that stands in a text more often than this, the first ones are looked at. */
const mostPlaces = 2_000

function exactly(text: string, selector: Selector, quoted: readonly Word[]): Passage | null {
  const { exact } = selector
  if (exact === '') return null
  const places: number[] = []
  for (let at = text.indexOf(exact); at >= 0 && places.length < mostPlaces; at = text.indexOf(exact, at + 1))
    places.push(at)
  return best(
    text,
    selector,
    places.map(start => ({ start, end: start + exact.length })),
    quoted.length,
  )
}

function byWords(
  text: string,
  words: readonly Word[],
  selector: Selector,
  quoted: readonly Word[],
): Passage | null {
  const wanted = ` ${quoted.map(({ word }) => word).join(' ')} `
  let joined = ' '
  const indexAt = new Map<number, number>()
  for (const [index, { word }] of words.entries()) {
    indexAt.set(joined.length - 1, index)
    joined += `${word} `
  }
  const places: Place[] = []
  for (
    let at = joined.indexOf(wanted);
    at >= 0 && places.length < mostPlaces;
    at = joined.indexOf(wanted, at + 1)
  ) {
    const index = indexAt.get(at) ?? 0
    const [first, last] = [words[index], words[index + quoted.length - 1]]
    if (first && last) places.push(withSigns(text, selector.exact, quoted, first.start, last.end))
  }
  return best(text, selector, places, quoted.length)
}

interface Place {
  start: number
  end: number
}

/** With the signs before its first word and after its last, where they stand there as well: the full stop of a sentence. */
function withSigns(text: string, exact: string, quoted: readonly Word[], start: number, end: number): Place {
  const before = exact.slice(0, quoted[0]?.start).trimStart()
  const after = exact.slice(quoted.at(-1)?.end).trimEnd()
  return {
    start: text.slice(0, start).endsWith(before) ? start - before.length : start,
    end: text.startsWith(after, end) ? end + after.length : end,
  }
}

/** The place whose surroundings are most like those it was quoted from. */
function best(
  text: string,
  { prefix, suffix }: Selector,
  places: readonly Place[],
  words: number,
): Passage | null {
  const [ahead, behind] = [
    wordsOf(prefix)
      .map(({ word }) => word)
      .reverse(),
    wordsOf(suffix).map(({ word }) => word),
  ]
  let found: (Place & { score: number }) | null = null
  let equals = 0
  for (const place of places) {
    const score =
      agreement(
        ahead,
        wordsOf(text.slice(Math.max(0, place.start - 2 * contextCharacters), place.start)).reverse(),
      ) + agreement(behind, wordsOf(text.slice(place.end, place.end + 2 * contextCharacters)))
    if (!found || score > found.score) {
      found = { ...place, score }
      equals = 1
    } else if (score === found.score) equals += 1
  }
  if (!found) return null
  const alone = ahead.length + behind.length === 0
  // A word or two may stand anywhere: they are the passage only where something around them is as it was.
  const sure = equals === 1 && (alone || found.score > 0 || words >= fewWords)
  return { start: found.start, end: found.end, sure }
}

const fewWords = 4

/** How many words agree, from the passage outwards. The outermost may be cut through: it counts for nothing. */
function agreement(wanted: readonly string[], there: readonly Word[]): number {
  let count = 0
  while (count < wanted.length && wanted[count] === there[count]?.word) count += 1
  return count
}

/** The stretch about as long as the passage that has most of its words. */
function resembling(words: readonly Word[], quoted: readonly Word[]): Passage | null {
  if (quoted.length < fewWords) return null
  const length = quoted.length + Math.ceil(quoted.length / 4)
  const wanted = new Map<string, number>()
  for (const { word } of quoted) wanted.set(word, (wanted.get(word) ?? 0) + 1)
  const inside = new Map<string, number>()
  let [common, most, bestEnd] = [0, 0, 0]
  for (const [index, { word }] of words.entries()) {
    const count = (inside.get(word) ?? 0) + 1
    inside.set(word, count)
    if (count <= (wanted.get(word) ?? 0)) common += 1
    const leaving = words[index - length]?.word
    if (leaving !== undefined) {
      const left = (inside.get(leaving) ?? 0) - 1
      inside.set(leaving, left)
      if (left < (wanted.get(leaving) ?? 0)) common -= 1
    }
    if (common > most) [most, bestEnd] = [common, index]
  }
  if (most < quoted.length * 0.6) return null
  const stretch = words.slice(Math.max(0, bestEnd - length + 1), bestEnd + 1)
  const [first, last] = [
    stretch.find(({ word }) => wanted.has(word)),
    stretch.findLast(({ word }) => wanted.has(word)),
  ]
  return first && last ? { start: first.start, end: last.end, sure: false } : null
}

interface Word extends Place {
  word: string
}

/** The words that one reads: neither where links lead nor tags of HTML. */
function wordsOf(text: string): Word[] {
  const words: Word[] = []
  for (const match of text.matchAll(
    /\]\([^()\s]{0,2000}(?:\s"[^"\n]{0,500}")?\)|<\/?[a-z][^<>]*>|([\p{L}\p{M}\p{N}]+)/giu,
  )) {
    const [, word] = match
    if (word !== undefined)
      words.push({
        word: word.normalize('NFC').toLowerCase(),
        start: match.index,
        end: match.index + word.length,
      })
  }
  return words
}

const marks = ['**', '__', '~~', '`', '*', '_']

/** With the marks that begin within and end beside it, or the other way round; null where they end farther away. */
function withMarkup(text: string, { start, end }: Place): Place | null {
  let place = { start, end }
  for (const mark of marks) {
    if (!torn(text.slice(place.start, place.end), mark)) continue
    if (text.startsWith(mark, place.end)) place = { start: place.start, end: place.end + mark.length }
    else if (text.slice(0, place.start).endsWith(mark))
      place = { start: place.start - mark.length, end: place.end }
    else return null
  }
  const inside = text.slice(place.start, place.end)
  const open = inside.split('[').length - inside.split('](').length
  if (open === 0) return place
  if (open < 0) return text[place.start - 1] === '[' ? { start: place.start - 1, end: place.end } : null
  const target = /^\]\([^()\s]{0,2000}\)/.exec(text.slice(place.end, place.end + 2_010))?.[0]
  if (target) return { start: place.start, end: place.end + target.length }
  // A bracket by itself is a sign like any other.
  return /^[^[\]]*\]\(/.test(text.slice(place.end, place.end + 2_000)) ? null : place
}

function torn(inside: string, mark: string): boolean {
  const single = mark.length === 1 ? inside.replaceAll(mark + mark, '') : inside
  // An underscore or a star within a word, or between spaces, is a sign like any other.
  const count =
    mark === '_' || mark === '*'
      ? [...single.matchAll(mark === '_' ? /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu : /\*(?!\s)|(?<!\s)\*/g)]
          .length
      : single.split(mark).length - 1
  return count % 2 === 1
}
