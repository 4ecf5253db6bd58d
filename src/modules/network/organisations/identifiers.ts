/** What registers call organisations, checked as far as the number itself tells: that it is given to nobody else is not. */

export const identifierSchemes = ['siren', 'siret', 'vat', 'lei', 'rccm', 'cnpj', 'nif', 'other'] as const
export type IdentifierScheme = (typeof identifierSchemes)[number]

export interface Identifier {
  scheme: IdentifierScheme
  value: string
}

/** Most an organisation has, of all registers together. */
export const mostIdentifiers = 12

/**
 * A number as its register writes it, whatever spaces, dots or dashes it came with.
 * @returns null for one that cannot be: of another form, or with a wrong check digit
 */
export function readIdentifier(scheme: IdentifierScheme, written: string): string | null {
  const text = written.normalize('NFKC').trim().toUpperCase()
  return readers[scheme](text)
}

const readers: Record<IdentifierScheme, (text: string) => string | null> = {
  siren: text => fitting(compact(text), isSiren),
  siret: text => fitting(compact(text), isSiret),
  vat: text => fitting(compact(text), isVat),
  lei: text => fitting(compact(text), isLei),
  rccm: readRccm,
  cnpj: text => fitting(compact(text), isCnpj),
  nif: readNif,
  other: text => (text.length > 0 && text.length <= 60 ? text : null),
}

/** A SIREN to look at: 552 100 554. */
export function spacedIdentifier({ scheme, value }: Identifier): string {
  if (scheme === 'siren') return value.replace(/(?=(?:.{3})+$)(?!^)/g, '\u00a0')
  if (scheme === 'siret')
    return value.replace(/^(...)(...)(...)(.*)$/, (_, a, b, c, rest) => [a, b, c, rest].join('\u00a0'))
  if (scheme === 'cnpj') return value.replace(/^(..)(...)(...)(....)(..)$/, '$1.$2.$3/$4-$5')
  return value
}

/** INSEE: nine digits, the last of them Luhn's. */
function isSiren(text: string): boolean {
  return /^\d{9}$/.test(text) && luhnSum(text) % 10 === 0 && text !== '000000000'
}

/**
 * INSEE: the SIREN and five digits for the place of work. Those of La Poste (356 000 000) are too many for Luhn's rule:
 * their digits add up to a multiple of five instead.
 */
function isSiret(text: string): boolean {
  if (!/^\d{14}$/.test(text) || !isSiren(text.slice(0, 9))) return false
  if (luhnSum(text) % 10 === 0) return true
  return text.startsWith('356000000') && sum([...text].map(Number)) % 5 === 0
}

/**
 * The form of each country of the VIES (European Commission, “VIES VAT number validation”, question 11), of the United
 * Kingdom, Switzerland and Norway; the key of France is checked as well.
 */
function isVat(text: string): boolean {
  const country = text.startsWith('CHE') ? 'CH' : text.slice(0, 2)
  const rest = text.slice(2)
  if (!vatForms[country]?.test(rest)) return false
  if (country !== 'FR' || !/^\d{11}$/.test(rest)) return true
  const siren = rest.slice(2)
  return isSiren(siren) && Number(rest.slice(0, 2)) === (12 + 3 * (Number(siren) % 97)) % 97
}

const vatForms: Record<string, RegExp | undefined> = {
  AT: /^U\d{8}$/,
  BE: /^[01]\d{9}$/,
  BG: /^\d{9,10}$/,
  CH: /^E\d{9}(?:MWST|TVA|IVA)?$/,
  CY: /^\d{8}[A-Z]$/,
  CZ: /^\d{8,10}$/,
  DE: /^\d{9}$/,
  DK: /^\d{8}$/,
  EE: /^\d{9}$/,
  EL: /^\d{9}$/,
  ES: /^(?:[A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z])$/,
  FI: /^\d{8}$/,
  FR: /^[A-HJ-NP-Z0-9]{2}\d{9}$/,
  GB: /^(?:\d{9}|\d{12}|(?:GD|HA)\d{3})$/,
  HR: /^\d{11}$/,
  HU: /^\d{8}$/,
  IE: /^(?:\d[A-Z+*]\d{5}[A-Z]|\d{7}[A-Z]{1,2})$/,
  IT: /^\d{11}$/,
  LT: /^(?:\d{9}|\d{12})$/,
  LU: /^\d{8}$/,
  LV: /^\d{11}$/,
  MT: /^\d{8}$/,
  NL: /^[A-Z0-9+*]{9}B[A-Z0-9+*]{2}$/,
  NO: /^\d{9}(?:MVA)?$/,
  PL: /^\d{10}$/,
  PT: /^\d{9}$/,
  RO: /^\d{2,10}$/,
  SE: /^\d{12}$/,
  SI: /^\d{8}$/,
  SK: /^\d{10}$/,
  XI: /^(?:\d{9}|\d{12}|(?:GD|HA)\d{3})$/,
}

