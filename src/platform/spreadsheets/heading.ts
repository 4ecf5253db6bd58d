import type { Row, Sheet } from '#platform/spreadsheets/sheet.ts'

/** Where a table says what its columns hold: one line, or two of which the upper groups; or nowhere. */
export interface Heading {
  /** The first of them, as a spreadsheet numbers it; 0 where there is none. */
  line: number
  lines: 0 | 1 | 2
}

/** How far down a heading is looked for: titles, logos and explanations stand above it. */
const searched = 40

/** @param known whether a text is what columns of such a table are called */
export function findHeading(sheet: Sheet, known: (text: string) => boolean): Heading {
  const rows = sheet.rows.slice(0, searched)
  const width = usualWidth(sheet.rows)
  let best: { at: number; worth: number } | null = null
  rows.forEach((row, at) => {
    const worth = worthOf(row, width, known)
    if (worth > 0 && (best === null || worth > best.worth)) best = { at, worth }
  })
  const found = best as { at: number; worth: number } | null
  if (found === null) return { line: 0, lines: 0 }
  const row = rows[found.at] as Row
  const above = rows[found.at - 1]
  if (above && above.line === row.line - 1 && groups(sheet, above, row)) return { line: above.line, lines: 2 }
  const below = rows[found.at + 1]
  if (below && below.line === row.line + 1 && looksLikeHeading(below) && groups(sheet, row, below))
    return { line: row.line, lines: 2 }
  return { line: row.line, lines: 1 }
}

/** What each column is called: of two lines, "group – heading" where both say something. */
export function headingsOf(sheet: Sheet, heading: Heading): string[] {
  const at = (line: number) => sheet.rows.find(row => row.line === line)?.cells ?? []
  if (heading.lines === 0) return []
  const lower = heading.lines === 2 ? at(heading.line + 1) : at(heading.line)
  if (heading.lines === 1) return lower.map(oneLine)
  const upper = spread(sheet, { line: heading.line, cells: at(heading.line) }, lower)
  const width = Math.max(upper.length, lower.length)
  return Array.from({ length: width }, (_, column) => {
    const [over, own] = [oneLine(upper[column] ?? ''), oneLine(lower[column] ?? '')]
    if (own === '' || over === own) return over
    return over === '' ? own : `${over} – ${own}`
  })
}

/** A heading is made of words, as wide as the table, and of such words as these tables use. */
function worthOf(row: Row, width: number, known: (text: string) => boolean): number {
  const filled = row.cells.filter(Boolean)
  const recognised = filled.filter(known).length
  const data = filled.filter(looksLikeData).length
  if (recognised === 0 && (filled.length < Math.max(1, width * 0.6) || data > 0)) return 0
  // A title names the table in one cell: only a table of one column is called so.
  if (filled.length === 1 && width > 1) return 0
  if (data > filled.length / 3) return 0
  const distinct = new Set(filled).size / filled.length
  return recognised * 4 + (filled.length / Math.max(1, width)) * distinct - data * 3
}

function looksLikeHeading(row: Row): boolean {
  return row.cells.every(cell => !looksLikeData(cell))
}

/** Numbers, days, addresses: what stands under a heading. */
function looksLikeData(cell: string): boolean {
  return (
    /@/.test(cell) ||
    /^https?:/i.test(cell) ||
    /^[\d\s.,/+%€$-]*\d[\d\s.,/+%€$-]*$/.test(cell) ||
    cell.length > 80
  )
}

/** Whether the upper line groups what the lower one says, cell by cell. */
function groups(sheet: Sheet, upper: Row, lower: Row): boolean {
  if (!looksLikeHeading(upper)) return false
  const width = Math.max(upper.cells.length, lower.cells.length)
  const inUpper = sheet.merged.filter(range => range.top === upper.line)
  // The title of the whole table spans it; a heading of two lines is one cell upwards.
  const spans = inUpper.filter(({ left, right }) => right > left && right - left + 1 < width)
  const tall = inUpper.some(({ top, bottom }) => bottom === top + 1)
  const filled = upper.cells.filter(Boolean).length
  if (tall || spans.length > 0) return filled > 0
  // Without merged cells: where the lower line is empty the upper one speaks, and the other way round.
  if (filled < 2) return false
  const gaps = Array.from({ length: width }, (_, column) => column)
  const complementary = gaps.some(column => upper.cells[column] && !lower.cells[column])
  const grouped = gaps.some(
    column =>
      column > 0 && !upper.cells[column] && lower.cells[column] && upper.cells.slice(0, column).some(Boolean),
  )
  return grouped && (complementary || filled < lower.cells.filter(Boolean).length)
}

/** What a group says holds for each of its columns. */
function spread(sheet: Sheet, upper: Row, lower: string[]): string[] {
  const width = Math.max(upper.cells.length, lower.length)
  const cells = Array.from({ length: width }, (_, column) => upper.cells[column] ?? '')
  const ranges = sheet.merged.filter(({ top, left, right }) => top === upper.line && right > left)
  for (const { left, right } of ranges)
    for (let column = left + 1; column <= right && column < width; column++) cells[column] = cells[left] ?? ''
  if (sheet.merged.length > 0) return cells
  for (let column = 1; column < width; column++) {
    const before = cells[column - 1] ?? ''
    // A group begins where it has a column of its own.
    if (cells[column] === '' && lower[column] && before !== '' && lower[column - 1]) cells[column] = before
  }
  return cells
}

/** As many cells as most lines have. */
function usualWidth(rows: readonly Row[]): number {
  const widths = rows.slice(0, 500).map(({ cells }) => cells.filter(Boolean).length)
  widths.sort((a, b) => a - b)
  return widths[Math.floor(widths.length * 0.6)] ?? 0
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
