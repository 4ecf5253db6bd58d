import { expect, test } from 'vitest'
import { affiliationInput } from '#modules/network/affiliations/schema.ts'

const terms = { side: 'member', kind: 'region', level: 'regional', from: '2026-01-01' }

test.each([
  ['cap-rse', 'cap-rse'],
  [' Cap-RSE ', 'cap-rse'],
  ['https://cordee.example/fr/cap-rse', 'cap-rse'],
  ['https://cordee.example/en/cap-rse/commons?q=eau#content', 'cap-rse'],
  ['/fr/cap-rse/affiliations', 'cap-rse'],
  ['cap-rse/', 'cap-rse'],
  ['https://cordee.example/fr/cap-rse?page=2', 'cap-rse'],
])('the address %s is that of %s', (typed, slug) => {
  expect(affiliationInput.parse({ ...terms, address: typed }).address).toBe(slug)
})

test.each(['', 'Réseau à nous', 'a', 'https://cordee.example', '-x-', 'a'.repeat(64)])(
  '%s is none',
  typed => {
    expect(affiliationInput.safeParse({ ...terms, address: typed }).success).toBe(false)
  },
)

test('the end is not before the beginning', () => {
  const ending = affiliationInput.safeParse({ ...terms, address: 'cap-rse', until: '2025-12-31' })
  expect(ending.error?.issues.map(({ path }) => path)).toEqual([['until']])
})
