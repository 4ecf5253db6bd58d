/**
 * Small groups drawn so that people mix. A pair at one table costs what it has in common; the draw first seats everyone
 * where chance would cost least from there on (the method of conditional expectations, which is never worse than the
 * average of all draws), then changes places as long as that makes it cheaper. The same seed draws the same.
 */

export interface Guest {
  id: string
  organisation: string | null
  sizeClass: string | null
  sector: string | null
}

export interface Seat {
  guest: string
  /** From 1. */
  round: number
  table: number
}

export interface Drawing {
  guests: readonly Guest[]
  tables: number
  rounds: number
  seed: number
  /** How often two of them have met before. */
  met(one: string, other: string): number
  /** Who stays where. Tables that are no more are not kept to. */
  locked?: readonly Seat[]
}

export const criteria = ['organisation', 'sizeClass', 'sector', 'met', 'again'] as const
export type Criterion = (typeof criteria)[number]

/** Pairs at one table that have something in common, and how many there would be by chance. */
export type Score = Record<Criterion, { pairs: number; chance: number }>

/** What a pair costs, by what it has in common; 'again' is a table shared in a round before. */
export const weights: Record<Criterion, number> = {
  organisation: 100,
  again: 40,
  sizeClass: 10,
  sector: 8,
  met: 6,
}

/** Beyond, all count alike: those who meet every month are not kept apart at any price. */
const mostMet = 3
const mostPasses = 40
const starts = 3

/** More than sit at the tables of any one room, and drawn in a second or two. */
export const mostGuests = 600

export class TooManyLocked extends Error {
  override name = 'TooManyLocked'
}

/**
 * Everyone sits once in each round, and tables differ by one person at most.
 * @throws TooManyLocked where more are to stay at a table than it has places
 */
export function drawTables(drawing: Drawing): Seat[] {
  const { guests, rounds, seed } = drawing
  if (guests.length === 0) return []
  const tables = Math.min(drawing.tables, guests.length)
  const seats: Seat[] = []
  for (let round = 1; round <= rounds; round++) {
    const costs = costsOf(guests, drawing.met, togetherIn(seats))
    const fixed = lockedIn(drawing, round, tables)
    let best: { at: Int16Array; cost: number } | undefined
    for (let start = 0; start < starts; start++) {
      const chance = mulberry(seed * 1_000 + round * 10 + start)
      const at = seatAll(costs, fixed, sizesOf(guests.length, tables, fixed), chance)
      changePlaces(at, costs, fixed, tables)
      const cost = costOf(at, costs)
      if (!best || cost < best.cost) best = { at, cost }
    }
    for (const [index, guest] of guests.entries())
      seats.push({ guest: guest.id, round, table: (best?.at[index] ?? 0) + 1 })
  }
  return seats
}

/** What the tables have in common, also once somebody moved people by hand, beside what chance would have done. */
export function scoreOf(drawing: Pick<Drawing, 'guests' | 'met'>, seats: readonly Seat[]): Score {
  const score = Object.fromEntries(criteria.map(name => [name, { pairs: 0, chance: 0 }])) as Score
  const known = new Map(drawing.guests.map(guest => [guest.id, guest]))
  const rounds = [...Map.groupBy(seats, ({ round }) => round)].sort(([one], [other]) => one - other)
  const before: Seat[] = []
  for (const [, sitting] of rounds) {
    const together = togetherIn(before)
    const here = sitting.flatMap(seat => {
      const guest = known.get(seat.guest)
      return guest ? [{ guest, table: seat.table }] : []
    })
    const likelihood = likelihoodOf(
      [...Map.groupBy(here, ({ table }) => table).values()].map(all => all.length),
    )
    for (let one = 0; one < here.length; one++)
      for (let other = one + 1; other < here.length; other++) {
        const [a, b] = [here[one], here[other]]
        if (!a || !b) continue
        const common = inCommon(a.guest, b.guest, drawing.met, together)
        for (const name of criteria) {
          if (common[name] === 0) continue
          score[name].chance += likelihood
          if (a.table === b.table) score[name].pairs += 1
        }
      }
    before.push(...sitting)
  }
  return score
}

