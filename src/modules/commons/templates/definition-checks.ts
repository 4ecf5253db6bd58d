import { FORM_TYPES } from '#modules/commons/format/page.ts'
import type { Found } from '#modules/commons/templates/definition-findings.ts'
import { limits } from '#modules/commons/templates/definition-schema.ts'
import { titlePath, wordingKey } from '#modules/commons/templates/questions.ts'
import type {
  AnswerKind,
  Condition,
  Option,
  Template,
  TemplateQuestion,
} from '#modules/commons/templates/template.ts'

/** What the parts of a definition must have to do with each other, once each by itself is sound. */
export function definitionChecks(template: Template): Found[] {
  const scopes = scopesOf(template)
  return [
    ...textFindings(template, []),
    ...typeFindings(template),
    ...keyFindings(template),
    ...countFindings(scopes),
    ...scopes.flatMap(scope => [...askFindings(scope), ...wordingFindings(scope)]),
    ...scopes.flatMap(scope =>
      scope.questions.flatMap((asked, at) => answerFindings(asked, [...scope.path, at], scope)),
    ),
    ...conditionFindings(scopes),
  ]
}

/** Where questions are named and recognised together: the page, a repeated section, a group. */
interface Scope {
  kind: 'page' | 'repeated' | 'group'
  path: (string | number)[]
  questions: TemplateQuestion[]
}

function scopesOf(template: Template): Scope[] {
  return template.sections.flatMap((section, at) => {
    const path = ['sections', at, 'questions']
    const kind = section.repeated ? 'repeated' : 'page'
    const groups = section.questions.flatMap((asked, index): Scope[] =>
      asked.answer.kind === 'group'
        ? [
            {
              kind: 'group',
              path: [...path, index, 'answer', 'questions'],
              questions: asked.answer.questions,
            },
          ]
        : [],
    )
    return [{ kind, path, questions: section.questions }, ...groups]
  })
}

