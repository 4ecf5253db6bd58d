import { WORD, WORD_KIND } from './word-kinds.ts'

/** Hashes of every three words in a row of a text, in its order: repeated ones are there again. */
export type Shingles = Int32Array

/**
 * Shingles of a text; one or two words make a single one, none make none. Case and punctuation do not count.
 */
export function shinglesOf(text: string): Shingles {
  const words = wordHashesOf(text.normalize('NFC').toLowerCase())
  if (words.length > 0 && words.length < SHINGLE) return Int32Array.of(shingleAt(words, 0))
  const shingles = new Int32Array(Math.max(0, words.length - SHINGLE + 1))
  for (let at = 0; at < shingles.length; at++) shingles[at] = shingleAt(words, at)
  return shingles
}

/**
 * Near-duplicate fingerprint: MinHash with 60 permutations over shingles of three words, in 20 bands of 3
 * (A. Z. Broder, "On the resemblance and containment of documents", SEQUENCES 1997). Two texts are candidates when
 * they share a number at the same place. With resemblance s that happens with probability 1 − (1 − s³)²⁰:
 *
 *   s     0.05   0.1   0.2   0.3   0.4   0.5   0.6   0.7
 *   p     0.002  0.02  0.15  0.42  0.73  0.93  0.99  0.9998
 *
 * so candidates are then to be checked with `resemblance`.
 * Returns 20 signed 32-bit integers, or [] for a text without a word. The numbers are stored: changing a
 * constant here means computing every stored fingerprint again.
 */
export function fingerprintOf(shingles: Shingles): number[] {
  if (shingles.length === 0) return []
  const least = new Int32Array(PERMUTATIONS)
  for (let first = 0; first < PERMUTATIONS; first += 4) leastOfFour(shingles, first, least)
  return Array.from({ length: BANDS }, (_, band) => {
    let hash = band
    for (let row = 0; row < ROWS; row++)
      hash = mix(Math.imul(hash, 31) ^ (least[band * ROWS + row] as number))
    return hash | 0
  })
}

/** Jaccard similarity of two texts' shingles, 0 to 1 (up to a collision of 32-bit hashes); 0 for no words. */
export function resemblance(one: Shingles, other: Shingles): number {
  const first = new Set(one)
  const second = new Set(other)
  if (first.size === 0 || second.size === 0) return 0
  const [small, large] = first.size < second.size ? [first, second] : [second, first]
  let shared = 0
  for (const shingle of small) if (large.has(shingle)) shared++
  return shared / (first.size + second.size - shared)
}

/**
 * Four permutations over all shingles at a time: the shingles are read a quarter as often, and the least stay in registers.
 * Compared as signed numbers, which the machine has at hand, with the sign turned over before (adding it does) and after.
 */
function leastOfFour(shingles: Shingles, first: number, least: Int32Array): void {
  const [a, b, c, d] = MULTIPLIERS.subarray(first, first + 4) as unknown as Four
  const [e, f, g, h] = TURNED_OFFSETS.subarray(first, first + 4) as unknown as Four
  let leastOne = 0x7fffffff
  let leastTwo = leastOne
  let leastThree = leastOne
  let leastFour = leastOne
  for (let at = 0; at < shingles.length; at++) {
    const shingle = shingles[at] as number
    const one = (Math.imul(shingle, a) + e) | 0
    if (one < leastOne) leastOne = one
    const two = (Math.imul(shingle, b) + f) | 0
    if (two < leastTwo) leastTwo = two
    const three = (Math.imul(shingle, c) + g) | 0
    if (three < leastThree) leastThree = three
    const four = (Math.imul(shingle, d) + h) | 0
    if (four < leastFour) leastFour = four
  }
  least[first] = leastOne ^ SIGN
  least[first + 1] = leastTwo ^ SIGN
  least[first + 2] = leastThree ^ SIGN
  least[first + 3] = leastFour ^ SIGN
}

type Four = [number, number, number, number]

function shingleAt(words: readonly number[], at: number): number {
  let hash = 0
  for (let index = at; index < at + SHINGLE; index++) hash = mix(Math.imul(hash, 31) + (words[index] ?? 0))
  return hash
}

/** FNV-1a of each word; a sign of a script written without spaces is a word of its own. */
function wordHashesOf(text: string): number[] {
  const words: number[] = []
  let hash = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const kind = WORD_KIND[code]
    if (kind === WORD) {
      hash = Math.imul((hash === 0 ? FNV_OFFSET : hash) ^ code, FNV_PRIME)
    } else {
      if (hash !== 0) words.push(hash)
      hash = 0
      if (kind !== 0) words.push(Math.imul(FNV_OFFSET ^ code, FNV_PRIME))
    }
  }
  if (hash !== 0) words.push(hash)
  return words
}

/** The finisher of MurmurHash3 (A. Appleby, public domain): spreads every bit over all 32. */
function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

const BANDS = 20
const ROWS = 3
const PERMUTATIONS = BANDS * ROWS
const SHINGLE = 3
const SIGN = -0x80000000
const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193
/** x → a·x + b mod 2³² with a odd is a permutation of the 32-bit integers. */
const MULTIPLIERS = Int32Array.from({ length: PERMUTATIONS }, (_, index) => mix(2 * index + 0x9e37) | 1)
const TURNED_OFFSETS = Int32Array.from({ length: PERMUTATIONS }, (_, index) => mix(2 * index + 0x79b9) ^ SIGN)