/** ISO 17442: twenty letters and digits, which read as a number leave 1 when divided by 97 (ISO 7064, MOD 97-10). */
function isLei(text: string): boolean {
  if (!/^[A-Z0-9]{18}\d{2}$/.test(text)) return false
  let rest = 0
  for (const sign of text) {
    const value = Number.parseInt(sign, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}

/**
 * OHADA, register of commerce and personal credit: country, court, year, kind of register, number, as in
 * CI-ABJ-2015-B-12345, CM-DLA-03-2021-B12-00123 or CD/KNG/RCCM/15-B-07890. It has no check digit.
 */
function readRccm(text: string): string | null {
  const parts = text.split(/[\s./-]+/).filter(Boolean)
  const joined = parts.join('-').replace(/-([A-E])(\d{3,})$/, '-$1-$2')
  const [country = ''] = parts
  if (!ohada.includes(country)) return null
  const form = /^[A-Z]{2}-[A-Z]{2,4}(?:-RCCM)?(?:-\d{2})?-(?:\d{4}|\d{2})-[A-E](?:\d{1,2})?-\d{1,7}$/
  return form.test(joined) ? joined : null
}

/** The seventeen member states, by ISO 3166-1. */
const ohada = 'BF BJ CD CF CG CI CM GA GN GQ GW KM ML NE SN TD TG'.split(' ')

/**
 * Receita Federal: twelve signs and two check digits, modulo 11. Since July 2026 letters as well as digits (Instrução
 * Normativa RFB 2.229/2024): each counts for its ASCII code less 48.
 */
function isCnpj(text: string): boolean {
  if (!/^[A-Z0-9]{12}\d{2}$/.test(text) || /^(.)\1*$/.test(text)) return false
  return [12, 13].every(length => {
    const weighted = [...text.slice(0, length)].map(
      (sign, index) => (sign.charCodeAt(0) - 48) * (((length - 1 - index) % 8) + 2),
    )
    const rest = sum(weighted) % 11
    return Number(text[length]) === (rest < 2 ? 0 : 11 - rest)
  })
}

/** The tax number of Portugal (nine digits) or of Spain (with a letter), with or without the country before it. */
function readNif(text: string): string | null {
  const number = compact(text).replace(/^(?:PT(?=\d{9}$)|ES(?=.{9}$))/, '')
  return isPortugueseNif(number) || isSpanishNif(number) ? number : null
}

/** Modulo 11; the first digit says what kind of taxpayer it is, and 0 and 4 are none. */
function isPortugueseNif(text: string): boolean {
  if (!/^[1-35-9]\d{8}$/.test(text)) return false
  const rest = sum([...text.slice(0, 8)].map((digit, index) => Number(digit) * (9 - index))) % 11
  return Number(text[8]) === (rest < 2 ? 0 : 11 - rest)
}

/** Agencia Tributaria: of people (DNI, NIE, K L M), a letter by the remainder of 23; of others (the former CIF), Luhn's. */
function isSpanishNif(text: string): boolean {
  if (/^(?:\d{8}|[XYZ]\d{7}|[KLM]\d{7})[A-Z]$/.test(text)) {
    const digits = text.slice(0, 8).replace(/^[XYZ]/, letter => String('XYZ'.indexOf(letter)))
    return text[8] === 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits.replace(/^[KLM]/, '')) % 23]
  }
  if (!/^[ABCDEFGHJNPQRSUVW]\d{7}[0-9A-J]$/.test(text)) return false
  const check = (10 - (luhnSum(`${text.slice(1, 8)}0`) % 10)) % 10
  const digit = text[8] === String(check)
  const letter = text[8] === 'JABCDEFGHI'[check]
  if (/^[PQRSNW]/.test(text)) return letter
  return /^[ABEH]/.test(text) ? digit : digit || letter
}

/** Every second digit from the right doubled, and the digits of all added. */
function luhnSum(digits: string): number {
  return sum(
    [...digits].reverse().map((digit, index) => {
      const value = Number(digit) * (index % 2 === 1 ? 2 : 1)
      return value > 9 ? value - 9 : value
    }),
  )
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

function compact(text: string): string {
  return text.replace(/[\s.\-/]+/g, '')
}

function fitting(text: string, isOne: (text: string) => boolean): string | null {
  return isOne(text) ? text : null
}
