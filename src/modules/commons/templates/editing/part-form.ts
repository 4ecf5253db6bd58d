import { type FormState, formOf } from '#http/form.ts'
import type { Locale } from '#kernel/locale.ts'
import { schemaFindings } from '#modules/commons/templates/definition-findings.ts'
import { definitionProblemMessage } from '#modules/commons/templates/definition-problem.ts'
import { innerQuestion, outerQuestion, sectionSchema } from '#modules/commons/templates/definition-schema.ts'
import { conditionChoices, conditionOf } from '#modules/commons/templates/editing/condition-form.ts'
import {
  keyOfWords,
  linesOf,
  optionFields,
  optionsOf,
  type Sent,
  someTextsOf,
  textFields,
  textsOf,
} from '#modules/commons/templates/editing/texts-form.ts'
import type {
  AnswerKind,
  TagKey,
  Template,
  TemplateQuestion,
  TemplateSection,
} from '#modules/commons/templates/template.ts'
import type { I18n } from '#platform/i18n/i18n.ts'

export const answerKinds = [
  'text',
  'rich',
  'choice',
  'scale',
  'number',
  'shares',
  'date',
  'place',
  'sdgs',
  'countries',
  'tags',
  'files',
  'people',
  'organisations',
  'items',
  'group',
] as const satisfies readonly AnswerKind['kind'][]

export const tagKeys = [
  'thematic_areas',
  'methods',
  'datasources',
  'principles',
  'tactics',
  'tools',
  'skills',
] as const satisfies readonly TagKey[]

/** As many selects as a condition is given, beyond those it has. */
export const spareConditions = 2

export function frameForm({ name, about }: Template): FormState {
  return formOf({ ...textFields('name', name), ...textFields('about', about) })
}

export function frameOf(sent: Sent, known: Template): Template {
  const { about: _, ...rest } = known
  const about = someTextsOf(sent, 'about')
  return { ...rest, name: textsOf(sent, 'name'), ...(about && { about }) }
}

export function sectionForm(section: TemplateSection | null): FormState {
  return formOf({
    key: section?.key ?? '',
    ...textFields('heading', section?.heading),
    spellings: section?.spellings?.join('\n') ?? '',
    repeated: section?.repeated ?? false,
    closing: section?.closing ?? false,
  })
}

export function sectionOf(sent: Sent, reader: Locale, known: TemplateSection | null): TemplateSection {
  const heading = textsOf(sent, 'heading')
  const spellings = linesOf(sent.spellings)
  return {
    key: keyOf(sent, heading[reader] ?? Object.values(heading)[0]),
    heading,
    ...(spellings.length > 0 && { spellings }),
    ...(sent.repeated && { repeated: true }),
    ...(sent.closing && { closing: true }),
    questions: known?.questions ?? [],
  }
}

export function questionForm(question: TemplateQuestion | null): FormState {
  const answer = question?.answer ?? { kind: 'rich' as const }
  const limits = 'most' in answer ? { most: String(answer.most ?? '') } : {}
  const when = conditionChoices(question?.when)
  return formOf({
    key: question?.key ?? '',
    ...textFields('ask', question?.ask),
    ...textFields('label', question?.label),
    ...textFields('help', question?.help),
    wordings: question?.wordings?.filter(text => text !== '').join('\n') ?? '',
    kind: answer.kind,
    shown: answer.kind,
    ...limits,
    ...(answer.kind === 'choice' && { ...optionFields(answer.options), many: answer.many ?? false }),
    ...(answer.kind === 'shares' && optionFields(answer.parts)),
    ...(answer.kind === 'tags' && { meta: answer.meta }),
    ...(answer.kind === 'scale' && {
      from: String(answer.from),
      to: String(answer.to),
      ...textFields('low', answer.low),
      ...textFields('high', answer.high),
    }),
    ...(answer.kind === 'number' && {
      least: String(answer.least ?? ''),
      ...textFields('unit', answer.unit),
    }),
    required: question?.required ?? '',
    how: when?.how ?? 'all',
    when: when === null ? ['keep'] : when.choices,
  })
}

