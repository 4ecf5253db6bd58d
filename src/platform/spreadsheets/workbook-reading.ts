import { type CellObject, read, SSF, set_cptable, type WorkSheet } from '@e965/xlsx'
import * as codepages from '@e965/xlsx/dist/cpexcel.full.mjs'
import {
  type Book,
  type CellRemark,
  cellText,
  type Range,
  type Row,
  type Sheet,
  SheetError,
  type SheetLimits,
  trimmedRow,
} from '#platform/spreadsheets/sheet.ts'

// Workbooks of before 2007 are written in the code pages of their time.
set_cptable(codepages)

/** A workbook: values as they were kept, never computed. @throws SheetError */
export function readWorkbook(bytes: Uint8Array, format: Book['format'], limits: SheetLimits): Book {
  const book = opened(bytes, limits)
  const described = book.Workbook?.Sheets ?? []
  const system1904 = book.Workbook?.WBProps?.date1904 === true
  const budget = { cells: limits.cells }
  const sheets = book.SheetNames.flatMap((name, index): Sheet[] => {
    const sheet = book.Sheets[name]
    // Charts and macros stand among the sheets.
    if (!sheet || (sheet['!type'] !== undefined && sheet['!type'] !== 'sheet')) return []
    const found = asSheet(sheet, system1904, limits, budget)
    return [{ name: cellText(name), hidden: (described[index]?.Hidden ?? 0) > 0, ...found }]
  })
  if (sheets.every(({ rows }) => rows.length === 0)) throw new SheetError('empty')
  return { format, encoding: null, separator: null, sheets }
}

function opened(bytes: Uint8Array, limits: SheetLimits) {
  try {
    return read(bytes, {
      type: 'array',
      dense: true,
      cellFormula: true,
      cellHTML: false,
      cellNF: true,
      cellText: true,
      cellStyles: false,
      // More than may be, by which too many are known; and lines can stand far apart.
      sheetRows: limits.rows * 2,
    })
  } catch (error) {
    if (error instanceof Error && /password|encrypt/i.test(error.message)) throw new SheetError('encrypted')
    throw new SheetError('broken')
  }
}

function asSheet(
  sheet: WorkSheet,
  system1904: boolean,
  limits: SheetLimits,
  budget: { cells: number },
): Omit<Sheet, 'name' | 'hidden'> {
  const data = (sheet['!data'] ?? []) as (CellObject | undefined)[][]
  const rows: Row[] = []
  const remarks: CellRemark[] = []
  let count = 0
  data.forEach((row, index) => {
    if (!row) return
    const cells = asCells(row, system1904, limits)
    if (cells.length === 0 && !row.some(cell => cell && remarkOn(cell))) return
    count += 1
    if (count > limits.rows) return
    budget.cells -= cells.length
    if (budget.cells < 0) throw new SheetError('too-many-cells', { most: limits.cells })
    rows.push({ line: index + 1, cells })
    row.forEach((cell, column) => {
      const remark = cell && remarkOn(cell)
      if (remark && column < limits.columns && remarks.length < mostRemarks)
        remarks.push({ line: index + 1, column, ...remark })
    })
  })
  if (count > limits.rows) throw new SheetError('too-many-rows', { found: count, most: limits.rows })
  return { rows, remarks, merged: merges(sheet, limits) }
}

function asCells(row: (CellObject | undefined)[], system1904: boolean, limits: SheetLimits): string[] {
  const cells: string[] = []
  row.forEach((cell, column) => {
    const text = cell ? textOf(cell, system1904) : ''
    if (text === '') return
    if (column >= limits.columns) throw new SheetError('too-many-columns', { most: limits.columns })
    while (cells.length < column) cells.push('')
    cells[column] = text.slice(0, limits.cellCharacters)
  })
  return trimmedRow(cells)
}

/** What is seen in a cell, but for what its format hides: days as ISO writes them, and every digit of a number. */
function textOf(cell: CellObject, system1904: boolean): string {
  const { t, v, w, z } = cell
  if (v === undefined || v === null || t === 'z' || t === 'e') return ''
  if (t === 'b') return v === true ? 'TRUE' : 'FALSE'
  if (t === 'd' && v instanceof Date) return v.toISOString().slice(0, 10)
  if (t !== 'n') return cellText(String(v))
  const number = Number(v)
  const format = typeof z === 'string' ? z : 'General'
  if (SSF.is_date(format)) return dayOf(number, system1904) ?? cellText(w ?? String(number))
  // A number of a register shown as 7.33E+13 is all there; one shown with zeros in front is meant so.
  if (/^0+$/.test(format) || /%/.test(format)) return cellText(w ?? String(number))
  return digitsOf(number)
}

function dayOf(serial: number, system1904: boolean): string | null {
  const date = SSF.parse_date_code(serial, { date1904: system1904 })
  // A time without a day is told as it is seen.
  if (!date || serial < 1) return null
  return [String(date.y).padStart(4, '0'), date.m, date.d]
    .map(part => String(part).padStart(2, '0'))
    .join('-')
}

function digitsOf(number: number): string {
  if (!Number.isFinite(number)) return ''
  if (Number.isInteger(number) && Math.abs(number) < 1e21) return BigInt(number).toString()
  // Fifteen digits are what a spreadsheet knows of a number: 0.1 + 0.2 is 0.3 there.
  return String(Number(number.toPrecision(15)))
}

const mostRemarks = 10_000

function remarkOn({ t, v, w, f }: CellObject): Pick<CellRemark, 'code' | 'detail'> | null {
  if (t === 'e' && w) return { code: 'formula-error', detail: cellText(w) }
  if (f !== undefined && (t === 'e' || v === undefined || v === null))
    return { code: 'formula-empty', detail: '' }
  if (t === 'n' && Math.abs(Number(v)) >= 1e15) return { code: 'rounded', detail: digitsOf(Number(v)) }
  return null
}

const mostMerges = 50_000

function merges(sheet: WorkSheet, limits: SheetLimits): Range[] {
  return (sheet['!merges'] ?? []).slice(0, mostMerges).map(({ s, e }) => ({
    top: s.r + 1,
    left: s.c,
    bottom: Math.min(e.r + 1, s.r + 1 + limits.rows),
    right: Math.min(e.c, limits.columns - 1),
  }))
}
