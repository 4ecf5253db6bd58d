import { diff3MergeRegions, diffIndices } from 'node-diff3'
import { isList, isText, type Json, same } from './writing-answers.ts'

/**
 * Two answers that were both written upon a third, in one: texts by words, lists by what each has added and taken away; as
 * the server does it (modules/commons/writing/merging.ts).
 * @returns undefined where both have changed the same, and somebody has to choose
 */
export function mergeAnswers(base: Json, mine: Json, theirs: Json, of: HTMLElement): Json | undefined {
  if (same(mine, theirs) || same(base, theirs)) return mine
  if (same(base, mine)) return theirs
  const texts = [base ?? '', mine ?? '', theirs ?? ''].filter(one => typeof one === 'string')
  const [first, second, third] = texts
  if (isText(of) && first !== undefined && second !== undefined && third !== undefined)
    return mergeWords(first, second, third) ?? undefined
  if (isList(of)) return mergeLists(listOf(base), listOf(mine), listOf(theirs))
  return undefined
}

function listOf(value: Json): Json[] {
  return Array.isArray(value) ? value : []
}

function mergeLists(base: Json[], mine: Json[], theirs: Json[]): Json {
  const has = (list: Json[], one: Json) => list.some(other => same(other, one))
  const kept = theirs.filter(one => has(mine, one) || !has(base, one))
  const added = mine.filter(one => !has(base, one) && !has(theirs, one))
  const merged = [...kept, ...added]
  return merged.length > 0 ? merged : null
}

/**
 * What two people made of the same text, put together by words.
 * @param base what both began with
 * @returns null where they changed the same words in different ways
 */
export function mergeWords(base: string, mine: string, theirs: string): string | null {
  if (mine === theirs || base === theirs) return mine
  if (base === mine) return theirs
  // What is alike at both ends needs no comparing: that would take time by the square of the length.
  const most = Math.min(base.length, mine.length, theirs.length)
  const start = boundaryBefore(
    base,
    alike(most, at => base[at] === mine[at] && base[at] === theirs[at]),
  )
  const end = alike(most - start, at => {
    const last = base.at(-1 - at)
    return last === mine.at(-1 - at) && last === theirs.at(-1 - at)
  })
  const tail = boundaryAfter(base, base.length - end)
  const inner = [mine, base, theirs].map(text => text.slice(start, text.length - tail))
  const [a = [], o = [], b = []] = inner.map(wordsOf)
  if (a.length * o.length > mostPairs || b.length * o.length > mostPairs) return null
  const merged: string[] = [base.slice(0, start)]
  for (const region of diff3MergeRegions(a, o, b)) {
    if (region.stable) merged.push(...region.bufferContent)
    else if (region.aContent.join('') === region.bContent.join('')) merged.push(...region.aContent)
    else return null
  }
  return merged.join('') + base.slice(base.length - tail)
}

/** Where a place in a text is once the text has become another: before the same words, after the same words. */
export function movedCaret(before: string, after: string, caret: number): number {
  const most = Math.min(before.length, after.length)
  const start = alike(most, at => before[at] === after[at])
  if (caret <= start) return caret
  const end = alike(most - start, at => before.at(-1 - at) === after.at(-1 - at))
  if (caret >= before.length - end) return caret + after.length - before.length
  const [old, now] = [before, after].map(text => wordsOf(text.slice(start, text.length - end))) as [
    string[],
    string[],
  ]
  if (old.length * now.length > mostPairs) return after.length - end
  let moved = caret
  for (const { buffer1, buffer2 } of diffIndices(old, now)) {
    const [from, length] = buffer1
    const at = start + lengthOf(old.slice(0, from))
    const removed = lengthOf(old.slice(from, from + length))
    const added = lengthOf(now.slice(buffer2[0], buffer2[0] + buffer2[1]))
    if (caret <= at) break
    // Inside what is gone: after what came in its place.
    moved += caret >= at + removed ? added - removed : at + added - caret
  }
  return Math.max(0, Math.min(after.length, moved))
}

/** Above this many comparisons a browser would stand still. */
const mostPairs = 25_000_000

/** Words with the space behind them, and signs: of these there are few alike. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}]+\s*|[^\p{L}\p{N}\p{M}]\s*/gu) ?? []
}

function alike(most: number, same: (at: number) => boolean): number {
  let length = 0
  while (length < most && same(length)) length++
  return length
}

/** Not in the middle of a word. */
function boundaryBefore(text: string, at: number): number {
  return text.slice(0, at).search(/\S*$/)
}

function boundaryAfter(text: string, at: number): number {
  const rest = text.slice(at)
  const space = rest.search(/\s/)
  return space < 0 ? 0 : rest.length - space
}

function lengthOf(words: readonly string[]): number {
  return words.reduce((sum, word) => sum + word.length, 0)
}
