import { z } from 'zod'
import type { Condition, Template } from '#modules/commons/templates/template.ts'

/** How much one template may ask: far above any form that people fill in, far below what would slow a page down. */
export const limits = {
  sections: 60,
  questions: 300,
  questionsOfGroup: 40,
  options: 200,
  wordings: 60,
  conditions: 20,
  conditionDepth: 6,
  wordingLength: 2_000,
  definitionBytes: 512 * 1024,
} as const

/** Of templates, sections, questions, options: lower case letters, digits and hyphens, a letter first. */
export const keyPattern = /^[a-z][a-z0-9-]{0,59}$/
/** Options may begin with a digit: '2-9'. */
export const optionKeyPattern = /^[a-z0-9][a-z0-9-]{0,59}$/

const key = z.string().regex(keyPattern)
const optionKey = z.string().regex(optionKeyPattern)

function texts(longest: number) {
  const text = z.string().trim().min(1).max(longest).optional()
  return z.strictObject({ fr: text, en: text, es: text, pt: text })
}

/** In at least one language. */
function someTexts(longest: number) {
  return texts(longest)
    .refine(given => Object.values(given).some(text => text !== undefined), { error: 'text-missing' })
    .meta({ minProperties: 1 })
}

const wordings = z.array(z.string().max(limits.wordingLength)).max(limits.wordings)
const option = z
  .strictObject({ key: optionKey, label: someTexts(300), spellings: wordings.optional() })
  .meta({ id: 'Option' })
const options = z.array(option).min(1).max(limits.options)

const condition: z.ZodType<Condition> = z
  .union([
    z.strictObject({ question: key, is: z.array(z.string().min(1).max(300)).min(1).max(limits.options) }),
    z.strictObject({ question: key, answered: z.literal(true) }),
    z.strictObject({
      get all() {
        return z.array(condition).min(1).max(limits.conditions)
      },
    }),
    z.strictObject({
      get any() {
        return z.array(condition).min(1).max(limits.conditions)
      },
    }),
    z.strictObject({
      get not() {
        return condition
      },
    }),
  ])
  .meta({ id: 'Condition' })

const most = z.int().min(1).max(1_000_000).optional()
const bound = z.number().min(-1e15).max(1e15)
const simpleKinds = [
  z.strictObject({ kind: z.literal('text'), most }),
  z.strictObject({ kind: z.literal('rich'), most }),
  z.strictObject({ kind: z.literal('choice'), many: z.boolean().optional(), options }),
  z.strictObject({
    kind: z.literal('scale'),
    from: z.int().min(-100).max(100),
    to: z.int().min(-100).max(100),
    low: someTexts(300).optional(),
    high: someTexts(300).optional(),
  }),
  z.strictObject({
    kind: z.literal('number'),
    least: bound.optional(),
    most: bound.optional(),
    unit: someTexts(60).optional(),
  }),
  z.strictObject({ kind: z.literal('shares'), parts: options }),
  z.strictObject({ kind: z.literal('date') }),
  z.strictObject({ kind: z.literal('place') }),
  z.strictObject({ kind: z.literal('sdgs') }),
  z.strictObject({ kind: z.literal('countries') }),
  z.strictObject({
    kind: z.literal('tags'),
    meta: z.enum(['thematic_areas', 'methods', 'datasources', 'principles', 'tactics', 'tools', 'skills']),
  }),
  z.strictObject({ kind: z.literal('files'), most }),
  z.strictObject({ kind: z.literal('people') }),
  z.strictObject({ kind: z.literal('organisations') }),
  z.strictObject({ kind: z.literal('items') }),
] as const

function question<Answer extends z.ZodType>(answer: Answer) {
  return z.strictObject({
    key,
    ask: texts(limits.wordingLength).default({}),
    wordings: wordings.optional(),
    label: someTexts(200).optional(),
    help: someTexts(3_000).optional(),
    answer,
    when: condition.optional(),
    required: z.enum(['network', 'public']).optional(),
  })
}

export const innerQuestion = question(z.discriminatedUnion('kind', [...simpleKinds])).meta({
  id: 'QuestionOfGroup',
})
const group = z.strictObject({
  kind: z.literal('group'),
  most: z.int().min(1).max(1_000).optional(),
  questions: z.array(innerQuestion).min(1).max(limits.questionsOfGroup),
})
export const outerQuestion = question(z.discriminatedUnion('kind', [...simpleKinds, group])).meta({
  id: 'Question',
})

export const sectionSchema = z
  .strictObject({
    key,
    heading: someTexts(300),
    spellings: wordings.optional(),
    repeated: z.boolean().optional(),
    closing: z.boolean().optional(),
    questions: z.array(outerQuestion).min(1).max(limits.questions),
  })
  .meta({ id: 'Section' })

/** The form of a definition; what its parts must have to do with each other is in `definition-checks.ts`. */
export const definitionSchema = z.strictObject({
  key,
  version: z.int().min(1).max(1_000_000).default(1),
  type: z.string().regex(/^[a-z]{2,40}$/),
  name: someTexts(200),
  about: someTexts(1_000).optional(),
  sections: z.array(sectionSchema).min(1).max(limits.sections),
}) satisfies z.ZodType<Template>
