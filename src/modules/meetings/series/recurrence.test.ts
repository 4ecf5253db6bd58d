import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { localTime } from '#modules/meetings/local-time.ts'
import {
  momentIn,
  mostOccurrences,
  type Occurrence,
  occurrencesOf,
  type Rhythm,
  repeats,
  repeatsBy,
  weekdayInMonth,
} from '#modules/meetings/series/recurrence.ts'

const weekly: Rhythm = {
  startsOn: '2027-01-05',
  startsAt: '18:00',
  minutes: 90,
  timeZone: 'Europe/Paris',
  repeats: 'week',
  every: 1,
  by: 'day',
  until: null,
  times: 5,
  skipped: [],
}

function dates(change: Partial<Rhythm>): string[] {
  return all(change).map(({ date }) => date)
}

function all(change: Partial<Rhythm>): Occurrence[] {
  const result = occurrencesOf({ ...weekly, ...change })
  if ('problem' in result) throw new Error(result.problem)
  return result.occurrences
}

describe('the rhythm', () => {
  test('every second week', () => {
    expect(dates({ every: 2, times: 3 })).toEqual(['2027-01-05', '2027-01-19', '2027-02-02'])
  })

  test('by the day of the month: on the 31st, or the last there is', () => {
    const found = all({ startsOn: '2027-01-31', repeats: 'month', times: 4 })
    expect(found.map(({ date, shortened }) => [date, shortened])).toEqual([
      ['2027-01-31', false],
      ['2027-02-28', true],
      ['2027-03-31', false],
      ['2027-04-30', true],
    ])
  })

  test('by the second Tuesday of the month', () => {
    expect(dates({ startsOn: '2027-01-12', repeats: 'month', by: 'weekday', times: 4 })).toEqual([
      '2027-01-12',
      '2027-02-09',
      '2027-03-09',
      '2027-04-13',
    ])
  })

  test('a fifth one is the last: not every month has five', () => {
    expect(weekdayInMonth('2027-03-30')).toBe(-1)
    expect(dates({ startsOn: '2027-03-30', repeats: 'month', by: 'weekday', times: 3 })).toEqual([
      '2027-03-30',
      '2027-04-27',
      '2027-05-25',
    ])
  })

  test('by the last one, from the first that comes', () => {
    expect(dates({ startsOn: '2027-01-12', repeats: 'month', by: 'last-weekday', times: 2 })).toEqual([
      '2027-01-26',
      '2027-02-23',
    ])
  })

  test('quarterly and yearly, also from a leap day', () => {
    expect(dates({ startsOn: '2027-11-30', repeats: 'quarter', times: 3 })).toEqual([
      '2027-11-30',
      '2028-02-29',
      '2028-05-30',
    ])
    expect(dates({ startsOn: '2028-02-29', repeats: 'year', times: 3 })).toEqual([
      '2028-02-29',
      '2029-02-28',
      '2030-02-28',
    ])
  })

  test('until a day, included', () => {
    expect(dates({ times: null, until: '2027-01-19' })).toEqual(['2027-01-05', '2027-01-12', '2027-01-19'])
  })

  test('days left out do not count among so many meetings', () => {
    expect(dates({ skipped: ['2027-01-12'], times: 3 })).toEqual(['2027-01-05', '2027-01-19', '2027-01-26'])
  })
})

describe('what has no dates', () => {
  test('a recurrence without end', () => {
    expect(occurrencesOf({ ...weekly, times: null })).toEqual({ problem: 'no-end' })
  })

  test('more than can be kept in hand, with a day that would do', () => {
    expect(occurrencesOf({ ...weekly, times: null, until: '2031-12-31' })).toEqual({
      problem: 'too-many',
      latest: '2029-04-17',
    })
    expect(occurrencesOf({ ...weekly, repeats: 'year', times: 7 })).toEqual({
      problem: 'too-long',
      latest: '2032-01-05',
    })
    expect(occurrencesOf({ ...weekly, times: null, until: '2040-01-01' })).toMatchObject({
      problem: 'too-long',
    })
  })

  test('an end before the start, and every day left out', () => {
    expect(occurrencesOf({ ...weekly, times: null, until: '2027-01-01' })).toEqual({
      problem: 'end-before-start',
    })
    const left = { times: null, until: '2027-01-12', skipped: ['2027-01-05', '2027-01-12'] }
    expect(occurrencesOf({ ...weekly, ...left })).toEqual({ problem: 'no-date' })
  })
})

