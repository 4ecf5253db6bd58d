import { stringify } from 'csv-stringify/sync'
import { byteStream, encoded } from '#kernel/byte-stream.ts'
import type { Locale } from '#kernel/locale.ts'
import { type EngagementWords, engagementName } from '#modules/network/organisations/engagement.ts'
import { identifierSchemes } from '#modules/network/organisations/identifiers.ts'
import type { Organisation } from '#modules/network/organisations/organisations.ts'
import { kindNames, schemeNames, sizeNames } from '#modules/network/organisations/words.ts'
import { neutralised } from '#platform/audit/export.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { type SheetCell, type SheetColumn, writeWorkbook } from '#platform/spreadsheets/workbook.ts'
import { countryName } from '#reference/countries.ts'
import { sector, sectorName } from '#reference/sectors.ts'

export type NextOrganisations = (
  after: string | undefined,
) => Promise<{ organisations: Organisation[]; next: string | null }>

interface Context {
  i18n: I18n
  words: EngagementWords
  locale: Locale
}

/** As CSV (RFC 4180, UTF-8 with a byte order mark), in the reader's language; read a few hundred at a time. */
export function writeOrganisationsCsv(next: NextOrganisations, context: Context): ReadableStream<Uint8Array> {
  return byteStream(encoded(pieces(next, context)))
}

/** The same as a workbook: days are days, counts are numbers. */
export function writeOrganisationsWorkbook(
  title: string,
  next: NextOrganisations,
  context: Context,
): ReadableStream<Uint8Array> {
  const columns = columnsOf(context)
  return writeWorkbook(
    title,
    columns.map(({ value: _, ...column }) => column),
    rows(next, columns),
  )
}

type Column = SheetColumn & { value(organisation: Organisation): SheetCell }

async function* pieces(next: NextOrganisations, context: Context): AsyncGenerator<string> {
  const columns = columnsOf(context)
  yield `\uFEFF${line(columns.map(({ name }) => name))}`
  for await (const row of rows(next, columns)) yield line(row)
}

async function* rows(next: NextOrganisations, columns: Column[]): AsyncGenerator<SheetCell[]> {
  let after: string | undefined
  do {
    const found = await next(after)
    for (const organisation of found.organisations) yield columns.map(({ value }) => value(organisation))
    after = found.next ?? undefined
  } while (after !== undefined)
}

/** Coded columns come with their code: what was exported can be brought in again. */
function columnsOf({ i18n, words, locale: home }: Context): Column[] {
  const { t, locale } = i18n
  return [
    { name: t('organisation.name'), width: 40, value: one => one.name },
    { name: t('organisation.kind'), value: one => one.kind && t(kindNames[one.kind]) },
    { name: t('organisation.size'), value: one => one.sizeClass && t(sizeNames[one.sizeClass]) },
    {
      name: t('organisation.sector.code'),
      width: 12,
      value: one => (one.sector && sector(one.sector)?.mark) ?? null,
    },
    { name: t('organisation.sector'), width: 40, value: one => one.sector && sectorName(one.sector, locale) },
    { name: t('organisation.country'), value: one => one.country && countryName(one.country, locale) },
    { name: t('organisation.region'), value: one => one.region },
    { name: t('organisation.town'), value: one => one.town },
    { name: t('organisation.address'), width: 40, value: one => one.address },
    { name: t('organisation.latitude'), width: 12, value: one => one.latitude },
    { name: t('organisation.longitude'), width: 12, value: one => one.longitude },
    { name: t('organisation.website'), width: 30, value: one => one.website },
    {
      name: t('organisation.engagement'),
      value: one => one.engagement && engagementName(one.engagement, words, i18n, home),
    },
    { name: t('organisation.reference'), value: one => one.reference },
    ...identifierSchemes.map(scheme => ({
      name: t(schemeNames[scheme]),
      value: ({ identifiers }: Organisation) =>
        identifiers
          .filter(number => number.scheme === scheme)
          .map(({ value }) => value)
          .join('; '),
    })),
    { name: t('organisation.people.count'), width: 12, value: one => one.people },
    { name: t('organisation.from'), width: 12, kind: 'day', value: one => one.from },
    { name: t('organisation.until'), width: 12, kind: 'day', value: one => one.until },
  ]
}

function line(cells: SheetCell[]): string {
  const values = cells.map(cell => (typeof cell === 'string' ? neutralised(cell) : cell))
  return stringify([values], { record_delimiter: 'windows', quoted_string: true, quoted_empty: false })
}
