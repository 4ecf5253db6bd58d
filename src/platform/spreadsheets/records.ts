import { type Heading, headingsOf } from '#platform/spreadsheets/heading.ts'
import type { Row, Sheet } from '#platform/spreadsheets/sheet.ts'

/** A sheet as a table: what its columns are called, and its lines. */
export interface Table {
  headings: string[]
  records: Row[]
  /** Lines that hold none of what the table is about. */
  passed: { line: number; why: 'total' | 'heading' | 'section' | 'note' }[]
}

/** The lines under a heading; a cell merged downwards holds for each of its lines. */
export function tableOf(sheet: Sheet, heading: Heading): Table {
  const headings = headingsOf(sheet, heading)
  const last = heading.lines === 0 ? 0 : heading.line + heading.lines - 1
  const own = sheet.rows.find(row => row.line === last)?.cells ?? []
  const width = Math.max(headings.length, ...sheet.rows.slice(0, 1_000).map(({ cells }) => cells.length))
  const tall = downwards(sheet)
  const wide = new Map(
    sheet.merged.map(range => [`${range.top} ${range.left}`, range.right - range.left + 1]),
  )
  const table: Table = {
    headings: Array.from({ length: width }, (_, column) => headings[column] ?? ''),
    records: [],
    passed: [],
  }
  for (const row of rowsBelow(sheet, last, tall)) {
    const why = reasonToPass(row, { own, width, wide })
    if (why) table.passed.push({ line: row.line, why })
    else table.records.push(row)
  }
  return table
}

function* rowsBelow(sheet: Sheet, last: number, tall: Map<number, Map<number, string>>): Generator<Row> {
  for (const row of sheet.rows) {
    if (row.line <= last) continue
    const inherited = tall.get(row.line)
    if (!inherited) {
      yield row
      continue
    }
    const cells = [...row.cells]
    for (const [column, text] of inherited) {
      while (cells.length < column) cells.push('')
      cells[column] ||= text
    }
    yield { line: row.line, cells }
  }
}

/** What cells inherit from the one they are merged with: by line, then by column. */
function downwards(sheet: Sheet): Map<number, Map<number, string>> {
  const inherited = new Map<number, Map<number, string>>()
  const tall = sheet.merged.filter(({ top, bottom }) => bottom > top)
  if (tall.length === 0) return inherited
  const rows = new Map(sheet.rows.map(row => [row.line, row]))
  for (const { top, bottom, left } of tall) {
    const text = rows.get(top)?.cells[left] ?? ''
    if (text === '') continue
    for (let line = top + 1; line <= bottom; line++) {
      // Nothing else in it: a tall cell at the foot of the table makes no line of its own.
      if (!rows.has(line)) continue
      const columns = inherited.get(line) ?? new Map<number, string>()
      columns.set(left, text)
      inherited.set(line, columns)
    }
  }
  return inherited
}

const totals =
  /^(?:(?:sous[- ]?)?total|totaux|totales|totais|subtotal|grand total|somme|ensemble|sum|suma|soma|count|recuento|nombre (?:total|d|de|des)|número (?:total|de)|number of)(?!\p{L})/iu
const notes =
  /^(?:\*|(?:source|fuente|fonte|note|nota|mis(?:e)? à jour|dernière mise|last updated|updated|actualizado|atualizado)(?!\p{L}))/iu

function reasonToPass(
  { line, cells }: Row,
  table: { own: string[]; width: number; wide: Map<string, number> },
): Table['passed'][number]['why'] | null {
  const filled = cells.filter(Boolean)
  const first = filled[0] ?? ''
  const isNumber = (cell: string) => /^[\d\s.,%€$-]+$/.test(cell)
  if (totals.test(first) && filled.slice(1).every(isNumber) && (filled.length > 1 || /\d|total/i.test(first)))
    return 'total'
  // Printed again at the head of each page.
  if (
    filled.length > 1 &&
    table.own.length > 0 &&
    cells.every((cell, column) => cell === (table.own[column] ?? ''))
  )
    return 'heading'
  if (filled.length !== 1 || table.width < 3) return null
  if ((table.wide.get(`${line} ${cells.indexOf(first)}`) ?? 1) >= Math.max(3, table.width / 2))
    return 'section'
  return notes.test(first) ? 'note' : null
}
