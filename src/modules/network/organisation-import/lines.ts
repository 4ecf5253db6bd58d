import { optionalWebsite } from '#modules/network/fields.ts'
import type { ColumnPlan } from '#modules/network/organisation-import/columns.ts'
import { contactsOf } from '#modules/network/organisation-import/contacts.ts'
import {
  type Draft,
  emptyDraft,
  type LineProblem,
  type PreparedLine,
  type ProblemCode,
} from '#modules/network/organisation-import/drafts.ts'
import {
  type RegisterField,
  readNumber,
  readRegistered,
} from '#modules/network/organisation-import/numbers.ts'
import { isNothing, meaningOf, type ValueWords } from '#modules/network/organisation-import/values.ts'
import {
  type ColumnField,
  foldedWords,
  type ListedField,
} from '#modules/network/organisation-import/words.ts'
import { isAddress } from '#platform/mail/index.ts'
import type { Table } from '#platform/spreadsheets/records.ts'
import type { CellRemark, Row } from '#platform/spreadsheets/sheet.ts'

/** How a table is to be read: what its columns are, and what the words in them mean. */
export interface LinePlan {
  headings: readonly string[]
  columns: ColumnPlan
  words: ValueWords
}

const longest: Partial<Record<ColumnField, number>> = {
  name: 200,
  reference: 60,
  address: 500,
  town: 200,
  region: 200,
  parent: 200,
}

const listedProblems = {
  kind: 'kind-unknown',
  sizeClass: 'size-unknown',
  country: 'country-unknown',
  sector: 'sector-unknown',
  engagement: 'engagement-unknown',
} as const satisfies Record<ListedField, ProblemCode>

/** Reads one line after the other; a line without a name that follows an organisation tells more about it. */
export function* prepareLines(
  table: Pick<Table, 'records'>,
  remarks: readonly CellRemark[],
  plan: LinePlan,
): Generator<PreparedLine> {
  const remarked = Map.groupBy(remarks, ({ line }) => line)
  let open: PreparedLine | null = null
  for (const row of table.records) {
    const next = prepareLine(row, remarked.get(row.line) ?? [], plan)
    if (open && continues(open, next)) {
      open.draft.contacts = joined(open.draft, next.draft)
      open.problems.push(...next.problems.filter(({ code }) => code !== 'no-name'))
      continue
    }
    if (open) yield open
    open = next
  }
  if (open) yield open
}

export function prepareLine(row: Row, remarks: readonly CellRemark[], plan: LinePlan): PreparedLine {
  const draft = emptyDraft()
  const problems: LineProblem[] = []
  const say = (column: number, code: ProblemCode, detail: LineProblem['detail'] = {}) =>
    problems.push({ column: plan.headings[column] ?? '', code, detail })
  for (const remark of remarks) {
    const field = plan.columns[remark.column]
    if (!field) continue
    if (remark.code === 'rounded') say(remark.column, 'identifier-rounded', { value: remark.detail })
    else say(remark.column, remark.code, { value: remark.detail })
  }
  const place: { postcode: string; latitude: number | null; longitude: number | null } = {
    postcode: '',
    latitude: null,
    longitude: null,
  }
  const rounded = new Set(remarks.filter(({ code }) => code === 'rounded').map(({ column }) => column))
  plan.columns.forEach((field, column) => {
    const written = row.cells[column] ?? ''
    if (field === null || field.startsWith('contact') || written === '') return
    if (isListed(field))
      listed(field, written, plan.words, draft, () =>
        say(column, listedProblems[field], { value: short(written) }),
      )
    else if (isNothing(written)) return
    else if (rounded.has(column)) return
    else plain(field, written, draft, place, (code, detail) => say(column, code, detail))
  })
  settlePlace(draft, place)
  draft.contacts = contactsOf(row, plan.columns, say)
  // An address that is nobody's by name still tells whose line it is.
  const nameless = problems.find(({ code }) => code === 'contact-nameless')?.detail.value
  if (typeof nameless === 'string') draft.email ??= nameless
  if (draft.organisation.name === '') problems.push({ column: '', code: 'no-name', detail: {} })
  return { line: row.line, draft, problems, refused: draft.organisation.name === '' }
}

