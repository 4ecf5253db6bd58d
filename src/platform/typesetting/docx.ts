import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  Header,
  HeadingLevel,
  ImageRun,
  type IRunOptions,
  Packer,
  PageNumber,
  Paragraph,
  type ParagraphChild,
  SectionType,
  ShadingType,
  Table,
  TableCell,
  TableOfContents,
  TableRow,
  TabStopType,
  TextRun,
  WidthType,
} from 'docx'
import { estimatePageNumbers } from 'docx/layout'
import { type Around, blocksOfDocx, inlineOf, kindOf } from '#platform/typesetting/docx-blocks.ts'
import { docxStyles, wordLanguage } from '#platform/typesetting/docx-styles.ts'
import type { Manuscript } from '#platform/typesetting/manuscript.ts'
import { printable } from '#platform/typesetting/printable.ts'

/** The manuscript as Word writes its own: with its styles, lists, tables and languages. */
export async function writeDocx(given: Manuscript, pictures: ReadonlyMap<string, Buffer>): Promise<Buffer> {
  const manuscript = printable(given)
  const around: Around = {
    manuscript,
    pictures,
    lists: 0,
    language: null,
    rightToLeft: manuscript.language !== null && rightToLeft.has(manuscript.language),
    room: 440,
  }
  const front = manuscript.cover ? coverOf(around) : headOf(around)
  const document = new Document({
    title: manuscript.title,
    creator: manuscript.authors.join(', ') || manuscript.publisher,
    description: manuscript.lede,
    styles: docxStyles(manuscript),
    hyphenation: { autoHyphenation: true },
    // Lays every line out: only where a table of contents needs it.
    ...(manuscript.cover && { pageNumbers: estimatePageNumbers }),
    sections: [
      {
        properties: {
          type: SectionType.NEXT_PAGE,
          titlePage: true,
          page: {
            size: { width: '210mm', height: '297mm' },
            margin: { top: '27mm', bottom: '25mm', left: '25mm', right: '25mm' },
          },
        },
        headers: { default: headerOf(manuscript), first: new Header({ children: [new Paragraph({})] }) },
        footers: { default: footerOf(manuscript), first: footerOf(manuscript) },
        children: [...front, ...blocksOfDocx(manuscript.blocks, around)],
      },
    ],
  })
  return Packer.toBuffer(document)
}

/** ISO 639-1 of the languages that are written from right to left. */
const rightToLeft: ReadonlySet<string> = new Set(['ar', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi'])

function headOf(around: Around) {
  const { manuscript } = around
  const { publisher, kicker, title, lede } = manuscript
  return [
    ...logoOf(around),
    framed(manuscript, 'Publisher', [publisher, kicker].filter(Boolean).join(' · ')),
    new Paragraph({ heading: HeadingLevel.TITLE, text: title, bidirectional: around.rightToLeft }),
    ...(lede === ''
      ? []
      : [new Paragraph({ style: 'Subtitle', text: lede, bidirectional: around.rightToLeft })]),
    ...imprintOf(around),
    ...factsOf(around),
  ]
}

function coverOf(around: Around) {
  const { manuscript } = around
  return [
    ...headOf(around),
    new Paragraph({ style: 'ContentsTitle', text: manuscript.cover?.contents ?? '', pageBreakBefore: true }),
    new TableOfContents(manuscript.cover?.contents, { hyperlink: true, headingStyleRange: '1-2' }),
  ]
}

function logoOf({ manuscript, pictures }: Around): Paragraph[] {
  const { logo, publisher } = manuscript
  const size = logo === null ? undefined : manuscript.pictures[logo]
  const data = logo === null ? undefined : pictures.get(logo)
  if (!size || !data) return []
  const height = Math.min(48, (220 * size.height) / size.width)
  const transformation = {
    height: Math.round(height),
    width: Math.round((height * size.width) / size.height),
  }
  const altText = { name: publisher, description: publisher, title: publisher }
  return [new Paragraph({ children: [new ImageRun({ type: kindOf(data), data, transformation, altText })] })]
}

function framed(manuscript: Manuscript, style: string, text: string): Paragraph {
  return new Paragraph({ style, children: [new TextRun({ text, ...inFrame(manuscript) })] })
}

function inFrame({ frameLanguage }: Manuscript): IRunOptions {
  return { language: { value: wordLanguage(frameLanguage) } }
}

function imprintOf(around: Around): Paragraph[] {
  const { manuscript } = around
  return manuscript.imprint.map(
    runs => new Paragraph({ style: 'Imprint', children: inlineOf(runs, around, inFrame(manuscript)) }),
  )
}

function factsOf(around: Around) {
  const { manuscript } = around
  if (manuscript.facts.length === 0) return []
  const none = { style: BorderStyle.NONE, size: 0, color: 'auto' }
  const line = { style: BorderStyle.SINGLE, size: 12, color: manuscript.accent.slice(1) }
  const cell = (children: ParagraphChild[], width: number) =>
    new TableCell({
      children: [new Paragraph({ style: 'Fact', children })],
      width: { size: width, type: WidthType.PERCENTAGE },
      shading: { type: ShadingType.CLEAR, fill: 'F5F3EC', color: 'auto' },
      margins: { top: 50, bottom: 50, left: 120, right: 120 },
    })
  const look = inFrame(manuscript)
  const rows = manuscript.facts.map(({ name, values }) => {
    const said = values.flatMap((runs, index) => (index === 0 ? runs : [{ text: ' · ' }, ...runs]))
    return new TableRow({
      cantSplit: true,
      children: [
        cell([new TextRun({ text: name, ...look, color: '565F66' })], 25),
        cell(inlineOf(said, around, look), 75),
      ],
    })
  })
  return [
    new Table({
      rows,
      width: { size: 100, type: WidthType.PERCENTAGE },
      borders: {
        top: line,
        bottom: none,
        left: none,
        right: none,
        insideHorizontal: none,
        insideVertical: none,
      },
    }),
    new Paragraph({ style: 'Fact' }),
  ]
}

function headerOf(manuscript: Manuscript): Header {
  return new Header({
    children: [
      new Paragraph({
        style: 'Running',
        tabStops: [{ type: TabStopType.RIGHT, position: textWidth }],
        children: [
          new TextRun(shortened(manuscript.title)),
          new TextRun({ text: `\t${manuscript.publisher}` }),
        ],
      }),
    ],
  })
}

function footerOf(manuscript: Manuscript): Footer {
  return new Footer({
    children: [
      new Paragraph({
        style: 'Running',
        alignment: AlignmentType.LEFT,
        tabStops: [{ type: TabStopType.RIGHT, position: textWidth }],
        children: [
          new TextRun(manuscript.footer),
          new TextRun({ children: ['\t', PageNumber.CURRENT, ' / ', PageNumber.TOTAL_PAGES] }),
        ],
      }),
    ],
  })
}

/** 160 mm, in twentieths of a point. */
const textWidth = 9_071

function shortened(title: string): string {
  return title.length <= 70 ? title : `${title.slice(0, 69).replace(/\s+\S*$/, '')}…`
}
