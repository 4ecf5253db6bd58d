import { type ColumnPlan, isHeading, planColumns } from '#modules/network/organisation-import/columns.ts'
import type { Preview, Reading } from '#modules/network/organisation-import/imports.ts'
import { meaningOf, type ValueWords } from '#modules/network/organisation-import/values.ts'
import { foldedWords, type ListedField, listedFields } from '#modules/network/organisation-import/words.ts'
import { findHeading, type Heading, headingsOf } from '#platform/spreadsheets/heading.ts'
import { type Table, tableOf } from '#platform/spreadsheets/records.ts'
import type { Book, Sheet } from '#platform/spreadsheets/sheet.ts'

/** What a file may hold; the limits of sheets leave room for titles and totals. */
export const mostLines = 50_000

const shownLines = 12
const mostSamples = 40
/** Distinct values of one column that are shown to be chosen for. */
const mostValues = 60

export interface Remembered {
  columns: ReadonlyMap<string, string>
  words: ValueWords
}

/** How a file that nobody has looked at yet is best read. */
export function firstReading(book: Book, remembered: Remembered): Reading {
  const headings = book.sheets.map(sheet => findHeading(sheet, isHeading))
  const worth = book.sheets.map((sheet, index) => {
    if (sheet.rows.length === 0) return -1
    const known = headingsOf(sheet, headings[index] as Heading).filter(isHeading).length
    return known + (sheet.hidden ? -100 : 0) + Math.min(sheet.rows.length, 1_000) / 10_000
  })
  const sheet = worth.indexOf(Math.max(...worth))
  return readingOf(book, { sheet, heading: headings[sheet] as Heading }, remembered)
}

/** The same with a sheet and a heading that somebody chose; `heading` null: to be found. */
export function readingOf(
  book: Book,
  choice: { sheet: number; heading: Heading | null },
  remembered: Remembered,
): Reading {
  const place = book.sheets[choice.sheet] ? choice.sheet : 0
  const sheet = book.sheets[place] as Sheet
  const heading = choice.heading ?? findHeading(sheet, isHeading)
  const table = tableOf(sheet, heading)
  const columns = planColumns(table.headings, samplesOf(table), remembered.columns)
  return { sheet: place, heading, columns, words: remembered.words }
}

export function previewOf(book: Book, reading: Reading): Preview {
  const sheet = book.sheets[reading.sheet] as Sheet
  const table = tableOf(sheet, reading.heading)
  return {
    format: book.format,
    encoding: book.encoding,
    separator: book.separator,
    sheets: book.sheets.map(({ name, hidden, rows }) => ({ name, hidden, rows: rows.length })),
    top: sheet.rows
      .slice(0, shownLines)
      .map(({ line, cells }) => ({ line, cells: cells.slice(0, 60).map(seen) })),
    headings: table.headings,
    samples: samplesOf(table).map(values => values.slice(0, 3).map(seen)),
    lines: table.records.length,
    passed: table.passed.slice(0, 200),
    values: valuesIn(table, reading.columns, reading.words),
  }
}

/** Of each column up to forty values, spread over the table. */
function samplesOf(table: Table): string[][] {
  const step = Math.max(1, Math.floor(table.records.length / (mostSamples * 5)))
  const samples: string[][] = table.headings.map(() => [])
  for (let at = 0; at < table.records.length; at += step) {
    for (const [column, cell] of (table.records[at]?.cells ?? []).entries()) {
      const values = samples[column]
      if (cell !== '' && values && values.length < mostSamples) values.push(cell)
    }
  }
  return samples
}

/** What is written in the columns of listed fields, what nobody understood first. */
export function valuesIn(
  table: Pick<Table, 'records'>,
  columns: ColumnPlan,
  words: ValueWords,
): Preview['values'] {
  return listedFields.flatMap(field => {
    const column = columns.indexOf(field)
    if (column < 0) return []
    const counts = new Map<string, { written: string; count: number }>()
    for (const { cells } of table.records) {
      const written = cells[column] ?? ''
      const key = foldedWords(written)
      if (key === '') continue
      const known = counts.get(key)
      if (known) known.count += 1
      else counts.set(key, { written, count: 1 })
    }
    const values = [...counts.values()].map(({ written, count }) => ({
      field,
      written: written.slice(0, 200),
      count,
      meaning: meaningOf(field, written, words),
    }))
    const order = (value: { meaning: string | null; count: number }) =>
      (value.meaning === null ? 1e9 : 0) + value.count
    return values
      .filter(({ written, meaning }) => meaning === null || !speaksForItself(field, written))
      .sort((a, b) => order(b) - order(a))
      .slice(0, mostShown(field))
  })
}

/** A country, a code or a number of employees that was understood needs nobody's look. */
function speaksForItself(field: ListedField, written: string): boolean {
  return field === 'country' || field === 'sector' || (field === 'sizeClass' && /^\d+$/.test(written))
}

/** Those with many choices to a value make a page long. */
function mostShown(field: ListedField): number {
  if (field === 'country') return mostValues / 5
  return field === 'sizeClass' || field === 'sector' ? mostValues / 2 : mostValues
}

function seen(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}
