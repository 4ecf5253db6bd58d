import { divisionsOf } from '#modules/commons/format/divisions.ts'
import { takeMetadata } from '#modules/commons/format/metadata.ts'
import type { Block, Page } from '#modules/commons/format/page.ts'
import { isQuoteLine, readPage } from '#modules/commons/format/read-page.ts'

/** A page by its lines, each with how it ends, so that some can be replaced and all others stay byte for byte. */
export interface Outline {
  page: Page
  /** As in the source; line 1 is lines[0]. */
  lines: string[]
  /** How each line ends: '\n', '\r\n', '\r', or '' for the last. */
  ends: string[]
  /** The same lines without metadata. */
  text: string[]
  /** Lines at which whatever came before ends: headings, questions, marks of groups. In order. */
  walls: number[]
  /** Headings, and questions that stand in no group: a question put before one takes nothing of the page for its answer. */
  tops: number[]
  /** Where a group that opens on a line is closed. */
  closedAt: Map<number, number>
}

export function outlineOf(source: string): Outline {
  const { lines, ends } = linesOf(source)
  const bare = source.startsWith('\ufeff') ? [(lines[0] ?? '').slice(1), ...lines.slice(1)] : lines
  const page = readPage(source, 'page.md')
  const { text } = takeMetadata(bare)
  const { marks } = divisionsOf(text)
  const walls = new Set(marks.keys())
  if (page.titleLine !== null) walls.add(page.titleLine)
  const walk = (blocks: readonly Block[]) => {
    for (const block of blocks) {
      if (block.kind === 'question') {
        walls.add(block.line)
        walk(block.answer)
      } else if (block.kind === 'group') walk(block.blocks)
    }
  }
  const tops: number[] = []
  for (const section of page.sections) {
    if (section.heading !== null) {
      walls.add(section.line)
      tops.push(section.line)
    }
    walk(section.blocks)
    for (const block of section.blocks) if (block.kind === 'question') tops.push(block.line)
  }
  const opened = new Map<number, number>()
  const closedAt = new Map<number, number>()
  for (const [line, tags] of marks) {
    for (const tag of tags) {
      if (tag.closes === null) opened.set(tag.opens, line)
      else closedAt.set(opened.get(tag.closes) ?? 0, line)
    }
  }
  return { page, lines, ends, text, walls: [...walls].sort((a, b) => a - b), tops, closedAt }
}

/** The first wall after a line, or the line after the last. */
export function wallAfter({ walls, lines }: Outline, line: number): number {
  return firstAbove(walls, line) ?? lines.length + 1
}

/** The first heading or question in no group from a line on, or the line after the last. */
export function topFrom({ tops, lines }: Outline, line: number): number {
  return firstAbove(tops, line - 1) ?? lines.length + 1
}

function firstAbove(sorted: number[], line: number): number | undefined {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) > line) high = middle
    else low = middle + 1
  }
  return sorted[low]
}

/** The line after the question that begins on this one: it may take several. */
export function afterQuestion({ text }: Outline, line: number): number {
  let next = line + 1
  while (isQuoteLine(text[next - 1] ?? '')) next++
  return next
}

/** Lines from one up to another, as they stand. */
export function slice({ lines }: Outline, from: number, to: number): string {
  return lines.slice(from - 1, to - 1).join('\n')
}

function linesOf(source: string): { lines: string[]; ends: string[] } {
  const lines: string[] = []
  const ends: string[] = []
  let from = 0
  for (const end of source.matchAll(/\r\n?|\n/g)) {
    lines.push(source.slice(from, end.index))
    ends.push(end[0])
    from = end.index + end[0].length
  }
  lines.push(source.slice(from))
  ends.push('')
  return { lines, ends }
}
