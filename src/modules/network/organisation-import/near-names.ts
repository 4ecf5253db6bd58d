/** Names at least this alike are shown to be looked at: shared trigrams among all of both. */
export const leastLikeness = 0.5

/** How many hashes of trigrams there are: few enough to count each, enough that two seldom meet. */
const grams = 2 ** 20

/** Where one of the two says no town, the name alone has to speak: names at least this alike, with the same numbers in them. */
const leastLikenessAlone = 0.75

/** So many others are looked at for one name, those with its rarest trigrams first: enough but for names of one pattern. */
const mostLookedAt = 1_500

/** So many are given, the likeliest first. */
const mostFound = 10

/** Of the rarest trigrams, so many must be shared for two names to be compared at all. */
const leastShared = 3

/**
 * Finds names like one another in the same town, or where one of the two is without. Names that share at least half their trigrams must share one of the
 * rarest of each, so only those are indexed (prefix filtering: Bayardo, Ma, Srikant, “Scaling up all pairs similarity
 * search”, WWW 2007), a few more than one so that several must be shared. No pair is missed, but of names with too many
 * neighbours.
 * @param all names that will be added or looked for: which trigrams are rare shows in them
 */
export function nearNames<Key>(all: Iterable<string>) {
  const counts = new Uint32Array(grams)
  for (const name of all) for (const gram of trigramsOf(name)) counts[gram] = (counts[gram] ?? 0) + 1
  const entries: { key: Key; name: string; town: string; trigrams: Uint32Array }[] = []
  const index = new Map<number, number[]>()
  /** Of each entry, how many of the trigrams looked for it shares; all 0 between two searches. */
  const shared: number[] = []
  const towns = new Map<string, number>()
  /** So many of the entries stand in the cells of no town in particular: none before a name without a town is looked for. */
  let anywhere = 0
  const put = (place: number, town: string) => {
    for (const gram of rarest(entries[place]?.trigrams ?? new Uint32Array(), counts)) {
      const at = cellOf(towns, town, gram)
      const others = index.get(at)
      if (others) others.push(place)
      else index.set(at, [place])
    }
  }
  return {
    add(key: Key, name: string, town: string): void {
      const place = entries.push({ key, name, town, trigrams: trigramsOf(name) }) - 1
      shared.push(0)
      put(place, town)
    },
    /** @param another whether one that is called alike is known to be another all the same */
    find(
      name: string,
      town: string,
      another: (key: Key) => boolean = () => false,
    ): { key: Key; likeness: number; sameTown: boolean }[] {
      if (town === '') for (; anywhere < entries.length; anywhere++) put(anywhere, everyTown)
      // Those of the town, and those without one; for a name without a town, all.
      const cells = town === '' ? [everyTown] : [town, ''].filter(one => towns.has(one))
      if (cells.length === 0) return []
      const trigrams = trigramsOf(name)
      let least = Math.min(leastShared, Math.ceil(trigrams.length * leastLikeness))
      let lookedAt = 0
      const touched: number[] = []
      search: for (const gram of rarest(trigrams, counts)) {
        for (const cell of cells) {
          const others = index.get(cellOf(towns, cell, gram)) ?? []
          lookedAt += others.length
          if (lookedAt > mostLookedAt) {
            least = Math.min(least, 2)
            break search
          }
          for (const other of others) {
            if (shared[other] === 0) touched.push(other)
            shared[other] = (shared[other] ?? 0) + 1
          }
        }
      }
      const found: { key: Key; likeness: number; sameTown: boolean }[] = []
      for (const place of touched) {
        const other = entries[place]
        const enough = (shared[place] ?? 0) >= least
        shared[place] = 0
        if (!enough || !other || !couldBe(trigrams.length, other.trigrams.length)) continue
        const likeness = likenessOf(trigrams, other.trigrams)
        const sameTown = town !== '' && other.town === town
        const alike = sameTown
          ? likeness >= leastLikeness
          : likeness >= leastLikenessAlone && numbersIn(other.name) === numbersIn(name)
        if (alike) found.push({ key: other.key, likeness, sameTown })
      }
      return found
        .sort((a, b) => Number(b.sameTown) - Number(a.sameTown) || b.likeness - a.likeness)
        .values()
        .filter(one => !another(one.key))
        .take(mostFound)
        .toArray()
    },
  }
}

/** In place of a town, for all of them: no folded word holds a sign. */
const everyTown = '*'

function numbersIn(name: string): string {
  return name.match(/\d+/g)?.join(' ') ?? ''
}

/** How alike two names are, from 0 to 1, as PostgreSQL's similarity() counts it. */
export function likeness(a: string, b: string): number {
  return likenessOf(trigramsOf(a), trigramsOf(b))
}

/** Each once, by its hash, in the order of the hashes. */
function trigramsOf(name: string): Uint32Array {
  const found = new Set<number>()
  for (const word of name.split(' ')) {
    const padded = `  ${word} `
    for (let at = 0; at + 3 <= padded.length; at++) found.add(hash(padded, at))
  }
  return Uint32Array.from(found).sort()
}

/** Of three characters (FNV-1a, mixed). */
function hash(text: string, at: number): number {
  let value = 0x811c9dc5
  for (let index = at; index < at + 3; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  value ^= value >>> 15
  value = Math.imul(value, 0x2c1b3c6d)
  return (value ^ (value >>> 12)) & (grams - 1)
}

function rarest(trigrams: Uint32Array, counts: Uint32Array): Uint32Array {
  const length = trigrams.length - Math.ceil(trigrams.length * leastLikeness) + leastShared
  return trigrams.toSorted((a, b) => (counts[a] ?? 0) - (counts[b] ?? 0) || a - b).subarray(0, length)
}

function cellOf(towns: Map<string, number>, town: string, gram: number): number {
  let place = towns.get(town)
  if (place === undefined) {
    place = towns.size
    towns.set(town, place)
  }
  return place * grams + gram
}

function couldBe(a: number, b: number): boolean {
  return Math.min(a, b) >= Math.max(a, b) * leastLikeness
}

function likenessOf(a: Uint32Array, b: Uint32Array): number {
  let shared = 0
  let [left, right] = [0, 0]
  while (left < a.length && right < b.length) {
    const [one = 0, other = 0] = [a[left], b[right]]
    if (one === other) shared += 1
    if (one <= other) left += 1
    if (other <= one) right += 1
  }
  const all = a.length + b.length - shared
  return all === 0 ? 0 : shared / all
}
