import {
  BorderStyle,
  ExternalHyperlink,
  HeadingLevel,
  ImageRun,
  type IParagraphOptions,
  type IRunOptions,
  LevelFormat,
  type NumberingDefinition,
  Paragraph,
  type ParagraphChild,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx'
import { wordLanguage } from '#platform/typesetting/docx-styles.ts'
import type {
  Block,
  Heading,
  List,
  Manuscript,
  Picture,
  Run,
  Table as TableBlock,
} from '#platform/typesetting/manuscript.ts'

/** What every part of a document is written with. */
export interface Around {
  manuscript: Manuscript
  pictures: ReadonlyMap<string, Buffer>
  /** Lists so far: each counts for itself. */
  lists: number
  rightToLeft: boolean
  /** Of the passage, where it is not that of the document. */
  language: string | null
  /** Width to fill, in points. */
  room: number
}

type Place = Pick<IParagraphOptions, 'style' | 'numbering' | 'indent'> & { depth: number }

const nowhere: Place = { depth: 0 }

export function blocksOfDocx(
  blocks: readonly Block[],
  around: Around,
  place = nowhere,
): (Paragraph | Table)[] {
  return blocks.flatMap((block, index) => {
    // The bullet or number stands before the first of what is in an item.
    const here = index === 0 ? place : afterFirst(place)
    return blockOf(block, around, here)
  })
}

export function inlineOf(runs: readonly Run[], around: Around, look: IRunOptions = {}): ParagraphChild[] {
  const children: ParagraphChild[] = []
  for (let at = 0; at < runs.length; ) {
    const { link } = runs[at] as Run
    let end = at + 1
    while (end < runs.length && runs[end]?.link === link) end++
    const texts = runs.slice(at, end).map(run => textOf(run, around, look))
    if (link === undefined) children.push(...texts)
    else children.push(new ExternalHyperlink({ link, children: texts }))
    at = end
  }
  return children
}

/** What a picture is, by its first byte: only these two are given. */
export function kindOf(data: Buffer): 'png' | 'jpg' {
  return data[0] === 0x89 ? 'png' : 'jpg'
}

function blockOf(block: Block, around: Around, place: Place): (Paragraph | Table)[] {
  switch (block.kind) {
    case 'heading':
      return [headingOf(block, around, place)]
    case 'paragraph': {
      const look: IRunOptions = {
        ...(block.tone === 'aside' && { italics: true, color: '565F66' }),
      }
      return [paragraph(around, place, { children: inlineOf(block.runs, around, look) })]
    }
    case 'list':
      return listOf(block, around, place)
    case 'quote':
      return blocksOfDocx(block.blocks, around, { ...place, style: 'Quote' })
    case 'passage': {
      const within = { ...around, language: block.language }
      const written = blocksOfDocx(block.blocks, within, place)
      around.lists = within.lists
      return written
    }
    case 'code': {
      const lines = block.text.split('\n')
      const children = lines.map((text, index) => new TextRun({ text, ...(index > 0 && { break: 1 }) }))
      return [paragraph(around, { ...place, style: 'Code' }, { children })]
    }
    case 'rule':
      return [paragraph(around, place, { thematicBreak: true })]
    case 'picture':
      return pictureOf(block, around, place)
    case 'table':
      // After a table Word wants a paragraph, at the end of a cell most of all.
      return [tableOf(block, around), new Paragraph({ style: 'Fact' })]
  }
}

function headingOf({ level, text }: Heading, around: Around, place: Place): Paragraph {
  const { cover } = around.manuscript
  return paragraph(around, place, {
    heading: headings[level - 1],
    children: [textOf({ text }, around, {})],
    ...(cover && level <= cover.newPages && { pageBreakBefore: true }),
  })
}

const headings = [
  HeadingLevel.HEADING_1,
  HeadingLevel.HEADING_2,
  HeadingLevel.HEADING_3,
  HeadingLevel.HEADING_4,
  HeadingLevel.HEADING_5,
] as const

function paragraph(around: Around, place: Place, options: IParagraphOptions): Paragraph {
  const { depth: _, ...where } = place
  return new Paragraph({ ...where, bidirectional: around.rightToLeft, ...options })
}

function textOf(run: Run, around: Around, look: IRunOptions): TextRun {
  if (run.text === '\n') return new TextRun({ ...look, break: 1 })
  return new TextRun({
    ...(around.language && { language: { value: wordLanguage(around.language) } }),
    ...look,
    text: run.text,
    ...(run.strong && { bold: true }),
    ...(run.em && { italics: true }),
    ...(run.struck && { strike: true }),
    ...(run.code && { style: 'CodeWord' }),
    ...(run.raised === 'above' && { superScript: true }),
    ...(run.raised === 'below' && { subScript: true }),
    ...(run.link && { style: 'Hyperlink' }),
    ...(around.rightToLeft && { rightToLeft: true }),
  })
}

function listOf(list: List, around: Around, place: Place): (Paragraph | Table)[] {
  const instance = ++around.lists
  const level = Math.min(8, place.depth)
  const reference = list.ordered ? numbers(list.start, level) : bullets
  return list.items.flatMap(item =>
    blocksOfDocx(item, around, {
      ...(place.style && { style: place.style }),
      depth: place.depth + 1,
      numbering: { reference, level, instance },
    }),
  )
}

function afterFirst({ numbering, ...place }: Place): Place {
  if (!numbering) return place
  return { ...place, indent: { left: indent * place.depth } }
}

/** In twentieths of a point. */
const indent = 340

const levels = [0, 1, 2, 3, 4, 5, 6, 7, 8]

const bullets: NumberingDefinition = {
  reference: 'bullets',
  levels: levels.map(level => ({
    level,
    format: LevelFormat.BULLET,
    text: ['•', '–', '·'][level % 3] ?? '•',
    style: { paragraph: { indent: { left: indent * (level + 1), hanging: indent } } },
  })),
}

function numbers(start: number, at: number): NumberingDefinition {
  return {
    reference: `numbers-${start}-${at}`,
    levels: levels.map(level => ({
      level,
      format: LevelFormat.DECIMAL,
      text: `%${level + 1}.`,
      start: level === at ? Math.min(32_767, start) : 1,
      style: { paragraph: { indent: { left: indent * (level + 1), hanging: indent } } },
    })),
  }
}

function pictureOf(block: Picture, around: Around, place: Place): Paragraph[] {
  const size = around.manuscript.pictures[block.picture]
  const data = around.pictures.get(block.picture)
  if (!size || !data) return []
  // 96 pixels to the inch here, 150 of the picture's own: no wider than the room, no higher than half a page.
  const scale = Math.min(96 / 150, (around.room * 96) / 72 / size.width, 560 / size.height)
  const transformation = { width: Math.round(size.width * scale), height: Math.round(size.height * scale) }
  const altText = { name: block.alt.slice(0, 60), description: block.alt, title: '' }
  return [
    paragraph(around, place, {
      children: [new ImageRun({ type: kindOf(data), data, transformation, altText })],
    }),
  ]
}

function tableOf(table: TableBlock, around: Around): Table {
  const all = table.columns.reduce((sum, { weight }) => sum + weight, 0)
  const line = { style: BorderStyle.SINGLE, size: 4, color: 'D9D6CC' }
  const none = { style: BorderStyle.NONE, size: 0, color: 'auto' }
  const cellOf = (blocks: readonly Block[], index: number, head: boolean) => {
    const weight = table.columns[index]?.weight ?? 1
    const narrow = { ...around, room: (around.room * weight) / all - 12 }
    const children = blocksOfDocx(blocks, narrow, { depth: 0, style: head ? 'TableHead' : 'TableText' })
    around.lists = narrow.lists
    return new TableCell({
      children: children.length > 0 ? children : [new Paragraph({ style: 'TableText' })],
      width: { size: (100 * weight) / all, type: WidthType.PERCENTAGE },
      margins: { top: 60, bottom: 60, left: 90, right: 90 },
    })
  }
  const rowOf = (cells: readonly Block[][], head: boolean) =>
    new TableRow({
      ...(head && { tableHeader: true }),
      children: cells.map((cell, index) => cellOf(cell, index, head)),
    })
  return new Table({
    width: { size: 100, type: WidthType.PERCENTAGE },
    columnWidths: table.columns.map(({ weight }) => Math.round((around.room * 20 * weight) / all)),
    visuallyRightToLeft: around.rightToLeft,
    borders: {
      top: line,
      bottom: line,
      left: none,
      right: none,
      insideHorizontal: line,
      insideVertical: none,
    },
    rows: [
      ...(table.head.length > 0 ? [rowOf(table.head, true)] : []),
      ...table.rows.map(row => rowOf(row, false)),
    ],
  })
}
