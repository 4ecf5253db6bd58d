/** One tag of a line made of `<div …>` and `</div>` only. Openers are numbered in the order of the page. */
type Mark =
  | { opens: number; group: boolean; closes: null }
  /** The number of the opener it closes, -1 for none. */
  | { opens: -1; group: false; closes: number }

export type Divisions = {
  /** By 1-based line number. */
  marks: Map<number, Mark[]>
  /** Groups never closed: number of the opener → line. */
  unclosed: Map<number, number>
  /** Lines with a close too many. */
  stray: number[]
}

/**
 * Pairs the group marks of a page before it is read, so that a group which does close may hold headings while
 * one which does not ends at the next heading. A `</div>` closes the innermost open mark.
 */
export function divisionsOf(lines: readonly string[]): Divisions {
  const divisions: Divisions = { marks: new Map(), unclosed: new Map(), stray: [] }
  const open: { number: number; line: number; group: boolean }[] = []
  let count = 0
  for (const [index, line] of lines.entries()) {
    const text = line.trim()
    if (text.length > LONGEST_LINE) continue
    if (!(text.startsWith('<div') || text.startsWith('</div')) || !text.endsWith('>')) continue
    const tags = text.match(TAG)
    if (!tags || tags.join('').length !== text.replace(/\s+(?=<)/g, '').length) continue
    const marks: Mark[] = []
    for (const tag of tags) {
      if (tag.startsWith('</')) {
        const closed = open.pop()
        marks.push({ opens: -1, group: false, closes: closed?.number ?? -1 })
        if (!closed) divisions.stray.push(index + 1)
      } else {
        const group = GROUP.test(tag)
        marks.push({ opens: count, group, closes: null })
        open.push({ number: count, line: index + 1, group })
        count++
      }
    }
    divisions.marks.set(index + 1, marks)
  }
  for (const left of open) divisions.unclosed.set(left.number, left.line)
  return divisions
}

/** Longer lines are text, and never searched with the patterns below. */
const LONGEST_LINE = 1_000
const TAG = /<\/?div(?:\s[^<>]*)?>/gi
const GROUP = /class\s*=\s*["']?[^"'>]*\bgroup\b/i
