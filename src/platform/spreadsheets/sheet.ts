/** A file of tables, read: nothing in it is computed, and nothing of it is believed. */
export interface Book {
  format: 'csv' | 'xlsx' | 'xls' | 'ods' | 'html'
  /** Of a text: what it turned out to be written in. */
  encoding: string | null
  separator: string | null
  sheets: Sheet[]
}

export interface Sheet {
  name: string
  hidden: boolean
  /** Those with something in them, in the order of the sheet. */
  rows: Row[]
  /** Ranges that are one cell to the eye, both ends included; rows as a spreadsheet numbers them. */
  merged: Range[]
  remarks: CellRemark[]
}

export interface Row {
  /** As a spreadsheet numbers it; of a text, the line in which it begins. */
  line: number
  /** What is seen in the cells, trimmed; nothing after the last that holds something. */
  cells: string[]
}

export interface Range {
  top: number
  left: number
  bottom: number
  right: number
}

/** What is worth knowing of a cell beyond its text. */
export interface CellRemark {
  line: number
  /** From 0. */
  column: number
  code:
    | 'formula-error' // The cell shows an error instead of a value: `detail` says which.
    | 'formula-empty' // A formula whose value was not kept with it.
    | 'rounded' // A number of more digits than spreadsheets keep: the last ones are lost.
  detail: string
}

export interface SheetLimits {
  fileBytes: number
  /** Of everything in the file, unpacked. */
  unpackedBytes: number
  /** Lines that hold something, of one sheet. */
  rows: number
  columns: number
  cells: number
  cellCharacters: number
  seconds: number
  /** Of the thread that reads. */
  memoryMegabytes: number
}

const mebibyte = 2 ** 20

export const sheetLimits: SheetLimits = {
  fileBytes: 30 * mebibyte,
  unpackedBytes: 400 * mebibyte,
  // Those of 50,000 organisations, and what stands above and between.
  rows: 50_500,
  columns: 200,
  cells: 3_000_000,
  cellCharacters: 5_000,
  seconds: 60,
  memoryMegabytes: 1_024,
}

export type SheetProblem =
  | 'empty'
  | 'too-large'
  | 'too-many-rows'
  | 'too-many-columns'
  | 'too-many-cells'
  | 'unpacks-too-large'
  | 'too-complex'
  | 'encrypted'
  | 'not-a-table'
  | 'broken'

/** Why a file is not read: `spreadsheet.problem.<code>` says it, with what can be done. */
export class SheetError extends Error {
  override name = 'SheetError'
  readonly code: SheetProblem
  readonly detail: Record<string, string | number>

  constructor(code: SheetProblem, detail: Record<string, string | number> = {}) {
    super(`${code} ${JSON.stringify(detail)}`)
    this.code = code
    this.detail = detail
  }
}

/** A cell as people read it: without the spaces around it, the invisible signs of copied text and what no text can hold. */
export function cellText(text: string): string {
  return text
    .replace(invisible, '')
    .replace(/[\u00a0\u202f\u2007\t]/g, ' ')
    .replace(/\r\n?/g, '\n')
    .trim()
    .toWellFormed()
}

/** Control characters but for the tabulator and the ends of lines; marks of direction, width and order of bytes. */
const invisible = /(?![\t\n\r])[\p{Cc}\p{Cf}]/gu

/** Without what is empty at its end. */
export function trimmedRow(cells: string[]): string[] {
  let length = cells.length
  while (length > 0 && cells[length - 1] === '') length -= 1
  return length === cells.length ? cells : cells.slice(0, length)
}
