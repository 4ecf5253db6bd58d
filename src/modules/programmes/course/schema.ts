import { z } from 'zod'
import { isId } from '#kernel/ids.ts'
import { locales } from '#kernel/locale.ts'
import { isTimeZone } from '#kernel/time-zone.ts'
import { optionalId } from '#modules/network/index.ts'
import { dayField } from '#modules/programmes/day-field.ts'
import { modes } from '#modules/programmes/programme.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

/** What one says of a programme and of its course, by whichever door it comes in. */

const optionalText = z
  .string()
  .trim()
  .nullish()
  .transform(written => written || null)
/** Browsers may send seconds along. */
const timeField = z
  .string()
  .trim()
  .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, { error: 'meetings.error.time' })
  .transform(written => written.slice(0, 5))
export const optionalTime = optionalText.pipe(timeField.nullable())
export const revisionField = z.coerce.number().int().min(0).max(2_000_000_000)
export const reasonField = z.string().trim().max(1000).default('')
const webAddress = optionalText
  .transform(written => (written && !/^https?:\/\//i.test(written) ? `https://${written}` : written))
  .pipe(
    z
      .url({ protocol: /^https?$/ })
      .max(1000)
      .nullable(),
  )
const markdown = z.string().trim().max(10_000).default('')

const closure = z.object({ from: dayField, until: dayField, name: z.string().trim().max(200).default('') })

const making = z.object({
  /** Its own, given beforehand: sent twice, it is made once. */
  id: z.preprocess(given => given || undefined, z.uuid().optional()),
  /** By id, or the last word of its address. */
  group: z.string().trim().min(1).max(200),
  /** The key of a template. */
  template: z.string().trim().min(1).max(80),
  /** '': as the template and the group are called. */
  name: z.string().trim().max(200).default(''),
  about: markdown,
  language: z.enum(locales).default('fr'),
  startsOn: dayField,
  /** Whose public holidays are kept. */
  country: optionalText.pipe(
    z
      .string()
      .regex(/^[A-Z]{2}$/, { error: 'form.error.choose' })
      .nullable(),
  ),
  subdivision: optionalText.pipe(z.string().max(10).nullable()),
  timeZone: z.string().trim().refine(isTimeZone, { error: 'meetings.error.zone' }).default('Europe/Paris'),
  /** At which all meetings begin; null: as the template says. */
  begins: optionalTime,
  place: z.string().trim().max(200).default(''),
  address: z.string().trim().max(500).default(''),
  videoUrl: webAddress,
  /** Who is there for those who take part, at first; null: who runs the group. */
  tutor: optionalId,
})

/** What is corrected of single steps, by their key. */
const corrections = z.record(
  z.string().max(80),
  z.object({ opens: dayField.optional(), day: dayField.optional(), time: optionalTime.optional() }),
)

/** As programs say it. */
export const makingInput = making.extend({
  /** Null: those of the template. */
  closures: z.array(closure).max(60).nullable().default(null),
  /** Meetings are announced at once, and the group is told. */
  announce: z.boolean().default(true),
  corrections: corrections.default({}),
})
export type Making = z.output<typeof makingInput>

const lines = z.array(z.string().max(200)).max(60).default([])

/**
 * As the form says it: closures line by line, corrections beside each step. What is wrong with one of these is told apart:
 * the rest is laid out all the same, to be mended in its place.
 */
export const makingForm = making
  .extend({
    step: z.enum(['preview', 'make']).default('preview'),
    /** 'now' or 'later'. */
    announce: z.enum(['now', 'later']).default('now'),
    closureFrom: lines,
    closureUntil: lines,
    closureName: lines,
    /** What the corrections were made on. */
    ground: z.string().max(10_000).default(''),
  })
  .catchall(z.string().max(10_000))
  .transform(given => {
    const { step, announce, closureFrom, closureUntil, closureName, ground, ...rest } = given
    const known = Object.keys(making.shape)
    const fields = Object.fromEntries(Object.entries(rest).filter(([name]) => known.includes(name)))
    const wrong: Wrong[] = []
    const closures = closureFrom.flatMap((from, index) => {
      const until = closureUntil[index] ?? ''
      const read = closure.safeParse({ from, until: until || from, name: closureName[index] ?? '' })
      if (from === '' && until === '') return []
      if (read.success) return [read.data]
      wrong.push({ field: 'closures', message: 'form.error.date' })
      return []
    })
    const corrected: Making['corrections'] = {}
    for (const { key, opens, day, time } of correctionsIn(rest)) {
      const [readDay, readTime] = [dayField.optional().safeParse(day), optionalTime.safeParse(time)]
      const readOpens = dayField.optional().safeParse(opens)
      if (!readOpens.success) wrong.push({ field: `day.${key}`, message: 'form.error.date' })
      if (!readDay.success) wrong.push({ field: `day.${key}`, message: 'form.error.date' })
      if (!readTime.success) wrong.push({ field: `time.${key}`, message: 'meetings.error.time' })
      corrected[key] = {
        ...(readOpens.data !== undefined && { opens: readOpens.data }),
        ...(readDay.data !== undefined && { day: readDay.data }),
        ...(time !== undefined && readTime.success && { time: readTime.data }),
      }
    }
    const shown = fieldsOf(rest, 'shown')
    const value: Making = {
      ...(fields as z.output<typeof making>),
      // No line at all: the form that asks for them was not shown yet.
      closures: closureFrom.length === 0 ? null : closures,
      announce: announce === 'now',
      corrections: corrected,
    }
    return { step, ground, value, wrong, shown }
  })

interface Wrong {
  field: string
  message: MessageKey
}

/**
 * What was wished of single steps: `asked.<key>` before, `day.<key>` now where it is not the day that was shown as the last
 * of `shown.<key>`; of its first day `begun.<key>` and `opens.<key>` alike. A day that merely stood there is no wish: it may be pushed by one.
 */
function correctionsIn(
  rest: Record<string, unknown>,
): { key: string; opens?: string; day?: string; time?: string }[] {
  const [days, times] = [fieldsOf(rest, 'day'), fieldsOf(rest, 'time')]
  const [asked, shown] = [fieldsOf(rest, 'asked'), fieldsOf(rest, 'shown')]
  const [opening, begun] = [fieldsOf(rest, 'opens'), fieldsOf(rest, 'begun')]
  const keys = new Set([days, times, asked, opening, begun].flatMap(fields => [...fields.keys()]))
  return [...keys].slice(0, mostSteps).flatMap(key => {
    const edited = days.has(key) && days.get(key) !== shown.get(key)?.split('/')[1]
    const day = edited ? days.get(key) : asked.get(key)
    const otherwise = opening.has(key) && opening.get(key) !== shown.get(key)?.split('/')[0]
    const opens = otherwise ? opening.get(key) : begun.get(key)
    const time = times.get(key)
    return [
      {
        key,
        ...(opens !== undefined && { opens }),
        ...(day !== undefined && { day }),
        ...(time !== undefined && { time }),
      },
    ]
  })
}

function fieldsOf(rest: Record<string, unknown>, what: string): Map<string, string> {
  return new Map(
    Object.entries(rest).flatMap(([name, value]) => {
      const key = name.startsWith(`${what}.`) ? name.slice(what.length + 1) : ''
      return key === '' || key.length > 80 ? [] : [[key, String(value)] as const]
    }),
  )
}

const mostSteps = 1_000

export interface StepMove {
  stepId: string
  opensOn: string
  dueOn: string
  /** Null: as it is. */
  beginsAt: string | null
}

/** As programs say it: what moves, from the one to the other day. */
export const movesInput = z.object({
  revision: revisionField,
  reason: reasonField,
  moves: z
    .array(
      z.object({
        stepId: z.uuid(),
        opensOn: dayField,
        dueOn: dayField,
        beginsAt: optionalTime,
      }),
    )
    .min(1)
    .max(200),
})

/** What is asked for: one step on a day, or a whole capsule by so many days. */
export const wishForm = z.object({
  step: z.string().refine(isId).optional(),
  capsule: z.string().refine(isId).optional(),
  day: optionalText.pipe(dayField.nullable()),
  /** Of own work: the day it opens. */
  opens: optionalText.pipe(dayField.nullable()),
  time: optionalTime,
  weeks: optionalText.transform(Number).pipe(z.number().int().min(-52).max(52)).catch(0),
  /** Taken over from the meeting, which was moved by itself. */
  from: z.literal('meeting').optional().catch(undefined),
})
export type Wish = z.output<typeof wishForm>

/** The boxes that were left ticked: `move` by id, and `day.<id>`, `opens.<id>`, `time.<id>` of each. */
export const movesForm = z
  .object({
    revision: revisionField,
    reason: reasonField,
    move: z.array(z.string().refine(isId)).max(200),
  })
  .catchall(z.string().max(1_000))
  .transform(({ revision, reason, move, ...rest }, context) => {
    const parsed = movesInput.safeParse({
      revision,
      reason,
      moves: move.map(stepId => ({
        stepId,
        opensOn: rest[`opens.${stepId}`] ?? '',
        dueOn: rest[`day.${stepId}`] ?? '',
        beginsAt: rest[`time.${stepId}`] ?? '',
      })),
    })
    if (parsed.success) return parsed.data
    context.addIssue({
      code: 'custom',
      path: move.length === 0 ? ['move'] : [''],
      message: move.length === 0 ? 'form.error.choose' : 'form.error.date',
    })
    return z.NEVER
  })

export const pauseForm = z.object({ revision: revisionField, reason: reasonField })

export const resumptionForm = z.object({
  revision: revisionField,
  reason: reasonField,
  resumesOn: dayField,
  step: z.enum(['preview', 'resume']).default('preview'),
})

export const shorteningForm = z.object({
  revision: revisionField,
  reason: reasonField,
  endsOn: optionalText.pipe(dayField.nullable()),
  /** Steps and capsules, by their ids. */
  left: z.array(z.string().refine(isId)).max(400),
  step: z.enum(['preview', 'shorten']).default('preview'),
})

export const capsuleForm = z.object({
  revision: revisionField,
  reason: reasonField,
  /** A capsule of the template, by its key; '' for a plain one. */
  source: z.string().trim().max(80).default(''),
  title: z.string().trim().max(200).default(''),
  theme: z.string().trim().max(300).default(''),
  aim: markdown,
  /** Of the one step of a plain capsule. */
  mode: z.enum(modes).default('in_person'),
  /** After which capsule. */
  after: z.string().refine(isId, { error: 'form.error.choose' }),
  startsOn: dayField,
  step: z.enum(['preview', 'add']).default('preview'),
})

export const orderForm = z.object({
  revision: revisionField,
  reason: reasonField,
  /** By id, as they stand. */
  capsule: z.array(z.string().refine(isId)).max(200),
  /** The place wanted of each, in the same order. */
  place: z.array(z.coerce.number().int().min(1).max(999)).max(200),
  step: z.enum(['preview', 'reorder']).default('preview'),
})

export const detailsForm = z.object({
  revision: revisionField,
  name: z.string().trim().min(1).max(200),
  about: markdown,
})

export const capsuleDetailsForm = z.object({
  revision: revisionField,
  title: z.string().trim().min(1).max(200),
  theme: z.string().trim().max(300).default(''),
  aim: markdown,
})

export const stepDetailsForm = z.object({
  revision: revisionField,
  title: z.string().trim().min(1).max(200),
  aim: markdown,
  minutes: z.coerce.number().int().min(5).max(6000),
  tutor: optionalId,
})

export const expectationForm = z.object({
  revision: revisionField,
  kind: z
    .string()
    .trim()
    .regex(/^[a-z][a-z_]*$/, { error: 'form.error.choose' }),
  title: z.string().trim().min(1).max(300),
  optional: z
    .literal('on')
    .transform(() => true)
    .default(false),
  /** What is to be read, or done: an address a line with its words, or words. */
  details: z.string().trim().max(5_000).default(''),
})

export const revisionForm = z.object({ revision: revisionField })

export const tutorsForm = z.object({
  revision: revisionField,
  tutor: z.string().refine(isId, { error: 'form.error.choose' }),
})
