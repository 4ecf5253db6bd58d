import type { z } from 'zod'
import type { DefinitionProblemCode } from '#modules/commons/templates/definition-problem.ts'

/** What is wrong, and the steps that lead to it. */
export interface Found {
  path: (string | number)[]
  code: DefinitionProblemCode
  detail: Record<string, string | number>
}

/** What the schema refuses, said in terms of templates. */
export function schemaFindings(issues: readonly z.core.$ZodIssue[], value: unknown): Found[] {
  return issues.flatMap(issue => {
    const path = issue.path.map(step => (typeof step === 'number' ? step : String(step)))
    return findingsOf(issue, path, value)
  })
}

function findingsOf(issue: z.core.$ZodIssue, path: Found['path'], value: unknown): Found[] {
  const name = String(path.at(-1) ?? '')
  const one = (code: DefinitionProblemCode, detail: Found['detail'] = {}): Found[] => [
    { path, code, detail: { name, ...detail } },
  ]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => ({ path: [...path, key], code: 'field-unknown', detail: { name: key } }))
    case 'invalid_type':
      if (at(value, path) === undefined) return one('field-missing')
      return one(expected[issue.expected] ?? 'wrong-type')
    case 'invalid_format':
      return one(name === 'type' ? 'type-wrong' : 'key-wrong', { value: shown(at(value, path)) })
    case 'too_small':
      if (issue.origin === 'string') return one('text-empty')
      return issue.origin === 'array'
        ? one('list-empty')
        : one('number-wrong', { most: Number(issue.minimum) })
    case 'too_big':
      if (issue.origin === 'string') return one('text-too-long', { most: Number(issue.maximum) })
      return one(issue.origin === 'array' ? 'list-too-long' : 'number-wrong', { most: Number(issue.maximum) })
    case 'invalid_value':
      return one('value-unknown', {
        value: shown(at(value, path)),
        expected: issue.values.map(String).join(', '),
      })
    case 'invalid_union':
      if (issue.discriminator === 'kind') {
        const kind = at(value, [...path, ...(path.at(-1) === 'kind' ? [] : ['kind'])])
        return one(kind === 'group' ? 'group-in-group' : 'kind-unknown', { value: shown(kind) })
      }
      return one('condition-shape')
    case 'custom':
      return one('text-missing')
    default:
      return one('wrong-type')
  }
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  let current = value
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined
    current = (current as Record<string | number, unknown>)[step]
  }
  return current
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '—'
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

const expected: Partial<Record<string, DefinitionProblemCode>> = {
  string: 'not-text',
  number: 'not-number',
  int: 'not-number',
  boolean: 'not-yes-no',
  array: 'not-list',
  object: 'not-fields',
}
