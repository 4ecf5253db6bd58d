import { stringify } from 'csv-stringify/sync'
import { textStream } from '#kernel/byte-stream.ts'
import type { RollLine } from '#modules/groups/roll.ts'
import { roleNames } from '#modules/groups/views/names.ts'
import { neutralised } from '#platform/audit/export.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { writeWorkbook } from '#platform/spreadsheets/workbook.ts'

export const rollFormats = ['csv', 'xlsx'] as const
export type RollFormat = (typeof rollFormats)[number]

type Next = (after: string | undefined) => Promise<{ lines: RollLine[]; next: string | null }>

/** Who is in a group, a line for each person, and one for an organisation for which nobody is; read as it is written. */
export function writeRoll(
  next: Next,
  format: RollFormat,
  i18n: I18n,
  title: string,
): { body: ReadableStream<Uint8Array>; type: string } {
  const { t } = i18n
  const heads = [t('organisations.name'), t('group.person'), t('group.role'), t('group.since')]
  if (format === 'csv')
    return { body: textStream(asCsv(heads, rows(next, i18n))), type: 'text/csv; charset=utf-8' }
  const columns = heads.map((name, index) => ({
    name,
    width: index < 2 ? 36 : 18,
    ...(index === 3 && { kind: 'day' as const }),
  }))
  return {
    body: writeWorkbook(title, columns, rows(next, i18n)),
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  }
}

async function* rows(next: Next, { t }: I18n): AsyncGenerator<(string | null)[]> {
  let after: string | undefined
  do {
    const found = await next(after)
    for (const { organisation, from, people } of found.lines) {
      if (people.length === 0) yield [organisation, null, null, from]
      for (const person of people) yield [organisation, person.name, t(roleNames[person.role]), person.from]
    }
    after = found.next ?? undefined
  } while (after !== undefined)
}

/** RFC 4180, UTF-8 with a byte order mark: so that spreadsheets read it. */
async function* asCsv(heads: string[], table: AsyncIterable<(string | null)[]>): AsyncGenerator<string> {
  yield `\uFEFF${line(heads)}`
  for await (const row of table) yield line(row.map(cell => cell ?? ''))
}

function line(cells: string[]): string {
  return stringify([cells.map(neutralised)], {
    record_delimiter: 'windows',
    quoted_string: true,
    quoted_empty: false,
  })
}