/** What no database keeps: the sign NUL, and half of a sign. JSON can say both. */
function textFindings(value: unknown, path: Found['path']): Found[] {
  if (typeof value === 'string')
    return value.includes('\0') || !value.isWellFormed()
      ? [{ path, code: 'text-unkeepable', detail: { name: String(path.at(-1)) } }]
      : []
  if (Array.isArray(value)) return value.flatMap((one, at) => textFindings(one, [...path, at]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => textFindings(one, [...path, key]))
}

/** Of another type `> ` would be read as a quotation, and no answer would be found again. */
function typeFindings(template: Template): Found[] {
  if ([...FORM_TYPES].some(type => type === template.type)) return []
  const detail = { name: 'type', value: template.type, expected: [...FORM_TYPES].join(', ') }
  return [{ path: ['type'], code: 'value-unknown', detail }]
}

function keyFindings(template: Template): Found[] {
  const found: Found[] = []
  const sections = new Set<string>()
  const questions = new Set<string>()
  for (const [at, section] of template.sections.entries()) {
    if (sections.has(section.key))
      found.push({ path: ['sections', at, 'key'], code: 'section-twice', detail: { name: section.key } })
    sections.add(section.key)
    for (const [index, asked] of section.questions.entries()) {
      const path = ['sections', at, 'questions', index]
      if (questions.has(asked.key))
        found.push({ path: [...path, 'key'], code: 'question-twice', detail: { name: asked.key } })
      questions.add(asked.key)
      if (asked.answer.kind !== 'group') continue
      for (const [inner, other] of asked.answer.questions.entries()) {
        if (asked.answer.questions.findIndex(one => one.key === other.key) === inner) continue
        const detail = { name: other.key }
        found.push({ path: [...path, 'answer', 'questions', inner, 'key'], code: 'question-twice', detail })
      }
    }
  }
  // The rows of a repeated section are listed at its key, the answer of a question at its own.
  for (const [at, section] of template.sections.entries())
    if (section.repeated && questions.has(section.key))
      found.push({
        path: ['sections', at, 'key'],
        code: 'section-like-question',
        detail: { name: section.key },
      })
  return found
}

function countFindings(scopes: Scope[]): Found[] {
  const count = scopes.reduce((sum, scope) => sum + scope.questions.length, 0)
  if (count <= limits.questions) return []
  return [
    { path: ['sections'], code: 'questions-too-many', detail: { most: limits.questions, value: count } },
  ]
}

/** Only in a group may a question have no words, and only one: `> ` and nothing after. */
function askFindings(scope: Scope): Found[] {
  let unnamed = 0
  return scope.questions.flatMap((asked, at): Found[] => {
    if (Object.values(asked.ask).some(text => text !== undefined)) return []
    const detail = { name: asked.key }
    if (scope.kind !== 'group') return [{ path: [...scope.path, at, 'ask'], code: 'ask-missing', detail }]
    unnamed++
    return unnamed > 1 ? [{ path: [...scope.path, at, 'ask'], code: 'ask-second-unnamed', detail }] : []
  })
}

/** Two questions that are asked alike could not be told apart on a page. */
function wordingFindings(scope: Scope): Found[] {
  const asker = new Map<string, string>()
  return scope.questions.flatMap((asked, at): Found[] => {
    const unnamed = Object.values(asked.ask).every(text => text === undefined)
    const written = [
      ...Object.entries(asked.ask).map(([language, text]) => ({ path: ['ask', language], text: text ?? '' })),
      ...(asked.wordings ?? []).map((text, index) => ({ path: ['wordings', index], text })),
    ]
    return written.flatMap(({ path, text }): Found[] => {
      const where = [...scope.path, at, ...path]
      const key = wordingKey(text)
      if (key === '' && !unnamed) return [{ path: where, code: 'wording-empty', detail: { name: asked.key } }]
      const other = asker.get(key)
      asker.set(key, other ?? asked.key)
      return other === undefined || other === asked.key
        ? []
        : [{ path: where, code: 'wording-twice', detail: { name: asked.key, other } }]
    })
  })
}

function answerFindings(asked: TemplateQuestion, path: Found['path'], scope: Scope): Found[] {
  const { answer } = asked
  const here = [...path, 'answer']
  const detail = { name: asked.key }
  if (asked.key === titlePath && (answer.kind !== 'text' || scope.kind !== 'page'))
    return [{ path: here, code: 'title-kind', detail }]
  switch (answer.kind) {
    case 'choice':
      return optionFindings(answer.options, [...here, 'options'])
    case 'shares':
      return optionFindings(answer.parts, [...here, 'parts'])
    case 'scale':
      return answer.from < answer.to ? [] : [{ path: here, code: 'scale-wrong', detail }]
    case 'number':
      if (answer.least === undefined || answer.most === undefined || answer.least <= answer.most) return []
      return [{ path: here, code: 'number-bounds', detail }]
    case 'group':
      return scope.kind === 'repeated' ? [{ path: here, code: 'group-in-repeated', detail }] : []
    default:
      return []
  }
}

function optionFindings(options: readonly Option[], path: Found['path']): Found[] {
  const keys = new Set<string>()
  return options.flatMap((option, at): Found[] => {
    if (keys.has(option.key))
      return [{ path: [...path, at, 'key'], code: 'option-twice', detail: { name: option.key } }]
    keys.add(option.key)
    return []
  })
}

/** A question with a condition, by where it stands: the same key may be asked in several groups. */
interface Conditioned {
  id: string
  key: string
  path: Found['path']
  when: Condition | undefined
}

function conditionFindings(scopes: Scope[]): Found[] {
  const found: Found[] = []
  const leads = new Map<Conditioned, Conditioned[]>()
  const nodes = new Map<TemplateQuestion, Conditioned>()
  for (const scope of scopes)
    for (const [at, asked] of scope.questions.entries())
      nodes.set(asked, {
        id: [...scope.path, at].join('.'),
        key: asked.key,
        path: [...scope.path, at, 'when'],
        when: asked.when,
      })
  const everywhere = scopes.flatMap(scope => scope.questions)
  const ofPage = scopes.filter(scope => scope.kind === 'page').flatMap(scope => scope.questions)
  for (const scope of scopes)
    for (const asked of scope.questions) {
      const node = nodes.get(asked)
      if (!node?.when) continue
      if (depthOf(node.when) > limits.conditionDepth)
        found.push({ path: node.path, code: 'condition-deep', detail: { most: limits.conditionDepth } })
      for (const { path, condition } of leavesOf(node.when, node.path)) {
        const name = condition.question
        const target = scope.questions.find(one => one.key === name) ?? ofPage.find(one => one.key === name)
        if (!target) {
          const code = everywhere.some(one => one.key === name)
            ? 'condition-unreachable'
            : 'condition-unknown'
          found.push({ path, code, detail: { name, other: asked.key } })
          continue
        }
        found.push(...comparisonFindings(target, condition, path))
        const other = nodes.get(target)
        if (other) leads.set(node, [...(leads.get(node) ?? []), other])
      }
    }
  return [...found, ...circleFindings(leads)]
}

type Leaf = Extract<Condition, { question: string }>

function leavesOf(condition: Condition, path: Found['path']): { path: Found['path']; condition: Leaf }[] {
  if ('all' in condition) return condition.all.flatMap((one, at) => leavesOf(one, [...path, 'all', at]))
  if ('any' in condition) return condition.any.flatMap((one, at) => leavesOf(one, [...path, 'any', at]))
  if ('not' in condition) return leavesOf(condition.not, [...path, 'not'])
  return [{ path, condition }]
}

function depthOf(condition: Condition): number {
  const inner =
    'all' in condition
      ? condition.all
      : 'any' in condition
        ? condition.any
        : 'not' in condition
          ? [condition.not]
          : []
  return 1 + Math.max(0, ...inner.map(depthOf))
}

function comparisonFindings(target: TemplateQuestion, condition: Leaf, path: Found['path']): Found[] {
  if (!('is' in condition)) return []
  if (!comparable.has(target.answer.kind))
    return [{ path, code: 'condition-kind', detail: { name: target.key } }]
  const allowed = valuesOf(target.answer)
  if (!allowed) return []
  return condition.is.flatMap((value, at): Found[] =>
    allowed.has(value)
      ? []
      : [
          {
            path: [...path, 'is', at],
            code: 'condition-option-unknown',
            detail: { name: target.key, value },
          },
        ],
  )
}

/** All there is to choose from, null where anything may be written. */
function valuesOf(answer: AnswerKind): Set<string> | null {
  if (answer.kind === 'choice') return new Set(answer.options.map(option => option.key))
  if (answer.kind === 'sdgs') return new Set(Array.from({ length: 17 }, (_, at) => String(at + 1)))
  if (answer.kind !== 'scale') return null
  return new Set(Array.from({ length: answer.to - answer.from + 1 }, (_, at) => String(answer.from + at)))
}

/** Each circle once, spelt out: 'a → b → c → a'. */
function circleFindings(leads: ReadonlyMap<Conditioned, Conditioned[]>): Found[] {
  const found: Found[] = []
  const done = new Set<Conditioned>()
  for (const start of leads.keys()) {
    const way: Conditioned[] = []
    const walk = (node: Conditioned) => {
      const seenAt = way.indexOf(node)
      if (seenAt >= 0) {
        const circle = way.slice(seenAt)
        const keys = [...circle, node].map(one => one.key).join(' → ')
        const code = circle.length === 1 ? 'condition-self' : 'condition-circle'
        found.push({ path: node.path, code, detail: { name: node.key, circle: keys } })
        return
      }
      if (done.has(node)) return
      way.push(node)
      for (const next of leads.get(node) ?? []) walk(next)
      way.pop()
      done.add(node)
    }
    walk(start)
  }
  return found
}

const comparable: ReadonlySet<AnswerKind['kind']> = new Set([
  ...(['choice', 'scale', 'number', 'text', 'date', 'sdgs', 'countries', 'tags'] as const),
])
