import {
  type ColumnField,
  columnFields,
  foldedWords,
  headingGroups,
  headingWords,
  kindWords,
  sizeWords,
} from '#modules/network/organisation-import/words.ts'
import { readIdentifier } from '#modules/network/organisations/identifiers.ts'
import { resolveCountry } from '#reference/countries.ts'
import { sector } from '#reference/sectors.ts'

/** What each column of a table is, by its place; null: of no use here. */
export type ColumnPlan = (ColumnField | null)[]

/** Whether a text is what columns of such lists are called. */
export function isHeading(text: string): boolean {
  return text.length <= 80 && fieldOf(text) !== null
}

/**
 * What the columns are, by what they are called and by what stands in them.
 * @param samples some values of each column, none of them empty
 * @param remembered what columns of such a name were the last time: a field, or '' for none
 */
export function planColumns(
  headings: readonly string[],
  samples: readonly (readonly string[])[],
  remembered: ReadonlyMap<string, string> = new Map(),
): ColumnPlan {
  const plan: ColumnPlan = headings.map(heading => {
    const known = remembered.get(foldedWords(heading))
    if (known !== undefined) return isField(known) ? known : null
    return heading === '' ? null : fieldOf(heading)
  })
  const certain = headings.map(heading => remembered.has(foldedWords(heading)))
  plan.forEach((field, column) => {
    const values = samples[column] ?? []
    if (certain[column] || values.length === 0) return
    if (field === null) plan[column] = ofContent(values, plan)
    else if (contradicts(field, values)) plan[column] = ofContent(values, plan)
  })
  splitNames(headings, plan)
  keepOne(plan)
  if (!plan.includes('name')) guessName(headings, samples, plan)
  return plan
}

/** What a heading says; of one under a group, "Contact – Nom", what both say together. */
export function fieldOf(heading: string): ColumnField | null {
  const parts = heading.split(/\s+–\s+/)
  const own = parts.at(-1) ?? ''
  const group = parts.length > 1 ? headingGroups.get(foldedWords(parts[0] ?? '')) : undefined
  const whole = headingWords.get(foldedWords(heading))
  if (whole) return whole
  if (group === 'contact') {
    const word = foldedWords(own.replace(/\(.*?\)/g, ' '))
    const inGroup = headingWords.get(`contact ${word}`) ?? headingWords.get(word)
    if (inGroup) return inGroup === 'name' ? 'contactName' : inGroup
  }
  return ofWords(own) ?? (parts.length > 1 ? ofWords(parts.join(' ')) : null)
}

/** The longest known name that stands in the heading as whole words; what is in brackets counts less. */
function ofWords(text: string): ColumnField | null {
  const outside = foldedWords(text.replace(/\(.*?\)|\[.*?\]/g, ' '))
  const exact = headingWords.get(outside) ?? headingWords.get(foldedWords(text))
  if (exact) return exact
  for (const words of [outside.split(' '), foldedWords(text).split(' ')]) {
    for (let length = Math.min(words.length, 6); length > 0; length--) {
      for (let from = 0; from + length <= words.length; from++) {
        const phrase = words.slice(from, from + length).join(' ')
        // A short word says what a column is only where it stands alone.
        if (phrase.length < 4 && length < words.length) continue
        const field = headingWords.get(phrase)
        if (field) return field
      }
    }
  }
  return null
}

/** "Nom" beside "Prénom" is someone's, where something else names the organisation. */
function splitNames(headings: readonly string[], plan: ColumnPlan): void {
  const first = plan.indexOf('contactFirstName')
  if (first < 0) return
  for (const near of [first - 1, first + 1]) {
    const isPlain = /^(?:nom|name|nombre|nome|apellidos?)$/.test(
      foldedWords((headings[near] ?? '').split('–').at(-1) ?? ''),
    )
    const another = plan.some((field, column) => field === 'name' && column !== near)
    if (isPlain && (plan[near] === 'contactName' || (plan[near] === 'name' && another)))
      plan[near] = 'contactLastName'
  }
}

/** Of several columns for one thing the first; contact people may come several times. */
function keepOne(plan: ColumnPlan): void {
  const seen = new Set<ColumnField>()
  plan.forEach((field, column) => {
    if (field === null || field.startsWith('contact')) return
    if (seen.has(field)) {
      // A second one that names organisations may name the person to speak to, or nothing of use.
      plan[column] = null
    }
    seen.add(field)
  })
}

function ofContent(values: readonly string[], plan: ColumnPlan): ColumnField | null {
  const most = (isOne: (value: string) => boolean, share = 0.6) =>
    values.filter(isOne).length >= values.length * share
  const free = (field: ColumnField) => (plan.includes(field) ? null : field)
  if (most(value => /^\S+@\S+\.\S+$/.test(value))) return free('contactEmail')
  if (most(value => /^(?:https?:\/\/|www\.)\S+$/i.test(value))) return free('website')
  if (most(value => readIdentifier('siret', value) !== null)) return free('siret')
  if (most(value => readIdentifier('siren', value) !== null)) return free('siren')
  if (most(value => /^\d{2}\.?\d{2}[A-Z]\b/.test(value) || sector(value) !== null)) return free('sector')
  if (most(value => resolveCountry(value) !== null, 0.8)) return free('country')
  if (most(value => kindWords.has(foldedWords(value)), 0.7)) return free('kind')
  if (most(value => sizeWords.has(foldedWords(value)), 0.7)) return free('sizeClass')
  if (most(value => readIdentifier('cnpj', value) !== null)) return free('cnpj')
  if (most(value => readIdentifier('lei', value) !== null)) return free('lei')
  return null
}

/** A heading can mislead: a column "Contact" of e-mail addresses, a "Structure" of forms of law. */
function contradicts(field: ColumnField, values: readonly string[]): boolean {
  const share = (isOne: (value: string) => boolean) => values.filter(isOne).length / values.length
  const mails = share(value => /^\S+@\S+\.\S+$/.test(value))
  if (['contactName', 'contactTitle', 'address', 'website'].includes(field)) return mails > 0.6
  if (field === 'contactEmail') return mails < 0.2 && share(value => /@/.test(value)) < 0.2
  if (field === 'name') return share(value => kindWords.has(foldedWords(value))) > 0.8
  return false
}

/** Without a name a line is nothing: the first column of words that differ may be it. */
function guessName(
  headings: readonly string[],
  samples: readonly (readonly string[])[],
  plan: ColumnPlan,
): void {
  const column = headings.findIndex((_, place) => {
    const values = samples[place] ?? []
    const words = values.filter(value => /\p{L}{2}/u.test(value) && value.length <= 120)
    return (
      plan[place] === null &&
      words.length >= 1 &&
      words.length >= values.length * 0.8 &&
      new Set(values).size >= values.length * 0.7
    )
  })
  if (column >= 0) plan[column] = 'name'
  else if (plan.includes('contactName') && !plan.includes('contactLastName')) {
    const contact = plan.indexOf('contactName')
    if (plan.length === 1) plan[contact] = 'name'
  }
}

function isField(text: string): text is ColumnField {
  return (columnFields as readonly string[]).includes(text)
}
