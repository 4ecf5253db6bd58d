import fc from 'fast-check'
import { expect, test } from 'vitest'
import '../../../test/fast-check.ts'
import { minutesOver, timed } from '#modules/meetings/agenda/timing.ts'
import { dayAfter, localTime, momentOf, startOfDay } from '#modules/meetings/local-time.ts'

test('a time of the clocks is one moment, none, or two', () => {
  const paris = (day: string, time: string) => momentOf({ day, time }, 'Europe/Paris')
  expect(paris('2027-03-11', '14:00')).toEqual({ kind: 'once', at: new Date('2027-03-11T13:00:00Z') })
  expect(paris('2027-03-28', '02:30')).toEqual({
    kind: 'never',
    before: { day: '2027-03-28', time: '01:30' },
    after: { day: '2027-03-28', time: '03:30' },
  })
  expect(paris('2027-10-31', '02:30')).toEqual({
    kind: 'twice',
    first: new Date('2027-10-31T00:30:00Z'),
    second: new Date('2027-10-31T01:30:00Z'),
  })
  // Where the clocks never change, and where they do so by half an hour, at midnight, or with the day.
  expect(momentOf({ day: '2027-03-28', time: '02:30' }, 'Africa/Abidjan').kind).toBe('once')
  expect(momentOf({ day: '2027-10-03', time: '02:15' }, 'Australia/Lord_Howe')).toMatchObject({
    before: { time: '01:45' },
    after: { time: '02:45' },
  })
  expect(momentOf({ day: '2018-11-04', time: '00:30' }, 'America/Sao_Paulo')).toMatchObject({
    before: { day: '2018-11-03', time: '23:30' },
    after: { day: '2018-11-04', time: '01:30' },
  })
})

test('what the clocks show leads back to the moment', () => {
  const zones = [
    'Europe/Paris',
    'Africa/Abidjan',
    'America/Sao_Paulo',
    'Asia/Kathmandu',
    'Pacific/Apia',
    'UTC',
  ]
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
      fc.constantFrom(...zones),
      (at, zone) => {
        at.setUTCSeconds(0, 0)
        const moment = momentOf(localTime(at, zone), zone)
        expect(moment.kind).not.toBe('never')
        const moments =
          moment.kind === 'twice' ? [moment.first, moment.second] : moment.kind === 'once' ? [moment.at] : []
        expect(moments.map(Number)).toContain(at.getTime())
      },
    ),
  )
})

test('days follow each other, and begin where they are', () => {
  expect(dayAfter('2028-02-28')).toBe('2028-02-29')
  expect(dayAfter('2027-01-01', -1)).toBe('2026-12-31')
  expect(startOfDay('2027-07-01', 'Europe/Paris')).toEqual(new Date('2027-06-30T22:00:00Z'))
  // Midnight was skipped that night.
  expect(startOfDay('2018-11-04', 'America/Sao_Paulo')).toEqual(new Date('2018-11-04T03:00:00Z'))
})

test('items begin one after the other, as long as somebody says how long each takes', () => {
  const starts = new Date('2027-03-11T13:00:00Z')
  const items = [{ minutes: 15 }, { minutes: 60 }, { minutes: null }, { minutes: 10 }]
  expect(timed(items, starts).map(({ startsAt }) => startsAt?.toISOString().slice(11, 16) ?? null)).toEqual([
    '13:00',
    '13:15',
    '14:15',
    null,
  ])
  expect(minutesOver(items, starts, new Date('2027-03-11T14:00:00Z'))).toBe(25)
  expect(minutesOver(items, starts, new Date('2027-03-11T15:00:00Z'))).toBe(0)
})
