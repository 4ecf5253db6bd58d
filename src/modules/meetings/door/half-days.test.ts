import { expect, test } from 'vitest'
import { halfDaysOf, minutesSigned } from './half-days.ts'

const paris = (startsAt: string, endsAt: string) =>
  halfDaysOf({ startsAt: new Date(startsAt), endsAt: new Date(endsAt), timeZone: 'Europe/Paris' })

test('a whole day is two half-days', () => {
  expect(paris('2026-09-16T07:00Z', '2026-09-16T15:00Z')).toEqual([
    { date: '2026-09-16', part: 'morning', minutes: 240 },
    { date: '2026-09-16', part: 'afternoon', minutes: 240 },
  ])
})

test('a lunch, a morning, an evening are one', () => {
  expect(paris('2026-09-16T10:00Z', '2026-09-16T12:00Z')).toEqual([
    { date: '2026-09-16', part: 'morning', minutes: 120 },
  ])
  expect(paris('2026-09-16T07:00Z', '2026-09-16T10:30Z').map(({ part }) => part)).toEqual(['morning'])
  expect(paris('2026-09-16T16:30Z', '2026-09-16T18:30Z')).toEqual([
    { date: '2026-09-16', part: 'evening', minutes: 120 },
  ])
})

test('two days are four, without the night between, also where the clocks change', () => {
  expect(paris('2026-10-24T07:00Z', '2026-10-25T16:00Z').map(({ date, minutes }) => [date, minutes])).toEqual(
    [
      ['2026-10-24', 240],
      ['2026-10-24', 240],
      ['2026-10-25', 240],
      ['2026-10-25', 240],
    ],
  )
})

test('one that goes past midnight is not cut', () => {
  expect(paris('2026-09-16T20:00Z', '2026-09-16T23:30Z')).toEqual([
    { date: '2026-09-16', part: 'evening', minutes: 210 },
  ])
})

test('what was signed is what counts; all of it needs no count', () => {
  const halfDays = paris('2026-09-16T07:00Z', '2026-09-16T15:00Z')
  expect([
    minutesSigned(halfDays, [0]),
    minutesSigned(halfDays, [1, 0]),
    minutesSigned(halfDays, []),
  ]).toEqual([240, null, 0])
})
