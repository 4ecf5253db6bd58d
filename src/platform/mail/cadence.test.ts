import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextDigest } from '#platform/mail/cadence.ts'

test.each([
  // A Saturday at noon, in UTC.
  ['2026-11-21T12:00:00Z', 'daily', 'Europe/Paris', '2026-11-22T06:00:00Z'],
  ['2026-11-21T12:00:00Z', 'weekly', 'Europe/Paris', '2026-11-23T06:00:00Z'],
  ['2026-11-21T05:59:59Z', 'daily', 'Europe/Paris', '2026-11-21T06:00:00Z'],
  ['2026-11-21T06:00:00Z', 'daily', 'Europe/Paris', '2026-11-22T06:00:00Z'],
  ['2026-11-23T05:00:00Z', 'weekly', 'Europe/Paris', '2026-11-23T06:00:00Z'],
  ['2026-11-23T07:00:00Z', 'weekly', 'Europe/Paris', '2026-11-30T06:00:00Z'],
  // Already Sunday there.
  ['2026-11-21T12:00:00Z', 'daily', 'Pacific/Kiritimati', '2026-11-21T17:00:00Z'],
  ['2026-11-21T12:00:00Z', 'daily', 'America/Sao_Paulo', '2026-11-22T10:00:00Z'],
  ['2026-11-21T12:00:00Z', 'daily', 'Asia/Kathmandu', '2026-11-22T01:15:00Z'],
  // The night in which the clocks change, either way.
  ['2026-03-28T12:00:00Z', 'daily', 'Europe/Paris', '2026-03-29T05:00:00Z'],
  ['2026-10-24T12:00:00Z', 'daily', 'Europe/Paris', '2026-10-25T06:00:00Z'],
  ['2026-03-07T20:00:00Z', 'daily', 'America/Los_Angeles', '2026-03-08T14:00:00Z'],
  ['2026-10-31T20:00:00Z', 'daily', 'America/Los_Angeles', '2026-11-01T15:00:00Z'],
  ['2026-10-19T12:00:00Z', 'weekly', 'Europe/Paris', '2026-10-26T06:00:00Z'],
] as const)('after %s, %s in %s: %s', (now, cadence, timeZone, next) => {
  expect(nextDigest(new Date(now), cadence, timeZone)).toEqual(new Date(next))
})

test('it is always the next seven o’clock there, and of a Monday for the week', () => {
  const zones = Intl.supportedValuesOf('timeZone')
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2024-01-01'), max: new Date('2036-01-01'), noInvalidDate: true }),
      fc.constantFrom(...zones),
      fc.constantFrom('daily' as const, 'weekly' as const),
      (now, timeZone, cadence) => {
        const next = nextDigest(now, cadence, timeZone)
        const hours = (next.getTime() - now.getTime()) / 3_600_000
        expect(hours).toBeGreaterThan(0)
        expect(hours).toBeLessThanOrEqual(cadence === 'daily' ? 25 : 7 * 24 + 1)
        const shown = new Intl.DateTimeFormat('en-GB', {
          timeZone,
          weekday: 'short',
          hour: '2-digit',
          minute: '2-digit',
        })
        expect(shown.format(next)).toMatch(cadence === 'daily' ? /07:00$/ : /^Mon.* 07:00$/)
      },
    ),
  )
})
