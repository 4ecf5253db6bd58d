import type { AnswerBlock, Block, Prose, Question } from '#modules/commons/format/page.ts'
import { type Outline, wallAfter } from '#modules/commons/templates/outline.ts'

/** Where an answer stands. Lines count from 1; `to` is the line after the last. */
export interface Spot {
  /** What can be replaced: from below the question up to what comes next. */
  from: number
  to: number
  /** The answer itself, in pieces. */
  prose: { from: number; to: number }[]
  /** After all that belongs to the question, groups included. */
  end: number
}

export function spotOf(outline: Outline, from: number, blocks: readonly Block[]): Spot {
  const to = wallAfter(outline, from - 1)
  const prose: Spot['prose'] = []
  let end = to
  for (const block of blocks) {
    if (block.kind === 'prose') {
      if (!block.fromTemplate && block.line < to)
        prose.push({ from: block.line, to: block.line + lengthOf(block) })
    } else end = Math.max(end, endOf(outline, block))
  }
  return { from, to, prose, end }
}

/** The line after a block, as far as the page says. */
export function endOf(outline: Outline, block: AnswerBlock | Question): number {
  if (block.kind === 'prose') return block.line + lengthOf(block)
  if (block.kind === 'group') {
    const closed = outline.closedAt.get(block.line)
    if (closed !== undefined) return closed + 1
  }
  const inside = block.kind === 'group' ? block.blocks : block.answer
  return inside.reduce((end, one) => Math.max(end, endOf(outline, one)), wallAfter(outline, block.line))
}

function lengthOf(prose: Prose): number {
  return prose.markdown.split('\n').length
}

/** The answer in words, as its pieces read without metadata. */
export function proseOf({ text }: Outline, spot: Spot): string {
  return spot.prose
    .map(({ from, to }) =>
      text
        .slice(from - 1, to - 1)
        .map(line => line.trimEnd())
        .join('\n'),
    )
    .join('\n\n')
}
