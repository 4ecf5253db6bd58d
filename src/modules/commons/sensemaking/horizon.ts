import type { PageType } from '#modules/commons/format/page.ts'
import { readAnswers } from '#modules/commons/templates/page-reading.ts'
import { shippedTemplate } from '#modules/commons/templates/shipped.ts'

/** When the effects of a weak signal might be felt, as its template asks. */
export const horizons = ['now', 'near', 'far', 'beyond'] as const

export type Horizon = (typeof horizons)[number]

/** What a weak signal answers; nothing for other pages, and for an answer in words of its own. */
export function horizonsOf(types: readonly PageType[], source: string): Horizon[] {
  const template = types.includes('weaksignal') ? shippedTemplate('weak-signal') : undefined
  if (!template) return []
  const answer = readAnswers(template, source).answers.get('horizon')
  return Array.isArray(answer) ? horizons.filter(horizon => answer.some(one => one === horizon)) : []
}
