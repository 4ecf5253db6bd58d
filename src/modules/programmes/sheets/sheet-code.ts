import { createHash } from 'node:crypto'

/** Without what is taken for something else in handwriting: 0 and O, 1, I and L, U and V. */
const letters = '23456789ABCDEFGHJKMNPQRSTWXYZ'

/**
 * What stands at the head of a sheet, so that whoever has it in their hand finds where it is typed in: six signs of the
 * step and the organisation, always the same. It opens nothing to those who may not.
 * @param organisationId null: the sheet of the whole group
 */
export function sheetCode(stepId: string, organisationId: string | null): string {
  const bytes = createHash('sha256')
    .update(`${stepId} ${organisationId ?? ''}`)
    .digest()
  const signs = Array.from({ length: 6 }, (_, index) => letters[(bytes[index] ?? 0) % letters.length])
  return `${signs.slice(0, 3).join('')}-${signs.slice(3).join('')}`
}

/** As it was typed: in any case, with or without its hyphen. */
export function isSheetCode(typed: string, code: string): boolean {
  const bare = (text: string) => text.toUpperCase().replace(/[^0-9A-Z]/g, '')
  return bare(typed) === bare(code)
}
