import { checkArchive } from '#platform/spreadsheets/archive-check.ts'
import { readDelimited } from '#platform/spreadsheets/delimited.ts'
import { type Book, SheetError, type SheetLimits, sheetLimits } from '#platform/spreadsheets/sheet.ts'

/**
 * The tables of a file. What it is shows in its first bytes, not in what it is called. Keeps a processor busy for whole
 * seconds where the file is large: `readTables` does it beside the server.
 * @param name names the sheet of a text, which has none
 * @throws SheetError
 */
export async function readBook(
  bytes: Uint8Array,
  name: string,
  limits: SheetLimits = sheetLimits,
): Promise<Book> {
  if (bytes.length === 0) throw new SheetError('empty')
  if (bytes.length > limits.fileBytes)
    throw new SheetError('too-large', { megabytes: Math.floor(limits.fileBytes / 2 ** 20) })
  const format = formatOf(bytes, limits)
  if (format === 'csv') return readDelimited(bytes, name.replace(/\.\w{1,5}$/, ''), limits)
  const { readWorkbook } = await import('#platform/spreadsheets/workbook-reading.ts')
  return readWorkbook(bytes, format, limits)
}

function formatOf(bytes: Uint8Array, limits: SheetLimits): Book['format'] {
  if (begins(bytes, [0x50, 0x4b, 0x03, 0x04])) {
    const names = checkArchive(bytes, limits)
    if (names.some(name => name.startsWith('xl/'))) return 'xlsx'
    if (names.includes('content.xml') && names.includes('META-INF/manifest.xml')) return 'ods'
    throw new SheetError('not-a-table')
  }
  if (begins(bytes, [0xd0, 0xcf, 0x11, 0xe0])) {
    // A workbook with a password is wrapped in the old format, which names what it wraps.
    if (Buffer.from(bytes).includes(Buffer.from('EncryptedPackage', 'utf16le')))
      throw new SheetError('encrypted')
    return 'xls'
  }
  const start = head(bytes, 1_000)
    .replace(/^\ufeff/, '')
    .trimStart()
  if (/^(?:%PDF|\{\\rtf|\x89PNG|\xff\xd8|GIF8|Rar!|7z\xbc)/.test(start)) throw new SheetError('not-a-table')
  // Programs of offices call a page of HTML or XML with a table in it a workbook.
  if (/^<(?:\?xml|!doctype html|html|table|meta)/i.test(start)) return 'html'
  return 'csv'
}

function begins(bytes: Uint8Array, signature: number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte)
}

function head(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.subarray(0, length)).toString('latin1')
}
