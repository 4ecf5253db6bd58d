import type { AnswerBlock, Block, Page, Section } from '#modules/commons/format/page.ts'

/** Some twenty minutes of reading, and about 25 kB over the wire: what is longer is read in parts. */
const partCharacters = 60_000

/** The page in parts, cut between blocks, and within a long text between paragraphs. Nothing is left out. */
export function partsOf(page: Page, most = partCharacters): Page[] {
  const parts: Section[][] = []
  let part: Section[] = []
  let room = most
  const turn = () => {
    if (part.length > 0) parts.push(part)
    part = []
    room = most
  }
  for (const section of page.sections) {
    // A page of headings alone is long too.
    if (lengthOfHeading(section) > room) turn()
    room -= lengthOfHeading(section)
    let begun: Section = { ...section, blocks: [] }
    part.push(begun)
    for (const block of section.blocks.flatMap(whole => split(whole, most))) {
      const length = lengthOf(block)
      if (length > room && (begun.blocks.length > 0 || part.length > 1)) {
        if (begun.blocks.length > 0) {
          turn()
          // A heading is said once: what goes on in the next part goes on without.
          begun = { ...section, heading: null, blocks: [] }
        } else {
          part.pop()
          turn()
        }
        part.push(begun)
      }
      begun.blocks.push(block)
      room -= length
    }
  }
  turn()
  return (parts.length > 0 ? parts : [[]]).map(sections => ({ ...page, sections }))
}

/** A block of a readable length as it is; a longer one as several, in their order. */
function split(block: Block, most: number): Block[] {
  if (lengthOf(block) <= most) return [block]
  if (block.kind === 'group') return block.blocks.flatMap(inner => split(inner, most))
  if (block.kind === 'question') {
    const [first, ...rest] = block.answer.flatMap(answer => split(answer, most))
    return first && first.kind !== 'question'
      ? [{ ...block, answer: [first] }, ...rest]
      : [{ ...block, answer: [] }, ...(first ? [first] : []), ...rest]
  }
  const pieces: Block[] = []
  let line = block.line
  for (let rest = block.markdown; rest !== ''; ) {
    const end = rest.length <= most - markup ? rest.length : paragraphEnd(rest, Math.max(1, most - markup))
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

/** What the markup around a block weighs, in characters. */
const markup = 40

function lengthOfHeading(section: Section): number {
  return markup + (section.heading?.length ?? 0)
}

function lengthOf(block: Block | AnswerBlock): number {
  if (block.kind === 'prose') return markup + block.markdown.length
  const own = block.kind === 'question' ? markup + block.text.length : markup
  const inside = block.kind === 'question' ? block.answer : block.blocks
  return inside.reduce((sum, one) => sum + lengthOf(one), own)
}
