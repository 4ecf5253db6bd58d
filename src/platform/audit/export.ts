import { stringify } from 'csv-stringify/sync'
import type { Change } from '#platform/audit/changes.ts'

export const changeFormats = ['csv', 'jsonl'] as const

export type ChangeFormat = (typeof changeFormats)[number]

/** Columns of the CSV, which are also the names an import by others can rely on. */
const columns = [
  'seq',
  'at',
  'account_id',
  'mandate_id',
  'token_id',
  'origin',
  'action',
  'subject_type',
  'subject_id',
  'before',
  'after',
  'previous_hash',
  'hash',
]

const chunkCharacters = 32_768

/**
 * The log as a file: CSV (RFC 4180, UTF-8 with a byte order mark, a header line) or one JSON object a line. Nothing is
 * read before the consumer asks; cancelling ends the source.
 */
export function writeChanges(
  changes: AsyncIterable<Change>,
  format: ChangeFormat,
): ReadableStream<Uint8Array> {
  const source = chunks(lines(changes, format))
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await source.next()
        if (next.done) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel() {
        await source.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

async function* lines(changes: AsyncIterable<Change>, format: ChangeFormat): AsyncGenerator<string> {
  if (format === 'csv') yield `\uFEFF${csvLine(columns)}`
  for await (const change of changes) yield format === 'csv' ? csvLine(cells(change)) : jsonLine(change)
}

async function* chunks(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  let pending = ''
  for await (const piece of pieces) {
    pending += piece
    if (pending.length < chunkCharacters) continue
    yield encoder.encode(pending)
    pending = ''
  }
  if (pending !== '') yield encoder.encode(pending)
}

function jsonLine(change: Change): string {
  return `${JSON.stringify(change)}\n`
}

function csvLine(values: (string | number | null)[]): string {
  return stringify([values], { record_delimiter: 'windows', quoted_string: true, quoted_empty: false })
}

function cells(change: Change): (string | number | null)[] {
  const { actor, subject } = change
  return [
    change.seq,
    change.at.toISOString(),
    actor.accountId,
    actor.mandateId,
    actor.tokenId,
    actor.origin,
    change.action,
    subject.type,
    neutralised(subject.id),
    json(change.before),
    json(change.after),
    change.previousHash,
    change.hash,
  ]
}

/**
 * A text a spreadsheet will not run as a formula (OWASP, CSV injection): at its beginning, nor after a semicolon, where
 * a French or German spreadsheet begins another cell whatever the quotes say, nor on a line of its own.
 */
export function neutralised(text: string): string {
  return text.replace(/^(?=[=+\-@\t\r])|([;\r\n][\s"]*)(?=[=+\-@])/g, "$1'")
}

/** JSON begins with a brace, and its semicolons can be written so that it stays JSON. */
function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value).replaceAll(';', '\\u003b')
}
