import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readDelimited } from '#platform/spreadsheets/delimited.ts'
import { decodeText } from '#platform/spreadsheets/encoding.ts'
import { findHeading, headingsOf } from '#platform/spreadsheets/heading.ts'
import { tableOf } from '#platform/spreadsheets/records.ts'
import { cellText, type Range, type Sheet, SheetError, sheetLimits } from '#platform/spreadsheets/sheet.ts'
import '../../../test/fast-check.ts'

const known = (text: string) => /^(?:nom|ville|type|mail|fonction|siret|contact)$/i.test(text)

function sheet(lines: string[][], merged: Range[] = []): Sheet {
  const rows = lines
    .map((cells, index) => ({ line: index + 1, cells }))
    .filter(({ cells }) => cells.some(Boolean))
  return { name: 'x', hidden: false, rows, merged, remarks: [] }
}

describe('headings', () => {
  test('under titles, above data', () => {
    const one = sheet([
      ['Adhérents 2026'],
      [],
      ['Nom', 'Ville', 'Année'],
      ['A', 'Albi', '2024'],
      ['B', 'Auch', '2025'],
    ])
    expect(findHeading(one, known)).toEqual({ line: 3, lines: 1 })
    expect(tableOf(one, { line: 3, lines: 1 }).records.map(({ line }) => line)).toEqual([4, 5])
  })

  test('in no language that is known', () => {
    const one = sheet([
      ['Имя', 'Город'],
      ['А', 'Москва'],
      ['Б', 'Тула'],
    ])
    expect(findHeading(one, known)).toEqual({ line: 1, lines: 1 })
  })

  test('none at all', () => {
    const one = sheet([
      ['A', 'a@exemple.org', '31000'],
      ['B', 'b@exemple.org', '81000'],
    ])
    expect(findHeading(one, known)).toEqual({ line: 0, lines: 0 })
    expect(tableOf(one, { line: 0, lines: 0 }).records).toHaveLength(2)
  })

  test('on two lines, by merged cells', () => {
    const one = sheet(
      [
        ['Structure', '', 'Contact', '', 'Note'],
        ['Nom', 'Ville', 'Nom', 'Mail'],
        ['A', 'Albi', 'B', 'b@exemple.org', 'x'],
      ],
      [
        { top: 1, left: 0, bottom: 1, right: 1 },
        { top: 1, left: 2, bottom: 1, right: 3 },
        { top: 1, left: 4, bottom: 2, right: 4 },
      ],
    )
    const heading = findHeading(one, known)
    expect(heading).toEqual({ line: 1, lines: 2 })
    expect(headingsOf(one, heading)).toEqual([
      'Structure – Nom',
      'Structure – Ville',
      'Contact – Nom',
      'Contact – Mail',
      'Note',
    ])
  })

  test('on two lines of a text, where groups stand above the first of theirs', () => {
    const one = sheet([
      ['Nom', 'Ville', 'Contact', '', ''],
      ['', '', 'Nom', 'Mail', 'Fonction'],
      ['A', 'Albi', 'B', 'b@exemple.org', 'DG'],
    ])
    const heading = findHeading(one, known)
    expect(heading).toEqual({ line: 1, lines: 2 })
    expect(headingsOf(one, heading)).toEqual([
      'Nom',
      'Ville',
      'Contact – Nom',
      'Contact – Mail',
      'Contact – Fonction',
    ])
  })

  test('a first line of data is no second heading', () => {
    const one = sheet([
      ['Nom', 'Ville', 'Type'],
      ['A', '', 'SAS'],
      ['B', 'Auch', 'SARL'],
    ])
    expect(findHeading(one, known)).toEqual({ line: 1, lines: 1 })
  })
})

test('totals, repeated headings, sections and notes are passed over, tall cells go down', () => {
  const one = sheet(
    [
      ['Nom', 'Ville', 'Effectif', 'Contact'],
      ['A', 'Albi', '3', 'Anne'],
      ['', '', '', 'Marc'],
      ['Entreprises du Gers'],
      ['TotalEnergies', 'Lacq', '500'],
      ['Nom', 'Ville', 'Effectif', 'Contact'],
      ['Total', '', '503'],
      ['* à vérifier'],
      ['Seule'],
    ],
    [
      { top: 2, left: 0, bottom: 3, right: 0 },
      { top: 4, left: 0, bottom: 4, right: 3 },
    ],
  )
  const table = tableOf(one, { line: 1, lines: 1 })
  expect(table.records.map(({ line, cells }) => [line, cells[0]])).toEqual([
    [2, 'A'],
    [3, 'A'],
    [5, 'TotalEnergies'],
    [9, 'Seule'],
  ])
  expect(table.passed).toEqual([
    { line: 4, why: 'section' },
    { line: 6, why: 'heading' },
    { line: 7, why: 'total' },
    { line: 8, why: 'note' },
  ])
})

describe('whatever comes', () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 30 }).map(cellText)
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 2, maxLength: 12 })

  test('what was written by the book is read as it was', () => {
    fc.assert(
      fc.property(
        table,
        fc.constantFrom(';', '\t'),
        fc.constantFrom('\r\n', '\n'),
        (rows, separator, end) => {
          const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
          const filled = rows.map(row => row.map(text => text || '-'))
          const text = filled.map(row => row.map(quoted).join(separator)).join(end)
          const wide = Math.max(...filled.map(row => row.length))
          // Of lines of different widths nobody could tell what separates.
          fc.pre(filled.every(row => row.length === wide))
          const book = readDelimited(Buffer.from(`\ufeff${text}`), 'x', sheetLimits)
          expect(book.sheets[0]?.rows.map(({ cells }) => cells)).toEqual(filled)
        },
      ),
    )
  })

  test('bytes are read or refused, never worse', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), bytes => {
        expect(typeof decodeText(bytes).text).toBe('string')
        try {
          const [one] = readDelimited(bytes, 'x', sheetLimits).sheets
          expect(
            one?.rows.every(({ cells }) => cells.at(-1) !== '' && cells.every(text => text === text.trim())),
          ).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(SheetError)
        }
      }),
    )
  })

  test('each line of a sheet is heading, record, passed over or above', () => {
    const range = fc
      .record({ top: fc.nat(14), left: fc.nat(6), height: fc.nat(4), width: fc.nat(4) })
      .map(({ top, left, height, width }) => ({
        top: top + 1,
        left,
        bottom: top + 1 + height,
        right: left + width,
      }))
    fc.assert(
      fc.property(table, fc.array(range, { maxLength: 4 }), (lines, merged) => {
        const one = sheet(lines, merged)
        const heading = findHeading(one, known)
        const { records, passed, headings } = tableOf(one, heading)
        const last = heading.lines === 0 ? 0 : heading.line + heading.lines - 1
        const below = one.rows.filter(({ line }) => line > last).map(({ line }) => line)
        expect(
          [...records.map(({ line }) => line), ...passed.map(({ line }) => line)].sort((a, b) => a - b),
        ).toEqual(below)
        expect(headings.length).toBeGreaterThanOrEqual(
          Math.max(0, ...records.map(({ cells }) => cells.length)) > 0 ? 1 : 0,
        )
      }),
    )
  })
})
