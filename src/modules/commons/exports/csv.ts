import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import { byteStream } from '#kernel/byte-stream.ts'
import { columns, type ExportOptions, type ItemRecord, type Value, valuesOf } from './record.ts'

/**
 * RFC 4180 with a header line, UTF-8, every text quoted. Several values stand in one cell, joined by `; `.
 *
 * Spreadsheets run a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return as a formula: such a text
 * gets an apostrophe before it (OWASP, CSV injection). Each of several values is treated so, and texts are quoted,
 * because a French or German spreadsheet also splits at `;`. Numbers are numbers: a negative latitude stays one.
 */
export function writeCsv(
  items: AsyncIterable<ItemRecord>,
  options: ExportOptions = {},
): ReadableStream<Uint8Array> {
  const stringifier = stringify({
    bom: options.bom ?? true,
    header: true,
    columns: [...columns],
    record_delimiter: 'windows',
    quoted_string: true,
    quoted_empty: false,
  })
  return byteStream(lines(items, stringifier))
}

/**
 * The text, made harmless for spreadsheets: also where one that expects semicolons would begin another cell or, a quote
 * having been closed too early for it, another line. A number after a minus stays a number, an item of a list an item.
 */
export function neutralised(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  // The sign first, then what stands before it: looked at the other way round, empty lines are gone through once for each.
  return harmless.replace(/(?=[=+@]|-(?![\d\s]))(?<=[;\r\n][\s"]*)/g, "'")
}

async function* lines(items: AsyncIterable<ItemRecord>, stringifier: ReturnType<typeof stringify>) {
  const source = Readable.from(rows(items), { highWaterMark: 16 })
  source.once('error', error => stringifier.destroy(error))
  source.pipe(stringifier)
  try {
    for await (const chunk of stringifier)
      yield typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer)
  } finally {
    source.destroy()
  }
}

async function* rows(items: AsyncIterable<ItemRecord>) {
  for await (const item of items) {
    const values = valuesOf(item)
    yield columns.map(column => cell(values[column]))
  }
}

function cell(value: Value): string | number | null {
  if (value === null || typeof value === 'number') return value
  if (typeof value === 'string') return neutralised(value)
  return value.map(one => neutralised(String(one))).join('; ')
}
