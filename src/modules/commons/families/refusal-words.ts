import type { Refusal } from '#modules/commons/families/decisions.ts'
import type { FileProblem } from '#modules/commons/families/rules-file.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

/** Why something was not decided, as it is said; `unknown` and `into` are the form's. */
export const refusalWords = {
  action: 'families.error.action',
  circle: 'families.error.circle',
  into: 'families.error.into',
  key: 'families.error.key',
  kind: 'families.error.kind',
  merged: 'families.error.merged',
  name: 'families.error.name',
  same: 'families.error.same',
  spelling: 'families.error.spelling',
  unknown: 'families.error.unknown',
} as const satisfies Record<Refusal | 'action' | 'into' | 'unknown', MessageKey>

/** Why a file was not read. */
export const fileWords = {
  columns: 'families.file.columns',
  empty: 'families.file.empty',
  none: 'families.file.none',
  'not-text': 'families.file.not-text',
  'too-large': 'families.file.too-large',
  'too-many': 'families.file.too-many',
} as const satisfies Record<FileProblem | 'none' | 'not-text' | 'too-large', MessageKey>
