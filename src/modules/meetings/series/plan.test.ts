import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planOf, turnOf } from '#modules/meetings/series/plan.ts'
import { type Occurrence, occurrencesOf, type Rhythm } from '#modules/meetings/series/recurrence.ts'

const tuesdays: Rhythm = {
  startsOn: '2027-01-05',
  startsAt: '18:00',
  minutes: 60,
  timeZone: 'Europe/Paris',
  repeats: 'week',
  every: 1,
  by: 'day',
  until: null,
  times: 4,
  skipped: [],
}

function made(change: Partial<Rhythm> = {}): Occurrence[] {
  const result = occurrencesOf({ ...tuesdays, ...change })
  if ('problem' in result) throw new Error(result.problem)
  return result.occurrences
}

const standing = made().map(({ date }) => ({ id: `on ${date}`, date }))

function planned(change: Partial<Rhythm>) {
  const plan = planOf(standing, made(change), Math.min(7, turnOf({ ...tuesdays, ...change })))
  return {
    stay: plan.stay.map(({ id }) => id),
    move: plan.move.map(({ from, occurrence }) => `${from} > ${occurrence.date}`),
    cancel: plan.cancel.map(({ date }) => date),
    add: plan.add.map(({ date }) => date),
  }
}

describe('a new rhythm', () => {
  test('of another time of day moves no date', () => {
    expect(planned({ startsAt: '19:00' })).toMatchObject({
      stay: { length: 4 },
      move: [],
      cancel: [],
      add: [],
    })
  })

  test('from Tuesdays to Thursdays moves each', () => {
    expect(planned({ startsOn: '2027-01-07' })).toEqual({
      stay: [],
      move: [
        '2027-01-05 > 2027-01-07',
        '2027-01-12 > 2027-01-14',
        '2027-01-19 > 2027-01-21',
        '2027-01-26 > 2027-01-28',
      ],
      cancel: [],
      add: [],
    })
  })

  test('with a day left out cancels that one, and leaves the others where they are', () => {
    expect(planned({ skipped: ['2027-01-12'] })).toEqual({
      stay: ['on 2027-01-05', 'on 2027-01-19', 'on 2027-01-26'],
      move: [],
      cancel: ['2027-01-12'],
      add: ['2027-02-02'],
    })
  })

  test('that ends sooner or later cancels or adds at the end', () => {
    expect(planned({ times: 2 })).toMatchObject({ cancel: ['2027-01-19', '2027-01-26'], add: [] })
    expect(planned({ times: 5 })).toMatchObject({ cancel: [], add: ['2027-02-02'] })
  })

  test('every second week leaves out every second', () => {
    expect(planned({ every: 2, times: 2 })).toMatchObject({
      stay: ['on 2027-01-05', 'on 2027-01-19'],
      cancel: ['2027-01-12', '2027-01-26'],
    })
  })
})

test('every date and every occurrence comes up once, and no date overtakes another', () => {
  const aChange = fc.record({
    startsOn: fc
      .integer({ min: 0, max: 40 })
      .map(days => new Date(Date.UTC(2027, 0, 1 + days)).toISOString().slice(0, 10)),
    every: fc.integer({ min: 1, max: 3 }),
    times: fc.integer({ min: 1, max: 20 }),
    repeats: fc.constantFrom('week' as const, 'month' as const),
  })
  fc.assert(
    fc.property(aChange, aChange, (before, after) => {
      const old = made(before).map(({ date }) => ({ id: date, date }))
      const occurrences = made(after)
      const reach = Math.min(turnOf(before), turnOf(after))
      const { stay, move, cancel, add } = planOf(old, occurrences, reach)
      const ids = [...stay, ...move, ...cancel].map(({ id }) => id)
      expect(ids.sort()).toEqual(old.map(({ id }) => id).sort())
      const taken = [...stay, ...move].map(({ occurrence }) => occurrence.date)
      expect([...taken, ...add.map(({ date }) => date)].sort()).toEqual(occurrences.map(({ date }) => date))
      for (const { from, occurrence } of move)
        expect(Math.abs(Date.parse(occurrence.date) - Date.parse(from))).toBeLessThan(reach * 86_400_000)
      const moved = move.map(({ from, occurrence }) => [from, occurrence.date] as const)
      expect(moved.map(([, to]) => to)).toEqual(moved.map(([, to]) => to).sort())
    }),
  )
})
