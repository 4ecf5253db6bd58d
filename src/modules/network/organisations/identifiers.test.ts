import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type IdentifierScheme,
  identifierSchemes,
  readIdentifier,
  spacedIdentifier,
} from '#modules/network/organisations/identifiers.ts'

describe('a registered number is read as its register writes it', () => {
  test.each<[IdentifierScheme, string, string]>([
    ['siren', '732 829 320', '732829320'],
    ['siren', '404.833.048', '404833048'],
    ['siret', '732 829 320 00074', '73282932000074'],
    // The seat of La Poste is by Luhn's rule, its post offices by their own.
    ['siret', '356 000 000 00048', '35600000000048'],
    ['siret', '35600000049837', '35600000049837'],
    ['vat', 'FR 83 404 833 048', 'FR83404833048'],
    ['vat', 'be 0403.170.701', 'BE0403170701'],
    ['vat', 'DE136695976', 'DE136695976'],
    ['vat', 'NL 004495445 B 01', 'NL004495445B01'],
    ['vat', 'CHE-116.281.710 MWST', 'CHE116281710MWST'],
    ['vat', 'EL094259216', 'EL094259216'],
    ['vat', 'GB 980 7806 84', 'GB980780684'],
    ['lei', '5493001KJTIIGC8Y1R12', '5493001KJTIIGC8Y1R12'],
    ['lei', '7lt wfz yi cns x8d 621k86', '7LTWFZYICNSX8D621K86'],
    ['rccm', 'CI-ABJ-2015-B-12345', 'CI-ABJ-2015-B-12345'],
    ['rccm', 'sn dkr 2018 b 1234', 'SN-DKR-2018-B-1234'],
    ['rccm', 'CM-DLA-03-2021-B12-00123', 'CM-DLA-03-2021-B12-00123'],
    ['rccm', 'CD/KNG/RCCM/15-B-07890', 'CD-KNG-RCCM-15-B-07890'],
    ['rccm', 'CI-ABJ-2015-B12345', 'CI-ABJ-2015-B-12345'],
    ['cnpj', '11.222.333/0001-81', '11222333000181'],
    // The example of the Receita Federal for the form with letters.
    ['cnpj', '12.ABC.345/01DE-35', '12ABC34501DE35'],
    ['nif', 'PT 501 964 843', '501964843'],
    ['nif', '12345678Z', '12345678Z'],
    ['nif', 'ES-X1234567L', 'X1234567L'],
    ['nif', 'A58818501', 'A58818501'],
    ['nif', 'P2807900B', 'P2807900B'],
    ['other', ' RNA w751 ', 'RNA W751'],
  ])('%s: %s', (scheme, written, value) => expect(readIdentifier(scheme, written)).toBe(value))
})

describe('what cannot be one is none', () => {
  test.each<[IdentifierScheme, string]>([
    ['siren', '732829321'],
    ['siren', '73282932'],
    ['siren', '000000000'],
    ['siren', '73282932O'],
    ['siret', '73282932000075'],
    ['siret', '73282932100074'],
    ['siret', '35600000049838'],
    ['vat', 'FR84404833048'],
    ['vat', 'FRIO404833048'],
    ['vat', 'XX123456789'],
    ['vat', '404833048'],
    ['lei', '5493001KJTIIGC8Y1R13'],
    ['lei', '5493001KJTIIGC8Y1R1'],
    ['rccm', 'FR-PAR-2015-B-12345'],
    ['rccm', 'CI-ABJ-2015-12345'],
    ['cnpj', '11222333000182'],
    ['cnpj', '00000000000000'],
    ['cnpj', '12ABC34501DE36'],
    ['nif', '501964844'],
    ['nif', '401964843'],
    ['nif', '12345678A'],
    ['nif', 'A58818502'],
    ['nif', 'P28079002'],
    ['other', ' '],
    ['other', 'x'.repeat(61)],
  ])('%s: %s', (scheme, written) => expect(readIdentifier(scheme, written)).toBeNull())
})

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length })

describe('check digits', () => {
  test('of a SIREN: exactly one last digit fits, and any other digit that differs is noticed', () => {
    fc.assert(
      fc.property(digits(8), fc.nat(8), fc.integer({ min: 1, max: 9 }), (start, at, off) => {
        fc.pre(start !== '00000000')
        const fitting = [...'0123456789'].filter(last => readIdentifier('siren', start + last) !== null)
        expect(fitting).toHaveLength(1)
        const right = start + fitting[0]
        const wrong = right.slice(0, at) + ((Number(right[at]) + off) % 10) + right.slice(at + 1)
        expect(readIdentifier('siren', wrong)).toBeNull()
      }),
    )
  })

  test('of a French VAT number: the key of its SIREN and no other', () => {
    fc.assert(
      fc.property(digits(8), start => {
        fc.pre(start !== '00000000')
        const siren =
          [...'0123456789'].map(last => start + last).find(one => readIdentifier('siren', one)) ?? ''
        const keys = Array.from({ length: 100 }, (_, key) => String(key).padStart(2, '0'))
        expect(keys.filter(key => readIdentifier('vat', `FR${key}${siren}`))).toHaveLength(1)
      }),
      { numRuns: 30 },
    )
  })

  test('of a CNPJ and a LEI: two signs, which another sign before them changes', () => {
    const signs = fc.string({
      unit: fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
      minLength: 12,
      maxLength: 12,
    })
    const ends = Array.from({ length: 100 }, (_, end) => String(end).padStart(2, '0'))
    fc.assert(
      fc.property(signs, start => {
        fc.pre(!/^(.)\1*$/.test(start))
        expect(ends.filter(end => readIdentifier('cnpj', start + end))).toHaveLength(1)
        const longer = `549300${start}`
        const fitting = ends.filter(end => readIdentifier('lei', longer + end))
        // 01 and 98 leave the same rest: the standard uses 02 to 98.
        expect(fitting.length).toBeGreaterThanOrEqual(1)
        expect(new Set(fitting.map(end => Number(end) % 97)).size).toBe(1)
      }),
      { numRuns: 30 },
    )
  })

  test('of a Portuguese NIF: one at most', () => {
    fc.assert(
      fc.property(digits(7), start => {
        const fitting = [...'0123456789'].filter(last => readIdentifier('nif', `5${start}${last}`))
        expect(fitting).toHaveLength(1)
      }),
    )
  })
})

test('what was read is read the same again, also with the spaces it is shown with', () => {
  fc.assert(
    fc.property(fc.constantFrom(...identifierSchemes), fc.string({ maxLength: 30 }), (scheme, written) => {
      const value = readIdentifier(scheme, written)
      if (value === null) return
      expect(value.length).toBeLessThanOrEqual(60)
      expect(readIdentifier(scheme, value)).toBe(value)
      expect(readIdentifier(scheme, spacedIdentifier({ scheme, value }))).toBe(value)
    }),
  )
  expect(spacedIdentifier({ scheme: 'siren', value: '732829320' })).toBe('732\u00a0829\u00a0320')
  expect(spacedIdentifier({ scheme: 'siret', value: '73282932000074' })).toBe(
    '732\u00a0829\u00a0320\u00a000074',
  )
  expect(spacedIdentifier({ scheme: 'cnpj', value: '11222333000181' })).toBe('11.222.333/0001-81')
})
