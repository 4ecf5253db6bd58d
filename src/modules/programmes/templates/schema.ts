import { z } from 'zod'
import { isDay, leastDays, readPeriod } from '#modules/programmes/planning/days.ts'
import { modes } from '#modules/programmes/programme.ts'
import {
  type ProgrammeTemplate,
  type TemplateDependency,
  type TemplateTask,
  tutorRoles,
} from '#modules/programmes/templates/template.ts'

/** How much one programme may hold: far above what a group goes through, far below what would slow a page down. */
export const limits = {
  bytes: 192 * 1024,
  capsules: 60,
  steps: 300,
  after: 20,
  expects: 20,
  tasks: 20,
  reminders: 10,
  closures: 20,
  /** Of a whole programme, five years; of a window or a gap, as long as the database takes. */
  days: 1_860,
  shortDays: 400,
} as const

/** Of templates, capsules and steps: lower case letters, digits and hyphens, a letter first. */
export const keyPattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

const key = z.string().min(2).max(60).regex(keyPattern, { error: 'key-wrong' })

function texts(longest: number) {
  const text = z.string().trim().min(1).max(longest).optional()
  return z
    .strictObject({ fr: text, en: text, es: text, pt: text })
    .refine(given => Object.values(given).some(one => one !== undefined), { error: 'text-missing' })
    .meta({ minProperties: 1 })
}

function period(most: number) {
  return z
    .string()
    .refine(text => readPeriod(text) !== null, { error: 'period-wrong', abort: true })
    .refine(
      text => {
        const span = readPeriod(text)
        return span !== null && leastDays(span) <= most
      },
      { error: 'period-long', params: { most } },
    )
    .meta({ pattern: '^P(\\d+Y)?(\\d+M)?(\\d+W)?(\\d+D)?$' })
}

const whole = period(limits.days)
const short = period(limits.shortDays)
const gap = short.default('P1D')

/** A leap year has every day that there is. */
const monthDay = z.string().refine(text => isDay(`2028-${text}`), { error: 'month-day-wrong' })

const dependency: z.ZodType<TemplateDependency> = z
  .union([z.strictObject({ step: key, gap }), z.strictObject({ capsule: key, gap })], {
    error: 'dependency-shape',
  })
  .meta({ id: 'After' })

const task: z.ZodType<TemplateTask> = z
  .strictObject({ title: texts(200), before: short.optional(), after: short.optional() })
  .refine(({ before, after }) => (before === undefined) !== (after === undefined), { error: 'task-shape' })
  .meta({ id: 'Task' })

const step = z
  .strictObject({
    key,
    title: texts(200),
    aim: texts(5_000).optional(),
    mode: z.enum(modes),
    starts: whole.optional(),
    after: z.array(dependency).max(limits.after).default([]),
    window: short.default('P0D'),
    minutes: z.int().min(5).max(6_000).default(60),
    begins: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'time-wrong' })
      .optional(),
    tutor: z.enum(tutorRoles).default('none'),
    expects: z
      .array(
        z
          .strictObject({
            kind: z.string().min(1).max(60),
            title: texts(300),
            optional: z.boolean().default(false),
            settings: z.record(z.string(), z.unknown()).default({}),
          })
          .meta({ id: 'Expectation' }),
      )
      .max(limits.expects)
      .default([]),
    tasks: z.array(task).max(limits.tasks).default([]),
    reminders: z.array(z.int().min(0).max(90)).max(limits.reminders).default([]),
  })
  .meta({ id: 'Step' })

/** The form of a template; what its parts must have to do with each other is in `checks.ts`. */
export const templateSchema = z.strictObject({
  key,
  version: z.int().min(1).max(1_000_000).default(1),
  name: texts(200),
  about: texts(2_000).optional(),
  licence: z.string().trim().min(2).max(100),
  duration: whole,
  closures: z
    .array(z.strictObject({ from: monthDay, until: monthDay, name: texts(200) }).meta({ id: 'Closure' }))
    .max(limits.closures)
    .default([]),
  capsules: z
    .array(
      z
        .strictObject({
          key,
          title: texts(200),
          theme: texts(300).optional(),
          aim: texts(5_000).optional(),
          steps: z.array(step).min(1).max(limits.steps),
        })
        .meta({ id: 'Capsule' }),
    )
    .min(1)
    .max(limits.capsules),
}) satisfies z.ZodType<ProgrammeTemplate>

/**
 * The same as JSON Schema, for editors and programs that write one. Kept in `templates/programmes/template.schema.json`.
 */
export function templateJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(templateSchema, { io: 'input', target: 'draft-2020-12' })
  const title = 'A programme template of Cordée: capsules and steps (docs/programme-templates.md)'
  return { $schema, title, ...schema }
}
