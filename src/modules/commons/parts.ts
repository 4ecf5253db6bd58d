import type { AnswerBlock, Block, Page, Section } from '#modules/commons/format/page.ts'

/** Some twenty minutes of reading, and about 25 kB over the wire: what is longer is read in parts. */
const partCharacters = 60_000

/** The page in parts, cut between blocks, and within a long text between paragraphs. Nothing is left out. */
export function partsOf(page: Page, most = partCharacters): Page[] {
  const parts: Section[][] = [[]]
  let room = most
  for (const section of page.sections) {
    let begun = false
    const place = (blocks: Block[]) => {
      // A heading is said once: what goes on in the next part goes on without.
      parts.at(-1)?.push({ ...section, heading: begun ? null : section.heading, blocks })
      begun = true
    }
    let blocks: Block[] = []
    for (const block of section.blocks.flatMap(whole => split(whole, most))) {
      const length = lengthOf(block)
      if (length > room && room < most) {
        if (blocks.length > 0) place(blocks)
        blocks = []
        parts.push([])
        room = most
      }
      blocks.push(block)
      room -= length
    }
    if (blocks.length > 0 || !begun) place(blocks)
  }
  return parts.map(sections => ({ ...page, sections }))
}

function split(block: Block, most: number): Block[] {
  if (block.kind !== 'prose' || block.markdown.length <= most) return [block]
  const pieces: Block[] = []
  let line = block.line
  for (let rest = block.markdown; rest !== ''; ) {
    const end = rest.length <= most ? rest.length : paragraphEnd(rest, most)
    const markdown = rest.slice(0, end)
    pieces.push({ ...block, markdown, line })
    line += markdown.split('\n').length - 1
    rest = rest.slice(end)
  }
  return pieces
}

/** The last end of a paragraph, else of a line, else of a word, before the limit. */
function paragraphEnd(text: string, most: number): number {
  for (const end of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(end, most - end.length)
    if (at > 0) return at + end.length
  }
  return most
}

function lengthOf(block: Block | AnswerBlock): number {
  if (block.kind === 'prose') return block.markdown.length
  const inside = block.kind === 'question' ? block.answer : block.blocks
  return inside.reduce((sum, one) => sum + lengthOf(one), block.kind === 'question' ? block.text.length : 0)
}
