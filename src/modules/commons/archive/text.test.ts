import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstWrongByte } from './text.ts'

describe('firstWrongByte', () => {
  it('agrees with the platform', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true })
    const isText = (bytes: Uint8Array) => {
      try {
        decoder.decode(bytes)
        return true
      } catch {
        return false
      }
    }
    const lead = fc.constantFrom(0x41, 0xc0, 0xc2, 0xdf, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff)
    const tail = fc.constantFrom(0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0x7f, 0xc0)
    fc.assert(
      fc.property(fc.array(fc.oneof(lead, tail, fc.nat(255)), { maxLength: 8 }), values => {
        const bytes = Uint8Array.from(values)
        const wrong = firstWrongByte(bytes)
        expect(wrong === bytes.length).toBe(isText(bytes))
        expect(isText(bytes.subarray(0, wrong))).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })
})
