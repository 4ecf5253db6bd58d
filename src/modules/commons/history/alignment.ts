import { diffIndices } from 'node-diff3'

/** A stretch of two sequences: common to both, or what stands in the one where the other has something else. */
export interface Run {
  same: boolean
  /** From, and up to but without. */
  before: readonly [number, number]
  after: readonly [number, number]
}

/** Work that may still be done: one step is about a nanosecond. What is left undone shows as changed from end to end. */
export interface Effort {
  steps: number
}

/** About a tenth of a second. */
export const usualEffort = (): Effort => ({ steps: 60_000_000 })

/** Where two sequences agree, in their order. Time is bounded whatever they are: at worst all between is one change. */
export function align(before: readonly string[], after: readonly string[], effort = usualEffort()): Run[] {
  const changed: Change[] = []
  between(before, after, [0, before.length, 0, after.length], effort, changed)
  const runs: Run[] = []
  let [b, a] = [0, 0]
  for (const [fromB, toB, fromA, toA] of changed) {
    if (fromB > b) runs.push({ same: true, before: [b, fromB], after: [a, fromA] })
    const last = runs.at(-1)
    // Two changes side by side are one.
    if (last && !last.same)
      runs.splice(-1, 1, { same: false, before: [last.before[0], toB], after: [last.after[0], toA] })
    else runs.push({ same: false, before: [fromB, toB], after: [fromA, toA] })
    ;[b, a] = [toB, toA]
  }
  if (b < before.length) runs.push({ same: true, before: [b, before.length], after: [a, after.length] })
  return runs
}

type Change = readonly [fromBefore: number, toBefore: number, fromAfter: number, toAfter: number]

/** Beyond this many pairs, what stands once in both is found first: those are landmarks, and what lies between is short. */
const mostPairs = 1_000_000

function between(
  before: readonly string[],
  after: readonly string[],
  within: Change,
  effort: Effort,
  changed: Change[],
): void {
  const part = withoutEnds(before, after, within)
  const [fromB, toB, fromA, toA] = part
  if (fromB === toB && fromA === toA) return
  const pairs = (toB - fromB) * (toA - fromA)
  effort.steps -= toB - fromB + toA - fromA
  if (pairs === 0 || effort.steps < 0) {
    changed.push(part)
    return
  }
  if (pairs <= mostPairs) {
    effort.steps -= pairs
    for (const { buffer1, buffer2 } of diffIndices(before.slice(fromB, toB), after.slice(fromA, toA))) {
      const [b, a] = [fromB + buffer1[0], fromA + buffer2[0]]
      changed.push([b, b + buffer1[1], a, a + buffer2[1]])
    }
    return
  }
  const marks = landmarks(before, after, part)
  if (marks.length === 0) {
    changed.push(part)
    return
  }
  let [b, a] = [fromB, fromA]
  for (const [markB, markA] of marks) {
    between(before, after, [b, markB, a, markA], effort, changed)
    ;[b, a] = [markB + 1, markA + 1]
  }
  between(before, after, [b, toB, a, toA], effort, changed)
}

function withoutEnds(before: readonly string[], after: readonly string[], [b, toB, a, toA]: Change): Change {
  while (b < toB && a < toA && before[b] === after[a]) {
    b += 1
    a += 1
  }
  while (b < toB && a < toA && before[toB - 1] === after[toA - 1]) {
    toB -= 1
    toA -= 1
  }
  return [b, toB, a, toA]
}

/** What stands once in the one and once in the other, as much of it as comes in the same order (patience diff, B. Cohen). */
function landmarks(
  before: readonly string[],
  after: readonly string[],
  [fromB, toB, fromA, toA]: Change,
): (readonly [number, number])[] {
  const onceAfter = once(after, fromA, toA)
  const pairs = [...once(before, fromB, toB)].flatMap(([item, b]) => {
    const a = onceAfter.get(item)
    return a === undefined ? [] : [[b, a] as const]
  })
  return longestRising(pairs)
}

function once(items: readonly string[], from: number, to: number): Map<string, number> {
  const found = new Map<string, number>()
  const often = new Set<string>()
  for (let at = from; at < to; at++) {
    const item = items[at] ?? ''
    if (often.has(item)) continue
    if (found.delete(item)) often.add(item)
    else found.set(item, at)
  }
  return found
}

/** Of pairs in the order of their first, the most whose second rises as well. */
function longestRising(pairs: (readonly [number, number])[]): (readonly [number, number])[] {
  interface Link {
    pair: readonly [number, number]
    before: Link | undefined
  }
  const ends: Link[] = []
  for (const pair of pairs) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle]?.pair[1] ?? 0) < pair[1]) low = middle + 1
      else high = middle
    }
    ends[low] = { pair, before: ends[low - 1] }
  }
  const rising: (readonly [number, number])[] = []
  for (let link = ends.at(-1); link; link = link.before) rising.push(link.pair)
  return rising.reverse()
}
