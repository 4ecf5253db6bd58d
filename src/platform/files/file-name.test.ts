import fc from 'fast-check'
import { expect, test } from 'vitest'
import { extensionOf, fileName } from '#platform/files/file-name.ts'
import '../../../test/fast-check.ts'

const jpeg = ['jpg', 'jpeg'] as const

test.each<[given: string, extensions: readonly string[], name: string]>([
  ['photo.jpg', jpeg, 'photo.jpg'],
  ['photo.JPEG', jpeg, 'photo.JPEG'],
  ['photo.png', jpeg, 'photo.jpg'],
  ['photo', jpeg, 'photo.jpg'],
  // What it pretended to be stays to be seen.
  ['page.html', jpeg, 'page.html.jpg'],
  ['../../etc/passwd', [], 'passwd'],
  ['C:\\Users\\x\\plan.docx', [], 'plan.docx'],
  ['.htaccess', [], 'htaccess'],
  ['...', [], 'file'],
  ['', [], 'file'],
  ['', ['pdf'], 'file.pdf'],
  ['a\r\nSet-Cookie: x=1\u2028.pdf', ['pdf'], 'aSet-Cookie: x=1.pdf'],
  // Shown from right to left it would read as an innocent picture.
  ['invoice\u202egpj.exe', [], 'invoicegpj.exe'],
  ['e\u0301cole.pdf', ['pdf'], 'école.pdf'],
  ['\ud800x.txt', [], '\ufffdx.txt'],
  ['  a \t b .pdf  ', ['pdf'], 'a b.pdf'],
  ['sum.tar.gz', [], 'sum.tar.gz'],
])('%j with %j becomes %j', (given, extensions, name) => {
  expect(fileName(given, extensions)).toBe(name)
})

test('any name becomes one line without folders, of bearable length, and is then left alone', () => {
  const names = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.string({ unit: fc.constantFrom('a', '.', '/', '\\', '\u202e', '\n', ' ', '\0', '🧗', 'é', '\ud83d') }),
    fc.constant(`${'é'.repeat(300)}.pdf`),
    fc.constant(`x.${'y'.repeat(300)}`),
  )
  fc.assert(
    fc.property(names, fc.constantFrom([], jpeg, ['pdf']), (given, extensions) => {
      const name = fileName(given, extensions)
      expect(name).not.toMatch(/[/\\\p{Cc}\u2028-\u202e\u2066-\u2069]/u)
      expect(name).toMatch(/^[^.\s]/u)
      expect(name.isWellFormed()).toBe(true)
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
      if (extensions.length > 0) expect(extensions).toContain(extensionOf(name))
      expect(fileName(name, extensions)).toBe(name)
    }),
    { numRuns: 2_000 },
  )
})
