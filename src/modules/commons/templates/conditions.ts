import type { Condition, Template, TemplateQuestion, Value } from '#modules/commons/templates/template.ts'

/** What is answered to a question named in a condition; undefined where nothing is. */
export type Known = (question: string) => Value | undefined

/** Whether a question is asked, as things are answered. */
export function isAsked(question: Pick<TemplateQuestion, 'when'>, known: Known): boolean {
  return question.when === undefined || holds(question.when, known)
}

export function holds(condition: Condition, known: Known): boolean {
  if ('all' in condition) return condition.all.every(one => holds(one, known))
  if ('any' in condition) return condition.any.some(one => holds(one, known))
  if ('not' in condition) return !holds(condition.not, known)
  const value = known(condition.question)
  if (value === undefined) return false
  return 'answered' in condition || wordsOf(value).some(word => condition.is.includes(word))
}

/** The keys of the questions a condition looks at. */
export function questionsIn(condition: Condition): string[] {
  if ('all' in condition) return condition.all.flatMap(questionsIn)
  if ('any' in condition) return condition.any.flatMap(questionsIn)
  return 'not' in condition ? questionsIn(condition.not) : [condition.question]
}

/** What a condition of the question at a path looks at: the same row first, then the page. */
export function knownAt(path: string, valueAt: (path: string) => Value | undefined): Known {
  const row = path.split('/').slice(0, 2).join('/')
  return question => (path.includes('/') ? valueAt(`${row}/${question}`) : undefined) ?? valueAt(question)
}

/** Questions of a template in order, those of groups after the group. */
export function questionsOf(template: Template): TemplateQuestion[] {
  return template.sections
    .flatMap(section => section.questions)
    .flatMap(question => [question, ...(question.answer.kind === 'group' ? question.answer.questions : [])])
}

function wordsOf(value: Value): string[] {
  if (Array.isArray(value)) return value.map(one => (typeof one === 'object' ? one.name : String(one)))
  return typeof value === 'object' ? [] : [String(value)]
}
