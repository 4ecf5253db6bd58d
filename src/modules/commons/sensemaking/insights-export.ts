import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import { byteStream } from '#kernel/byte-stream.ts'
import { neutralised } from '#modules/commons/exports/csv.ts'
import type { ItemRecord } from '#modules/commons/exports/record.ts'
import { type InsightQuestion, passagesOf, questionName } from '#modules/commons/sensemaking/insights.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import { plainText } from '#platform/markdown/index.ts'

const columns = [
  'id',
  'url',
  'title',
  'type',
  'countries',
  'years',
  'language',
  'question',
  'question_text',
  'passage',
]

/** The passages of every page found, one a line, read a few pages at a time. */
export function writeInsights(
  items: AsyncIterable<ItemRecord>,
  options: { templates: Template[]; questions: InsightQuestion[]; chosen: readonly string[]; locale: string },
): ReadableStream<Uint8Array> {
  const stringifier = stringify({
    // Without it spreadsheets read UTF-8 as Latin-1.
    bom: true,
    header: true,
    columns,
    record_delimiter: 'windows',
    quoted_string: true,
    quoted_empty: false,
  })
  return byteStream(lines(items, options, stringifier))
}

async function* lines(
  items: AsyncIterable<ItemRecord>,
  options: Parameters<typeof writeInsights>[1],
  stringifier: ReturnType<typeof stringify>,
): AsyncGenerator<Uint8Array> {
  const source = Readable.from(rows(items, options), { highWaterMark: 16 })
  source.once('error', error => stringifier.destroy(error))
  source.pipe(stringifier)
  try {
    for await (const chunk of stringifier)
      yield typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer)
  } finally {
    source.destroy()
  }
}

async function* rows(
  items: AsyncIterable<ItemRecord>,
  { templates, questions, chosen, locale }: Parameters<typeof writeInsights>[1],
): AsyncGenerator<string[]> {
  const names = new Map(questions.map(one => [one.key, questionName(one, locale)]))
  for await (const item of items)
    for (const { key, markdown } of passagesOf(templates, item.type, item.source, chosen)) {
      const countries = item.countries.map(({ written }) => neutralised(written)).join('; ')
      const passage = plainText(markdown)
      yield [
        item.id,
        item.url,
        neutralised(item.title),
        item.type ?? '',
        countries,
        item.years.join('; '),
        item.language ?? '',
        key,
        neutralised(names.get(key) ?? key),
        neutralised(passage),
      ]
    }
}
