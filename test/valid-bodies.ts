import type { ApiDocument, ApiOperation, ApiSchema } from '#http/api-documentation.ts'
import { type Policy, policies } from '#http/policies.ts'
import { newId } from '#kernel/ids.ts'
import type { TestApp } from './app.ts'
import { ask, filled, type Operation, pages, type Sent } from './asking.ts'
import type { TestPerson } from './factories.ts'
import { formsOn } from './filled-forms.ts'
import type { Living } from './living.ts'
import { dayAhead } from './living-dates.ts'
import { parametersOf } from './living-parameters.ts'
import { fieldsFor, jsonFor, propertiesFor } from './valid-fields.ts'

/** What goes with an address, so that nothing but their rights decides what somebody is told there. */
export interface Asked {
  /** Behind the address, with its question mark; or empty. */
  query: string
  sent: Sent | undefined
}

export type Asking = (operation: Operation, path: string, person: TestPerson | null) => Asked

/** Whose pages are read, and which of them. */
export interface Reader {
  headers: Record<string, string>
  of: (typeof policies)[Policy]['of'][]
}

/**
 * A page is sent its form as those find it who may do most, an operation of the API the least that its description lets
 * through. What these lack is said in `valid-fields.ts`.
 * @param readers the first first: of what several find, theirs is sent
 */
export async function validAsking(site: TestApp, living: Living, readers: Reader[]): Promise<Asking> {
  const found = []
  for (const reader of readers) found.push(await formsFor(site, living, reader))
  const forms = new Map(found.toReversed().flatMap(one => [...one]))
  const document = (await (await site.get('/api/openapi.json')).json()) as ApiDocument
  return (operation, path, person) => {
    if (path.startsWith('/api/')) return described(document, living, operation)
    if (operation.method === 'GET') return { query: '', sent: undefined }
    const fields = fieldsFor(operation.name, living, person)
    return { query: '', sent: fields instanceof Blob ? fields : withFields(forms.get(path), fields) }
  }
}

/** As many as there are connections for. */
const atOnce = 20

async function formsFor(
  site: TestApp,
  living: Living,
  { headers, of }: Reader,
): Promise<Map<string, FormData>> {
  const forms = new Map<string, FormData>()
  const shown = pages.filter(({ method, policy }) => method === 'GET' && of.includes(policies[policy].of))
  for (let from = 0; from < shown.length; from += atOnce) {
    const answers = shown
      .slice(from, from + atOnce)
      .map(({ path, name }) => ask(site, 'GET', filled(path, parametersOf(living, name)), headers))
    for (const { headers, body } of await Promise.all(answers))
      if (/^text\/html/.test(headers.get('content-type') ?? ''))
        for (const [path, form] of formsOn(body)) if (!forms.has(path)) forms.set(path, form)
  }
  return forms
}

function withFields(
  form: FormData | undefined,
  fields: Record<string, string | string[] | File> = {},
): FormData {
  const sent = new FormData()
  for (const [name, value] of form ?? []) if (!(name in fields)) sent.append(name, value)
  for (const [name, values] of Object.entries(fields))
    for (const value of [values].flat()) sent.append(name, value)
  return sent
}

function described(document: ApiDocument, living: Living, { method, path, name }: Operation): Asked {
  const operation: ApiOperation = document.paths[path.slice('/api'.length)]?.[method.toLowerCase()] ?? {}
  const schemas = document.components?.schemas ?? {}
  const said = jsonFor(`${method} ${path.split('/networks/{network}/')[1]}`, living)
  const known = propertiesFor(living, name)
  const asked = (operation.parameters ?? []).flatMap(({ name, in: where, required, schema = {} }) =>
    where === 'query' && required ? [[name, String(exampleOf(schema, schemas, known, name))]] : [],
  )
  const query = new URLSearchParams(method === 'GET' ? (said as Record<string, string>) : asked)
  const answer = { query: query.size > 0 ? `?${query}` : '', sent: undefined }
  const [content] = Object.entries(operation.requestBody?.content ?? {})
  if (!content) return answer
  const [type, { schema = {} }] = content
  const json = () => JSON.stringify(said ?? exampleOf(schema, schemas, known))
  return { ...answer, sent: new Blob([type === 'application/json' ? json() : aList], { type }) }
}

/** Whatever file is asked for. */
const aList = 'Nom,Ville\nQuelque chose,Lyon\n'

/** @param known by the name of a property: what is known is said, of the rest what has to be */
function exampleOf(
  schema: ApiSchema & { minItems?: number; pattern?: string },
  schemas: Record<string, ApiSchema>,
  known: Record<string, unknown>,
  name = '',
): unknown {
  const of = (inner: ApiSchema, called = name) => exampleOf(inner, schemas, known, called)
  if (schema.$ref) return of(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {})
  const fitting = known[name]
  if (schema.enum) return schema.enum.includes(fitting) ? fitting : schema.enum[0]
  if (schema.const !== undefined || fitting !== undefined) return schema.const ?? fitting
  const [choice] = schema.anyOf ?? schema.oneOf ?? []
  if (choice) return of(choice)
  const [type] = [schema.type].flat()
  if (type === 'object')
    return Object.fromEntries(
      Object.entries(schema.properties ?? {})
        .filter(([property]) => schema.required?.includes(property) || property in known)
        .map(([property, inner]) => [property, of(inner, property)]),
    )
  if (type === 'array') return schema.minItems && schema.items ? [of(schema.items)] : []
  if (type === 'integer' || type === 'number') return Math.max(schema.minimum ?? 1, 1)
  if (type === 'boolean') return true
  const texts: Record<string, string> = {
    ...{ uuid: newId(), date: dayAhead(15), 'date-time': `${dayAhead(15)}T10:00:00Z` },
    ...{ uri: 'https://exemple.org/', email: `${newId()}@exemple.org` },
  }
  return texts[schema.format ?? ''] ?? (schema.pattern?.includes(':[0-5]') ? '10:00' : 'Quelque chose')
}
