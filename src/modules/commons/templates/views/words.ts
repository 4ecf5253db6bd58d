import { questionsWithin } from '#modules/commons/templates/question-paths.ts'
import { inWords } from '#modules/commons/templates/questions.ts'
import type {
  AnswerKind,
  Condition,
  Option,
  Template,
  TemplateQuestion,
} from '#modules/commons/templates/template.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'

export const kindNames = {
  text: 'templates.kind.text',
  rich: 'templates.kind.rich',
  choice: 'templates.kind.choice',
  scale: 'templates.kind.scale',
  number: 'templates.kind.number',
  shares: 'templates.kind.shares',
  date: 'templates.kind.date',
  place: 'templates.kind.place',
  sdgs: 'templates.kind.sdgs',
  countries: 'templates.kind.countries',
  tags: 'templates.kind.tags',
  files: 'templates.kind.files',
  people: 'templates.kind.people',
  organisations: 'templates.kind.organisations',
  items: 'templates.kind.items',
  group: 'templates.kind.group',
} as const satisfies Record<AnswerKind['kind'], MessageKey>

/** What one says of a question in a list: its label, else what it asks, else its key. */
export function questionName(question: TemplateQuestion, language: string): string {
  return inWords(question.label, language) || inWords(question.ask, language) || question.key
}

/** A path of `questionsWithin` in words: 'Partenaires › Nom'. */
export function pathName(template: Template, path: string, language: string): string {
  const within = questionsWithin(template)
  const question = within.get(path)
  const name = question ? questionName(question, language) : path
  const above = path.split('/*/').slice(0, -1).join('/*/')
  if (above === '') return name
  const group = within.get(above)
  const section = template.sections.find(({ key }) => key === above)
  const of = group ? questionName(group, language) : section ? inWords(section.heading, language) : ''
  return of === '' ? name : `${of} › ${name}`
}

/** When a question is asked: "Étapes : Déployer". Keys of which the template knows nothing stay as they are. */
export function conditionWords(i18n: I18n, template: Template, condition: Condition): string {
  const { t } = i18n
  if ('all' in condition) return joined(i18n, template, condition.all, 'templates.condition.and')
  if ('any' in condition) return joined(i18n, template, condition.any, 'templates.condition.or')
  if ('not' in condition) {
    const { not } = condition
    if ('question' in not) return leafWords(i18n, template, not, true)
    return t('templates.condition.not', { condition: conditionWords(i18n, template, not) })
  }
  return leafWords(i18n, template, condition, false)
}

function joined(
  i18n: I18n,
  template: Template,
  conditions: readonly Condition[],
  word: 'templates.condition.and' | 'templates.condition.or',
): string {
  return conditions.map(one => conditionWords(i18n, template, one)).join(` ${i18n.t(word)} `)
}

function leafWords(
  { t, locale }: I18n,
  template: Template,
  condition: Extract<Condition, { question: string }>,
  turned: boolean,
): string {
  const question = [...questionsWithin(template).values()].find(({ key }) => key === condition.question)
  const name = question ? questionName(question, locale) : condition.question
  if ('answered' in condition)
    return t(turned ? 'templates.condition.unanswered' : 'templates.condition.answered', { name })
  const options = question ? optionsIn(question.answer) : []
  const values = condition.is.map(value => {
    const option = options.find(({ key }) => key === value)
    return (option && inWords(option.label, locale)) || value
  })
  return t(turned ? 'templates.condition.is-not' : 'templates.condition.is', {
    name,
    value: values.join(' / '),
  })
}

export function optionsIn(answer: AnswerKind): readonly Option[] {
  if (answer.kind === 'choice') return answer.options
  return answer.kind === 'shares' ? answer.parts : []
}
