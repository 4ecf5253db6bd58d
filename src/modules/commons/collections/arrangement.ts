/** The order of a collection, as plain values: sections whose entries follow each other, those without a section first. */

export interface Placed {
  id: string
  section: string | null
}

export type Move =
  /** By one place: out of its section at the end of it. */
  | { to: 'up' | 'down' }
  /** Beside another entry, in its section. */
  | { before: string }
  | { after: string }
  /** To the end of a section; one that is not there yet is made, at the end. */
  | { section: string | null }

/** The order with one entry moved; as it was where there is nowhere to go. */
export function moved(order: readonly Placed[], id: string, move: Move): Placed[] {
  const at = order.findIndex(one => one.id === id)
  const entry = order[at]
  if (!entry) return [...order]
  if ('to' in move) return stepped(order, at, entry, move.to === 'up' ? -1 : 1)
  const others = order.filter(one => one.id !== id)
  if ('section' in move) return inSections([...others, { id, section: move.section }])
  const besides = 'before' in move ? move.before : move.after
  const target = others.findIndex(one => one.id === besides)
  if (target < 0) return [...order]
  const section = others[target]?.section ?? null
  return others.toSpliced('before' in move ? target : target + 1, 0, { id, section })
}

/** With entries more, each at the end of its section. */
export function placed(order: readonly Placed[], added: readonly Placed[]): Placed[] {
  return inSections([...order, ...added])
}

/** A whole section past its neighbour. What stands without a heading stays in front. */
export function sectionMoved(order: readonly Placed[], section: string, to: 'up' | 'down'): Placed[] {
  const names = sectionsOf(order)
  const at = names.indexOf(section)
  const other = at + (to === 'up' ? -1 : 1)
  if (at < 0 || other < 0 || other >= names.length) return [...order]
  const turned = names.with(at, names[other] ?? section).with(other, section)
  return [null, ...turned].flatMap(name => order.filter(one => one.section === name))
}

/** With another heading; with one that another section has, or none, its entries join those that stand there. */
export function sectionRenamed(order: readonly Placed[], section: string, name: string | null): Placed[] {
  const renamed = { section: name }
  const others = order.filter(one => one.section !== section)
  if (!others.some(one => one.section === name))
    return inSections(order.map(one => (one.section === section ? { ...one, ...renamed } : one)))
  const own = order.filter(one => one.section === section).map(one => ({ ...one, ...renamed }))
  return inSections([...others, ...own])
}

/** The headings, in their order. */
export function sectionsOf(order: readonly { section: string | null }[]): string[] {
  return [...new Set(order.flatMap(one => one.section ?? []))]
}

/** Free numbers left between two entries when all are numbered anew. */
const gap = 1_024
/** Far from what an integer holds. */
const bound = 2 ** 30

/**
 * The numbers that have to be written so that they grow in this order: of what moved alone, between its neighbours',
 * and of all only where there is no room.
 * @param now the numbers that entries have; new ones have none
 */
export function newPositions(
  order: readonly string[],
  now: ReadonlyMap<string, number>,
): Map<string, number> {
  const staying = longestRising(order.map(id => now.get(id) ?? null))
  const given = new Map<string, number>()
  for (let from = 0; from < order.length; ) {
    if (staying.has(from)) {
      from += 1
      continue
    }
    let until = from
    while (until < order.length && !staying.has(until)) until += 1
    const low = now.get(order[from - 1] ?? '') ?? null
    const high = until < order.length ? (now.get(order[until] ?? '') ?? null) : null
    const numbers = between(low, high, until - from)
    if (!numbers) return new Map(order.map((id, index) => [id, (index + 1) * gap]))
    numbers.forEach((number, index) => {
      given.set(order[from + index] ?? '', number)
    })
    from = until
  }
  return given
}

function stepped(order: readonly Placed[], at: number, entry: Placed, step: -1 | 1): Placed[] {
  const neighbour = order[at + step]
  if (!neighbour) return [...order]
  // Over the edge of its section into the next one, without passing anything there.
  if (neighbour.section !== entry.section) return order.with(at, { ...entry, section: neighbour.section })
  return order.with(at, neighbour).with(at + step, entry)
}

/** The sections one after the other, in the order in which each begins; what has none comes first. */
function inSections(order: readonly Placed[]): Placed[] {
  return [null, ...sectionsOf(order)].flatMap(name => order.filter(one => one.section === name))
}

function between(low: number | null, high: number | null, count: number): number[] | null {
  if (low === null && high === null) return Array.from({ length: count }, (_, index) => (index + 1) * gap)
  const step = low === null || high === null ? gap : Math.floor((high - low) / (count + 1))
  const first = low === null ? (high ?? 0) - gap * count : low + step
  const numbers = Array.from({ length: count }, (_, index) => first + index * step)
  return step > 0 && numbers.every(number => Math.abs(number) < bound) ? numbers : null
}

/** The places of a longest subsequence that rises strictly (patience sorting); null stands for none. */
function longestRising(numbers: readonly (number | null)[]): Set<number> {
  /** By length: where the rising sequence with the least end of that length ends. */
  const ends: number[] = []
  const previous: (number | undefined)[] = []
  numbers.forEach((number, at) => {
    if (number === null) return
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((numbers[ends[middle] ?? 0] ?? 0) < number) low = middle + 1
      else high = middle
    }
    previous[at] = ends[low - 1]
    ends[low] = at
  })
  const places = new Set<number>()
  for (let at = ends.at(-1); at !== undefined; at = previous[at]) places.add(at)
  return places
}