describe('the clocks', () => {
  const across = { startsOn: '2027-03-23', times: 2 }
  const shown = (change: Partial<Rhythm>) =>
    all(change).map(({ startsAt }) => startsAt.toISOString().slice(0, 16))

  test('in Paris six in the evening is six before and after the change', () => {
    expect(shown(across)).toEqual(['2027-03-23T17:00', '2027-03-30T16:00'])
    expect(shown({ startsOn: '2027-10-26', times: 2 })).toEqual(['2027-10-26T16:00', '2027-11-02T17:00'])
  })

  test('in New York they change two weeks before, in Abidjan never', () => {
    expect(shown({ startsOn: '2027-03-09', times: 2, timeZone: 'America/New_York' })).toEqual([
      '2027-03-09T23:00',
      '2027-03-16T22:00',
    ])
    expect(shown({ ...across, timeZone: 'Africa/Abidjan' })).toEqual(['2027-03-23T18:00', '2027-03-30T18:00'])
  })

  test('a time they jump over begins later that day, and says so', () => {
    const [gone] = all({ startsOn: '2027-03-28', startsAt: '02:30', times: 1 })
    expect(gone).toMatchObject({ shifted: true, startsAt: new Date('2027-03-28T01:30:00Z') })
    expect(all(across).every(({ shifted }) => !shifted)).toBe(true)
  })

  test('of a time they show twice, the first', () => {
    expect(momentIn('2027-10-31', '02:30', 'Europe/Paris').toISOString()).toBe('2027-10-31T00:30:00.000Z')
  })
})

const aRhythm = fc
  .record({
    day: fc.integer({ min: 0, max: 3_000 }),
    hour: fc.integer({ min: 4, max: 23 }),
    timeZone: fc.constantFrom('Europe/Paris', 'Africa/Abidjan', 'America/New_York', 'Australia/Lord_Howe'),
    repeats: fc.constantFrom(...repeats),
    by: fc.constantFrom(...repeatsBy),
    every: fc.integer({ min: 1, max: 4 }),
    times: fc.integer({ min: 1, max: mostOccurrences }),
    left: fc.array(fc.integer({ min: 0, max: 1_500 }), { maxLength: 20 }),
  })
  .map(({ day, hour, left, ...rest }): Rhythm => {
    const on = (days: number) => new Date(Date.UTC(2024, 0, 1 + days)).toISOString().slice(0, 10)
    const startsAt = `${String(hour).padStart(2, '0')}:15`
    return { ...weekly, ...rest, startsOn: on(day), startsAt, skipped: left.map(days => on(day + days)) }
  })

test('dates grow, keep their local time and their number, leave nothing out and stay in bounds', () => {
  fc.assert(
    fc.property(aRhythm, rhythm => {
      const result = occurrencesOf(rhythm)
      if ('problem' in result) {
        expect(['too-long']).toContain(result.problem)
        return
      }
      const { occurrences } = result
      expect(occurrences).toHaveLength(rhythm.times ?? 0)
      const complete = occurrencesOf({
        ...rhythm,
        skipped: [],
        times: null,
        until: occurrences.at(-1)?.date ?? '',
      })
      if ('problem' in complete) {
        expect(complete.problem).toBe('too-many')
      } else {
        const expected = complete.occurrences
          .map(({ date }) => date)
          .filter(day => !rhythm.skipped.includes(day))
        expect(occurrences.map(({ date }) => date)).toEqual(expected)
      }
      for (const [index, one] of occurrences.entries()) {
        const local = { day: one.date, time: rhythm.startsAt }
        expect(localTime(one.startsAt, rhythm.timeZone)).toEqual(local)
        expect(one.endsAt.getTime() - one.startsAt.getTime()).toBe(rhythm.minutes * 60_000)
        expect(one.shifted).toBe(false)
        expect(rhythm.skipped).not.toContain(one.date)
        expect(one.date > (occurrences[index - 1]?.date ?? '')).toBe(true)
      }
    }),
  )
})

test('without days left out, no two dates lie further apart than the rhythm, nor nearer', () => {
  fc.assert(
    fc.property(aRhythm, rhythm => {
      const result = occurrencesOf({ ...rhythm, skipped: [] })
      if ('problem' in result) return
      const days = result.occurrences.map(({ date }) => Date.parse(date) / 86_400_000)
      const { most, least } = spans(rhythm)
      for (const [index, day] of days.slice(1).entries()) {
        const apart = day - (days[index] ?? 0)
        expect(apart).toBeGreaterThanOrEqual(least)
        expect(apart).toBeLessThanOrEqual(most)
      }
    }),
  )
})

/** In days. A weekday of the month moves by six days at most, the last day of it by three. */
function spans({ repeats: unit, every }: Rhythm): { least: number; most: number } {
  const n = { week: 7, month: 1, quarter: 3, year: 12 }[unit] * every
  return unit === 'week' ? { least: n, most: n } : { least: n * 30 - 9, most: n * 31 + 9 }
}
