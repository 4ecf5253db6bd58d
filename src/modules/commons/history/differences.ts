import { align, type Effort, type Run, usualEffort } from '#modules/commons/history/alignment.ts'

/** A piece of what two texts have in common, or that only one of them has. */
export interface Piece {
  kind: 'same' | 'removed' | 'added'
  text: string
}

/**
 * What became of a text, word by word, lines first. `same` and `added` together are the text as it is; `same` and `removed`
 * the text as it was, but for spaces.
 */
export function differences(before: string, after: string, effort: Effort = usualEffort()): Piece[] {
  const [was, is] = [linesOf(before), linesOf(after)]
  const pieces = align(was, is, effort).flatMap(({ same, before: [b, toB], after: [a, toA] }): Piece[] => {
    const [removed, added] = [was.slice(b, toB).join(''), is.slice(a, toA).join('')]
    if (same) return [{ kind: 'same', text: added }]
    return removed === '' || added === '' ? replaced(removed, added) : wordDifferences(removed, added, effort)
  })
  return joined(pieces)
}

/** Of things of which the order says nothing: tags, countries. What was taken away comes last. */
export function listDifferences(before: readonly string[], after: readonly string[]): Piece[] {
  const [was, is] = [new Set(before), new Set(after)]
  return [
    ...[...is].map(text => ({ kind: was.has(text) ? 'same' : 'added', text }) as const),
    ...[...was].filter(text => !is.has(text)).map(text => ({ kind: 'removed', text }) as const),
  ]
}

/** A long stretch without a change is folded; a little of it stays on either side, to see where one is. */
export interface Fold {
  kind: 'folded'
  text: string
}

export function folded(pieces: readonly Piece[]): (Piece | Fold)[] {
  return pieces.flatMap((piece, index): (Piece | Fold)[] => {
    if (piece.kind !== 'same') return [piece]
    const [first, last] = [index === 0, index === pieces.length - 1]
    const from = first ? 0 : wordEnd(piece.text, context)
    const to = last ? piece.text.length : wordStart(piece.text, piece.text.length - context)
    if (to - from < leastFold) return [piece]
    return [
      ...(first ? [] : [{ kind: 'same' as const, text: piece.text.slice(0, from) }]),
      { kind: 'folded', text: piece.text.slice(from, to) },
      ...(last ? [] : [{ kind: 'same' as const, text: piece.text.slice(to) }]),
    ]
  })
}

const context = 160
const leastFold = 240

/** Taking a text apart into words, by character. */
const stepsOfCharacter = 20

function wordDifferences(before: string, after: string, effort: Effort): Piece[] {
  effort.steps -= (before.length + after.length) * stepsOfCharacter
  if (effort.steps < 0) return replaced(before, after)
  const [was, is] = [wordsOf(before), wordsOf(after)]
  const runs = readable(
    align(
      was.map(word => word.key),
      is.map(word => word.key),
      effort,
    ),
    was,
  )
  const common = runs.reduce((sum, run) => (run.same ? sum + weight(was, run) : sum), 0)
  const whole = was.reduce((sum, word) => sum + word.key.length, 0)
  // What has little in common is easier to read as the one text and then the other.
  if (common * 5 < whole && common * 5 < after.length) return replaced(before, after)
  return runs.flatMap(({ same, before: [b, toB], after: [a, toA] }, index): Piece[] => {
    const [removed, added] = [textOf(was, b, toB), textOf(is, a, toA)]
    if (!same) {
      const [wasSpace, isSpace] = index > 0 ? unlikeSpaces(was[b - 1], is[a - 1]) : ['', '']
      return replaced(wasSpace + removed, isSpace + added)
    }
    const goesOn = index < runs.length - 1
    const [, space] = goesOn ? unlikeSpaces(was[toB - 1], is[toA - 1]) : ['', '']
    return [{ kind: 'same', text: added.slice(0, added.length - space.length) }]
  })
}

/** The spaces after the last common word, where they are not the same: they belong to what differs. */
function unlikeSpaces(before: Word | undefined, after: Word | undefined): [string, string] {
  const [was, is] = [spacesAfter(before), spacesAfter(after)]
  return was === is ? ['', ''] : [was, is]
}

/** From the end: a pattern would look at every stretch of spaces again from each of its places. */
function spacesAfter({ text }: Word = { key: '', text: '' }): string {
  let at = text.length
  while (at > 0 && /[^\S\n]/.test(text[at - 1] ?? '')) at -= 1
  return text.slice(at)
}

/** A lone small word between two changes belongs to them: else every "the" would cut a sentence written anew. */
function readable(runs: Run[], was: Word[]): Run[] {
  const kept: Run[] = []
  for (const [index, run] of runs.entries()) {
    const last = kept.at(-1)
    const lone = run.same && index > 0 && index < runs.length - 1 && weight(was, run) < 5
    if (last && !last.same && (lone || !run.same))
      kept.splice(-1, 1, {
        same: false,
        before: [last.before[0], run.before[1]],
        after: [last.after[0], run.after[1]],
      })
    else kept.push(run)
  }
  return kept
}

function weight(words: readonly Word[], { before: [from, to] }: Run): number {
  let sum = 0
  for (let at = from; at < to; at++) sum += words[at]?.key.trim().length ?? 0
  return sum
}

interface Word {
  key: string
  /** With the spaces after it. */
  text: string
}

/** Words and signs. A new line is one of them: in Markdown it says something; other spaces do not. */
function wordsOf(text: string): Word[] {
  const leading = /^[^\S\n]+/.exec(text)?.[0] ?? ''
  const words = [...text.matchAll(/(\n|[\p{L}\p{M}\p{N}_]+|[^\s])([^\S\n]*)/gu)].map(([whole, key = '']) => ({
    key,
    text: whole,
  }))
  const [first] = words
  if (leading && first) first.text = leading + first.text
  return words
}

function textOf(words: readonly Word[], from: number, to: number): string {
  return words
    .slice(from, to)
    .map(word => word.text)
    .join('')
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function replaced(removed: string, added: string): Piece[] {
  const pieces: Piece[] = [
    { kind: 'removed', text: removed },
    { kind: 'added', text: added },
  ]
  return pieces.filter(({ text }) => text !== '')
}

function joined(pieces: Piece[]): Piece[] {
  const all: Piece[] = []
  for (const piece of pieces) {
    const last = all.at(-1)
    if (last?.kind === piece.kind) last.text += piece.text
    else all.push({ ...piece })
  }
  return all
}

function wordEnd(text: string, at: number): number {
  const space = text.slice(at).search(/\s/)
  return space < 0 ? text.length : at + space
}

function wordStart(text: string, at: number): number {
  if (at <= 0) return 0
  const space = text.slice(0, at).search(/\s\S*$/)
  return space < 0 ? 0 : space + 1
}
