import { isDeepStrictEqual } from 'node:util'
import { LONGEST_VALUE, MOST_VALUES } from '#modules/commons/format/facts.ts'
import { readValue, settleLine, settleText, writeValue } from '#modules/commons/templates/answer-text.ts'
import { rowKey } from '#modules/commons/templates/questions.ts'
import type { AnswerKind, Reference, Value } from '#modules/commons/templates/template.ts'
import { resolveCountry } from '#reference/countries.ts'

/** Why a value cannot be kept: the key of a message `writing.problem.<code>`, with what it says. */
export interface ValueProblem {
  code:
    | 'invalid'
    | 'too-long'
    // Of an answer that may be long: more of it goes into a file.
    | 'text-too-long'
    | 'too-many'
    | 'not-a-number'
    | 'out-of-range'
    | 'not-a-date'
    | 'not-a-place'
    | 'no-such-row'
  params?: Record<string, string | number>
}

/** Characters, where a template sets no limit. */
export const longestText = 1_000
export const longestRich = 50_000
const mostReferences = 100
const mostRows = 200

/**
 * What may be kept as an answer, in the form in which a page gives it back: reading what was written gives this very value.
 * @param given as a form or a programme sends it
 * @returns the value, null for no answer, or what is wrong with it
 */
export function settleValue(
  kind: AnswerKind,
  given: unknown,
): { value: Value | null } | { problem: ValueProblem } {
  if (given === null || given === undefined) return { value: null }
  if (isObject(given) && typeof given.written === 'string')
    return isMetadata(kind) ? invalid : settledText(kind, given.written, longestRich)
  switch (kind.kind) {
    case 'text':
      if (typeof given !== 'string') return invalid
      return settledText(kind, settleLine(given), kind.most ?? longestText)
    case 'rich':
      if (typeof given !== 'string') return invalid
      return settledText(kind, given, kind.most ?? longestRich)
    case 'choice':
      return settledChoice(kind, given)
    case 'scale':
      return settledNumber(given, kind.from, kind.to, true)
    case 'number':
      return settledNumber(given, kind.least, kind.most, false)
    case 'shares':
      return settledShares(kind, given)
    case 'date': {
      if (typeof given !== 'string') return invalid
      if (given.trim() === '') return { value: null }
      const value = readValue(kind, given.trim())
      return typeof value === 'string' ? { value } : { problem: { code: 'not-a-date' } }
    }
    case 'place':
      return settledPlace(given)
    case 'sdgs': {
      if (!Array.isArray(given)) return invalid
      const numbers = [...new Set(given.map(Number))].sort((a, b) => a - b)
      if (!numbers.every(number => Number.isInteger(number) && number >= 1 && number <= 17)) return invalid
      return { value: numbers.length > 0 ? numbers : null }
    }
    case 'countries':
      return settledWords(given, word => resolveCountry(word) ?? word)
    case 'tags':
      return settledWords(given, word => word)
    case 'files':
    case 'people':
    case 'organisations':
    case 'items':
      return settledReferences(kind, given)
    case 'group':
      return settledRows(given, kind.most)
  }
}

/** The keys of rows, in order. */
export function settledRows(
  given: unknown,
  most = mostRows,
): { value: Value | null } | { problem: ValueProblem } {
  if (!Array.isArray(given)) return invalid
  const keys = [...new Set(given)]
  if (!keys.every((key): key is string => typeof key === 'string' && rowKey.test(key)))
    return { problem: { code: 'no-such-row' } }
  if (keys.length > most) return { problem: { code: 'too-many', params: { most } } }
  return { value: keys.length > 0 ? keys : null }
}

/** Whether two answers are the same; null and undefined are none. */
export function sameValue(one: Value | null | undefined, other: Value | null | undefined): boolean {
  return isDeepStrictEqual(one ?? null, other ?? null)
}

type Settled = { value: Value | null } | { problem: ValueProblem }

const invalid: Settled = { problem: { code: 'invalid' } }

function settledText(kind: AnswerKind, text: string, most: number): Settled {
  const settled = settleText(text)
  if (settled.length > most) {
    const code = most > longestText ? 'text-too-long' : 'too-long'
    return { problem: { code, params: { most, length: settled.length } } }
  }
  if (settled === '') return { value: null }
  return { value: readValue(kind, settled) }
}

