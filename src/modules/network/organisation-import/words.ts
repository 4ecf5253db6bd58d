import file from '../../../../reference/organisation-import.json' with { type: 'json' }

/** What a column of a file can be of an organisation, in the order in which people are shown them. */
export const columnFields = [
  'name',
  'reference',
  'kind',
  'sizeClass',
  'sector',
  'parent',
  'address',
  'postcode',
  'town',
  'region',
  'country',
  'latitude',
  'longitude',
  'website',
  'email',
  'siren',
  'siret',
  'vat',
  'lei',
  'rccm',
  'cnpj',
  'nif',
  'identifier',
  'engagement',
  'since',
  'contactName',
  'contactFirstName',
  'contactLastName',
  'contactTitle',
  'contactEmail',
] as const
export type ColumnField = (typeof columnFields)[number]

/** Those whose values are words of a list: what each means can be chosen on screen. */
export const listedFields = ['kind', 'sizeClass', 'country', 'sector', 'engagement'] as const
export type ListedField = (typeof listedFields)[number]

export const contactFields: readonly ColumnField[] = [
  'contactName',
  'contactFirstName',
  'contactLastName',
  'contactTitle',
  'contactEmail',
]

/** Small letters and digits without accents or signs, one space between words. */
export function foldedWords(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replaceAll('ß', 'ss')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** Folded heading → what it says. Where two fields are called alike, the first of the list counts. */
export const headingWords: ReadonlyMap<string, ColumnField> = indexOf(file.fields)

/** What stands above several columns: of the organisation itself, or of the one to speak to. */
export const headingGroups: ReadonlyMap<string, 'contact' | 'organisation'> = indexOf(file.groups)

export const kindWords: ReadonlyMap<string, string> = indexOf(file.values.kind)
export const sizeWords: ReadonlyMap<string, string> = indexOf(file.values.sizeClass)

/** Addresses at which everyone can be found: they say nothing of whom someone belongs to. */
export const sharedMailDomains: ReadonlySet<string> = new Set(file.sharedDomains.mail)
export const sharedWebDomains: ReadonlySet<string> = new Set(file.sharedDomains.web)

/** Words that many names have in common: forms of law, articles. */
export const weightlessWords: ReadonlySet<string> = new Set(file.weightless)

function indexOf<Name extends string>(lists: Record<Name, string[]>): Map<string, Name> {
  const index = new Map<string, Name>()
  for (const [name, words] of Object.entries<string[]>(lists))
    for (const word of words) if (!index.has(word)) index.set(word, name as Name)
  return index
}
