import { stringify } from 'csv-stringify/sync'
import type { Member } from '#modules/network/people.ts'
import { roleNames } from '#modules/network/views/role-names.ts'
import { neutralised } from '#platform/audit/export.ts'
import type { I18n } from '#platform/i18n/i18n.ts'

/**
 * People as CSV (RFC 4180, UTF-8 with a byte order mark), one line for each mandate they hold, in the reader's language.
 * Read a few hundred at a time, when the consumer asks.
 */
export function writePeople(
  next: (after: string | undefined) => Promise<{ people: Member[]; next: string | null }>,
  i18n: I18n,
  options: { addresses: boolean },
): ReadableStream<Uint8Array> {
  const source = pieces(next, i18n, options.addresses)
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await source.next()
        if (piece.done) controller.close()
        else controller.enqueue(encoder.encode(piece.value))
      },
      async cancel() {
        await source.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

async function* pieces(
  next: (after: string | undefined) => Promise<{ people: Member[]; next: string | null }>,
  i18n: I18n,
  addresses: boolean,
): AsyncGenerator<string> {
  const { t } = i18n
  const heads = [t('members.person'), t('mandate.role'), t('mandate.organisation'), t('mandate.title')]
  yield `\uFEFF${lines([[...heads, ...(addresses ? [t('person.email')] : [])]])}`
  let after: string | undefined
  do {
    const found = await next(after)
    if (found.people.length > 0) yield lines(found.people.flatMap(person => rows(person, i18n, addresses)))
    after = found.next ?? undefined
  } while (after !== undefined)
}

function rows(person: Member, { t }: I18n, addresses: boolean): string[][] {
  const address = addresses ? [person.email ?? ''] : []
  if (person.mandates.length === 0) return [[person.name, '', '', '', ...address]]
  return person.mandates.map(({ role, organisation, title }) => [
    person.name,
    t(roleNames[role]),
    organisation ?? '',
    title,
    ...address,
  ])
}

function lines(table: string[][]): string {
  return stringify(
    table.map(row => row.map(neutralised)),
    { record_delimiter: 'windows', quoted_string: true, quoted_empty: false },
  )
}
