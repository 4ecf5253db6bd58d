import { expect, test } from 'vitest'
import { codeMinutes, doorCode, doorHours, isDoorCode, isDoorOpen } from './door-code.ts'

const meeting = '01890000-0000-7000-8000-000000000001'
const now = new Date('2026-09-16T12:00:00Z')
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000)

test('a code holds for its turn and the next, for its meeting alone', () => {
  const code = doorCode('secret', meeting, now)
  expect(code).toMatch(/^\d{6}$/)
  expect(isDoorCode('secret', meeting, later(codeMinutes), `${code.slice(0, 3)} ${code.slice(3)}`)).toBe(true)
  expect(isDoorCode('secret', meeting, later(2 * codeMinutes), code)).toBe(false)
  expect(isDoorCode('secret', meeting.replace(/1$/, '2'), now, code)).toBe(false)
  expect(isDoorCode('other', meeting, now, code)).toBe(false)
  expect(isDoorCode('secret', meeting, now, '')).toBe(false)
})

test('the door is open around the meeting, and while it is on', () => {
  const at = { startsAt: now, endsAt: later(120), state: 'scheduled' }
  const { from, until } = doorHours(at)
  expect([isDoorOpen(at, from), isDoorOpen(at, until), isDoorOpen(at, later(60))]).toEqual([true, true, true])
  expect(isDoorOpen(at, new Date(from.getTime() - 1))).toBe(false)
  expect(isDoorOpen(at, new Date(until.getTime() + 1))).toBe(false)
  expect(isDoorOpen({ ...at, state: 'cancelled' }, later(60))).toBe(false)
})
