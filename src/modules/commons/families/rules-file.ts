import { stringify } from 'csv-stringify/sync'
import { type Locale, locales } from '#kernel/locale.ts'
import { neutralised } from '#modules/commons/exports/csv.ts'
import { type FacetKind, facetKinds } from '#modules/commons/facets.ts'
import { readCsv } from '#modules/commons/families/csv-reading.ts'
import type { Draft } from '#modules/commons/families/decisions.ts'
import { actions, type Decision, type Labels, type RuleAction } from '#modules/commons/families/rules.ts'

/** As many decisions as a file may bring, and as one transaction takes without making others wait for long. */
export const mostDecisions = 5_000

/** The columns of the file, in English in every language: programs read it too. */
const columns = [
  'kind',
  'action',
  'key',
  'written',
  'into',
  'hidden',
  ...locales.map(locale => `label_${locale}`),
]

/** Decisions as CSV (UTF-8 with a byte order mark), in the order in which they were taken. */
export function writeRules(decisions: readonly Decision[], { head = true } = {}): string {
  const rows = decisions.map(({ kind, action, key, written, intoKey, hidden, labels }) =>
    [
      kind,
      action,
      key,
      written ?? '',
      intoKey ?? '',
      hidden === null ? '' : hidden ? 'yes' : 'no',
      ...locales.map(locale => labels?.[locale] ?? ''),
    ].map(neutralised),
  )
  const text = stringify(head ? [columns, ...rows] : rows, {
    record_delimiter: 'windows',
    quoted_string: true,
  })
  return head ? `\ufeff${text}` : text
}

export type FileProblem = 'columns' | 'too-many' | 'empty'

/** Why a line is none: what it is about, or what is to be done. */
export interface LineProblem {
  line: number
  refusal: 'kind' | 'action'
}

/**
 * Reads such a file, whichever order its columns have. Lines count as the rows of a sheet do, the heads being the first.
 */
export function readRulesFile(
  text: string,
): { drafts: { line: number; draft: Draft }[]; problems: LineProblem[] } | { problem: FileProblem } {
  const [head, ...rows] = readCsv(text)
  if (!head) return { problem: 'empty' }
  const at = new Map(head.map((name, index) => [name.trim().toLowerCase(), index]))
  if (['kind', 'action', 'key'].some(name => !at.has(name))) return { problem: 'columns' }
  if (rows.length > mostDecisions) return { problem: 'too-many' }
  const drafts: { line: number; draft: Draft }[] = []
  const problems: LineProblem[] = []
  for (const [index, row] of rows.entries()) {
    const line = index + 2
    const cell = (name: string) => restored(row[at.get(name) ?? -1] ?? '')
    const kind = facetKinds.find(one => one === cell('kind').trim())
    const action = actions.find(one => one === cell('action').trim())
    if (!kind) problems.push({ line, refusal: 'kind' })
    else if (!action) problems.push({ line, refusal: 'action' })
    else drafts.push({ line, draft: draftOf(kind, action, cell) })
  }
  return { drafts, problems }
}

function draftOf(kind: FacetKind, action: RuleAction, cell: (name: string) => string): Draft {
  const labels = Object.fromEntries(
    locales.flatMap((locale): [Locale, string][] => {
      const label = cell(`label_${locale}`).trim()
      return label === '' ? [] : [[locale, label]]
    }),
  ) as Labels
  return {
    kind,
    action,
    key: cell('key').trim(),
    written: cell('written') || null,
    intoKey: cell('into').trim() || null,
    hidden: action === 'hidden' ? !/^(?:no|non|não|nao|false|0)$/i.test(cell('hidden').trim()) : null,
    labels: action === 'name' ? labels : null,
  }
}

/** Without what keeps a spreadsheet from running it as a formula. */
function restored(text: string): string {
  return text.replace(/^'(?=[=+\-@\t\r])/, '').replace(/([;\r\n][\s"]*)'(?=[=+@]|-(?![\d\s]))/g, '$1')
}