/** As many tables as give each about so many places. */
export function tablesFor(guests: number, size: number): number {
  return Math.max(1, Math.round(guests / Math.max(1, size)))
}

/** That two chosen by chance sit together. */
function likelihoodOf(sizes: readonly number[]): number {
  const all = sizes.reduce((sum, size) => sum + size, 0)
  if (all < 2) return 0
  return sizes.reduce((sum, size) => sum + size * (size - 1), 0) / (all * (all - 1))
}

function inCommon(
  one: Guest,
  other: Guest,
  met: Drawing['met'],
  together: (one: string, other: string) => number,
): Record<Criterion, number> {
  const same = (a: string | null, b: string | null) => (a !== null && a === b ? 1 : 0)
  return {
    organisation: same(one.organisation, other.organisation),
    sizeClass: same(one.sizeClass, other.sizeClass),
    sector: same(one.sector, other.sector),
    met: Math.min(mostMet, met(one.id, other.id)),
    again: together(one.id, other.id),
  }
}

function togetherIn(seats: readonly Seat[]): (one: string, other: string) => number {
  const places = new Map<string, Set<string>>()
  for (const { guest, round, table } of seats) {
    const place = places.get(guest) ?? new Set()
    places.set(guest, place.add(`${round} ${table}`))
  }
  return (one, other) => {
    const theirs = places.get(other)
    let count = 0
    for (const place of places.get(one) ?? []) if (theirs?.has(place)) count += 1
    return count
  }
}

/** A square of what each pair costs. */
function costsOf(guests: readonly Guest[], met: Drawing['met'], together: ReturnType<typeof togetherIn>) {
  const count = guests.length
  const costs = new Float64Array(count * count)
  for (let one = 0; one < count; one++)
    for (let other = one + 1; other < count; other++) {
      const [a, b] = [guests[one], guests[other]]
      if (!a || !b) continue
      const common = inCommon(a, b, met, together)
      const cost = criteria.reduce((sum, name) => sum + weights[name] * common[name], 0)
      costs[one * count + other] = cost
      costs[other * count + one] = cost
    }
  return costs
}

/** By the place of the guest in the list, the table from 0. */
function lockedIn({ guests, locked = [] }: Drawing, round: number, tables: number): Map<number, number> {
  const places = new Map(guests.map(({ id }, index) => [id, index]))
  const fixed = new Map<number, number>()
  for (const seat of locked) {
    const index = places.get(seat.guest)
    if (index !== undefined && seat.round === round && seat.table <= tables) fixed.set(index, seat.table - 1)
  }
  return fixed
}

/** The larger tables are those at which most have to stay. */
function sizesOf(guests: number, tables: number, fixed: Map<number, number>): number[] {
  const least = Math.floor(guests / tables)
  const sizes = Array.from({ length: tables }, () => least)
  const staying = sizes.map((_, table) => [...fixed.values()].filter(at => at === table).length)
  const byStaying = [...sizes.keys()].sort((a, b) => (staying[b] ?? 0) - (staying[a] ?? 0) || a - b)
  for (const table of byStaying.slice(0, guests % tables)) sizes[table] = least + 1
  if (sizes.some((size, table) => (staying[table] ?? 0) > size)) throw new TooManyLocked()
  return sizes
}

