import { createHash } from 'node:crypto'
import { z } from 'zod'

const pattern = z.email().max(254)

/** An address of the plain kind, which cannot carry a header, a second recipient or a comment. */
export function isAddress(text: string): boolean {
  return pattern.safeParse(text).success
}

/** Whether an address can be nobody's: those names are given to no one (RFC 2606, RFC 6761). */
export function isNobodys(address: string): boolean {
  return /[@.](?:invalid|test|example|localhost|example\.(?:com|net|org))$/i.test(address)
}

/** By which an address is recognised without being kept. */
export function addressHash(address: string): Buffer {
  return createHash('sha256').update(address.toLowerCase()).digest()
}

/**
 * Words of other people in one line: without breaks, which would begin a header, without invisible signs, which would
 * turn a name around, and without addresses, which mail programs make into links that look like ours.
 */
export function oneLine(text: string, most = 120): string {
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}\p{Co}\p{Cn}]+/gu, '')
    .replace(/:\/\//g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const signs = [...line]
  return signs.length > most ? `${signs.slice(0, most - 1).join('')}…` : line
}
