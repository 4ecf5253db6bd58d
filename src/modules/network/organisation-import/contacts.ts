import type { ColumnPlan } from '#modules/network/organisation-import/columns.ts'
import type { DraftContact, LineProblem, ProblemCode } from '#modules/network/organisation-import/drafts.ts'
import { isNothing } from '#modules/network/organisation-import/values.ts'
import { type ColumnField, contactFields } from '#modules/network/organisation-import/words.ts'
import { isAddress } from '#platform/mail/index.ts'
import type { Row } from '#platform/spreadsheets/sheet.ts'

const mostContacts = 10

type Say = (column: number, code: ProblemCode, detail?: LineProblem['detail']) => void

/** The people to speak to of a line: what comes a second time begins another person. */
export function contactsOf(row: Row, columns: ColumnPlan, say: Say): DraftContact[] {
  const people: Map<ColumnField, number>[] = []
  columns.forEach((field, column) => {
    if (field === null || !contactFields.includes(field)) return
    const last = people.at(-1)
    if (last && !last.has(field) && !(field === 'contactName' && last.has('contactLastName')))
      last.set(field, column)
    else people.push(new Map([[field, column]]))
  })
  const contacts = people.flatMap(person => contactOf(row, person, say))
  return contacts.slice(0, mostContacts)
}

function contactOf(row: Row, columns: Map<ColumnField, number>, say: Say): DraftContact[] {
  const text = (field: ColumnField, most: number) => {
    const column = columns.get(field)
    const written = column === undefined ? '' : (row.cells[column] ?? '').replace(/\s+/g, ' ').trim()
    return isNothing(written) ? '' : written.slice(0, most)
  }
  const emails = addressesOf(text('contactEmail', 2_000), code =>
    say(columns.get('contactEmail') ?? -1, code, { value: text('contactEmail', 80) }),
  )
  const title = text('contactTitle', 200)
  const whole = text('contactName', 200)
  const parts = [text('contactFirstName', 100), text('contactLastName', 100)].filter(Boolean).join(' ')
  const written = whole || parts
  if (written === '' && emails.length === 0) return []
  const column =
    columns.get('contactName') ?? columns.get('contactLastName') ?? columns.get('contactEmail') ?? -1
  // "Jeanne Petit <jeanne@…>", and an address where a name should be.
  const inName = /^(.*?)\s*<([^>]+)>$/.exec(written)
  const address =
    emails[0] ??
    (inName && isAddress(inName[2]?.toLowerCase() ?? '') ? inName[2]?.toLowerCase() : null) ??
    null
  const name = withoutCourtesy(inName ? (inName[1] ?? '') : written)
  if (name !== '' && !isAddress(name.toLowerCase())) return [{ name, email: address, title }]
  const known = address ?? name.toLowerCase()
  const made = nameIn(known)
  if (made === null) {
    say(column, 'contact-nameless', { value: known })
    return []
  }
  say(column, 'contact-named', { value: known, name: made })
  return [{ name: made, email: known, title }]
}

/** "Mme Zoé Roux" is Zoé Roux; "M. et Mme Roux" and a "Mme" alone stay as they are. */
function withoutCourtesy(name: string): string {
  const [, rest = ''] = courtesy.exec(name) ?? []
  return rest === '' || /^(?:et|ou|and|or|y|o|e|&|\/)\s/i.test(rest) ? name : rest
}

const courtesy =
  /^(?:m|mr|mme|mlle|monsieur|madame|mademoiselle|mrs|ms|miss|sr|sra|srta|señor|señora|señorita|senhor|senhora)\.?\s+(.+)$/iu

function addressesOf(written: string, say: (code: ProblemCode) => void): string[] {
  if (written === '') return []
  const parts = written
    .toLowerCase()
    .split(/[\s;,/]+|\s+(?:ou|et|or|and|o|y|e)\s+/)
    .map(part => part.replace(/^(?:mailto:|<)|[>.]$/g, ''))
    .filter(part => part.includes('@'))
  const good = parts.filter(isAddress)
  if (good.length === 0) say('email-wrong')
  else if (good.length > 1) say('emails-several')
  return good
}

/** "jean-luc.martin@…" is Jean-Luc Martin; "contact@…" is nobody. */
function nameIn(address: string): string | null {
  const [local = ''] = address.split('@')
  const parts = local.split(/[._]+/).filter(part => /^\p{L}{2,}(?:-\p{L}{2,})*$/u.test(part))
  if (parts.length < 2 || parts.length > 3) return null
  return parts
    .map(part => part.replace(/(^|-)(\p{L})/gu, (_, before, letter) => before + letter.toUpperCase()))
    .join(' ')
}
