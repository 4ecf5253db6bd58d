import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentDisposition } from '#http/content-disposition.ts'
import '../../test/fast-check.ts'

test.each([
  ['plan.pdf', 'attachment; filename="plan.pdf"'],
  ['Énergie.pdf', `attachment; filename="Energie.pdf"; filename*=UTF-8''%C3%89nergie.pdf`],
  ['a "b" \\c.pdf', `attachment; filename="a _b_ _c.pdf"; filename*=UTF-8''a%20%22b%22%20%5Cc.pdf`],
  ['100%41.pdf', `attachment; filename="100_41.pdf"; filename*=UTF-8''100%2541.pdf`],
  ["l'œuf (1)*.txt", `attachment; filename="l'_uf (1)*.txt"; filename*=UTF-8''l%27%C5%93uf%20%281%29%2A.txt`],
  ['a\r\nx: y', 'attachment; filename="ax: y"'],
])('%j is written as %s', (name, header) => {
  expect(contentDisposition('attachment', name)).toBe(header)
})

test('whatever the name, the header has one line, two parameters at most, and gives the name back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), name => {
      const header = contentDisposition('inline', name)
      const [, ascii, encoded] =
        /^inline; filename="([\x20\x21\x23-\x7e]*)"(?:; filename\*=UTF-8''([A-Za-z0-9%!#$&+.^_`|~-]*))?$/.exec(
          header,
        ) ?? []
      expect(ascii).toBeDefined()
      new Headers({ 'content-disposition': header })
      expect(decodeURIComponent(encoded ?? ascii ?? '')).toBe(name.toWellFormed().replace(/\p{Cc}/gu, ''))
    }),
    { numRuns: 2_000 },
  )
})
