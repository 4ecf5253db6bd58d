import { diff3MergeRegions, diffIndices } from 'node-diff3'

/**
 * What two people made of the same text, put together: by sentences, and within those that both have changed by words. For
 * the server and for the browser.
 * @param before what both began with
 * @returns undefined where they have changed the same words in different ways, or where comparing would take too long
 */
export function mergeTexts(before: string, theirs: string, yours: string): string | undefined {
  if (yours === theirs || before === theirs) return yours
  if (before === yours) return theirs
  return merge(before, theirs, yours, [sentencesOf, wordsOf])
}

/** Where a place in a text is once the text has become another: before the same words, or after them. */
export function movedCaret(before: string, after: string, caret: number): number {
  const most = Math.min(before.length, after.length)
  const start = alike(most, at => before[at] === after[at])
  if (caret <= start) return caret
  const end = alike(most - start, at => before.at(-1 - at) === after.at(-1 - at))
  if (caret >= before.length - end) return caret + after.length - before.length
  const [old = [], now = []] = [before, after].map(text => wordsOf(text.slice(start, text.length - end)))
  if (costOf(old, now) > mostSteps) return after.length - end
  let moved = caret
  for (const { buffer1, buffer2 } of diffIndices(old, now)) {
    const [from = 0, gone = 0] = buffer1
    const [to = 0, come = 0] = buffer2
    const at = start + lengthOf(old.slice(0, from))
    const removed = lengthOf(old.slice(from, from + gone))
    if (caret <= at) break
    if (caret < at + removed) {
      // Inside what is gone: after what came in its place.
      moved = start + lengthOf(now.slice(0, to + come))
      break
    }
    moved += lengthOf(now.slice(to, to + come)) - removed
  }
  return Math.max(0, Math.min(after.length, moved))
}

type Split = (text: string) => string[]

function merge(before: string, theirs: string, yours: string, ways: readonly Split[]): string | undefined {
  const [split, ...finer] = ways
  if (!split) return undefined
  const [a, o, b] = [split(theirs), split(before), split(yours)]
  // What is alike at both ends needs no comparing.
  const most = Math.min(a.length, o.length, b.length)
  const start = alike(most, at => o[at] === a[at] && o[at] === b[at])
  const end = alike(most - start, at => o.at(-1 - at) === a.at(-1 - at) && o.at(-1 - at) === b.at(-1 - at))
  const [one = [], base = [], other = []] = [a, o, b].map(pieces => pieces.slice(start, pieces.length - end))
  if (costOf(base, one) > mostSteps || costOf(base, other) > mostSteps) return undefined
  const merged = o.slice(0, start)
  for (const region of diff3MergeRegions(one, base, other)) {
    if (region.stable) merged.push(...region.bufferContent)
    else {
      const [left, middle, right] = [region.aContent, region.oContent, region.bContent].map(pieces =>
        pieces.join(''),
      ) as [string, string, string]
      const whole = left === right ? left : merge(middle, left, right, finer)
      if (whole === undefined) return undefined
      merged.push(whole)
    }
  }
  return merged.join('') + o.slice(o.length - end).join('')
}

/** With what follows them: put together they are the text again. */
function sentencesOf(text: string): string[] {
  return text.match(/[^.!?…\n]*[.!?…\n]+\s*|[^.!?…\n]+/g) ?? []
}

/** Words and signs, each with the space behind it: spaces alone would all be alike, and comparing take hours. */
function wordsOf(text: string): string[] {
  return text.match(/^\s+|[\p{L}\p{N}\p{M}]+\s*|[^\p{L}\p{N}\p{M}\s]\s*/gu) ?? []
}

/** A second, or so. */
const mostSteps = 60_000_000

/** Steps the library takes at most to compare two lists: each pair of equals, by the length of the chain. */
function costOf(one: readonly string[], other: readonly string[]): number {
  const count = new Map<string, number>()
  for (const piece of one) count.set(piece, (count.get(piece) ?? 0) + 1)
  let pairs = 0
  for (const piece of other) pairs += count.get(piece) ?? 0
  return pairs * Math.min(one.length, other.length)
}

function alike(most: number, same: (at: number) => boolean): number {
  let length = 0
  while (length < most && same(length)) length++
  return length
}

function lengthOf(pieces: readonly string[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0)
}
