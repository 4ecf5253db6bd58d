import { expect, test } from 'vitest'
import { alreadyHas } from '#http/entity-tag.ts'

test.each([
  ['"abc"', true],
  ['W/"abc"', true],
  ['"x", "abc"', true],
  ['"x",W/"abc" , "y"', true],
  ['*', true],
  [' * ', true],
  ['"a,b", "abc"', true],
  ['"abcd"', false],
  ['abc', false],
  ['"x"', false],
  ['', false],
  ['"abc', false],
  ['"*"', false],
])('%s', (header, expected) => {
  expect(alreadyHas(header, '"abc"')).toBe(expected)
})

test('without a header the visitor has nothing', () => {
  expect(alreadyHas(undefined, '"abc"')).toBe(false)
})
