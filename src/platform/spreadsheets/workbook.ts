import { byteStream, encoded } from '#kernel/byte-stream.ts'
import { xmlText } from '#kernel/xml.ts'
import { type ZipEntry, zipped } from '#kernel/zip.ts'

export interface SheetColumn {
  name: string
  /** In characters; 20 unless said otherwise. */
  width?: number
  /** Texts in ISO 8601 become days, or moments in UTC. */
  kind?: 'day' | 'moment'
}

export type SheetCell = string | number | null

export interface Sheet {
  title: string
  columns: readonly SheetColumn[]
  /** Each with a cell for every column. */
  rows: AsyncIterable<readonly SheetCell[]> | Iterable<readonly SheetCell[]>
}

/**
 * A workbook (ECMA-376), written as it is read: numbers and dates are typed cells, texts are inline strings, the header
 * of each sheet stays in view. Text is text: a leading `=` cannot become a formula. Cells hold 32,767 characters at most,
 * longer text is cut; a sheet holds 1,048,576 rows, beyond which the stream fails.
 */
export function writeSheets(sheets: readonly Sheet[]): ReadableStream<Uint8Array> {
  return byteStream(zipped(parts(sheets)))
}

/** A workbook of one sheet. */
export function writeWorkbook(
  title: string,
  columns: readonly SheetColumn[],
  rows: AsyncIterable<readonly SheetCell[]>,
): ReadableStream<Uint8Array> {
  return writeSheets([{ title, columns, rows }])
}

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const package_ = 'http://schemas.openxmlformats.org/package/2006'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const maxRows = 1_048_576
const maxCell = 32_767

/** Indexes into `cellXfs` below. */
const styles = { plain: 0, header: 1, day: 2, moment: 3 }

async function* parts(sheets: readonly Sheet[]): AsyncGenerator<ZipEntry> {
  const names = sheetNames(sheets)
  yield part('[Content_Types].xml', [
    `<Types xmlns="${package_}/content-types">`,
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
    '<Default Extension="xml" ContentType="application/xml"/>',
    `<Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/>`,
    ...sheets.map(
      (_, index) =>
        `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="${type}.worksheet+xml"/>`,
    ),
    `<Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/></Types>`,
  ])
  yield part('_rels/.rels', [
    `<Relationships xmlns="${package_}/relationships">`,
    `<Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ])
  yield part('xl/workbook.xml', [
    `<workbook xmlns="${main}" xmlns:r="${office}">`,
    '<sheets>',
    ...names.map(
      (name, index) => `<sheet name="${xmlText(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
    ),
    '</sheets></workbook>',
  ])
  yield part('xl/_rels/workbook.xml.rels', [
    `<Relationships xmlns="${package_}/relationships">`,
    ...sheets.map(
      (_, index) =>
        `<Relationship Id="rId${index + 1}" Type="${office}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`,
    ),
    `<Relationship Id="rId${sheets.length + 1}" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
  ])
  yield part('xl/styles.xml', [
    `<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>`,
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>',
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>',
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>',
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>',
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>',
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>',
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>',
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>',
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
  ])
  for (const [index, one] of sheets.entries())
    yield { name: `xl/worksheets/sheet${index + 1}.xml`, content: encoded(sheet(one)), modified: epoch }
}

async function* sheet({ columns, rows }: Sheet): AsyncGenerator<string> {
  yield `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0">`
  yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>'
  for (const [index, { width = 20 }] of columns.entries())
    yield `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`
  const letters = columns.map((_, index) => letterOf(index))
  const header = columns
    .map(({ name }, index) => textCell(`r="${letters[index]}1"`, name, styles.header))
    .join('')
  yield `</cols><sheetData><row r="1">${header}</row>\n`
  let row = 1
  for await (const cells of rows) {
    if (++row > maxRows) throw new RangeError(`A sheet holds ${maxRows} rows.`)
    const written = columns.map((column, index) =>
      cell(column, `r="${letters[index]}${row}"`, cells[index] ?? null),
    )
    yield `<row r="${row}">${written.join('')}</row>\n`
  }
  yield `</sheetData><autoFilter ref="A1:${letters.at(-1)}${row}"/></worksheet>`
}

/** One cell; an empty one is left out. Its address is not required by the format, but by some readers. */
function cell({ kind }: SheetColumn, at: string, value: SheetCell): string {
  if (value === null || value === '') return ''
  if (typeof value === 'number') return Number.isFinite(value) ? `<c ${at}><v>${value}</v></c>` : ''
  const serial = kind ? daysOf(value) : null
  if (!kind || serial === null) return textCell(at, value, styles.plain)
  return `<c ${at} s="${styles[kind]}"><v>${serial}</v></c>`
}

function textCell(at: string, text: string, style: number): string {
  // `_x0041_` stands for a character in this format (22.9.2.19): a literal one must not be read so.
  const written = xmlText(text.slice(0, maxCell).replace(/_(?=x[\da-f]{4}_)/gi, '_x005F_'))
  return `<c ${at} s="${style}" t="inlineStr"><is><t xml:space="preserve">${written}</t></is></c>`
}

/** A to Z, then AA: sheets of ours have less than seven hundred columns. */
function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26))
  return index < 26 ? letter : String.fromCharCode(64 + Math.floor(index / 26)) + letter
}

/**
 * Days since 1899-12-30, as spreadsheets count, in UTC. Null for what is no date, and before March 1900, where they
 * count a 29 February that never was: that stays text.
 */
function daysOf(written: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}/.test(written)) return null
  const days = Date.parse(written) / 86_400_000 + 25_569
  return days >= 61 ? Math.round(days * 86_400) / 86_400 : null
}

/** No two alike, in whatever case: a reader would refuse the whole workbook. */
function sheetNames(sheets: readonly Sheet[]): string[] {
  const names: string[] = []
  for (const { title } of sheets) {
    const name = sheetName(title)
    const taken = names.some(other => other.toLowerCase() === name.toLowerCase())
    names.push(taken ? `${name.slice(0, 27)} ${names.length + 1}` : name)
  }
  return names
}

/** At most 31 characters, none of them forbidden in the name of a sheet. */
function sheetName(title: string): string {
  const name = title
    .replace(/[[\]:*?/\\']/g, ' ')
    .trim()
    .slice(0, 31)
    .trim()
  return name === '' ? 'Sheet' : name
}

/** Zip counts local time from 1980; a constant keeps equal contents equal. */
const epoch = new Date('1980-01-01T12:00:00Z')

function part(name: string, lines: string[]): ZipEntry {
  return { name, content: encoded(oneText(head + lines.join(''))), modified: epoch }
}

async function* oneText(text: string): AsyncGenerator<string> {
  yield text
}
