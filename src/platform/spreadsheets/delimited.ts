import { parse } from 'csv-parse/sync'
import { decodeText } from '#platform/spreadsheets/encoding.ts'
import {
  type Book,
  cellText,
  type Row,
  SheetError,
  type SheetLimits,
  trimmedRow,
} from '#platform/spreadsheets/sheet.ts'

const separators = [';', ',', '\t', '|'] as const

/** A text of lines with separated cells, as spreadsheets export it. @throws SheetError */
export function readDelimited(bytes: Uint8Array, name: string, limits: SheetLimits): Book {
  const { text, encoding } = decodeText(bytes)
  if (looksBinary(text)) throw new SheetError('not-a-table')
  // Excel's own way to say it, in the first line.
  const said = /^sep=(.)\r?\n/i.exec(text)
  const body = said ? text.slice(said[0].length) : text
  const separator = said?.[1] ?? separatorOf(body)
  const rows: Row[] = []
  let cells = 0
  for (const { record, info } of records(body, separator, limits)) {
    const texts = trimmedRow(record.map(cell => cellText(cell).slice(0, limits.cellCharacters)))
    if (texts.length === 0) continue
    cells += texts.length
    if (texts.length > limits.columns) throw new SheetError('too-many-columns', { most: limits.columns })
    if (cells > limits.cells) throw new SheetError('too-many-cells', { most: limits.cells })
    rows.push({ line: info.lines + (said ? 1 : 0), cells: texts })
  }
  if (rows.length === 0) throw new SheetError('empty')
  if (rows.length > limits.rows)
    throw new SheetError('too-many-rows', { found: rows.length, most: limits.rows })
  return {
    format: 'csv',
    encoding,
    separator,
    sheets: [{ name, hidden: false, rows, merged: [], remarks: [] }],
  }
}

/** The one that cuts the most lines into the same number of cells. */
export function separatorOf(text: string): string {
  const sample = sampleOf(text)
  let best = { separator: ',', worth: 0 }
  for (const separator of separators) {
    const widths = sample.map(line => cellsIn(line, separator)).filter(width => width > 1)
    if (widths.length === 0) continue
    const counts = new Map<number, number>()
    for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1)
    const alike = Math.max(...counts.values())
    // A comma stands in many sentences, the same number of times in each line only where it separates.
    const worth =
      (alike / sample.length) * 10 + widths.length / sample.length + Math.min(widths[0] ?? 0, 20) / 100
    if (worth > best.worth) best = { separator, worth }
  }
  return best.separator
}

/** Up to fifty lines with something in them; a line within quotes is not an end. */
function sampleOf(text: string): string[] {
  const lines: string[] = []
  let from = 0
  let quoted = false
  const end = Math.min(text.length, 100_000)
  for (let at = 0; at < end && lines.length < 50; at++) {
    const sign = text[at]
    if (sign === '"') quoted = !quoted
    else if ((sign === '\n' || sign === '\r') && !quoted) {
      const line = text.slice(from, at)
      if (line.trim() !== '') lines.push(line)
      from = at + 1
    }
  }
  if (lines.length < 50 && text.slice(from, end).trim() !== '') lines.push(text.slice(from, end))
  return lines
}

function cellsIn(line: string, separator: string): number {
  let count = 1
  let quoted = false
  for (const sign of line) {
    if (sign === '"') quoted = !quoted
    else if (sign === separator && !quoted) count += 1
  }
  return count
}

interface Read {
  record: string[]
  info: { lines: number }
}

/**
 * A quote that was never closed swallows the rest of the file into one cell: what is longer than a cell may be is then
 * read again without quotes, where each line stands for itself.
 */
function records(text: string, separator: string, limits: SheetLimits): Read[] {
  const longest = limits.cellCharacters * 20
  try {
    return parsed(text, separator, true, longest)
  } catch {
    try {
      return parsed(text, separator, false, longest)
    } catch {
      throw new SheetError('broken')
    }
  }
}

function parsed(text: string, separator: string, quotes: boolean, longest: number): Read[] {
  let begins = 1
  const read = parse(text, {
    delimiter: separator,
    quote: quotes ? '"' : false,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: false,
    info: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: longest,
  }) as unknown as Read[]
  // The library tells in which line a record ends; people look for where it begins.
  return read.map(({ record, info }) => {
    const line = begins
    begins = info.lines + 1
    return { record, info: { lines: line } }
  })
}

/** A few signs that no text holds, or holds seldom. */
function looksBinary(text: string): boolean {
  const start = text.slice(0, 2_000)
  let strange = 0
  for (const sign of start) {
    const code = sign.codePointAt(0) ?? 0
    if (code === 0 || (code < 32 && code !== 9 && code !== 10 && code !== 13)) strange += 1
  }
  return strange > start.length / 100
}
