import { stringify } from 'csv-stringify/sync'
import { textStream } from '#kernel/byte-stream.ts'
import type { Counts, OrganisationImport } from '#modules/network/organisation-import/imports.ts'
import type { ReportLine } from '#modules/network/organisation-import/keeping.ts'
import { outcomeOf, problemSaid, proposalSaid } from '#modules/network/organisation-import/words-said.ts'
import { neutralised } from '#platform/audit/export.ts'
import type { I18n } from '#platform/i18n/i18n.ts'

/**
 * What became of each line, or what would, as CSV (RFC 4180, UTF-8 with a byte order mark), in the reader's language.
 * @param next the following lines, a few hundred at a time
 */
export function writeReport(
  next: (after: number) => Promise<{ lines: ReportLine[]; next: number | null }>,
  i18n: I18n,
): ReadableStream<Uint8Array> {
  return textStream(pieces(next, i18n))
}

async function* pieces(
  next: (after: number) => Promise<{ lines: ReportLine[]; next: number | null }>,
  i18n: I18n,
): AsyncGenerator<string> {
  const { t } = i18n
  const heads = [
    t('organisation-import.line'),
    t('organisation-import.field.name'),
    t('organisation-import.field.town'),
    t('organisation-import.outcome'),
    t('organisation-import.problems'),
    t('organisation-import.proposals'),
  ]
  yield `\uFEFF${rows([heads])}`
  for (let after: number | null = -1; after !== null; ) {
    const found: Awaited<ReturnType<typeof next>> = await next(after)
    if (found.lines.length > 0) yield rows(found.lines.map(line => cells(line, i18n)))
    after = found.next
  }
}

function cells(line: ReportLine, i18n: I18n): string[] {
  return [
    String(line.line),
    line.name,
    line.town,
    outcomeOf(line, i18n),
    line.problems.map(problem => problemSaid(problem, i18n)).join(' '),
    line.proposals.map(proposal => proposalSaid(proposal, i18n)).join(' '),
  ]
}

function rows(table: string[][]): string {
  return stringify(
    table.map(row => row.map(neutralised)),
    { record_delimiter: 'windows', quoted_string: true, quoted_empty: false },
  )
}

/** The counts worth saying, in their order. */
export function countsSaid(
  { counts, state }: Pick<OrganisationImport, 'counts' | 'state'>,
  { t }: I18n,
): string[] {
  const names: (keyof Counts)[] =
    state === 'done' || state === 'undone'
      ? ['created', 'changed', 'unchanged', 'merged', 'refused', 'passed']
      : ['created', 'changed', 'unchanged', 'merged', 'undecided', 'refused', 'passed']
  return names
    .filter(name => counts[name] > 0)
    .map(name =>
      state === 'done' || state === 'undone'
        ? t(doneKeys[name as keyof typeof doneKeys], { count: counts[name] })
        : t(plannedKeys[name as keyof typeof plannedKeys], { count: counts[name] }),
    )
}

const plannedKeys = {
  created: 'organisation-import.planned.created',
  changed: 'organisation-import.planned.changed',
  unchanged: 'organisation-import.planned.unchanged',
  merged: 'organisation-import.planned.merged',
  undecided: 'organisation-import.planned.undecided',
  refused: 'organisation-import.planned.refused',
  passed: 'organisation-import.planned.passed',
} as const

const doneKeys = {
  created: 'organisation-import.done.created',
  changed: 'organisation-import.done.changed',
  unchanged: 'organisation-import.done.unchanged',
  merged: 'organisation-import.planned.merged',
  refused: 'organisation-import.done.refused',
  passed: 'organisation-import.planned.passed',
} as const
