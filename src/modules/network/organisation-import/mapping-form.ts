import type { OrganisationImport, Reading } from '#modules/network/organisation-import/imports.ts'
import { type ColumnField, columnFields, foldedWords } from '#modules/network/organisation-import/words.ts'
import type { Heading } from '#platform/spreadsheets/heading.ts'

/**
 * What the form of the columns says: another sheet or heading, with which everything is read anew; else what the columns
 * are and what the words in them mean.
 */
export function chosenMapping(
  { reading, preview }: Pick<OrganisationImport, 'reading' | 'preview'>,
  given: Record<string, string>,
): { sheet: number; heading: Heading | null } | Pick<Reading, 'columns' | 'words'> {
  const sheet = preview.sheets[Number(given.sheet)] ? Number(given.sheet) : reading.sheet
  // Another sheet has another heading, which is found again.
  if (sheet !== reading.sheet) return { sheet, heading: null }
  const heading = headingOf(given.heading)
  if (heading && (heading.line !== reading.heading.line || heading.lines !== reading.heading.lines))
    return { sheet, heading }
  const columns = preview.headings.map((_, column) =>
    fieldOf(given[`column.${column}`], reading.columns[column] ?? null),
  )
  const words = structuredClone(reading.words)
  for (const [index, { field, written, meaning }] of preview.values.entries()) {
    const chosen = given[`value.${index}`]
    if (chosen === undefined || chosen.length > 60) continue
    // What was understood anyway needs not be said; '-' says that it means nothing.
    if (chosen === (meaning ?? '')) continue
    words[field] ??= {}
    words[field][foldedWords(written).slice(0, 200)] = chosen === '-' ? '' : chosen
  }
  return { columns, words }
}

/** A heading as a form has it: "3:2", the third line and the one under it. */
export function headingText({ line, lines }: Heading): string {
  return `${line}:${lines}`
}

function headingOf(text: string | undefined): Heading | null {
  const match = /^(\d{1,6}):([012])$/.exec(text ?? '')
  return match ? { line: Number(match[1]), lines: Number(match[2]) as Heading['lines'] } : null
}

function fieldOf(text: string | undefined, before: ColumnField | null): ColumnField | null {
  if (text === undefined) return before
  return columnFields.find(field => field === text) ?? null
}
