import type { LinkKind } from '#modules/commons/links/links.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

/** What is said of an item ('out'), and of the one it is said with ('in'). */
export const linkNames = {
  builds_on: { out: 'links.builds-on.out', in: 'links.builds-on.in' },
  adapts: { out: 'links.adapts.out', in: 'links.adapts.in' },
  pilot_of: { out: 'links.pilot-of.out', in: 'links.pilot-of.in' },
  answers: { out: 'links.answers.out', in: 'links.answers.in' },
  contradicts: { out: 'links.contradicts.out', in: 'links.contradicts.in' },
  related: { out: 'links.related', in: 'links.related' },
} as const satisfies Record<LinkKind, Record<'out' | 'in', MessageKey>>
