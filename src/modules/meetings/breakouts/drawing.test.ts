import fc from 'fast-check'
import { expect, test } from 'vitest'
import '../../../../test/fast-check.ts'
import {
  criteria,
  drawTables,
  type Guest,
  type Seat,
  scoreOf,
  TooManyLocked,
  tablesFor,
  weights,
} from './drawing.ts'

const guests = fc
  .array(
    fc.record({
      organisation: fc.option(fc.constantFrom('a', 'b', 'c', 'd'), { nil: null }),
      sizeClass: fc.option(fc.constantFrom('micro', 'small', 'large'), { nil: null }),
      sector: fc.option(fc.constantFrom('A', 'C', 'J'), { nil: null }),
    }),
    { minLength: 1, maxLength: 24 },
  )
  .map(all => all.map((guest, index): Guest => ({ id: `g${index}`, ...guest })))

const drawing = fc.record({
  guests,
  tables: fc.integer({ min: 1, max: 8 }),
  rounds: fc.integer({ min: 1, max: 3 }),
  seed: fc.integer({ min: 0, max: 100_000 }),
})

const never = () => 0

test('everyone sits once in each round, and tables differ by one at most', () => {
  fc.assert(
    fc.property(drawing, given => {
      const seats = drawTables({ ...given, met: never })
      const tables = Math.min(given.tables, given.guests.length)
      for (let round = 1; round <= given.rounds; round++) {
        const sitting = seats.filter(seat => seat.round === round)
        expect(sitting.map(({ guest }) => guest).sort()).toEqual(given.guests.map(({ id }) => id).sort())
        const sizes = sizesOf(sitting, tables)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }
    }),
  )
})

test('no draw is worse than the average of all draws', () => {
  fc.assert(
    fc.property(drawing, given => {
      const met = (one: string, other: string) => (one.length + other.length) % 3
      const seats = drawTables({ ...given, rounds: 1, met })
      const score = scoreOf({ guests: given.guests, met }, seats)
      const common = costs(given.guests, seats, met)
      expect(common.here).toBeLessThanOrEqual(common.chance + 1e-6)
      // Without what somebody met more than once counts for, the score says the same.
      for (const name of ['organisation', 'sizeClass', 'sector'] as const)
        expect(score[name].pairs).toBe(common.pairs[name])
    }),
  )
})

test('the same seed draws the same', () => {
  fc.assert(
    fc.property(drawing, given => {
      expect(drawTables({ ...given, met: never })).toEqual(drawTables({ ...given, met: never }))
    }),
    { numRuns: 20 },
  )
})

test('who is to stay stays', () => {
  fc.assert(
    fc.property(drawing, fc.nat(), (given, which) => {
      const guest = given.guests[which % given.guests.length] as Guest
      const tables = Math.min(given.tables, given.guests.length)
      const locked = [{ guest: guest.id, round: 1, table: (which % tables) + 1 }]
      const seats = drawTables({ ...given, met: never, locked })
      expect(seats).toContainEqual(locked[0])
      const sizes = sizesOf(
        seats.filter(({ round }) => round === 1),
        tables,
      )
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
    }),
  )
})

test('more than a table holds cannot stay at it', () => {
  const all = ['a', 'b', 'c', 'd'].map(someone)
  const locked = ['a', 'b', 'c'].map(guest => ({ guest, round: 1, table: 1 }))
  expect(() => drawTables({ guests: all, tables: 2, rounds: 1, seed: 1, met: never, locked })).toThrow(
    TooManyLocked,
  )
})

test('colleagues are parted where there are tables enough, sizes and sectors mixed', () => {
  const all = ['a', 'b', 'c', 'd'].flatMap(organisation =>
    [1, 2, 3].map(index => ({
      id: `${organisation}${index}`,
      organisation,
      sizeClass: ['micro', 'small', 'large'][index - 1] ?? null,
      sector: null,
    })),
  )
  const seats = drawTables({ guests: all, tables: 3, rounds: 1, seed: 7, met: never })
  const score = scoreOf({ guests: all, met: never }, seats)
  expect(score.organisation.pairs).toBe(0)
  expect(score.organisation.chance).toBeCloseTo(12 * (3 / 11))
  expect(score.sizeClass.pairs).toBeLessThanOrEqual(5)
})

test('in a second round people meet others', () => {
  const all = Array.from({ length: 16 }, (_, index) => someone(`g${index}`))
  const seats = drawTables({ guests: all, tables: 4, rounds: 3, seed: 3, met: never })
  expect(scoreOf({ guests: all, met: never }, seats).again.pairs).toBe(0)
})

test('those who met before are parted', () => {
  const all = Array.from({ length: 8 }, (_, index) => someone(`g${index}`))
  const met = (one: string, other: string) =>
    Math.floor(Number(one.slice(1)) / 2) === Math.floor(Number(other.slice(1)) / 2) ? 1 : 0
  const seats = drawTables({ guests: all, tables: 2, rounds: 1, seed: 1, met })
  expect(scoreOf({ guests: all, met }, seats).met).toEqual({ pairs: 0, chance: 4 * (3 / 7) })
})

test('as many tables as the size asks for', () => {
  expect([tablesFor(10, 4), tablesFor(3, 5), tablesFor(0, 4), tablesFor(23, 4)]).toEqual([3, 1, 1, 6])
})

function someone(id: string): Guest {
  return { id, organisation: null, sizeClass: null, sector: null }
}

function sizesOf(seats: Seat[], tables: number): number[] {
  return Array.from({ length: tables }, (_, index) => seats.filter(({ table }) => table === index + 1).length)
}

/** Counted the long way: what the tables cost, and what a pair costs on average times how many sit together. */
function costs(all: Guest[], seats: Seat[], met: (one: string, other: string) => number) {
  const table = new Map(seats.map(seat => [seat.guest, seat.table]))
  const sizes = [...Map.groupBy(seats, seat => seat.table).values()].map(({ length }) => length)
  const together = sizes.reduce((sum, size) => sum + (size * (size - 1)) / 2, 0)
  const pairs = { organisation: 0, sizeClass: 0, sector: 0 }
  let [here, total, count] = [0, 0, 0]
  for (const [index, one] of all.entries())
    for (const other of all.slice(index + 1)) {
      const shared = (['organisation', 'sizeClass', 'sector'] as const).filter(
        name => one[name] !== null && one[name] === other[name],
      )
      const cost =
        shared.reduce((sum, name) => sum + weights[name], 0) +
        weights.met * Math.min(3, met(one.id, other.id))
      total += cost
      count += 1
      if (table.get(one.id) !== table.get(other.id)) continue
      here += cost
      for (const name of shared) pairs[name] += 1
    }
  return { here, pairs, chance: count === 0 ? 0 : (total / count) * together }
}

test('every criterion has a weight', () => {
  expect(Object.keys(weights).sort()).toEqual([...criteria].sort())
})
