import {
  type Identifier,
  type IdentifierScheme,
  readIdentifier,
} from '#modules/network/organisations/identifiers.ts'

/** Columns in which numbers of registers stand. */
export type RegisterField = 'siren' | 'siret' | 'vat' | 'lei' | 'rccm' | 'cnpj' | 'nif' | 'identifier'

/** How many signs a number has, where zeros in front of it may have gone lost. */
const lengths: Partial<Record<IdentifierScheme, number>> = { siren: 9, siret: 14, cnpj: 14, nif: 9 }

/** @returns the number as its register writes it, and whether zeros were put back in front; null for none */
export function readRegistered(
  field: RegisterField,
  written: string,
): (Identifier & { padded: boolean }) | null {
  // As a text that must stay one: an apostrophe in front, or ="00123".
  const text = written.replace(/^'|^="?|"$/g, '').trim()
  const scheme = field === 'identifier' ? 'other' : field
  for (const one of likely(scheme, text)) {
    const value = readIdentifier(one, text)
    if (value !== null) return { scheme: one, value, padded: false }
  }
  for (const one of likely(scheme, text)) {
    const digits = text.replace(/[\s.\-/]/g, '')
    const length = lengths[one]
    // One or two: of more, chance would make a number of any.
    if (
      length === undefined ||
      !/^\d+$/.test(digits) ||
      length - digits.length < 1 ||
      length - digits.length > 2
    )
      continue
    const value = readIdentifier(one, digits.padStart(length, '0'))
    if (value !== null) return { scheme: one, value, padded: true }
  }
  return null
}

/** A column called SIREN often holds SIRET numbers, and the other way round. */
function likely(scheme: IdentifierScheme, text: string): IdentifierScheme[] {
  if (scheme === 'siren') return ['siren', 'siret']
  if (scheme === 'siret') return ['siret', 'siren']
  if (scheme !== 'other') return [scheme]
  const country = /^[A-Z]{2}/.test(text)
  return country ? ['vat', 'rccm', 'lei', 'other'] : ['siret', 'lei', 'cnpj', 'other']
}

/** A coordinate in degrees, with a comma or a point. */
export function readNumber(text: string, most: number): number | null {
  const match = /^([+-]?\d{1,3}(?:[.,]\d+)?)\s*°?$/.exec(text.trim())
  const value = match ? Number((match[1] ?? '').replace(',', '.')) : Number.NaN
  return Number.isFinite(value) && Math.abs(value) <= most ? value : null
}
