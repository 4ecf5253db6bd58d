import { type SheetCell, type SheetColumn, writeWorkbook } from '#platform/spreadsheets/workbook.ts'
import { type Column, columns, type ExportOptions, type ItemRecord, type Value, valuesOf } from './record.ts'

/** The items as a workbook of one sheet, written as they are read. */
export function writeXlsx(
  items: AsyncIterable<ItemRecord>,
  options: ExportOptions = {},
): ReadableStream<Uint8Array> {
  return writeWorkbook(options.title ?? 'Items', sheetColumns.map(asColumn), rows(items))
}

/** What one looks for in a sheet comes first, the rest in its order. */
const leading: readonly Column[] = ['title', 'type', 'countries', 'years']
const sheetColumns = [...leading, ...columns.filter(column => !leading.includes(column))]

const widths: Partial<Record<Column, number>> = {
  id: 38,
  title: 60,
  summary: 80,
  url: 50,
  file_name: 40,
  date: 12,
  updated_at: 18,
}

function asColumn(name: Column): SheetColumn {
  const width = widths[name]
  return {
    name,
    ...(width && { width }),
    ...(name === 'date' && { kind: 'day' as const }),
    ...(name === 'updated_at' && { kind: 'moment' as const }),
  }
}

async function* rows(items: AsyncIterable<ItemRecord>): AsyncGenerator<SheetCell[]> {
  for await (const item of items) {
    const values = valuesOf(item)
    yield sheetColumns.map(column => cell(values[column]))
  }
}

function cell(value: Value): SheetCell {
  if (value === null || typeof value === 'number' || typeof value === 'string') return value
  const [only] = value
  return value.length === 1 && typeof only === 'number' ? only : value.join('; ')
}
