import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Section } from './figures.ts'
import type { Circumstances } from './report.ts'

export const parts = [
  'import',
  'pages',
  'scale',
  'visits',
  'accounts',
  'crowd',
  'two',
  'writing',
  'reindex',
  'organisations',
  'collectives',
  'programmes',
  'digest',
  'waiting',
] as const
export type Part = (typeof parts)[number]

/** What was last written of each part, with the machine and the day it was measured on. */
export type Results = Partial<Record<Part, { sections: Section[]; where: Circumstances }>>

const file = fileURLToPath(new URL('results.json', import.meta.url))

/** Puts what was measured now in the place of what was known of it; the other parts stay. */
export function keepResults(measured: Partial<Record<Part, Section[]>>, where: Circumstances): Results {
  const known: Results = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const results: Results = {}
  for (const part of parts) {
    const sections = measured[part]
    const result = sections ? { sections, where } : known[part]
    if (result) results[part] = result
  }
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
  return results
}
