import { stringify } from 'csv-stringify/sync'
import { textStream } from '#kernel/byte-stream.ts'
import type { Capsule } from '#modules/programmes/programme.ts'
import type { Call } from '#modules/programmes/progress/attention.ts'
import type { Compared, Comparison } from '#modules/programmes/progress/comparison.ts'
import type { Share } from '#modules/programmes/progress/progress.ts'
import { ratioOf } from '#modules/programmes/progress/progress.ts'
import { reasonText } from '#modules/programmes/progress/views/calls.tsx'
import { stateNames } from '#modules/programmes/progress/views/names.ts'
import { neutralised } from '#platform/audit/export.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { type SheetCell, type SheetColumn, writeWorkbook } from '#platform/spreadsheets/workbook.ts'

export const sheetFormats = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const
export type SheetFormat = keyof typeof sheetFormats

interface Sheet {
  title: string
  columns: SheetColumn[]
  rows: SheetCell[][]
}

/** One line for each organisation, one column for each step: as the table of the page. */
export function progressSheet(calls: readonly Call[], capsules: readonly Capsule[], i18n: I18n): Sheet {
  const { t } = i18n
  const steps = capsules.flatMap((capsule, at) =>
    capsule.steps.map((step, index) => ({ id: step.id, name: `${at + 1}.${index + 1} ${step.title}` })),
  )
  return {
    title: t('progress.name'),
    columns: [
      { name: t('progress.organisation'), width: 36 },
      { name: t('progress.since'), width: 12, kind: 'day' },
      ...steps.map(({ name }) => ({ name, width: 16 })),
      { name: t('progress.steps-done'), width: 12 },
      { name: t('progress.steps-due'), width: 12 },
      { name: t('progress.presences'), width: 12 },
      { name: t('progress.meetings-held'), width: 12 },
      { name: t('calls.name'), width: 60 },
    ],
    rows: calls.map(({ organisation, reasons }) => [
      organisation.name,
      organisation.since,
      ...steps.map(({ id }) => {
        const stood = organisation.steps.find(({ stepId }) => stepId === id)
        return stood ? t(stateNames[stood.state]) : ''
      }),
      organisation.completion.count,
      organisation.completion.of,
      organisation.presence.count,
      organisation.presence.of,
      reasons.map(reason => reasonText(reason, capsules, i18n)).join(' '),
    ]),
  }
}

export function comparisonSheet({ affiliated, own }: Comparison, network: string, { t }: I18n): Sheet {
  const ratio = (share: Share | null) => {
    const exact = share && ratioOf(share)
    return exact === null ? null : Math.round(exact * 1000) / 1000
  }
  const row = (one: Compared): SheetCell[] => [
    one.network?.name ?? network,
    one.name,
    one.startsOn,
    one.endsOn,
    one.organisations ?? t('comparison.few'),
    one.steps.count,
    one.steps.of,
    one.completion?.count ?? null,
    one.completion?.of ?? null,
    ratio(one.completion),
    one.presence?.count ?? null,
    one.presence?.of ?? null,
    ratio(one.presence),
  ]
  return {
    title: t('comparison.name'),
    columns: [
      { name: t('comparison.network'), width: 32 },
      { name: t('comparison.programme'), width: 36 },
      { name: t('comparison.from'), width: 12, kind: 'day' },
      { name: t('comparison.until'), width: 12, kind: 'day' },
      { name: t('organisations.name'), width: 14 },
      { name: t('comparison.steps-over'), width: 14 },
      { name: t('comparison.steps'), width: 14 },
      { name: t('progress.steps-done'), width: 14 },
      { name: t('progress.steps-due'), width: 14 },
      { name: t('progress.completion'), width: 14 },
      { name: t('progress.presences'), width: 14 },
      { name: t('progress.meetings-held'), width: 14 },
      { name: t('progress.presence'), width: 14 },
    ],
    rows: [...affiliated, ...own].map(row),
  }
}

/** As a workbook, or RFC 4180 in UTF-8 with a byte order mark, so that spreadsheets read it. */
export function writeSheet({ title, columns, rows }: Sheet, format: SheetFormat): ReadableStream<Uint8Array> {
  if (format === 'xlsx') return writeWorkbook(title, columns, each(rows))
  return textStream(csv([columns.map(({ name }) => name), ...rows]))
}

async function* each(rows: readonly SheetCell[][]): AsyncGenerator<SheetCell[]> {
  yield* rows
}

async function* csv(lines: readonly SheetCell[][]): AsyncGenerator<string> {
  yield '\uFEFF'
  for (const cells of lines)
    yield stringify([cells.map(cell => (typeof cell === 'string' ? neutralised(cell) : cell))], {
      record_delimiter: 'windows',
      quoted_string: true,
      quoted_empty: false,
    })
}
