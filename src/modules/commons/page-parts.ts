import { isBoilerplate, sameWords } from '#modules/commons/format/boilerplate.ts'
import type { Block, Group, Page, Prose, Question, Section } from '#modules/commons/format/page.ts'

/** A section, and what of it was answered. */
export interface PagePart {
  section: Section
  said: Block[]
  /** Asked in vain. */
  silent: Question[]
}

/** The parts of a page: those worth reading, with the headings they stand under, and those in which something was asked in vain. */
export function partsOfPage(page: Page): { shown: PagePart[]; silent: PagePart[] } {
  const parts = page.sections.map(section => partOf(section, page.title))
  const leading = leadingParts(parts)
  return {
    shown: parts.filter(part => part.said.length > 0 || leading.has(part)),
    silent: parts.filter(part => part.silent.length > 0),
  }
}

/** Groups that follow each other belong together. */
export function gathered(blocks: readonly Block[]): (Group[] | Prose | Question)[] {
  const result: (Group[] | Prose | Question)[] = []
  for (const block of blocks) {
    const last = result.at(-1)
    if (block.kind !== 'group') result.push(block)
    else if (Array.isArray(last)) last.push(block)
    else result.push([block])
  }
  return result
}

/** Whether there is anything in it to read. */
export function isWritten(block: Block): boolean {
  if (block.kind === 'prose') return block.markdown.trim() !== ''
  return block.kind === 'question' ? block.answer.some(isWritten) : block.blocks.some(isWritten)
}

/**
 * Articles copied from the web have a paragraph a line, which Markdown would run together, and begin with the menus of
 * the site they were copied from and their own title again; the page's source keeps them.
 */
export function articleText(markdown: string, title: string): string {
  return markdown
    .split('\n')
    .filter(line => !isBoilerplate(line.trim()) && !sameWords(line.trim(), title))
    .join('\n')
    .replace(/([^\n|])\n(?=[^\n\s|>#*+\-\d`<])/g, '$1\n\n')
}

function partOf(section: Section, title: string): PagePart {
  return {
    section,
    said: section.blocks.filter(block => !isUnanswered(block) && !repeatsTitle(block, title)),
    silent: section.blocks.filter(
      (block): block is Question => block.kind === 'question' && isUnanswered(block) && block.text !== '',
    ),
  }
}

/** A heading with nothing of its own stays where it stands above others that have. One pass, from the end. */
function leadingParts(parts: PagePart[]): Set<PagePart> {
  const leading = new Set<PagePart>()
  // The least level since the nearest part below with something to read: only what stands above all of it leads.
  let least: number | null = null
  for (const part of parts.toReversed()) {
    const { heading, level } = part.section
    if (least !== null && level < least && heading) leading.add(part)
    if (part.said.length > 0) least = level
    else if (least !== null) least = Math.min(least, level)
  }
  return leading
}

/** An instruction of the form is no answer. */
function isUnanswered(block: Block): boolean {
  if (block.kind === 'prose') return block.markdown.trim() === ''
  if (block.kind === 'question')
    return block.answer.every(part => isUnanswered(part) || (part.kind === 'prose' && part.fromTemplate))
  return block.blocks.every(isUnanswered)
}

/** The form asks for the title again, and the page already has it above. */
function repeatsTitle(block: Block, title: string): boolean {
  if (block.kind !== 'question') return false
  const [answer] = block.answer
  return block.answer.length === 1 && answer?.kind === 'prose' && sameWords(plainLine(answer.markdown), title)
}

function plainLine(markdown: string): string {
  return markdown
    .replace(/[*_\\]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}
