import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as fingerprint from './fingerprint.ts'

fc.configureGlobal({ seed: 617 })

const fingerprintOf = (text: string) => fingerprint.fingerprintOf(fingerprint.shinglesOf(text))
const resemblance = (one: string, other: string) =>
  fingerprint.resemblance(fingerprint.shinglesOf(one), fingerprint.shinglesOf(other))

const words = (seed: number, count: number) =>
  Array.from({ length: count }, (_, index) => `w${(Math.imul(seed * 7919 + index, 2654435761) >>> 0) % 9973}`)
const shared = (one: string, other: string) => {
  const second = fingerprintOf(other)
  return fingerprintOf(one).filter((band, index) => band === second[index]).length
}

test('twenty signed 32-bit numbers, or none without a word', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      const bands = fingerprintOf(text)
      expect(bands).toHaveLength(/[\p{L}\p{N}\p{M}\u{10000}-\u{10ffff}]/u.test(text) ? 20 : 0)
      expect(bands.every(band => band === (band | 0))).toBe(true)
    }),
  )
})

test('case, punctuation and spacing do not count', () => {
  expect(fingerprintOf('The mill, by the RIVER; turns.')).toEqual(
    fingerprintOf('the mill  by the river turns'),
  )
  expect(resemblance('The mill turns!', 'the mill turns')).toBe(1)
})

test('resemblance is the Jaccard similarity of the shingles', () => {
  // abc bcd cde against abc bcd cdf: two of four.
  expect(resemblance('a b c d e', 'a b c d f')).toBe(0.5)
  expect(resemblance('', 'a b c')).toBe(0)
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      const value = resemblance(one, other)
      expect(value >= 0 && value <= 1 && value === resemblance(other, one)).toBe(true)
    }),
  )
})

test('a page with a few words changed is found, another page is not', () => {
  const page = words(1, 1_500)
  const changed = page.with(100, 'changed').with(700, 'changed').toSpliced(1_200, 4)
  expect(resemblance(page.join(' '), changed.join(' '))).toBeGreaterThan(0.95)
  expect(shared(page.join(' '), changed.join(' '))).toBeGreaterThanOrEqual(10)
  expect(shared(page.join(' '), words(2, 1_500).join(' '))).toBe(0)
})

test('bands are shared as often as the formula says', () => {
  // A third of the words replaced at the end: s = 0.5, a band agrees with s³ = 1/8, so one in eight on average.
  let agreeing = 0
  const pairs = 300
  for (let pair = 0; pair < pairs; pair++) {
    const common = words(pair * 3 + 10, 200)
    const one = [...common, ...words(pair * 3 + 11, 100)].join(' ')
    agreeing += shared(one, [...common, ...words(pair * 3 + 12, 100)].join(' '))
  }
  expect(agreeing / (pairs * 20)).toBeGreaterThan(0.1)
  expect(agreeing / (pairs * 20)).toBeLessThan(0.16)
})
