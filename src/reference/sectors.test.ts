import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { locales } from '#kernel/locale.ts'
import {
  divisionName,
  offeredSectors,
  readSector,
  searchSectors,
  sector,
  sectorLabel,
  sectorName,
} from '#reference/sectors.ts'
import file from '../../reference/sectors.json' with { type: 'json' }

describe('the file', () => {
  test('has the 21 sections and 88 divisions, in order and in every language', () => {
    expect(file.sections.map(({ code }) => code).join('')).toBe('ABCDEFGHIJKLMNOPQRSTU')
    expect(file.divisions).toHaveLength(88)
    const codes = file.divisions.map(({ code }) => code)
    expect(codes).toEqual([...codes].sort())
    for (const { names } of [...file.sections, ...file.divisions])
      for (const locale of locales) expect(names[locale].trim()).not.toBe('')
  })

  test('gives every division a section and every section its divisions', () => {
    const lying = file.divisions.map(
      ({ code }) => sector(`isic4:${readSector(code)?.slice(6, 7)}${code}`)?.section,
    )
    expect(new Set(lying).size).toBe(21)
    expect(lying).not.toContain(undefined)
  })

  test('names sub-classes of divisions that there are, each once', () => {
    const marks = file.naf.map(([mark = '']) => mark)
    expect(new Set(marks).size).toBe(marks.length)
    expect(marks.filter(mark => !sector(`naf2:${mark}`))).toEqual([])
  })
})

describe('a code', () => {
  test.each([
    ['isic4:C', 'C', null],
    ['isic4:C20', 'C', '20'],
    ['isic4:C2023', 'C', '20'],
    ['naf2:20.42Z', 'C', '20'],
    ['naf2:38.11Z', 'E', '38'],
    ['naf2:88.99B', 'Q', '88'],
  ])('%s lies in section %s, division %s', (code, section, division) => {
    expect(sector(code)).toMatchObject({ code, section, division })
  })

  test.each([
    '',
    'C20',
    'isic4:',
    'isic4:D20',
    'isic4:C34',
    'isic4:V',
    'naf2:34.11Z',
    'naf2:2042Z',
    'isic5:C20',
  ])('%j is none of ours', code => expect(sector(code)).toBeNull())

  test('is called by its own name in French, by its division’s elsewhere', () => {
    expect(sectorName('naf2:20.42Z', 'fr')).toBe('Fabrication de parfums et de produits pour la toilette')
    expect(sectorName('naf2:20.42Z', 'en')).toBe('Manufacture of chemicals and chemical products')
    expect(sectorName('naf2:20.17Z', 'fr')).toBe('Industrie chimique')
    expect(sectorLabel('isic4:C20', 'es')).toBe('C20 · Fabricación de sustancias y productos químicos')
    expect(divisionName('20', 'fr')).toBe('Industrie chimique')
    expect(sectorName('nothing', 'fr')).toBe('nothing')
  })
})

describe('what somebody wrote', () => {
  test.each([
    ['20.42Z', 'naf2:20.42Z'],
    ['2042z', 'naf2:20.42Z'],
    ['2042 Z', 'naf2:20.42Z'],
    ['naf2:20.42Z', 'naf2:20.42Z'],
    ['20', 'isic4:C20'],
    ['c20', 'isic4:C20'],
    ['0121', 'isic4:A0121'],
    ['Q', 'isic4:Q'],
    ['C20 · Industrie chimique', 'isic4:C20'],
    ['20.42Z - Fabrication de parfums', 'naf2:20.42Z'],
    ['industrie CHIMIQUE', 'isic4:C20'],
    ['Education', 'isic4:P85'],
    ['metallurgie', 'isic4:C24'],
  ])('%j is %s', (written, code) => expect(readSector(written)).toBe(code))

  test.each(['', 'parfum', '34.11Z', 'D20', 'chimie et autres', '99999'])('%j is nothing for sure', written =>
    expect(readSector(written)).toBeNull(),
  )

  test('reads every label that a field offers as the code it is', () => {
    for (const locale of locales)
      for (const code of offeredSectors()) expect(readSector(sectorLabel(code, locale)), code).toBe(code)
  })

  test('never makes up a code', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), written => {
        const code = readSector(written)
        expect(code === null || sector(code) !== null).toBe(true)
      }),
    )
  })
})

test('words are looked for without accents, in names and codes', () => {
  expect(searchSectors('dechets traitement', 'fr')[0]).toBe('isic4:E38')
  expect(searchSectors('20', 'en')).toContain('isic4:C20')
  expect(searchSectors('38.1', 'fr')).toEqual(['naf2:38.11Z', 'naf2:38.12Z'])
  expect(searchSectors('nothing of the kind', 'fr')).toEqual([])
  expect(searchSectors('', 'fr')).toEqual([])
})
