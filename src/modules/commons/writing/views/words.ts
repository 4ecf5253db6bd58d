import { inWords } from '#modules/commons/templates/questions.ts'
import type { TemplateQuestion } from '#modules/commons/templates/template.ts'
import type { ValueProblem } from '#modules/commons/templates/values.ts'
import type { I18n } from '#platform/i18n/i18n.ts'

/** What is wrong with an answer, and how to mend it. */
export function problemText(i18n: I18n, { code, params = {} }: ValueProblem): string {
  return i18n.maybe(`writing.problem.${code}`, i18n.t('writing.problem.invalid'), params)
}

/** A question in few words, for lists: the label if it has one. */
export function shortQuestion(question: TemplateQuestion, language: string): string {
  const text = inWords(question.label, language) || inWords(question.ask, language) || question.key
  return text.length > 90 ? `${text.slice(0, 88).trimEnd()}…` : text
}

/** Whether a link may lead there: pages hold whatever their authors wrote. */
export function isFollowable(address: string): boolean {
  return /^(?:https?:\/\/|mailto:|\/(?![/\\]))/i.test(address)
}
