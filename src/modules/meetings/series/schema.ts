import { z } from 'zod'
import { meetingInput } from '#modules/meetings/schema.ts'
import { mostOccurrences, repeats, repeatsBy } from '#modules/meetings/series/recurrence.ts'

const { from, to } = meetingInput.shape

/** What the dates of a series have in common: a meeting without its day. */
export const seriesTerms = meetingInput.omit({
  day: true,
  from: true,
  to: true,
  untilDay: true,
  pass: true,
  registrationUntil: true,
  state: true,
})

export type SeriesTerms = z.output<typeof seriesTerms>

const day = z.iso
  .date({ error: 'form.error.date' })
  .refine(text => !text.startsWith('0000'), { error: 'form.error.date' })
const optionalDay = z
  .string()
  .trim()
  .nullish()
  .transform(given => given || null)
  .pipe(day.nullable())
const whole = (most: number) =>
  z
    .union([z.number(), z.string().trim()])
    .nullish()
    .transform(given => (given === '' || given === null || given === undefined ? null : Number(given)))
    .pipe(z.number().int().min(1).max(most).nullable())

export const rhythmInput = z.object({
  startsOn: day,
  from,
  /** On the next day where it is not later than `from`. */
  to,
  repeats: z.enum(repeats),
  every: whole(52).transform(every => every ?? 1),
  by: z.enum(repeatsBy).default('day'),
  until: optionalDay,
  times: whole(mostOccurrences),
  /** Days on which there is none. */
  skipped: z.array(z.iso.date()).max(mostOccurrences).default([]),
})

export type RhythmInput = z.output<typeof rhythmInput>

export const seriesInput = seriesTerms.extend(rhythmInput.shape)
export type SeriesInput = z.output<typeof seriesInput>

/** Whoever receives people: by their names in forms. */
const hosts = {
  hostPerson: z.string().trim().max(400).default(''),
  hostOrganisation: z.string().trim().max(200).default(''),
}

/** As a form has it: it shows the dates before it makes them. */
export const seriesForm = seriesInput
  .omit({ hostPersonId: true, hostOrganisationId: true })
  .extend({ ...hosts, step: z.string().optional() })

/** Of a series that goes on: from which date the change holds, and whether what was changed on its own gives way. */
export const seriesChange = seriesInput.extend({
  /** The day the rhythm gave it; null: all that are to come. */
  since: optionalDay,
  overwrite: z.union([z.boolean(), z.literal('on').transform(() => true)]).default(false),
})
export type SeriesChange = z.output<typeof seriesChange>

export const seriesChangeForm = seriesChange
  .omit({ hostPersonId: true, hostOrganisationId: true })
  .extend({ ...hosts, step: z.string().optional() })

export const extensionInput = z.object({ until: optionalDay, times: whole(mostOccurrences) })

export const endInput = z.object({
  /** The last day on which there is still one; empty: none of those to come. */
  lastDay: optionalDay,
  words: z.string().trim().max(2_000).default(''),
})
