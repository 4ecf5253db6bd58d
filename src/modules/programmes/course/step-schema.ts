import { z } from 'zod'
import { isId } from '#kernel/ids.ts'
import { optionalTime, reasonField, revisionField } from '#modules/programmes/course/schema.ts'
import { dayField } from '#modules/programmes/day-field.ts'
import { modes } from '#modules/programmes/programme.ts'

const optionalDay = z
  .preprocess(given => (given === '' ? null : given), dayField.nullish())
  .transform(day => day ?? null)
const minutesField = z.coerce.number().int().min(5).max(6000)

/** When a step is to be: of a meeting its day and hour, of own work from when until when. */
const when = {
  mode: z.enum(modes),
  /** The last day; of a meeting, its day. */
  day: dayField,
  time: optionalTime,
  /** Of own work: its first day. */
  opens: optionalDay,
  minutes: minutesField,
}

/** One step more, by whichever door it comes in. */
export const stepInput = z.object({
  revision: revisionField,
  reason: reasonField,
  /** The step that it comes behind; or a capsule, of which it is the first. */
  after: z.string().refine(isId, { error: 'form.error.choose' }),
  title: z.string().trim().min(1).max(200),
  aim: z.string().trim().max(10_000).default(''),
  ...when,
})
export type AddingStep = z.output<typeof stepInput>

export const stepForm = stepInput.extend({ step: z.enum(['preview', 'add']).default('preview') })

/** How a step is done from now on, and when. */
export const modeInput = z.object({ revision: revisionField, reason: reasonField, ...when })
export type ChangingMode = z.output<typeof modeInput>

export const modeForm = modeInput.extend({ step: z.enum(['preview', 'change']).default('preview') })
