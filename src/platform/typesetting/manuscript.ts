/**
 * A document as a plain value: what is written in it and in what order, and nothing of how it looks. PDF and DOCX are
 * written from the same one. All texts are as they are to be read: nothing in them is markup for any of the writers.
 */
export interface Manuscript {
  title: string
  /** What kind of document it is, above the title; '' for none. */
  kicker: string
  /** Below the title; '' for none. */
  lede: string
  authors: string[]
  /** Whose it is: stands at the head of the first page, and small on the others. */
  publisher: string
  /** yyyy-mm-dd */
  date: string
  /** Of the text, as ISO 639 codes it; null where nobody knows. Hyphens and direction go by it. */
  language: string | null
  /** Of all that stands round the text: facts, contents, imprint. */
  frameLanguage: string
  /** `#rrggbb`, for lines and never for letters: any colour will do. */
  accent: string
  /** Key of a picture. */
  logo: string | null
  /** For what is made of chapters: a title page of its own, and a table of contents. */
  cover: Cover | null
  facts: Fact[]
  /** Which state of what this is, and where it lives: on the first page. */
  imprint: Run[][]
  /** At the foot of every page. */
  footer: string
  blocks: Block[]
  /** By key; the bytes come with the order to typeset. */
  pictures: Record<string, PictureSize>
}

export interface Cover {
  /** What stands above the table of contents. */
  contents: string
  /** Down to which level headings begin a new page: 0, none does. */
  newPages: 0 | 1 | 2
}

/** In pixels. */
export interface PictureSize {
  width: number
  height: number
}

/** What is known of the subject, beside its text. */
export interface Fact {
  name: string
  values: Run[][]
}

/** Words that look alike. A line ends where `text` is a line feed. */
export interface Run {
  text: string
  strong?: true
  em?: true
  code?: true
  struck?: true
  raised?: 'above' | 'below'
  /** Absolute: http, https, mailto or tel. */
  link?: string
}

export type Block = Heading | Paragraph | List | Quote | Passage | Code | Table | Picture | Rule

export interface Heading {
  kind: 'heading'
  /** 1 is a chapter of a document with a cover, a section of any other. */
  level: 1 | 2 | 3 | 4 | 5
  text: string
}

export interface Paragraph {
  kind: 'paragraph'
  runs: Run[]
  /** 'aside': a word of the form's or the editor's, not of the author's. */
  tone?: 'aside'
}

export interface List {
  kind: 'list'
  ordered: boolean
  start: number
  items: Block[][]
}

export interface Quote {
  kind: 'quote'
  blocks: Block[]
}

/** In a language that is not the document's. */
export interface Passage {
  kind: 'passage'
  language: string | null
  blocks: Block[]
}

export interface Code {
  kind: 'code'
  text: string
}

/** As many cells in every row as there are `columns`. */
export interface Table {
  kind: 'table'
  columns: Column[]
  /** [] for a table without. */
  head: Block[][]
  rows: Block[][][]
}

export interface Column {
  align: 'start' | 'center' | 'end'
  /** Its share of the width, any positive number. */
  weight: number
}

export interface Picture {
  kind: 'picture'
  /** In `pictures`. */
  picture: string
  alt: string
}

export interface Rule {
  kind: 'rule'
}

/** Letters of everything that is read, the size of the whole. */
export function lettersOf(manuscript: Manuscript): number {
  return lettersIn(manuscript.blocks)
}

export function lettersIn(blocks: readonly Block[]): number {
  let sum = 0
  for (const block of blocks) {
    if (block.kind === 'heading' || block.kind === 'code') sum += block.text.length
    else if (block.kind === 'paragraph') sum += block.runs.reduce((all, run) => all + run.text.length, 0)
    else if (block.kind === 'quote' || block.kind === 'passage') sum += lettersIn(block.blocks)
    else if (block.kind === 'list') for (const item of block.items) sum += lettersIn(item)
    else if (block.kind === 'table')
      for (const cell of [...block.head, ...block.rows.flat()]) sum += lettersIn(cell)
  }
  return sum
}
