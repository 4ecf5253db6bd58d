import type { MessageKey, MessageValues } from '#platform/i18n/i18n.ts'
import { isAddress } from '#platform/mail/index.ts'

export interface AddressLine {
  /** In the text, counted from 1. */
  number: number
  email: string
  /** May be empty. */
  name: string
}

export interface AddressProblem {
  message: MessageKey
  values: MessageValues
}

export const mostAddresses = 100
/** Longer than a name and an address: what looks for the end of it would go over it again at every sign. */
const longestEntry = 600

/**
 * Reads addresses, one on each line, or several with commas or semicolons between them, as `name@example.org` or, copied
 * from a mail, `Name <name@example.org>`. Empty lines do not count, nor do commas or semicolons at the end of one.
 */
export function readAddresses(text: string): { lines: AddressLine[]; problems: AddressProblem[] } {
  const lines: AddressLine[] = []
  const problems: AddressProblem[] = []
  const seen = new Set<string>()
  for (const [index, raw] of text.split('\n').entries())
    for (const one of apart(raw.trim())) {
      const tooLong = one.length > longestEntry
      const written = tooLong ? one : one.replace(/[\s,;]+$/, '')
      if (written === '') continue
      const line = tooLong ? null : readLine(written, index + 1)
      const values = { line: index + 1, text: [...written].slice(0, 80).join('') }
      if (!line) problems.push({ message: 'invitation.error.line', values })
      else if (seen.has(line.email)) problems.push({ message: 'invitation.error.twice', values })
      else {
        seen.add(line.email)
        lines.push(line)
      }
    }
  if (lines.length > mostAddresses)
    problems.unshift({ message: 'invitation.error.many', values: { most: mostAddresses } })
  return { lines: lines.slice(0, mostAddresses), problems }
}

/** Each address by itself where all of the line are; a comma may also stand within a name. */
function apart(line: string): string[] {
  const pieces = (line.match(/(?:"[^"]*"|[^,;])+/g) ?? []).map(piece => piece.trim()).filter(Boolean)
  return pieces.length > 1 && pieces.every(piece => piece.includes('@')) ? pieces : [line]
}

function readLine(written: string, number: number): AddressLine | null {
  const [, quoted = '', address = written] = /^(.*?)\s*<([^<>]*)>$/.exec(written) ?? []
  const email = address.trim().toLowerCase()
  if (!isAddress(email)) return null
  return {
    number,
    email,
    name: quoted
      .replace(/^"(.*)"$/, '$1')
      .trim()
      .slice(0, 200),
  }
}