/** Each in turn where the cost to be expected, were all others to follow by chance, is least. */
function seatAll(
  costs: Float64Array,
  fixed: Map<number, number>,
  sizes: readonly number[],
  chance: () => number,
): Int16Array {
  const count = Math.sqrt(costs.length)
  const at = new Int16Array(count).fill(-1)
  const room = [...sizes]
  for (const [guest, table] of fixed) {
    at[guest] = table
    room[table] = (room[table] ?? 0) - 1
  }
  const order = shuffled(
    [...at.keys()].filter(guest => at[guest] === -1),
    chance,
  )
  // With those who sit at a table, and with those who do not sit yet.
  const seated = sums(costs, at, sizes.length)
  const unseated = Float64Array.from({ length: count }, (_, guest) =>
    order.reduce((sum, other) => sum + (costs[guest * count + other] ?? 0), 0),
  )
  const columns = (table: number) => table * count
  for (const [step, guest] of order.entries()) {
    const waiting = order.length - step
    const later = order.slice(step + 1)
    const tables = [...room.keys()].filter(table => (room[table] ?? 0) > 0)
    // Between table and those still to come: what each has to do with who sits there, whichever of them comes.
    const attraction = room.map((_, table) =>
      later.reduce((sum, other) => sum + (seated[columns(table) + other] ?? 0), 0),
    )
    const among = later.reduce((sum, other) => sum + (unseated[other] ?? 0) - cost(other, guest), 0) / 2
    const apart = later.reduce((sum, other) => sum + cost(guest, other), 0)
    let best = { table: tables[0] ?? 0, expected: Number.POSITIVE_INFINITY }
    for (const table of tables) {
      const free = room.map((places, one) => places - (one === table ? 1 : 0))
      const left = waiting - 1
      let expected = seated[columns(table) + guest] ?? 0
      if (left > 0)
        for (const [one, places] of free.entries())
          expected += (places / left) * ((attraction[one] ?? 0) + (one === table ? apart : 0))
      if (left > 1)
        expected +=
          (among * free.reduce((sum, places) => sum + places * (places - 1), 0)) / (left * (left - 1))
      if (expected < best.expected - 1e-9) best = { table, expected }
    }
    at[guest] = best.table
    room[best.table] = (room[best.table] ?? 0) - 1
    for (const other of at.keys()) {
      const index = columns(best.table) + other
      seated[index] = (seated[index] ?? 0) + cost(guest, other)
      unseated[other] = (unseated[other] ?? 0) - cost(guest, other)
    }
  }
  return at

  function cost(one: number, other: number): number {
    return costs[one * count + other] ?? 0
  }
}

/** Two at a time change places while it costs less. */
function changePlaces(at: Int16Array, costs: Float64Array, fixed: Map<number, number>, tables: number): void {
  const count = at.length
  const seated = sums(costs, at, tables)
  const free = [...at.keys()].filter(guest => !fixed.has(guest))
  const costAt = (guest: number, table: number) => seated[table * count + guest] ?? 0
  for (let pass = 0; pass < mostPasses; pass++) {
    let changed = false
    for (const one of free)
      for (const other of free) {
        const [here, there] = [at[one] ?? 0, at[other] ?? 0]
        if (other <= one || here === there) continue
        const between = costs[one * count + other] ?? 0
        const gain =
          costAt(one, here) + costAt(other, there) - costAt(one, there) - costAt(other, here) + 2 * between
        if (gain <= 1e-9) continue
        at[one] = there
        at[other] = here
        for (let guest = 0; guest < count; guest++) {
          const moved = (costs[one * count + guest] ?? 0) - (costs[other * count + guest] ?? 0)
          seated[here * count + guest] = costAt(guest, here) - moved
          seated[there * count + guest] = costAt(guest, there) + moved
        }
        changed = true
      }
    if (!changed) return
  }
}

/** What each guest has in common with those at each table, by table and guest. */
function sums(costs: Float64Array, at: Int16Array, tables: number): Float64Array {
  const count = at.length
  const seated = new Float64Array(tables * count)
  for (const [other, table] of at.entries()) {
    if (table < 0) continue
    for (let guest = 0; guest < count; guest++) {
      const index = table * count + guest
      seated[index] = (seated[index] ?? 0) + (costs[guest * count + other] ?? 0)
    }
  }
  return seated
}

function costOf(at: Int16Array, costs: Float64Array): number {
  const count = at.length
  let sum = 0
  for (let one = 0; one < count; one++)
    for (let other = one + 1; other < count; other++)
      if (at[one] === at[other]) sum += costs[one * count + other] ?? 0
  return sum
}

/** Fisher and Yates. */
function shuffled(all: number[], chance: () => number): number[] {
  for (let last = all.length - 1; last > 0; last--) {
    const other = Math.floor(chance() * (last + 1))
    const [a, b] = [all[last] ?? 0, all[other] ?? 0]
    all[last] = b
    all[other] = a
  }
  return all
}

/** mulberry32 by Tommy Ettinger, public domain: small, and the same on every machine. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
