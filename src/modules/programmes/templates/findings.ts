import type { z } from 'zod'
import { type ProblemCode, problemCodes } from '#modules/programmes/templates/problem.ts'

/** What is wrong, and the steps that lead to it. */
export interface Found {
  path: (string | number)[]
  code: ProblemCode
  detail: Record<string, string | number>
}

/** What a schema refuses, said in terms of templates. @param under the path of the value in the file */
export function schemaFindings(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  under: Found['path'] = [],
): Found[] {
  return issues.flatMap(issue => {
    const path = issue.path.map(step => (typeof step === 'number' ? step : String(step)))
    return findingsOf(issue, path, value).map(found => ({ ...found, path: [...under, ...found.path] }))
  })
}

function findingsOf(issue: z.core.$ZodIssue, path: Found['path'], value: unknown): Found[] {
  const name = String(path.findLast(step => typeof step === 'string') ?? '')
  const one = (code: ProblemCode, detail: Found['detail'] = {}): Found[] => [
    { path, code, detail: { name, ...detail } },
  ]
  const given = at(value, path)
  // Refinements and patterns say themselves what they refuse.
  const own = problemCodes.find(code => code === issue.message)
  if (own) return one(own, { value: shown(given), most: mostOf(issue) })
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => ({ path: [...path, key], code: 'field-unknown', detail: { name: key } }))
    case 'invalid_type':
      return given === undefined ? one('field-missing') : one(expected[issue.expected] ?? 'wrong-type')
    case 'too_small':
      if (issue.origin === 'string') return one('text-empty')
      return issue.origin === 'array' ? one('list-empty') : one('number-wrong', { value: shown(given) })
    case 'too_big':
      if (issue.origin === 'string') return one('text-too-long', { most: Number(issue.maximum) })
      return issue.origin === 'array'
        ? one('list-too-long', { most: Number(issue.maximum) })
        : one('number-wrong', { value: shown(given) })
    case 'invalid_value':
      return one(given === undefined ? 'field-missing' : 'value-unknown', {
        value: shown(given),
        expected: issue.values.map(String).join(', '),
      })
    case 'invalid_format':
      return one('value-unknown', { value: shown(given), expected: issue.format })
    default:
      return one('wrong-type')
  }
}

/** As much of a value as a message can show. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return '—'
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  let current = value
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined
    current = (current as Record<string | number, unknown>)[step]
  }
  return current
}

function mostOf(issue: z.core.$ZodIssue): number {
  return issue.code === 'custom' && typeof issue.params?.most === 'number' ? issue.params.most : 0
}

const expected: Partial<Record<string, ProblemCode>> = {
  string: 'not-text',
  number: 'not-number',
  int: 'not-number',
  boolean: 'not-yes-no',
  array: 'not-list',
  object: 'not-fields',
  record: 'not-fields',
}
