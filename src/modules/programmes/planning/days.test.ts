import { expect, test } from 'vitest'
import { dayField } from '#modules/programmes/day-field.ts'
import { addDays, isDay } from '#modules/programmes/planning/days.ts'

test('there is no day after the last one: as text it would come before', () => {
  expect(addDays('9999-12-30', 1)).toBe('9999-12-31')
  expect(() => addDays('9999-12-31', 1)).toThrow(RangeError)
  expect(() => addDays('0001-01-01', -1)).toThrow(RangeError)
  expect(isDay('0000-01-01')).toBe(false)
})

test('a programme is of our days: plans are laid out day by day', () => {
  for (const day of ['2000-01-01', '2028-02-29', '2199-12-31'])
    expect(dayField.safeParse(day).success).toBe(true)
  for (const day of ['9999-12-31', '0001-01-01', '1999-12-31', '2200-01-01', '2027-02-29', ''])
    expect(dayField.safeParse(day).success).toBe(false)
})
