import fc from 'fast-check'
import { expect, test } from 'vitest'
import { currentCycle, cycleAfter, fateOf } from '#modules/afterworks/cycles.ts'

const day = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2090-12-31'), noInvalidDate: true })
  .map(date => date.toISOString().slice(0, 10))
const rhythm = fc.constantFrom('monthly' as const, 'quarterly' as const)

test.each([
  ['2027-01-31', 'monthly', '2027-02-28'],
  ['2028-01-31', 'monthly', '2028-02-29'],
  ['2028-02-29', 'monthly', '2028-03-29'],
  ['2027-11-30', 'quarterly', '2028-02-29'],
  ['2027-12-31', 'monthly', '2028-01-31'],
] as const)('after %s, %s: %s', (from, rhythm, to) => {
  expect(cycleAfter(from, rhythm)).toBe(to)
})

test('the 31st is the 31st again after a shorter month', () => {
  expect(currentCycle('2027-01-31', 'monthly', '2027-02-01')).toBe('2027-02-28')
  expect(currentCycle('2027-01-31', 'monthly', '2027-03-01')).toBe('2027-03-31')
  expect(currentCycle('2024-02-29', 'monthly', '2028-02-01')).toBe('2028-02-29')
})

test('the current cycle is the first one that is not over: of the day of its anchor, or the last of a shorter month', () => {
  fc.assert(
    fc.property(day, rhythm, day, (anchor, rhythm, today) => {
      const current = currentCycle(anchor, rhythm, today)
      expect(current >= today).toBe(true)
      expect(current >= anchor).toBe(true)
      const [, , wanted] = anchor.split('-')
      const [year, month, got] = current.split('-').map(Number)
      const last = new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate()
      expect(got).toBe(Math.min(Number(wanted), last))
      // None before it would do.
      const months = { monthly: 1, quarterly: 3 }[rhythm]
      const before = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1 - months, 1))
      const lastBefore = new Date(Date.UTC(before.getUTCFullYear(), before.getUTCMonth() + 1, 0)).getUTCDate()
      before.setUTCDate(Math.min(Number(wanted), lastBefore))
      if (current > anchor) expect(before.toISOString().slice(0, 10) < today).toBe(true)
    }),
  )
})

test('what becomes of a series', () => {
  const series = {
    confirmBy: '2027-03-10',
    today: '2027-03-11',
    confirmed: 0,
    confirmations: 2,
    announced: 0,
  }
  expect(fateOf(series)).toBe('lapses')
  expect(fateOf({ ...series, today: '2027-03-10' })).toBe('waits')
  expect(fateOf({ ...series, confirmed: 1 })).toBe('lapses')
  expect(fateOf({ ...series, confirmed: 2 })).toBe('goes-on')
  expect(fateOf({ ...series, announced: 1 })).toBe('goes-on')
})
