import type { Compared } from '#modules/commons/translations/comparison.ts'
import type { Translation } from '#modules/commons/translations/translations.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

export const kindWords = {
  title: 'translations.kind.title',
  heading: 'translations.kind.heading',
  question: 'translations.kind.question',
  prose: 'translations.kind.prose',
} as const satisfies Record<Compared['passage']['kind'], MessageKey>

/** What is to be said of a passage; of one that is as it should be nothing is. */
export const stateWords = {
  missing: 'translations.state.missing',
  changed: 'translations.state.changed',
  given: 'translations.state.given',
} as const satisfies Record<Exclude<Compared['state'], 'current'>, MessageKey>

export const sharingWords = {
  draft: 'translations.draft',
  shared: 'translations.shared',
} as const satisfies Record<Translation['state'], MessageKey>
