import { type PartAddress, questionAt, sectionAt } from '#modules/commons/templates/editing/parts.ts'
import { inWords } from '#modules/commons/templates/questions.ts'
import type { Condition, Template, TemplateQuestion } from '#modules/commons/templates/template.ts'

/** What one select of a condition says: 'stages|is|grow', 'stages|not|grow', 'partners|answered', 'partners|unanswered'. */
export type ConditionChoice = string

export interface ConditionGroup {
  question: TemplateQuestion
  label: string
  choices: { value: ConditionChoice; how: 'is' | 'not' | 'answered' | 'unanswered'; option: string }[]
}

/** As the selects of a form say it; null for one that only the file can say. */
export function conditionChoices(
  condition: Condition | undefined,
): { how: 'all' | 'any'; choices: ConditionChoice[] } | null {
  if (condition === undefined) return { how: 'all', choices: [] }
  if ('all' in condition) return joined('all', condition.all)
  if ('any' in condition) return joined('any', condition.any)
  if ('question' in condition && 'is' in condition && condition.is.length > 1)
    return { how: 'any', choices: condition.is.map(value => `${condition.question}|is|${value}`) }
  const choice = choiceOf(condition)
  return choice === null ? null : { how: 'all', choices: [choice] }
}

export function conditionOf(how: 'all' | 'any', choices: readonly ConditionChoice[]): Condition | undefined {
  const leaves = choices.flatMap(choice => {
    const leaf = leafOf(choice)
    return leaf ? [leaf] : []
  })
  const [first] = leaves
  if (!first || leaves.length === 1) return first
  return how === 'all' ? { all: leaves } : { any: leaves }
}

/** The questions a condition of the part at this address may look at, with what may be said of each. */
export function conditionGroups(
  template: Template,
  address: PartAddress,
  language: string,
): ConditionGroup[] {
  const self = questionAt(template, address)
  const section = sectionAt(template, address)
  const own =
    address.length === 3 ? groupQuestions(template, address) : section?.repeated ? section.questions : []
  const ofPage = template.sections.filter(one => !one.repeated).flatMap(one => one.questions)
  const all = [...own, ...ofPage.filter(one => !own.some(({ key }) => key === one.key))]
  return all.filter(question => question !== self).map(question => groupOf(question, language))
}

function groupQuestions(template: Template, address: PartAddress): TemplateQuestion[] {
  const group = questionAt(template, address.slice(0, 2))
  return group?.answer.kind === 'group' ? group.answer.questions : []
}

function groupOf(question: TemplateQuestion, language: string): ConditionGroup {
  const { key } = question
  const options = optionsOf(question, language)
  return {
    question,
    label: inWords(question.label, language) || inWords(question.ask, language) || key,
    choices: [
      { value: `${key}|answered`, how: 'answered', option: '' },
      { value: `${key}|unanswered`, how: 'unanswered', option: '' },
      ...options.flatMap(option => [
        { value: `${key}|is|${option.key}`, how: 'is' as const, option: option.label },
        { value: `${key}|not|${option.key}`, how: 'not' as const, option: option.label },
      ]),
    ],
  }
}

function optionsOf({ answer }: TemplateQuestion, language: string): { key: string; label: string }[] {
  if (answer.kind === 'choice')
    return answer.options.map(({ key, label }) => ({ key, label: inWords(label, language) || key }))
  const numbers =
    answer.kind === 'sdgs' ? [1, 17] : answer.kind === 'scale' ? ([answer.from, answer.to] as const) : null
  if (!numbers) return []
  const [from = 0, to = 0] = numbers
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => ({
    key: String(from + at),
    label: String(from + at),
  }))
}

function joined(how: 'all' | 'any', conditions: readonly Condition[]) {
  const choices = conditions.map(choiceOf)
  return choices.some(choice => choice === null)
    ? null
    : { how, choices: choices.filter(choice => choice !== null) }
}

function choiceOf(condition: Condition): ConditionChoice | null {
  const turned = 'not' in condition
  const leaf = turned ? condition.not : condition
  if (!('question' in leaf)) return null
  if ('answered' in leaf) return `${leaf.question}|${turned ? 'unanswered' : 'answered'}`
  return leaf.is.length === 1 ? `${leaf.question}|${turned ? 'not' : 'is'}|${leaf.is[0]}` : null
}

function leafOf(choice: ConditionChoice): Condition | null {
  const [question = '', how, value = ''] = choice.split('|')
  if (question === '') return null
  if (how === 'answered') return { question, answered: true }
  if (how === 'unanswered') return { not: { question, answered: true } }
  if (value === '') return null
  return how === 'not' ? { not: { question, is: [value] } } : { question, is: [value] }
}
