import { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import { type FacetKind, facetKinds } from '#modules/commons/facets.ts'

export const sorts = ['relevance', 'recent', 'title', 'updated'] as const

export type Sort = (typeof sorts)[number]

/** What is looked for: words, facets (any of one kind, all of the kinds), an order, and from where on. */
export interface CommonsQuery {
  q: string
  facets: Partial<Record<FacetKind, string[]>>
  sort: Sort
  after: string | null
}

/** The names a query is written with, in an address or at the command line. */
export const queryNames: readonly string[] = ['q', ...facetKinds, 'sort', 'after']

export const emptyQuery: CommonsQuery = { q: '', facets: {}, sort: 'recent', after: null }

const mostFacetValues = 20
const mostFacetValuesInAll = 40
const longestValue = 200
const longestWords = 300
const facetValues = z
  .array(
    z
      .string()
      .trim()
      .min(1)
      .max(longestValue)
      .regex(/^[^\0]*$/),
  )
  .max(mostFacetValues)

const parameters = z.object({
  q: z.string().max(longestWords).default(''),
  sort: z.enum(sorts).optional(),
  // A title of 500 characters, each in six (`\\u0001`), in Base64.
  after: z.string().max(4_200).optional(),
})

/** What to say of each, and what the messages are filled with. */
const wrong = { q: 'form.error.long', sort: 'field.sort', after: 'field.cursor' }
const limits = {
  most: longestWords,
  sorts: sorts.join(', '),
  values: mostFacetValues,
  characters: longestValue,
  all: mostFacetValuesInAll,
}

/**
 * Reads a query from an address. Facet values are taken as they are: one that no item has finds nothing.
 * @throws AppError 'invalid-input' that names the parameter
 */
export function readQuery(params: URLSearchParams): CommonsQuery {
  const facets: CommonsQuery['facets'] = {}
  const fields: { field: string; message: string }[] = []
  for (const kind of facetKinds) {
    const given = [...new Set(params.getAll(kind).filter(value => value.trim() !== ''))]
    if (given.length === 0) continue
    const parsed = facetValues.safeParse(given)
    if (parsed.success) facets[kind] = parsed.data
    else fields.push({ field: kind, message: 'field.facet' })
  }
  if (Object.values(facets).flat().length > mostFacetValuesInAll) {
    fields.push({ field: 'facets', message: 'field.facets' })
  }
  const given = Object.fromEntries(['q', 'sort', 'after'].map(name => [name, params.get(name) || undefined]))
  const parsed = parameters.safeParse(given)
  if (!parsed.success) {
    for (const name of Object.keys(z.flattenError(parsed.error).fieldErrors) as (keyof typeof wrong)[])
      fields.push({ field: name, message: wrong[name] })
  }
  if (!parsed.success || fields.length > 0) throw new AppError('invalid-input', { fields, params: limits })
  // NUL cannot be stored, so nothing has it; PostgreSQL would refuse the whole query.
  const q = parsed.data.q.replaceAll('\0', ' ').replace(/\s+/g, ' ').trim()
  return {
    q,
    facets,
    sort: parsed.data.sort ?? (q ? 'relevance' : 'recent'),
    after: parsed.data.after ?? null,
  }
}

/**
 * As `readQuery`, for programs: a name that is none of a query's would be left out without a word, and everything
 * found. @param others names that the address has besides
 * @throws AppError 'invalid-input' that names what is unknown and lists what is known
 */
export function readWholeQuery(params: URLSearchParams, others: readonly string[] = []): CommonsQuery {
  const names = [...queryNames, ...others]
  const fields = unknownNames(params, names).map(field => ({
    field,
    message: 'field.unknown',
  }))
  if (fields.length > 0) throw new AppError('invalid-input', { fields, params: { names: names.join(', ') } })
  return readQuery(params)
}

export function unknownNames(params: URLSearchParams, known: readonly string[]): string[] {
  return [...new Set(params.keys())].filter(name => !known.includes(name))
}

/** The query as an address has it: always in the same order, so that one search has one address. */
export function writeQuery(query: CommonsQuery): URLSearchParams {
  const params = new URLSearchParams()
  if (query.q) params.set('q', query.q)
  for (const kind of facetKinds)
    for (const value of [...(query.facets[kind] ?? [])].sort()) params.append(kind, value)
  if (query.sort !== (query.q ? 'relevance' : 'recent')) params.set('sort', query.sort)
  if (query.after) params.set('after', query.after)
  return params
}

/** The same search with a facet taken in or left out, from its first page on. */
export function toggleFacet(query: CommonsQuery, kind: FacetKind, key: string): CommonsQuery {
  const now = query.facets[kind] ?? []
  const next = now.includes(key) ? now.filter(value => value !== key) : [...now, key]
  const { [kind]: _, ...others } = query.facets
  return { ...query, after: null, facets: next.length > 0 ? { ...others, [kind]: next } : others }
}

export function hasFacet(query: CommonsQuery, kind: FacetKind, key: string): boolean {
  return query.facets[kind]?.includes(key) ?? false
}

export function isWhole(query: CommonsQuery): boolean {
  return query.q === '' && Object.keys(query.facets).length === 0
}
