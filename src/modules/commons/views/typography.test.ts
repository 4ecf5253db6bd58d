import { expect, test } from 'vitest'
import { bindFrench, typeset } from '#modules/commons/views/typography.ts'

test.each([
  ['Il a 9 500 ruches, 1 250 000 abeilles', 'Il a 9~500 ruches, 1~250~000 abeilles'],
  ['Comment faire ? Ainsi : vite ; bien !', 'Comment faire~? Ainsi~: vite~; bien~!'],
  ['Vraiment ?! dit-il.', 'Vraiment~?! dit-il.'],
  ['un « four » solaire', 'un «~four~» solaire'],
  ['(un « four »)', '(un «~four~»)'],
  ['40 % de 30 €', '40~% de 30~€'],
  // Years, numbers that follow each other, smileys and addresses are none of this.
  ['de 2020 à 2021', 'de 2020 à 2021'],
  ['en 2019 100 ruches', 'en 2019 100 ruches'],
  ['12 34', '12 34'],
  ['bravo :-) et :rire:', 'bravo :-) et :rire:'],
  ['', ''],
])('%s', (text, bound) => {
  expect(bindFrench(text)).toBe(bound.replaceAll('~', '\u00a0'))
  expect(bindFrench(bindFrench(text))).toBe(bindFrench(text))
})

test('other languages are left as they are', () => {
  expect(typeset('How ? 9 500', 'en')).toBe('How ? 9 500')
  expect(typeset('How ? 9 500', null)).toBe('How ? 9 500')
  expect(typeset('Où ?', 'fr')).toBe('Où\u00a0?')
})
