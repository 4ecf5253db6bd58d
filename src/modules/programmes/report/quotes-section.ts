import { type ComponentChildren, h } from 'preact'
import type { Trx } from '#db/database.ts'
import type { Entry } from '#modules/network/index.ts'
import type { OpenedProgramme } from '#modules/programmes/opening.ts'
import { isSmall, quotesOf } from '#modules/programmes/report/quotes.ts'
import { QuotesSection } from '#modules/programmes/report/views/quotes-section.tsx'

/** As many as stand beside something else; the page of words has them all. */
const shown = 6

/**
 * For the page of a programme, or of one of its steps: what people said of it, and where to leave a word.
 * @returns null for those who are not in the group
 */
export async function quotesSection(
  trx: Trx,
  entry: Entry,
  { programme, mayTakePart }: OpenedProgramme,
  stepId: string | null,
): Promise<ComponentChildren> {
  if (!mayTakePart) return null
  const quotes = await quotesOf(trx, entry, programme.id, { stepId, limit: shown + 1 })
  return h(QuotesSection, {
    network: entry.network.slug,
    programme,
    stepId,
    quotes: quotes.slice(0, shown),
    more: quotes.length > shown,
    small: await isSmall(trx, entry.network, programme.groupId),
    mayWrite: entry.personId !== null,
  })
}
