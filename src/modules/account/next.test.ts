import fc from 'fast-check'
import { expect, test } from 'vitest'
import '../../../test/fast-check.ts'
import { landing, leading, safeNext } from './next.ts'

test.each([
  ['/fr', '/fr'],
  ['/fr/fil/commons?q=a%20b&theme=eau', '/fr/fil/commons?q=a%20b&theme=eau'],
  ['/fr/../en', '/en'],
  ['/fr#part', '/fr'],
])('%s leads on', (asked, to) => {
  expect(safeNext(asked)).toBe(to)
})

test.each([
  undefined,
  null,
  '',
  '/',
  'fr',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  ' /fr',
  '/.//evil.example',
  '/..//evil.example',
  '/fr/..//evil.example',
  '/./\\evil.example',
  '/%2e//evil.example',
  '/fr/%2E%2e//evil.example',
  'https://evil.example/fr',
  'javascript:alert(1)',
  'data:text/html,x',
  `/${'a'.repeat(2000)}`,
  '/é',
])('%j leads nowhere else', asked => {
  expect(safeNext(asked)).toBeNull()
  expect(landing(asked, 'pt')).toBe('/pt')
  expect([...leading(asked)]).toEqual([])
})

test('whatever is asked, a browser stays on this site', () => {
  const sign = fc.constantFrom(
    ...'/\\.:@?#%abc \t\n\r'.split(''),
    'evil.example',
    'http',
    '/./',
    '/../',
    '%2e',
    '%2f',
    '%5c',
    '\u2028',
  )
  fc.assert(
    fc.property(fc.array(sign, { maxLength: 12 }), parts => {
      const to = safeNext(parts.join(''))
      if (to === null) return
      expect(new URL(to, 'https://cordee.example/fr/account/sign-in').origin).toBe('https://cordee.example')
      // And what was made safe stays as it is.
      expect(safeNext(to) ?? '/').toBe(to)
    }),
  )
})
