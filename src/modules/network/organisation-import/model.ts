import { stringify } from 'csv-stringify/sync'
import { type ColumnField, columnFields } from '#modules/network/organisation-import/words.ts'
import { fieldNames } from '#modules/network/organisation-import/words-said.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { writeWorkbook } from '#platform/spreadsheets/workbook.ts'

/** What the model asks for: one way to say each thing. */
const modelFields = columnFields.filter(
  field => !['contactName', 'latitude', 'longitude', 'email', 'lei', 'identifier'].includes(field),
)

/** Registers of the countries in which the reader's language is spoken; of others, theirs is a column more. */
const registers: Record<string, ColumnField[]> = {
  fr: ['siret', 'siren', 'vat', 'rccm'],
  en: ['vat', 'rccm'],
  es: ['nif', 'vat'],
  pt: ['cnpj', 'nif', 'vat'],
}

const allRegisters: ColumnField[] = ['siren', 'siret', 'vat', 'rccm', 'cnpj', 'nif']

export function modelHeadings({ t, locale }: I18n): string[] {
  return modelFields
    .filter(field => !allRegisters.includes(field) || registers[locale]?.includes(field))
    .map(field => t(fieldNames[field]))
}

/** An empty file with the headings that are understood, as a spreadsheet of the reader's country opens it. */
export function modelCsv(i18n: I18n): string {
  const delimiter = i18n.locale === 'en' ? ',' : ';'
  return `\uFEFF${stringify([modelHeadings(i18n)], { record_delimiter: 'windows', delimiter })}`
}

export function modelWorkbook(i18n: I18n): ReadableStream<Uint8Array> {
  return writeWorkbook(
    i18n.t('organisations.name'),
    modelHeadings(i18n).map(name => ({ name, width: 24 })),
    none(),
  )
}

async function* none(): AsyncGenerator<string[]> {
  // An empty sheet: its headings are all there is.
}
