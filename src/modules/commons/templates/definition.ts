import { LineCounter, parseDocument, stringify } from 'yaml'
import { definitionChecks } from '#modules/commons/templates/definition-checks.ts'
import { type Found, schemaFindings } from '#modules/commons/templates/definition-findings.ts'
import { type DefinitionProblem, wherePath } from '#modules/commons/templates/definition-problem.ts'
import { definitionSchema, limits } from '#modules/commons/templates/definition-schema.ts'
import type { Template } from '#modules/commons/templates/template.ts'

export type DefinitionReading = { template: Template } | { problems: DefinitionProblem[] }

/** Reads a definition written in YAML or JSON. Every problem at once, with its line and column. Never throws. */
export function readDefinition(text: string): DefinitionReading {
  if (Buffer.byteLength(text) > limits.definitionBytes)
    return { problems: [{ ...nowhere, code: 'too-large', detail: { most: limits.definitionBytes / 1024 } }] }
  const written = textOf(text)
  if ('problems' in written) return written
  const found = findingsIn(written.value)
  return Array.isArray(found)
    ? { problems: found.map(one => ({ ...problemAt(one), ...written.placeOf(one) })) }
    : found
}

/** The same for a definition that is already a value: from a form, the API or the database. */
export function checkDefinition(value: unknown): DefinitionReading {
  const found = findingsIn(value)
  return Array.isArray(found) ? { problems: found.map(problemAt) } : found
}

/** As a file: what `readDefinition` reads back as the same. */
export function writeDefinition(template: Template): string {
  return stringify(template, { lineWidth: 0, aliasDuplicateObjects: false })
}

/** What is wrong, or the template. */
function findingsIn(value: unknown): Found[] | { template: Template } {
  if (depthOf(value) > deepest)
    return [{ path: [], code: 'condition-deep', detail: { most: limits.conditionDepth } }]
  const parsed = definitionSchema.safeParse(value)
  if (!parsed.success) return few(schemaFindings(parsed.error.issues, value))
  const found = definitionChecks(parsed.data)
  return found.length > 0 ? few(found) : { template: parsed.data }
}

/** A thousand of them tell no more than the first fifty. */
function few(found: Found[]): Found[] {
  if (found.length <= mostProblems) return found
  const left = found.length - mostProblems
  return [...found.slice(0, mostProblems), { path: [], code: 'too-many-problems', detail: { most: left } }]
}

function problemAt(found: Found): DefinitionProblem {
  return { ...nowhere, code: found.code, where: wherePath(found.path), detail: found.detail }
}

interface Written {
  value: unknown
  placeOf: (found: Found) => { line: number | null; column: number | null }
}

function textOf(text: string): Written | { problems: DefinitionProblem[] } {
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, { lineCounter: lines, strict: true, prettyErrors: false })
    if (document.errors.length > 0) {
      const json = jsonOf(text)
      if (json) return json
      const problems = document.errors.slice(0, mostProblems).map(error => {
        const { line, col } = lines.linePos(error.pos[0])
        const code = error.code === 'DUPLICATE_KEY' ? ('key-twice' as const) : ('unreadable' as const)
        return { code, where: '', line, column: col, detail: {} }
      })
      return { problems }
    }
    const value: unknown = document.toJS()
    const placeOf = (found: Found) => {
      // What is missing has no place of its own: that of what it is missing from.
      for (let length = found.path.length; length >= 0; length--) {
        const node: unknown = document.getIn(found.path.slice(0, length), true)
        const start = rangeOf(node)
        if (start === null) continue
        const { line, col } = lines.linePos(start)
        return { line, column: col }
      }
      return { line: 1, column: 1 }
    }
    return { value, placeOf }
  } catch {
    // What is nested thousands deep overruns the stack of the reader; too many aliases it refuses.
    return { problems: [{ ...nowhere, code: 'unreadable', line: 1, column: 1 }] }
  }
}

/** JSON that YAML does not take: indented with tabs. A field given twice YAML has told of before. */
function jsonOf(text: string): Written | null {
  if (!text.includes('\t')) return null
  try {
    JSON.parse(text)
  } catch {
    return null
  }
  const spaced = textOf(text.replaceAll('\t', ' '))
  return 'problems' in spaced ? null : spaced
}

function rangeOf(node: unknown): number | null {
  if (typeof node !== 'object' || node === null || !('range' in node)) return null
  return Array.isArray(node.range) && typeof node.range[0] === 'number' ? node.range[0] : null
}

function depthOf(value: unknown): number {
  let depth = 0
  let level: unknown[] = [value]
  while (level.length > 0 && depth <= deepest) {
    level = level.flatMap(one => (typeof one === 'object' && one !== null ? Object.values(one) : []))
    depth++
  }
  return depth
}

const nowhere = { where: '', line: null, column: null, detail: {} }
const mostProblems = 50
/** sections › section › questions › question › answer › questions › question › when, then two for each condition. */
const deepest = 12 + 2 * limits.conditionDepth
