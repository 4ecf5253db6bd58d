import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressHash, isAddress, oneLine } from '#platform/mail/address.ts'

test.each(['ana@example.org', 'a.b+c_d@sub.example.co.uk', `o'neil@example.org`])(
  '%s is an address',
  text => {
    expect(isAddress(text)).toBe(true)
  },
)

test.each([
  '',
  'ana',
  'ana@',
  '@example.org',
  'ana@example',
  'ana@example.org, eve@example.org',
  'ana@example.org; eve@example.org',
  'Ana <ana@example.org>',
  'ana@example.org\r\nBcc: eve@example.org',
  'ana\n@example.org',
  'ana@example.org\n',
  ' ana@example.org',
  'ana@example.org\u0000',
  '"ana eve"@example.org',
  'ana(eve)@example.org',
  '<ana@example.org>',
  'ana@example.org>\r\nRCPT TO:<eve@example.org',
  `${'a'.repeat(250)}@example.org`,
])('%j is none', text => {
  expect(isAddress(text)).toBe(false)
})

test('an address is recognised however it is written', () => {
  expect(addressHash('Ana@Example.org')).toEqual(addressHash('ana@example.org'))
  expect(addressHash('ana@example.org')).not.toEqual(addressHash('eve@example.org'))
})

test.each([
  ['Ana Muñoz', 'Ana Muñoz'],
  ['  Ana \t Muñoz ', 'Ana Muñoz'],
  ['Ana\r\nBcc: eve@example.org', 'Ana Bcc: eve@example.org'],
  ['Ana\u2028Eve\u2029', 'Ana Eve'],
  ['\u202eanA\u202c', 'anA'],
  ['An\u200ba', 'Ana'],
  ['Ana\u0000', 'Ana'],
  ['Win! https://evil.example', 'Win! https evil.example'],
])('%j becomes %j', (text, line) => {
  expect(oneLine(text)).toBe(line)
})

test('a line has no break, no invisible sign and an end, whatever it is made of', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), text => {
      const line = oneLine(text, 50)
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|:\/\//u)
      expect(line).toBe(line.trim())
      expect([...line].length).toBeLessThanOrEqual(50)
      expect(oneLine(line, 50)).toBe(line)
    }),
  )
})
