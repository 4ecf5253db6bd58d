import type { I18n } from '#platform/i18n/i18n.ts'

/** Each is a message `commons.templateProblem.<code>`: what is wrong, and how to mend it. */
export const definitionProblemCodes = [
  'unreadable',
  'too-large',
  'too-many-problems',
  'key-twice',
  'field-unknown',
  'field-missing',
  'not-text',
  'not-number',
  'not-yes-no',
  'not-list',
  'not-fields',
  'wrong-type',
  'key-wrong',
  'type-wrong',
  'text-missing',
  'text-empty',
  'text-too-long',
  'text-unkeepable',
  'list-empty',
  'list-too-long',
  'number-wrong',
  'value-unknown',
  'kind-unknown',
  'condition-shape',
  'condition-deep',
  'condition-unknown',
  'condition-unreachable',
  'condition-option-unknown',
  'condition-kind',
  'condition-self',
  'condition-circle',
  'section-twice',
  'section-like-question',
  'question-twice',
  'questions-too-many',
  'option-twice',
  'group-in-group',
  'group-in-repeated',
  'ask-missing',
  'ask-second-unnamed',
  'wording-empty',
  'wording-twice',
  'title-kind',
  'scale-wrong',
  'number-bounds',
] as const
export type DefinitionProblemCode = (typeof definitionProblemCodes)[number]

/** What is wrong in a definition, and where: the path in the file, line and column where the text has them. */
export interface DefinitionProblem {
  code: DefinitionProblemCode
  /** 'sections[1].questions[0].when'; '' for the file as a whole. */
  where: string
  line: number | null
  column: number | null
  detail: Record<string, string | number>
}

/** In the reader's language: where, what, how to mend it. */
export function definitionProblemMessage(i18n: I18n, problem: DefinitionProblem): string {
  const what = i18n.t(`commons.templateProblem.${problem.code}`, { ...emptyDetail, ...problem.detail })
  const place = problem.where === '' ? '' : ` (${problem.where})`
  const { line, column } = problem
  if (line !== null)
    return i18n.t('commons.templateProblem.atLine', { line, column: column ?? 1, place, what })
  return problem.where === '' ? what : i18n.t('commons.templateProblem.at', { where: problem.where, what })
}

/** Where in the file: ['sections', 1, 'questions', 0] is 'sections[1].questions[0]'. */
export function wherePath(path: readonly (string | number)[]): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at === 0 ? '' : '.'}${step}`))
    .join('')
}

const emptyDetail = { name: '', value: '', most: 0, expected: '', circle: '', other: '', reason: '' }
