import { stringify } from 'csv-stringify/sync'
import { textStream } from '#kernel/byte-stream.ts'
import type { CountedOrganisation, Counter } from '#modules/afterworks/counters.ts'
import { timesNames } from '#modules/afterworks/views/names.ts'
import { neutralised } from '#platform/audit/export.ts'
import type { I18n } from '#platform/i18n/i18n.ts'

type Next = (after: string | null) => Promise<{ organisations: CountedOrganisation[]; next: string | null }>

/** What a counter counted, a line for each organisation, read as it is written. RFC 4180, UTF-8 with a byte order mark. */
export function writeCounted(next: Next, counter: Counter, { t }: I18n): ReadableStream<Uint8Array> {
  async function* lines(): AsyncGenerator<string> {
    yield `\uFEFF${line([
      t('afterworks.counted.organisation'),
      t('afterworks.counted.place'),
      t(timesNames[counter]),
      t('afterworks.counted.first'),
    ])}`
    let after: string | null = null
    do {
      const found: Awaited<ReturnType<Next>> = await next(after)
      for (const { id, name, times, first } of found.organisations)
        yield line([
          name,
          t(id ? 'afterworks.counted.inside' : 'afterworks.counted.outside'),
          String(times),
          first,
        ])
      after = found.next
    } while (after !== null)
  }
  return textStream(lines())
}

function line(cells: string[]): string {
  return stringify([cells.map(neutralised)], {
    record_delimiter: 'windows',
    quoted_string: true,
    quoted_empty: false,
  })
}
