import { cut } from './cut.ts'
import { decodeEntities } from './entities.ts'

/**
 * The key under which spellings of one tag meet: `Solutions Mapping`, `solution  mapping ` → `solution mapping`.
 * Forgives case, accents, punctuation and simple plurals of French, English, Spanish and Portuguese. A key, not a
 * text to show. Not empty for a text with a letter or digit; idempotent; other scripts keep their words.
 */
export function tagFamily(written: string): string {
  const words = fold(decodeEntities(written))
    .split(BETWEEN_WORDS)
    .filter(word => word !== '')
  const kept = words.filter(word => !JOINING_WORDS.has(word))
  return shortEnough((kept.length > 0 ? kept : words).map(singular).join(' '))
}

/** Whole words where it can be: half a word might have another singular than its beginning. */
function shortEnough(key: string): string {
  if (key.length <= LONGEST_KEY) return key
  const start = cut(key, LONGEST_KEY)
  const space = key[start.length] === ' ' ? start.length : start.lastIndexOf(' ')
  return space > 0 ? start.slice(0, space) : start
}

/** Through upper case, so that `ß` and `SS`, `ς` and `σ` meet; then accents off Latin, Greek and Cyrillic letters. */
function fold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase()
  const upper = text.normalize('NFKD').toLowerCase().toUpperCase().normalize('NFKD')
  const lower = upper.toLowerCase().normalize('NFKD').replaceAll('ς', 'σ').replace(ACCENTS, '')
  return lower.replaceAll('œ', 'oe').replaceAll('æ', 'ae').replaceAll('ø', 'o').normalize('NFC')
}

/** Repeats until nothing changes: each rule shortens the word, so this ends, and the result is its own singular. */
function singular(word: string): string {
  if (!LATIN_WORD.test(word) || word.length > LONGEST_WORD) return word
  let current = word
  for (;;) {
    const shorter = shortened(current)
    if (shorter === current) return current
    current = shorter
  }
}

function shortened(word: string): string {
  for (const [ending, instead, shortest] of BY_LAST_LETTER.get(word.at(-1) ?? '') ?? []) {
    if (word.length >= shortest && word.endsWith(ending)) return word.slice(0, -ending.length) + instead
  }
  const plural = word.length >= 4 && word.endsWith('s') && !/(?:ss|us|is)$/.test(word) && !NO_PLURAL.has(word)
  return plural ? word.slice(0, -1) : word
}

/** Ending, what replaces it, least length of the word. Those in -e serve the singular left by taking off the -s. */
const ENDINGS: readonly (readonly [string, string, number])[] = [
  ['eaux', 'eau', 5], // réseaux
  ['eux', 'eu', 5], // enjeux
  ['aux', 'al', 6], // locaux
  ['ais', 'al', 6], // sociais
  ['coes', 'cao', 5], // ações
  ['soes', 'sao', 6], // decisões
  ['agens', 'agem', 6], // aprendizagens
  ['ovens', 'ovem', 6], // jovens
  ['ione', 'ion', 6], // solucion(es)
  ['dade', 'dad', 6], // ciudad(es), cidade(s)
  ['ore', 'or', 6], // sector(es)
  ['ere', 'er', 6], // mujer(es)
  ['are', 'ar', 6], // hogar(es)
  ['ale', 'al', 6], // social(es)
  ['ile', 'il', 6], // móvil(es)
  ['ene', 'en', 6], // joven(es)
  ['sse', 'ss', 5], // process(es)
  ['che', 'ch', 7], // approach(es), but not marché
  ['xe', 'x', 4], // box(es)
  ['ie', 'y', 5], // city, cities; énergie(s)
]
const BY_LAST_LETTER = Map.groupBy(ENDINGS, ([ending]) => ending.at(-1) ?? '')

/** Their -s is no plural, or their plural is another word. */
const NO_PLURAL: ReadonlySet<string> = new Set(
  'news lens mars pays gens corps temps sens means goods arms customs'.split(' '),
)
/** Letters that have no other form. */
const PLAIN = /^[ -~]*$/
const JOINING_WORDS: ReadonlySet<string> = new Set(['and', 'et'])
const LATIN_WORD = /^[a-z]{4,}$/
const LONGEST_WORD = 60
/** A key is part of an index and of addresses; compatibility forms unfold to eighteen letters a sign. */
export const LONGEST_KEY = 200
const BETWEEN_WORDS = /[^\p{L}\p{N}\p{M}]+/u
/** Only these: vowel signs of Indic scripts and Thai are marks too, and carry the word. */
const ACCENTS = /[\u0300-\u036f]/g