/** @param when what its selects say, 'keep' for a condition that only the file can say */
export function questionOf(
  sent: Sent,
  when: readonly string[],
  reader: Locale,
  known: TemplateQuestion | null,
): TemplateQuestion {
  const ask = textsOf(sent, 'ask')
  const label = someTextsOf(sent, 'label')
  const help = someTextsOf(sent, 'help')
  const wordings = linesOf(sent.wordings)
  const unnamed = Object.keys(ask).length === 0
  const condition = when.includes('keep')
    ? known?.when
    : conditionOf(sent.how === 'any' ? 'any' : 'all', when)
  const required = sent.required === 'network' || sent.required === 'public' ? sent.required : undefined
  return {
    key: keyOf(sent, label?.[reader] ?? ask[reader] ?? Object.values(ask)[0]),
    ask,
    ...(wordings.length > 0 ? { wordings } : unnamed ? { wordings: [''] } : {}),
    ...(label && { label }),
    ...(help && { help }),
    answer: answerOf(sent, reader, known?.answer),
    ...(condition && { when: condition }),
    ...(required && { required }),
  }
}

/** What is wrong with a part by itself, beside the fields of its form. */
export function partErrors(
  i18n: I18n,
  part: TemplateSection | TemplateQuestion,
  { inner, reader }: { inner: boolean; reader: Locale },
): Record<string, string> {
  const isSection = 'heading' in part
  // An empty section is filled later: what matters here are its own fields.
  const schema = isSection ? sectionSchema.omit({ questions: true }) : inner ? innerQuestion : outerQuestion
  const { questions: _, ...own } = part as TemplateSection
  const value = isSection ? own : part
  const parsed = schema.safeParse(value)
  const errors: Record<string, string> = {}
  if (!parsed.success)
    for (const found of schemaFindings(parsed.error.issues, value)) {
      // As an empty section, an empty group is filled later.
      if (found.code === 'list-empty' && found.path.join('.') === 'answer.questions') continue
      const problem = { ...found, where: '', line: null, column: null }
      errors[fieldOf(found.path, reader)] ??= definitionProblemMessage(i18n, problem)
    }
  if (!isSection && !inner && Object.keys(part.ask).length === 0)
    errors[`ask-${reader}`] ??= i18n.t('form.error.required')
  return errors
}

function answerOf(sent: Sent, reader: Locale, known: AnswerKind | undefined): AnswerKind {
  const kind = answerKinds.find(one => one === sent.kind) ?? 'rich'
  const same = known?.kind === kind ? known : undefined
  const most = numberOf(sent.most)
  const limit = most === undefined ? {} : { most }
  switch (kind) {
    case 'choice': {
      const options = optionsOf(sent, reader, same?.kind === 'choice' ? same.options : [])
      return { kind, ...(sent.many && { many: true }), options }
    }
    case 'shares':
      return { kind, parts: optionsOf(sent, reader, same?.kind === 'shares' ? same.parts : []) }
    case 'scale': {
      const low = someTextsOf(sent, 'low')
      const high = someTextsOf(sent, 'high')
      const ends = { from: numberOf(sent.from) ?? 1, to: numberOf(sent.to) ?? 5 }
      return { kind, ...ends, ...(low && { low }), ...(high && { high }) }
    }
    case 'number': {
      const least = numberOf(sent.least)
      const unit = someTextsOf(sent, 'unit')
      return { kind, ...(least !== undefined && { least }), ...limit, ...(unit && { unit }) }
    }
    case 'tags':
      return { kind, meta: tagKeys.find(one => one === sent.meta) ?? 'thematic_areas' }
    case 'text':
    case 'rich':
    case 'files':
      return { kind, ...limit }
    case 'group':
      return { kind, ...limit, questions: same?.kind === 'group' ? same.questions : [] }
    default:
      return { kind }
  }
}

function keyOf(sent: Sent, words: string | undefined): string {
  const typed = sent.key?.trim() ?? ''
  // A letter first: '2030 goals' has none.
  return typed === '' ? keyOfWords(words ?? '').replace(/^[^a-z]+/, '') : typed
}

/** Not a number is left as such: the check refuses it. */
function numberOf(text: string | undefined): number | undefined {
  const typed = text?.trim() ?? ''
  return typed === '' ? undefined : Number(typed.replace(',', '.'))
}

function fieldOf(path: readonly (string | number)[], reader: Locale): string {
  const steps = path[0] === 'answer' ? path.slice(1) : path
  const [first = '', second] = steps
  const name = String(first)
  if (name === 'options' || name === 'parts') return `options-${reader}`
  if (['ask', 'label', 'help', 'heading', 'low', 'high', 'unit', 'name', 'about'].includes(name))
    return `${name}-${typeof second === 'string' ? second : reader}`
  return name
}