type Say = (code: ProblemCode, detail?: LineProblem['detail']) => void

function listed(
  field: ListedField,
  written: string,
  words: ValueWords,
  draft: Draft,
  unknown: () => void,
): void {
  const meaning = meaningOf(field, written, words)
  if (meaning === null) unknown()
  else if (meaning === '') return
  else if (field === 'engagement') draft.membership.engagement = Number(meaning)
  else if (field === 'sizeClass') draft.organisation.size_class = meaning
  else draft.organisation[field] = meaning
}

function plain(
  field: Exclude<ColumnField, ListedField>,
  written: string,
  draft: Draft,
  place: { postcode: string; latitude: number | null; longitude: number | null },
  say: Say,
): void {
  const text = written.replace(/\s+/g, ' ').trim()
  const most = longest[field]
  if (most !== undefined && text.length > most) {
    say('too-long', { most, value: short(text) })
    if (field !== 'name') return
  }
  const { organisation, membership } = draft
  switch (field) {
    case 'name':
      organisation.name = text.slice(0, longest.name)
      return
    case 'town':
    case 'region':
    case 'address':
      organisation[field] = text
      return
    case 'parent':
      draft.parent = text
      return
    case 'reference':
      membership.reference = text
      return
    case 'postcode':
      place.postcode = text.slice(0, 20)
      return
    case 'latitude':
    case 'longitude': {
      place[field] = readNumber(text, field === 'latitude' ? 90 : 180)
      if (place[field] === null) say('coordinates-wrong', { value: short(text) })
      return
    }
    case 'since': {
      membership.valid_from = readDay(text)
      if (membership.valid_from === null) say('since-wrong', { value: short(text) })
      return
    }
    case 'website': {
      const [first = ''] = text.split(/[\s;,]+/)
      const website = optionalWebsite.safeParse(first)
      if (website.success) organisation.website = website.data
      else say('website-wrong', { value: short(text) })
      return
    }
    case 'email': {
      const [first = ''] = text.toLowerCase().split(/[\s;,]+/)
      if (isAddress(first)) draft.email = first
      else say('email-wrong', { value: short(text) })
      return
    }
    case 'contactName':
    case 'contactFirstName':
    case 'contactLastName':
    case 'contactTitle':
    case 'contactEmail':
      return
    default:
      identified(field, text, draft, say)
  }
}

/** Spreadsheets take the number of a register for a number: what they lost of it is put back where it can be. */
function identified(field: RegisterField, text: string, draft: Draft, say: Say): void {
  const found = readRegistered(field, text)
  if (found === null) {
    const rounded = /^\d+([.,]\d+)?e\+?\d+$/i.test(text)
    say(rounded ? 'identifier-rounded' : 'identifier-wrong', { value: short(text), scheme: field })
    return
  }
  if (found.padded) say('identifier-zeros', { value: found.value })
  draft.identifiers.push({ scheme: found.scheme, value: found.value })
}

function settlePlace(
  draft: Draft,
  place: { postcode: string; latitude: number | null; longitude: number | null },
): void {
  const { organisation } = draft
  // "31000 Toulouse" in the column of towns, and "Toulouse (31)", "Toulouse Cedex 9".
  const leading = /^(\d{4,5}(?:-\d{3})?)\s+(?=\p{L})/u.exec(organisation.town)
  if (leading) organisation.town = organisation.town.slice(leading[0].length)
  organisation.town = organisation.town.replace(/\s*\(\d{2,3}\)$|\s+cedex(?:\s+\d+)?$/i, '')
  const postcode = place.postcode || (leading?.[1] ?? '')
  if (postcode !== '' && !organisation.address.includes(postcode))
    organisation.address = [organisation.address, postcode].filter(Boolean).join(', ').slice(0, 500)
  if (place.latitude === null || place.longitude === null) return
  organisation.latitude = place.latitude
  organisation.longitude = place.longitude
}

