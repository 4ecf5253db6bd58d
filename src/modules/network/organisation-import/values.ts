import {
  foldedWords,
  kindWords,
  type ListedField,
  sizeWords,
} from '#modules/network/organisation-import/words.ts'
import type { SizeClass } from '#modules/network/organisations/input.ts'
import { isKnownNonCountry, resolveCountry } from '#reference/countries.ts'
import { readSector } from '#reference/sectors.ts'

/** What is written in a listed field → what it means, where somebody said so; '' for nothing. */
export type ValueWords = Partial<Record<ListedField, Record<string, string>>>

/**
 * What a written value means.
 * @returns null where nobody knows; '' for what says that there is none
 */
export function meaningOf(field: ListedField, written: string, words: ValueWords = {}): string | null {
  const said = words[field]?.[foldedWords(written).slice(0, 200)]
  if (said !== undefined) return said
  if (isNothing(written)) return ''
  switch (field) {
    case 'kind':
      return readKind(written)
    case 'sizeClass':
      return readSize(written)
    case 'country':
      return resolveCountry(written) ?? (isKnownNonCountry(written) ? '' : null)
    case 'sector':
      return readSector(written)
    case 'engagement':
      return readLevel(written)
  }
}

/** Whether a cell says that there is nothing to say. */
export function isNothing(written: string): boolean {
  return /^(?:|[-–—_/.?*]+|n\.?\s?[acr]\.?|n\/[ac]|néant|neant|aucune?|inconnue?|non (?:renseignée?|communiquée?)|nc|nr|ras|null|none|unknown|vide|sin datos|ninguno|nenhum|desconocido|desconhecido|#n\/a)$/i.test(
    written.trim(),
  )
}

function readKind(written: string): string | null {
  const folded = foldedWords(written.replace(/(?<=\b\p{L})\.(?=\p{L}\b|\s|$)/gu, ''))
  const exact = kindWords.get(folded) ?? kindWords.get(folded.replace(/s\b/g, ''))
  if (exact) return exact
  // "Association (loi 1901)", "SAS au capital de …": what comes first says it.
  const words = folded.split(' ')
  for (let length = Math.min(words.length - 1, 3); length > 0; length--) {
    const kind = kindWords.get(words.slice(0, length).join(' '))
    if (kind) return kind
  }
  return null
}

/**
 * The size class of a number of employees, of a range or of a word for it. A range across two classes, and one without
 * an end that could be several, is nobody's guess.
 */
export function readSize(written: string): SizeClass | null {
  const folded = foldedWords(written)
  const word = sizeWords.get(folded)
  if (word) return word as SizeClass
  const text = written
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/(?<=\d)[\s.,](?=\d{3}(?!\d))/g, '')
  const numbers = [...text.matchAll(/\d+(?:[.,]\d+)?/g)].map(([number]) => Number(number.replace(',', '.')))
  const [first, second] = numbers
  if (first === undefined) return firstWord(folded)
  if (numbers.length > 2) return null
  if (second !== undefined) return ofRange(first, second)
  if (/<|moins de|jusqu|max|less|under|up to|fewer|menos de|hasta|ate |below/.test(text)) {
    const strict = /<(?!=)|moins de|less|under|fewer|menos de|below/.test(text)
    return ofRange(0, strict ? first - 1 : first)
  }
  if (
    /[>+]|plus de|et plus|ou plus|au moins|more|over|at least|mas de|o mas|mais de|ou mais|\bmin/.test(text)
  )
    return first >= 249 ? 'large' : null
  return sizeOf(first)
}

/** By persons employed, to whole persons upwards: 9.5 full-time posts are ten people's. */
export function sizeOf(employed: number): SizeClass {
  if (employed < 10) return 'micro'
  if (employed < 50) return 'small'
  return employed < 250 ? 'medium' : 'large'
}

/** "10 à 50" ends where the next class begins, and means the one before. */
function ofRange(least: number, most: number): SizeClass | null {
  if (least > most) return null
  const from = sizeOf(least)
  const to = [10, 50, 250].includes(most) && least < most ? sizeOf(most - 1) : sizeOf(most)
  return from === to ? from : null
}

function firstWord(folded: string): SizeClass | null {
  const words = folded.split(' ')
  for (let length = Math.min(words.length, 3); length > 0; length--) {
    const size = sizeWords.get(words.slice(0, length).join(' '))
    if (size) return size as SizeClass
  }
  return null
}

function readLevel(written: string): string | null {
  const level = /^(?:\D*)([1-5])(?:\s*\/\s*5)?(?:\D*)$/.exec(written.trim())?.[1]
  return level ?? null
}
