import { expect, it } from 'vitest'
import { locales } from '#kernel/locale.ts'
import { sdg, sdgName, sdgs } from './sdgs.ts'

it('has the seventeen goals in order, each with its own colour and titles', () => {
  expect(sdgs.map(goal => goal.number)).toEqual(Array.from({ length: 17 }, (_, index) => index + 1))
  expect(new Set(sdgs.map(goal => goal.colour)).size).toBe(17)
  for (const locale of locales) expect(new Set(sdgs.map(goal => goal.names[locale])).size).toBe(17)
  for (const goal of sdgs) expect(goal.colour).toMatch(/^#[0-9A-F]{6}$/)
})

it('is found by number', () => {
  expect(sdg(13)?.colour).toBe('#3F7E44')
  expect(sdgName(10, 'en')).toBe('Reduced inequalities')
  expect(sdgName(2, 'fr')).toBe('Faim «\u00a0zéro\u00a0»')
  expect([0, 18, -1, 1.5, Number.NaN].map(sdg)).toEqual([null, null, null, null, null])
  expect(sdgName(18, 'fr')).toBe('18')
})
