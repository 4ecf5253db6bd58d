import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRange } from '#http/byte-range.ts'
import '../../test/fast-check.ts'

test.each<[header: string | undefined, range: ReturnType<typeof readRange>]>([
  [undefined, null],
  ['', null],
  ['bytes=0-0', { first: 0, last: 0 }],
  ['bytes=0-', { first: 0, last: 99 }],
  ['bytes=10-19', { first: 10, last: 19 }],
  ['bytes=90-1000', { first: 90, last: 99 }],
  ['bytes=-10', { first: 90, last: 99 }],
  ['bytes=-1000', { first: 0, last: 99 }],
  ['BYTES=1-2', { first: 1, last: 2 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=-', null],
  ['bytes=5-2', null],
  ['bytes=0-1,5-6', null],
  ['bytes=a-b', null],
  ['bytes=0x1-2', null],
  ['lines=0-1', null],
  ['bytes=99999999999999999999-', null],
])('%j of 100 bytes', (header, range) => {
  expect(readRange(header, 100)).toEqual(range)
})

test('whatever is asked, a range lies within the file', () => {
  const header = fc.oneof(
    fc.tuple(fc.nat(300), fc.nat(300)).map(([from, to]) => `bytes=${from}-${to}`),
    fc.nat(300).map(from => `bytes=${from}-`),
    fc.nat(300).map(length => `bytes=-${length}`),
    fc.string({ maxLength: 20 }),
  )
  fc.assert(
    fc.property(header, fc.integer({ min: 1, max: 200 }), (asked, bytes) => {
      const range = readRange(asked, bytes)
      if (range === null || range === 'unsatisfiable') return
      expect(range.first).toBeGreaterThanOrEqual(0)
      expect(range.first).toBeLessThanOrEqual(range.last)
      expect(range.last).toBeLessThan(bytes)
    }),
    { numRuns: 1_000 },
  )
})
