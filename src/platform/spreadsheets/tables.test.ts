import { deflateRawSync } from 'node:zlib'
import { utils, write } from '@e965/xlsx'
import { expect, test } from 'vitest'
import { readBook } from '#platform/spreadsheets/reading.ts'
import { SheetError, type SheetLimits, sheetLimits } from '#platform/spreadsheets/sheet.ts'
import { readTables } from '#platform/spreadsheets/tables.ts'

const accents = 'Société;Ville\r\n"Médiathèque; l’Étoile";Béziers\r\n'

test.each([
  ['utf-8', Buffer.from(accents), 'utf-8'],
  ['utf-8 with a mark', Buffer.from(`\ufeff${accents}`), 'utf-8'],
  ['utf-16 with a mark', Buffer.from(`\ufeff${accents}`, 'utf16le'), 'utf-16le'],
  ['utf-16 without one', Buffer.from(accents, 'utf16le'), 'utf-16le'],
  ['utf-16, the other way round', Buffer.from(`\ufeff${accents}`, 'utf16le').swap16(), 'utf-16be'],
  ['windows', Buffer.from(accents.replace('’', '\u0092'), 'latin1'), 'windows-1252'],
  [
    'macintosh',
    Buffer.from(
      accents
        .replace('’', '\u00d5')
        .replaceAll('é', '\u008e')
        .replaceAll('è', '\u008f')
        .replace('É', '\u0083'),
      'latin1',
    ),
    'macintosh',
  ],
])('a text in %s', async (_, bytes, encoding) => {
  const book = await readBook(bytes, 'liste.csv')
  expect([book.format, book.encoding, book.separator]).toEqual(['csv', encoding, ';'])
  expect(book.sheets[0]).toMatchObject({
    name: 'liste',
    rows: [
      { line: 1, cells: ['Société', 'Ville'] },
      { line: 2, cells: ['Médiathèque; l’Étoile', 'Béziers'] },
    ],
  })
})

test.each([
  ['a,b\n"1,5",2\n', ','],
  ['a\tb, c\n1\t2\n', '\t'],
  ['Liste, au 3 mai\nNom;Ville\nA, B;C\nD, E;F\n', ';'],
  ['sep=|\na|b;c\n', '|'],
  ['Nom\nUn seul\n', ','],
])('separators: %j', async (text, separator) => {
  expect((await readBook(Buffer.from(text), 'x.csv')).separator).toBe(separator)
})

test('lines are numbered as a spreadsheet numbers them, whatever lies within cells', async () => {
  const book = await readBook(Buffer.from('Nom;Ville\n\n"Deux\nlignes";Albi\nTrois;Auch\n'), 'x.csv')
  expect(book.sheets[0]?.rows).toEqual([
    { line: 1, cells: ['Nom', 'Ville'] },
    { line: 3, cells: ['Deux\nlignes', 'Albi'] },
    { line: 5, cells: ['Trois', 'Auch'] },
  ])
})

test('a quote that is never closed takes no line along', async () => {
  const lines = Array.from({ length: 3_000 }, (_, index) => `Organisation ${index};Ville ${index}`)
  lines[3] = '"Ouverte;Ville 3'
  const book = await readBook(Buffer.from(lines.join('\n')), 'x.csv')
  expect(book.sheets[0]?.rows).toHaveLength(3_000)
})

test('a workbook as it is seen: dates, digits, formulas, errors, merged cells, hidden sheets', async () => {
  const sheet = utils.aoa_to_sheet([
    ['Nom', 'SIRET', 'Date', 'Somme', 'Erreur', 'Code', 'Long', 'Oui'],
    ['  A\u00a0B ', 55210055400013, 46023, 3, '', 7, 1234567890123456, true],
    ['', 0.1 + 0.2],
  ])
  sheet.C2 = { t: 'n', v: 46023, z: 'dd/mm/yyyy' }
  sheet.D2 = { t: 'n', v: 3, f: '1+2' }
  sheet.E2 = { t: 'e', v: 0x2a, w: '#N/A', f: 'VLOOKUP(1,2,3)' }
  sheet.F2 = { t: 'n', v: 7, z: '00000' }
  sheet['!merges'] = [{ s: { r: 1, c: 0 }, e: { r: 2, c: 0 } }]
  const book = utils.book_new()
  utils.book_append_sheet(book, sheet, 'Vue')
  utils.book_append_sheet(book, utils.aoa_to_sheet([['x']]), 'Cachée')
  book.Workbook = { Sheets: [{}, { Hidden: 1 }] }
  for (const bookType of ['xlsx', 'xls', 'ods'] as const) {
    const read = await readTables(write(book, { type: 'buffer', bookType }) as Buffer, `x.${bookType}`)
    expect(read.format).toBe(bookType)
    const [seen, hidden] = read.sheets
    expect(seen?.rows[1]).toEqual({
      line: 2,
      // Of the zeros a format puts in front, the file of LibreOffice that is written here does not tell.
      cells: [
        'A B',
        '55210055400013',
        '2026-01-01',
        '3',
        '',
        bookType === 'ods' ? '7' : '00007',
        '1234567890123456',
        'TRUE',
      ],
    })
    expect(seen?.rows[2]?.cells).toEqual(['', '0.3'])
    expect(seen?.merged).toEqual([{ top: 2, left: 0, bottom: 3, right: 0 }])
    expect(hidden?.hidden).toBe(bookType !== 'ods')
    if (bookType === 'ods') continue
    expect(seen?.remarks).toEqual([
      { line: 2, column: 4, code: 'formula-error', detail: '#N/A' },
      { line: 2, column: 6, code: 'rounded', detail: '1234567890123456' },
    ])
  }
})

