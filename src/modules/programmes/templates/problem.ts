import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'

/** What is wrong, and how to mend it. */
const problemMessages = {
  unreadable: 'programmeTemplate.problem.unreadable',
  'too-large': 'programmeTemplate.problem.too-large',
  'too-many-problems': 'programmeTemplate.problem.too-many-problems',
  'field-twice': 'programmeTemplate.problem.field-twice',
  'field-unknown': 'programmeTemplate.problem.field-unknown',
  'field-missing': 'programmeTemplate.problem.field-missing',
  'not-text': 'programmeTemplate.problem.not-text',
  'not-number': 'programmeTemplate.problem.not-number',
  'not-yes-no': 'programmeTemplate.problem.not-yes-no',
  'not-list': 'programmeTemplate.problem.not-list',
  'not-fields': 'programmeTemplate.problem.not-fields',
  'wrong-type': 'programmeTemplate.problem.wrong-type',
  'key-wrong': 'programmeTemplate.problem.key-wrong',
  'text-missing': 'programmeTemplate.problem.text-missing',
  'text-empty': 'programmeTemplate.problem.text-empty',
  'text-too-long': 'programmeTemplate.problem.text-too-long',
  'list-empty': 'programmeTemplate.problem.list-empty',
  'list-too-long': 'programmeTemplate.problem.list-too-long',
  'number-wrong': 'programmeTemplate.problem.number-wrong',
  'value-unknown': 'programmeTemplate.problem.value-unknown',
  'period-wrong': 'programmeTemplate.problem.period-wrong',
  'period-long': 'programmeTemplate.problem.period-long',
  'time-wrong': 'programmeTemplate.problem.time-wrong',
  'month-day-wrong': 'programmeTemplate.problem.month-day-wrong',
  'dependency-shape': 'programmeTemplate.problem.dependency-shape',
  'task-shape': 'programmeTemplate.problem.task-shape',
  'capsule-twice': 'programmeTemplate.problem.capsule-twice',
  'step-twice': 'programmeTemplate.problem.step-twice',
  'steps-too-many': 'programmeTemplate.problem.steps-too-many',
  'step-unknown': 'programmeTemplate.problem.step-unknown',
  'capsule-unknown': 'programmeTemplate.problem.capsule-unknown',
  circle: 'programmeTemplate.problem.circle',
  'place-missing': 'programmeTemplate.problem.place-missing',
  'starts-early': 'programmeTemplate.problem.starts-early',
  'after-end': 'programmeTemplate.problem.after-end',
  'duration-empty': 'programmeTemplate.problem.duration-empty',
  'begins-missing': 'programmeTemplate.problem.begins-missing',
  'begins-alone': 'programmeTemplate.problem.begins-alone',
  'kind-unknown': 'programmeTemplate.problem.kind-unknown',
  'kind-of-meetings': 'programmeTemplate.problem.kind-of-meetings',
} as const satisfies Record<string, MessageKey>

export type ProblemCode = keyof typeof problemMessages
export const problemCodes = Object.keys(problemMessages) as ProblemCode[]

/** What is wrong in a template, and where: the path in the file, line and column where the text has them. */
export interface Problem {
  code: ProblemCode
  /** 'capsules[1].steps[0].after'; '' for the file as a whole. */
  where: string
  line: number | null
  column: number | null
  detail: Record<string, string | number>
}

/** In the reader's language: where, what, how to mend it. */
export function problemMessage(i18n: I18n, problem: Problem): string {
  const what = i18n.t(problemMessages[problem.code], { ...emptyDetail, ...problem.detail })
  const place = problem.where === '' ? '' : ` (${problem.where})`
  const { line, column, where } = problem
  if (line !== null)
    return i18n.t('programmeTemplate.problem.atLine', { line, column: column ?? 1, place, what })
  return where === '' ? what : i18n.t('programmeTemplate.problem.at', { where, what })
}

/** Where in the file: ['capsules', 1, 'steps', 0] is 'capsules[1].steps[0]'. */
export function wherePath(path: readonly (string | number)[]): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at === 0 ? '' : '.'}${step}`))
    .join('')
}

const emptyDetail = { name: '', value: '', most: 0, expected: '', circle: '', other: '' }