/**
 * ISO, as workbooks give it; or day, month and year as Europe and Latin America write them, the month also by its name. A
 * month or a year alone is its first day.
 */
export function readDay(written: string): string | null {
  const text = inNumbers(written)
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$/.exec(text)
  const local = /^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})$/.exec(text)
  const month = /^(\d{1,2})[/.\- ]((?:19|20)\d{2})$/.exec(text)
  const year = /^(?:19|20)\d{2}$/.exec(text)
  if (year) return `${year[0]}-01-01`
  const [y, m, d] = iso
    ? [iso[1], iso[2], iso[3]]
    : local
      ? [fullYear(local[3] ?? ''), local[2], local[1]]
      : month
        ? [month[2], month[1], '01']
        : []
  if (!y || !m || !d) return null
  const day = `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`
  const time = Date.parse(`${day}T00:00:00Z`)
  const real = !Number.isNaN(time) && new Date(time).toISOString().startsWith(day)
  return real && day >= '1900-01-01' && day <= '2100-12-31' ? day : null
}

/** "1er sept. 2024", "15 de marzo de 2025", "3-févr-25": the same in numbers. */
function inNumbers(written: string): string {
  const named =
    /^(?:(\d{1,2})(?:er|o|°|st|nd|rd|th)?[ .\-/]+(?:de )?)?(\p{L}{3,})\.?[ .\-/]+(?:de )?(\d{4}|\d{2})$/u.exec(
      foldedMonth(written),
    )
  const month = monthNames.findIndex(names => names.some(name => named?.[2]?.startsWith(name))) + 1
  return named && month > 0 ? [named[1], month, named[3]].filter(Boolean).join('/') : written
}

function foldedMonth(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim()
}

/** How the months begin in French, English, Spanish and Portuguese, without accents. */
const monthNames = [
  ['jan', 'ene'],
  ['fev', 'feb'],
  ['mar'],
  ['avr', 'apr', 'abr'],
  ['mai', 'may'],
  ['juin', 'jun'],
  ['juil', 'jul'],
  ['aou', 'aug', 'ago'],
  ['sep', 'set'],
  ['oct', 'out'],
  ['nov'],
  ['dec', 'dez', 'dic'],
]

function fullYear(year: string): string {
  return year.length === 4 ? year : `${Number(year) < 70 ? 20 : 19}${year}`
}

/** The same organisation on several lines, as merged cells or a second contact make them. */
function continues(open: PreparedLine, next: PreparedLine): boolean {
  if (open.refused) return false
  const { organisation, identifiers, membership } = next.draft
  if (next.refused) return next.draft.contacts.length > 0
  if (foldedWords(organisation.name) !== foldedWords(open.draft.organisation.name)) return false
  const agrees = Object.entries(organisation).every(([key, value]) => {
    const before = open.draft.organisation[key as keyof Draft['organisation']]
    return value === null || value === '' || value === before || key === 'name'
  })
  const numbers = new Set(open.draft.identifiers.map(({ scheme, value }) => `${scheme} ${value}`))
  const known = identifiers.every(({ scheme, value }) => numbers.has(`${scheme} ${value}`))
  return (
    agrees &&
    known &&
    (membership.reference === null || membership.reference === open.draft.membership.reference)
  )
}

function joined(open: Draft, next: Draft): Draft['contacts'] {
  const said = (one: Draft['contacts'][number]) => one.email ?? foldedWords(one.name)
  const known = new Set(open.contacts.map(said))
  return [...open.contacts, ...next.contacts.filter(one => !known.has(said(one)))]
}

function isListed(field: ColumnField): field is ListedField {
  return Object.hasOwn(listedProblems, field)
}

export function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
