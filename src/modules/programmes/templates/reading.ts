import { LineCounter, parseDocument, stringify } from 'yaml'
import { isLocale, locales } from '#kernel/locale.ts'
import { type Kinds, templateChecks } from '#modules/programmes/templates/checks.ts'
import { type Found, schemaFindings } from '#modules/programmes/templates/findings.ts'
import { type Problem, wherePath } from '#modules/programmes/templates/problem.ts'
import { limits, templateSchema } from '#modules/programmes/templates/schema.ts'
import type { ProgrammeTemplate, TemplateExpectation } from '#modules/programmes/templates/template.ts'

export type Reading = { template: ProgrammeTemplate } | { problems: Problem[] }

/**
 * Reads a template written in YAML or JSON. Every problem at once, with its line and column. Never throws.
 * @param kinds what steps may expect; null where that is not known, and not looked at
 */
export function readTemplate(text: string, kinds: Kinds | null): Reading {
  if (Buffer.byteLength(text) > limits.bytes)
    return { problems: [{ ...nowhere, code: 'too-large', detail: { most: limits.bytes / 1024 } }] }
  if (isTangled(text)) return { problems: [{ ...nowhere, code: 'unreadable', line: 1, column: 1 }] }
  const written = writtenValue(text)
  if ('problems' in written) return written
  const found = findingsIn(written.value, kinds)
  return Array.isArray(found)
    ? { problems: found.map(one => ({ ...problemAt(one), ...written.placeOf(one) })).sort(byLine) }
    : found
}

/** The same for a template that is already a value: from the API. */
export function checkTemplate(value: unknown, kinds: Kinds | null): Reading {
  const found = findingsIn(value, kinds)
  return Array.isArray(found) ? { problems: found.map(problemAt) } : found
}

/** As a file: what `readTemplate` reads back as the same. In the order of the form, without what goes without saying. */
export function writeTemplate(template: ProgrammeTemplate): string {
  const ordered = templateSchema.parse(template)
  const capsules = ordered.capsules.map(capsule => ({ ...capsule, steps: capsule.steps.map(withoutUsual) }))
  return stringify(inLanguageOrder({ ...withoutUsual(ordered), capsules }), {
    lineWidth: 110,
    aliasDuplicateObjects: false,
  })
}

/** What the database keeps has its fields in no order. */
function inLanguageOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inLanguageOrder)
  if (typeof value !== 'object' || value === null) return value
  const rank = (name: string) => (isLocale(name) ? locales.indexOf(name) : -1)
  const entries = Object.entries(value).map(([name, one]) => [name, inLanguageOrder(one)] as const)
  return Object.fromEntries(entries.toSorted(([a], [b]) => rank(a) - rank(b)))
}

function withoutUsual<T extends object>(value: T): Partial<T> {
  const kept = Object.entries(value).flatMap(([name, one]) => {
    if (Array.isArray(one) && one.length === 0) return []
    if (name === 'expects') return [[name, one.map(expectationWithoutUsual)]]
    return (name === 'window' && one === 'P0D') || (name === 'tutor' && one === 'none') ? [] : [[name, one]]
  })
  return Object.fromEntries(kept)
}

function expectationWithoutUsual({ optional, settings, ...rest }: TemplateExpectation): object {
  return {
    ...rest,
    ...(optional ? { optional } : {}),
    ...(Object.keys(settings).length > 0 ? { settings } : {}),
  }
}

function findingsIn(value: unknown, kinds: Kinds | null): Found[] | { template: ProgrammeTemplate } {
  if (depthOf(value) > deepest) return [{ path: [], code: 'unreadable', detail: {} }]
  const parsed = templateSchema.safeParse(value)
  if (!parsed.success) return few(schemaFindings(parsed.error.issues, value))
  const found = templateChecks(parsed.data, kinds)
  return found.length > 0 ? few(found) : { template: parsed.data }
}

/** A thousand of them tell no more than the first fifty. */
function few(found: Found[]): Found[] {
  if (found.length <= mostProblems) return found
  const left = found.length - mostProblems
  return [...found.slice(0, mostProblems), { path: [], code: 'too-many-problems', detail: { most: left } }]
}

function problemAt(found: Found): Problem {
  return { ...nowhere, code: found.code, where: wherePath(found.path), detail: found.detail }
}

/** What has no line stands last: it tells of the whole. */
function byLine(one: Problem, other: Problem): number {
  if (one.code === 'too-many-problems') return 1
  if (other.code === 'too-many-problems') return -1
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0)
}

interface Written {
  value: unknown
  placeOf: (found: Found) => { line: number | null; column: number | null }
}

function writtenValue(text: string): Written | { problems: Problem[] } {
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, { lineCounter: lines, strict: true, prettyErrors: false })
    if (document.errors.length > 0) {
      const json = jsonOf(text)
      if (json) return json
      const problems = document.errors.slice(0, mostProblems).map((error): Problem => {
        const { line, col } = lines.linePos(error.pos[0])
        const code = error.code === 'DUPLICATE_KEY' ? 'field-twice' : 'unreadable'
        return { code, where: '', line, column: col, detail: {} }
      })
      return { problems }
    }
    const placeOf = (found: Found) => {
      // What is missing has no place of its own: that of what it is missing from.
      for (let length = found.path.length; length >= 0; length--) {
        const start = startOf(document.getIn(found.path.slice(0, length), true))
        if (start === null) continue
        const { line, col } = lines.linePos(start)
        return { line, column: col }
      }
      return { line: 1, column: 1 }
    }
    return { value: document.toJS() as unknown, placeOf }
  } catch {
    // What is nested thousands deep overruns the stack of the reader; too many aliases it refuses.
    return { problems: [{ ...nowhere, code: 'unreadable', line: 1, column: 1 }] }
  }
}

/** JSON that YAML does not take: indented with tabs. */
function jsonOf(text: string): Written | null {
  if (!text.includes('\t')) return null
  try {
    JSON.parse(text)
  } catch {
    return null
  }
  const spaced = writtenValue(text.replaceAll('\t', ' '))
  return 'problems' in spaced ? null : spaced
}

function startOf(node: unknown): number | null {
  if (typeof node !== 'object' || node === null || !('range' in node)) return null
  return Array.isArray(node.range) && typeof node.range[0] === 'number' ? node.range[0] : null
}

/**
 * Whether reading it would take long for what it can say: the reader looks at each key of a map beside all others, and at
 * each anchor. No template has so many.
 */
function isTangled(text: string): boolean {
  if ((text.match(/(?:^|\s)&\S/g)?.length ?? 0) > mostAnchors) return true
  if ((text.match(/[[{]/g)?.length ?? 0) > mostBrackets) return true
  return (text.match(/:(?=\s)/g)?.length ?? 0) > mostKeys
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
const mostAnchors = 50
const mostBrackets = 6_000
const mostKeys = 6_000
/** capsules › capsule › steps › step › expects › expectation › settings, and what a kind has in them. */
const deepest = 16