function settledChoice(kind: Extract<AnswerKind, { kind: 'choice' }>, given: unknown): Settled {
  const words = (Array.isArray(given) ? given : [given]).filter(one => one !== '')
  if (!words.every((one): one is string => typeof one === 'string')) return invalid
  if (words.length > MOST_VALUES) return { problem: { code: 'too-many', params: { most: MOST_VALUES } } }
  const value = words.length > 0 ? readValue(kind, writeValue(kind, words, 'en')) : null
  if (value !== null && !kind.many && Array.isArray(value) && value.length > 1)
    return { problem: { code: 'too-many', params: { most: 1 } } }
  return { value }
}

function settledNumber(
  given: unknown,
  least: number | undefined,
  most: number | undefined,
  whole: boolean,
): Settled {
  const number = typeof given === 'string' ? readValue({ kind: 'number' }, given) : given
  if (number === null) return { value: null }
  if (typeof number !== 'number' || !Number.isFinite(number) || (whole && !Number.isInteger(number)))
    return { problem: { code: 'not-a-number' } }
  const [from, to] = [least ?? -largest, most ?? largest]
  if (number < from || number > to)
    return { problem: { code: 'out-of-range', params: { least: from, most: to } } }
  // As many digits as a page keeps of it.
  return { value: Number(number.toFixed(6)) + 0 }
}

function settledShares(kind: Extract<AnswerKind, { kind: 'shares' }>, given: unknown): Settled {
  if (!isObject(given)) return invalid
  const parts: Record<string, number> = {}
  for (const { key } of kind.parts) {
    const settled = settledNumber((isObject(given.shares) ? given.shares : given)[key] ?? null, 0, 100, false)
    if ('problem' in settled) return settled
    if (typeof settled.value === 'number') parts[key] = settled.value
  }
  return { value: Object.keys(parts).length > 0 ? { shares: parts } : null }
}

function settledPlace(given: unknown): Settled {
  if (!isObject(given)) return invalid
  const [lat, lng] = [given.lat, given.lng].map(one => settledNumber(one ?? null, -180, 180, false))
  if (!lat || !lng || 'problem' in lat || 'problem' in lng) return { problem: { code: 'not-a-place' } }
  if (lat.value === null && lng.value === null) return { value: null }
  if (typeof lat.value !== 'number' || typeof lng.value !== 'number' || Math.abs(lat.value) > 90)
    return { problem: { code: 'not-a-place' } }
  // The format writes 0,0 for no place at all.
  if (lat.value === 0 && lng.value === 0) return { value: null }
  return { value: { lat: lat.value, lng: lng.value } }
}

function settledWords(given: unknown, known: (word: string) => string): Settled {
  if (!Array.isArray(given)) return invalid
  const words: string[] = []
  for (const one of given) {
    if (typeof one !== 'string') return invalid
    const word = settleLine(one.replace(/\]/g, ' ').replace(/\[/g, ' '))
    if (word.length > LONGEST_VALUE)
      return { problem: { code: 'too-long', params: { most: LONGEST_VALUE, length: word.length } } }
    // Braces are what the form's own placeholders are told by.
    if (word !== '' && !(word.startsWith('{') && word.endsWith('}'))) words.push(known(word))
  }
  if (words.length > MOST_VALUES) return { problem: { code: 'too-many', params: { most: MOST_VALUES } } }
  return { value: words.length > 0 ? [...new Set(words)] : null }
}

function settledReferences(kind: AnswerKind, given: unknown): Settled {
  if (!Array.isArray(given)) return invalid
  if (given.length > mostReferences)
    return { problem: { code: 'too-many', params: { most: mostReferences } } }
  const references: Reference[] = []
  for (const one of given) {
    const { name, address, picture } = typeof one === 'string' ? { name: one } : isObject(one) ? one : {}
    if (typeof name !== 'string' || (address !== undefined && typeof address !== 'string')) return invalid
    if (name.length > 500 || (address?.length ?? 0) > 1_000)
      return { problem: { code: 'too-long', params: { most: 500, length: name.length } } }
    if (address !== undefined && !/^(?:https?:\/\/|\/(?!\/)|mailto:)/i.test(address)) return invalid
    if (name.trim() === '' && address === undefined) continue
    references.push({
      name,
      ...(address !== undefined && { address }),
      ...(picture === true && { picture: true }),
    })
  }
  return { value: references.length > 0 ? readValue(kind, writeValue(kind, references, 'en')) : null }
}

/** Kinds that stand among the metadata, or in places of their own: their words are no answer below a question. */
function isMetadata({ kind }: AnswerKind): boolean {
  return ['place', 'sdgs', 'countries', 'tags', 'shares', 'group'].includes(kind)
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const largest = 1e12
