import type { Locale } from '#kernel/locale.ts'
import file from '../../reference/sectors.json' with { type: 'json' }

/** What an organisation does, in a classification of activities and its version: see reference/sectors.json for what is covered. */
export interface Sector {
  /** `isic4:C20` (a section, division, group or class), `naf2:20.42Z` (a sub-class). */
  code: string
  classification: 'isic4' | 'naf2'
  /** As the classification itself writes it: `C20`, `20.42Z`. */
  mark: string
  section: string
  /** Of two digits, the same in ISIC Rev. 4, NACE Rev. 2 and NAF rév. 2; null for a section as a whole. */
  division: string | null
}

/** @returns null for what is no code of ours */
export function sector(code: string): Sector | null {
  const naf = /^naf2:((\d{2})\.\d{2}[A-Z])$/.exec(code)
  const isic = /^isic4:(([A-U])(?:(\d{2})\d{0,2})?)$/.exec(code)
  const [, mark = '', letter, isicDivision] = isic ?? naf ?? []
  if (mark === '') return null
  const division = (naf ? naf[2] : isicDivision) ?? null
  const section = division === null ? letter : sectionOf(division)
  if (section === undefined || (isic && section !== letter)) return null
  return { code, classification: naf ? 'naf2' : 'isic4', mark, section, division }
}

/** In the reader's language; of a code whose own name is not known there, the name of its division. */
export function sectorName(code: string, locale: Locale): string {
  const found = sector(code)
  if (!found) return code
  const own = locale === 'fr' && found.classification === 'naf2' ? nafNames.get(found.mark) : undefined
  return own ?? divisionName(found.division ?? found.section, locale)
}

/** Name of a division (`20`) or of a section (`C`); the mark itself when there is none such. */
export function divisionName(mark: string, locale: Locale): string {
  return names.get(mark)?.[locale] ?? mark
}

/** As one reads it: the mark before the name. */
export function sectorLabel(code: string, locale: Locale): string {
  const found = sector(code)
  return found ? `${found.mark} · ${sectorName(code, locale)}` : code
}

/** Sections, divisions and the sub-classes that have a name, in their order: what a field can offer. */
export function offeredSectors(): readonly string[] {
  return offered
}

/**
 * The code somebody wrote: `isic4:C20`, `C20`, `20`, `20.42Z`, `2042Z`, a code with its name after it, or a name in any
 * of the languages. Never a guess: null when it is none of these.
 */
export function readSector(written: string): string | null {
  const text = written.trim()
  const [first = ''] = text.split(/\s*[·—–:]\s+|\s+-\s+|\s{2,}/)
  return fromMark(text) ?? fromMark(first) ?? fromName.get(folded(text)) ?? null
}

/** Those of which every word is in the name or begins the code, the coarser first. */
export function searchSectors(written: string, locale: Locale, most = 12): string[] {
  const words = folded(written.replace(/(?<=\d)\.(?=\d)/g, ''))
    .split(' ')
    .filter(Boolean)
  if (words.length === 0) return []
  return offered
    .filter(code => {
      const mark = (sector(code)?.mark ?? '').replace('.', '').toLowerCase()
      const name = folded(sectorName(code, locale))
      const number = mark.replace(/^[a-u]/, '')
      return words.every(word => name.includes(word) || mark.startsWith(word) || number.startsWith(word))
    })
    .slice(0, most)
}

const nafNames = new Map(file.naf.map(([mark = '', name = '']) => [mark, name]))
const names = new Map<string, Record<Locale, string>>(
  [...file.sections, ...file.divisions].map(row => [row.code, row.names]),
)
const offered: readonly string[] = [
  ...file.sections.map(({ code }) => `isic4:${code}`),
  ...file.divisions.map(({ code }) => `isic4:${sectionOf(code)}${code}`),
  ...[...nafNames.keys()].map(mark => `naf2:${mark}`),
]
const fromName = indexOfNames()

function sectionOf(division: string): string | undefined {
  if (!names.has(division)) return undefined
  return file.sections.find(({ first, last }) => first <= division && division <= last)?.code
}

function fromMark(text: string): string | null {
  if (sector(text)) return text
  const mark = text.toUpperCase().replace(/\s+/g, '')
  const naf = /^(\d{2})\.?(\d{2})([A-Z])$/.exec(mark)
  if (naf) return known(`naf2:${naf[1]}.${naf[2]}${naf[3]}`)
  const isic = /^([A-U])?(\d{2})\.?(\d{0,2})$/.exec(mark)
  if (isic) return known(`isic4:${isic[1] ?? sectionOf(isic[2] ?? '')}${isic[2]}${isic[3]}`)
  return /^[A-U]$/.test(mark) ? `isic4:${mark}` : null
}

function known(code: string): string | null {
  return sector(code) ? code : null
}

/** A section and its only division may be called the same: the division says more. */
function indexOfNames(): Map<string, string> {
  const index = new Map<string, string>()
  for (const code of offered) {
    const { mark = '', division, section } = sector(code) ?? {}
    const all = nafNames.has(mark)
      ? [nafNames.get(mark)]
      : Object.values(names.get(division ?? section ?? '') ?? {})
    for (const name of all) {
      const key = folded(name ?? '')
      // Of a division and its only sub-class of the same name, the division.
      if (!nafNames.has(mark) || !index.has(key)) index.set(key, code)
    }
  }
  return index
}

/** Lower-case words without accents. */
function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
}