test('what is no table, or more than can be read, is refused', async () => {
  const little: SheetLimits = { ...sheetLimits, rows: 2, columns: 3, cells: 5, unpackedBytes: 100_000 }
  const refused = async (bytes: Buffer, limits = sheetLimits) => {
    const error = await readBook(bytes, 'x', limits).catch(error => error)
    return error instanceof SheetError ? error.code : `${error}`
  }
  expect(await refused(Buffer.from(''))).toBe('empty')
  expect(await refused(Buffer.from('\n \n;;\n'))).toBe('empty')
  expect(await refused(Buffer.from('%PDF-1.7 …'))).toBe('not-a-table')
  expect(await refused(Buffer.from([1, 0, 2, 0, 0, 0, 3, 4, 0, 0, 0, 0, 9]))).toBe('not-a-table')
  expect(await refused(Buffer.from('a\nb\nc\n'), little)).toBe('too-many-rows')
  expect(await refused(Buffer.from('a;b;c;d\n'), little)).toBe('too-many-columns')
  expect(await refused(Buffer.from('a;b;c\nd;e;f\n'), little)).toBe('too-many-cells')
  expect(await refused(Buffer.from('PK\u0003\u0004, and then nothing'))).toBe('broken')
  expect(await refused(zip('word/document.xml', Buffer.from('<w/>'), 4))).toBe('not-a-table')
  // The directory says four bytes; a million come out.
  expect(await refused(zip('xl/workbook.xml', Buffer.alloc(1_000_000), 4), little)).toBe('unpacks-too-large')
})

test('fifty thousand lines are read beside the server, sixty thousand are refused', async () => {
  const rows = Array.from({ length: 50_000 }, (_, index) => [`Organisation ${index}`, 'Toulouse', index])
  const workbook = utils.book_new()
  utils.book_append_sheet(
    workbook,
    utils.aoa_to_sheet([['Nom', 'Ville', 'Effectif'], ...rows], { dense: true }),
    'Liste',
  )
  let turns = 0
  const timer = setInterval(() => turns++, 5)
  const large = write(workbook, { type: 'buffer', bookType: 'xlsx', compression: true }) as Buffer
  turns = 0
  const book = await readTables(large, 'liste.xlsx')
  clearInterval(timer)
  expect(book.sheets[0]?.rows).toHaveLength(50_001)
  // Others had their turn meanwhile.
  expect(turns).toBeGreaterThan(5)
  const tooMany = Buffer.from(
    Array.from({ length: 60_000 }, (_, index) => `Organisation ${index};Toulouse`).join('\n'),
  )
  await expect(readTables(tooMany, 'liste.csv')).rejects.toMatchObject({
    code: 'too-many-rows',
    detail: { found: 60_000 },
  })
}, 120_000)

test('what takes too long is given up', async () => {
  const text = Buffer.from(Array.from({ length: 200_000 }, (_, index) => `Nom ${index};Ville`).join('\n'))
  const limits = { ...sheetLimits, seconds: 0.001 }
  await expect(readTables(text, 'x.csv', limits)).rejects.toMatchObject({ code: 'too-complex' })
})

/** One file in a zip, whose directory may lie about its size. */
function zip(name: string, content: Buffer, said: number): Buffer {
  const packed = deflateRawSync(content)
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(8, 8)
  local.writeUInt32LE(packed.length, 18)
  local.writeUInt32LE(said, 22)
  local.writeUInt16LE(name.length, 26)
  const directory = Buffer.alloc(46)
  directory.writeUInt32LE(0x02014b50, 0)
  directory.writeUInt16LE(8, 10)
  directory.writeUInt32LE(packed.length, 20)
  directory.writeUInt32LE(said, 24)
  directory.writeUInt16LE(name.length, 28)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(46 + name.length, 12)
  end.writeUInt32LE(30 + name.length + packed.length, 16)
  return Buffer.concat([local, Buffer.from(name), packed, directory, Buffer.from(name), end])
}
