import { setImmediate } from 'node:timers/promises'
import type { GroupRow, GroupTable } from '#modules/commons/format/group-rows.ts'
import { groupRows } from '#modules/commons/format/group-rows.ts'
import type {
  AnswerBlock,
  Group,
  Page,
  Block as PageBlock,
  Prose,
  Section,
} from '#modules/commons/format/page.ts'
import { articleText, gathered, isWritten, partsOfPage } from '#modules/commons/page-parts.ts'
import { bindFrench } from '#modules/commons/views/typography.ts'
import { plainText, renderMarkdown } from '#platform/markdown/index.ts'
import { type Block, blocksOfHtml, type HtmlReading, laidOut, type Run } from '#platform/typesetting/index.ts'

/** What pages are read with, whatever they say. */
export type Surroundings = Omit<HtmlReading, 'under'>

export interface PageOptions {
  /** As it stands above the page: what repeats it is left out. */
  title: string
  /** The level of the document's headings under which the page stands: 0 where it is the whole document. */
  under: 0 | 1 | 2
  /** ISO 639-1, of what its authors wrote. */
  language: string | null
  surroundings: Surroundings
}

/**
 * A page of the commons as the blocks of a document: what its page on the site shows, in the same order. What was asked
 * in vain is left out, groups become tables.
 */
export async function blocksOfPage(written: Page, options: PageOptions): Promise<Block[]> {
  const { title, under, language, surroundings } = options
  const page = { ...written, title }
  const levels = page.sections.filter(({ heading }) => heading).map(({ level }) => level)
  // Not `Math.min(...)`: a page may have more headings than a call takes arguments.
  const top = Math.max(
    2,
    levels.reduce((least, level) => Math.min(least, level), 6),
  )
  const reading: Reading = { page, under, top, surroundings }
  const blocks: Block[] = []
  for (const { section, said } of partsOfPage(page).shown) {
    blocks.push(...headingOf(section, reading))
    for (const block of gathered(said)) {
      for (const written of blocksOfOne(block, reading)) blocks.push(written)
      // A page of a megabyte takes a second in all: others have their turn meanwhile.
      await setImmediate()
    }
  }
  return language === 'fr' ? blocks.map(inFrench) : blocks
}

/** Markdown by itself: a note, an introduction. */
export function blocksOfMarkdown(markdown: string, under: number, surroundings: Surroundings): Block[] {
  // Beyond any author's length: laying it out could take seconds.
  if (markdown.length > mostLaidOut) return paragraphs(plainText(markdown))
  const html = renderMarkdown(absolutePictures(markdown, surroundings), {
    headingShift: 2,
    hideMetadata: true,
  })
  return blocksOfHtml(html, { ...surroundings, under })
}

interface Reading {
  page: Page
  under: number
  /** The highest level of the page's own headings. */
  top: number
  surroundings: Surroundings
}

const mostLaidOut = 300_000

function headingOf(section: Section, { top, under }: Reading): Block[] {
  if (!section.heading) return []
  const [, stamp, words] = /^\[((?:\d{1,3}:)?\d{1,3}:\d{2})\]\s*(.*)$/s.exec(section.heading) ?? []
  const text = stamp ? `${stamp} ${words}` : section.heading
  return [heading(under + (section.level > top && !stamp ? 2 : 1), text)]
}

function heading(level: number, text: string): Block {
  return { kind: 'heading', level: Math.min(5, level) as 1 | 2 | 3 | 4 | 5, text: text.replace(/\s+/g, ' ') }
}

function blocksOf(blocks: readonly PageBlock[], reading: Reading): Block[] {
  return gathered(blocks).flatMap(block => blocksOfOne(block, reading))
}

function blocksOfOne(block: ReturnType<typeof gathered>[number], reading: Reading): Block[] {
  if (Array.isArray(block)) return groupsOf(block, reading)
  if (block.kind === 'prose') return proseOf(block, reading)
  return [...questionOf(block.text, reading), ...blocksOf(block.answer, reading)]
}

function questionOf(text: string, { under }: Reading): Block[] {
  return text === '' ? [] : [heading(under + 3, text)]
}

function proseOf({ markdown, fromTemplate }: Prose, { page, under, surroundings }: Reading): Block[] {
  const text = page.form ? markdown : articleText(markdown, page.title)
  const blocks = blocksOfMarkdown(text, under + 2, surroundings)
  if (!fromTemplate) return blocks
  return blocks.map(block => (block.kind === 'paragraph' ? { ...block, tone: 'aside' } : block))
}

function groupsOf(groups: Group[], reading: Reading): Block[] {
  const tables = groupRows({ heading: null, level: 2, line: 0, blocks: groups })
  if (tables.length === 0)
    return blocksOf(
      groups.flatMap(group => group.blocks),
      reading,
    )
  return tables.flatMap(table => tableOf(table, reading))
}

/** As on the page of the site: a row a partner, a list of one question's answers, one row question by question. */
function tableOf(table: GroupTable, reading: Reading): Block[] {
  const rows = table.rows.filter(row => row.cells.some(hasText))
  const columns = table.columns
    .map((text, index) => ({ text, index }))
    .filter(({ index }) => rows.some(row => hasText(row.cells[index])))
  const cell = (row: GroupRow, index: number) => blocksOf(row.cells[index] ?? [], reading)
  const [only] = columns
  if (rows.length === 0 || only === undefined) return []
  if (columns.length === 1)
    return [...questionOf(only.text, reading), ...rows.flatMap(row => cell(row, only.index))]
  if (rows.length === 1)
    return columns.flatMap(({ text, index }) => [
      ...questionOf(text, reading),
      ...rows.flatMap(row => cell(row, index)),
    ])
  return laidOut(
    columns.map(({ text }): Block[] => (text === '' ? [] : [{ kind: 'paragraph', runs: [{ text }] }])),
    rows.map(row => columns.map(({ index }) => cell(row, index))),
  )
}

function hasText(cell: AnswerBlock[] | null | undefined): boolean {
  return cell?.some(isWritten) ?? false
}

function paragraphs(text: string): Block[] {
  return text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => ({ kind: 'paragraph', runs: [{ text: line }] }))
}

/** Pictures may stand in a page by an address within the site, which what cleans Markdown takes for nobody's. */
function absolutePictures(markdown: string, { linkTo }: Surroundings): string {
  return markdown.replace(/(!\[[^\]\n]{0,500}\]\()(\/[^\s()]{1,500})/g, (_, before, address) =>
    before.concat(linkTo(address)),
  )
}

function inFrench(block: Block): Block {
  switch (block.kind) {
    case 'heading':
      return { ...block, text: bindFrench(block.text) }
    case 'paragraph':
      return { ...block, runs: block.runs.map(run => inFrenchRun(run)) }
    case 'quote':
    case 'passage':
      return { ...block, blocks: block.blocks.map(inFrench) }
    case 'list':
      return { ...block, items: block.items.map(item => item.map(inFrench)) }
    case 'table':
      return {
        ...block,
        head: block.head.map(cell => cell.map(inFrench)),
        rows: block.rows.map(row => row.map(cell => cell.map(inFrench))),
      }
    default:
      return block
  }
}

function inFrenchRun(run: Run): Run {
  return run.code ? run : { ...run, text: bindFrench(run.text) }
}
