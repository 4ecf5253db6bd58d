import { z } from 'zod'
import { isId } from '#kernel/ids.ts'
import { isTimeZone } from '#kernel/time-zone.ts'
import { type Vote, votes } from '#modules/meetings/polls/best-dates.ts'
import { momentIn } from '#modules/meetings/series/recurrence.ts'
import { isAddress } from '#platform/mail/index.ts'

export const pollVisibilities = ['group', 'network', 'public'] as const
export type PollVisibility = (typeof pollVisibilities)[number]

export const mostOptions = 30

const day = z.iso.date({ error: 'form.error.date' })
const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: 'poll.error.time' })
export const timeZoneField = z.string().max(60).refine(isTimeZone, { error: 'poll.error.zone' })

const optionalUrl = z
  .string()
  .trim()
  .max(1_000)
  .nullish()
  .transform(text => text || null)
  .pipe(z.url({ protocol: /^https?$/ }).nullable())

const optionalId = z
  .string()
  .nullish()
  .transform(text => text || null)
  .refine(text => text === null || isId(text), { error: 'form.error.choose' })

/** What a poll is about, however its dates come. */
const described = {
  groupId: optionalId,
  title: z.string().trim().min(1).max(200),
  about: z.string().trim().max(5_000).default(''),
  timeZone: timeZoneField,
  minutes: z.coerce.number().int().min(5).max(1_440).default(120),
  place: z.string().trim().max(200).default(''),
  videoUrl: optionalUrl,
  visibility: z.enum(pollVisibilities).default('group'),
}

/** As the API has it: moments are moments. */
export const pollInput = z.object({
  ...described,
  openAnswers: z.boolean().default(true),
  remind: z.boolean().default(true),
  closesAt: z.iso.datetime({ offset: true }).transform(text => new Date(text)),
  options: z
    .array(z.iso.datetime({ offset: true }).transform(text => new Date(text)))
    .min(1)
    .max(mostOptions),
})

export type PollInput = z.output<typeof pollInput>

const ticked = z.string().optional().transform(Boolean)

/** The dates of a form: rows of a day and a time, those of an empty day left out; no time: that of the row above. */
const rows = { day: z.array(z.string()), time: z.array(z.string()) }

/** As the form has it: days and times of the zone chosen. */
export const pollForm = z
  .object({ ...described, openAnswers: ticked, remind: ticked, closesOn: day, ...rows })
  .transform(({ closesOn, day: days, time: times, ...poll }, context) => ({
    ...poll,
    // To the end of the day: the last minute is still in it.
    closesAt: momentIn(closesOn, '23:59', poll.timeZone),
    options: momentsOf(days, times, poll.timeZone, context),
  }))

export const datesForm = (timeZone: string) =>
  z.object(rows).transform(({ day: days, time: times }, context) => momentsOf(days, times, timeZone, context))

export const answerInput = z.object({
  votes: z.record(z.string().refine(isId), z.enum(votes)),
  remark: z.string().trim().max(500).default(''),
})

export type AnswerInput = z.output<typeof answerInput>

/** A form with one choice for each option, by the name `vote-<id>`. */
export const answerForm = z
  .object({ remark: answerInput.shape.remark })
  .catchall(z.string())
  .transform(({ remark, ...fields }) => ({ remark, votes: votesIn(fields) }))

const visitor = {
  name: z.string().trim().min(1).max(200),
  email: z.string().trim().toLowerCase().min(1).max(254).refine(isAddress, { error: 'form.error.email' }),
}

export const visitorForm = z
  .object({ remark: answerInput.shape.remark, ...visitor })
  .catchall(z.string())
  .transform(({ remark, name, email, ...fields }) => ({ remark, name, email, votes: votesIn(fields) }))

/** Of somebody who comes by the link of their mail. */
export const returningForm = z
  .object({ remark: answerInput.shape.remark, name: visitor.name })
  .catchall(z.string())
  .transform(({ remark, name, ...fields }) => ({ remark, name, votes: votesIn(fields) }))

function votesIn(fields: Record<string, unknown>): Record<string, Vote> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const vote = votes.find(one => one === value)
      const id = name.slice('vote-'.length)
      return name.startsWith('vote-') && isId(id) && vote ? [[id, vote]] : []
    }),
  )
}

function momentsOf(
  days: string[],
  times: string[],
  timeZone: string,
  context: z.core.$RefinementCtx,
): Date[] {
  const refuse = (message: string) => context.addIssue({ code: 'custom', message, path: ['day'] })
  const moments: Date[] = []
  let last = ''
  days.forEach((text, index) => {
    last = times[index] || last
    if (text === '') return
    if (!day.safeParse(text).success) refuse('form.error.date')
    else if (!time.safeParse(last).success) refuse('poll.error.time')
    else moments.push(momentIn(text, last, timeZone))
  })
  const distinct = [...new Set(moments.map(moment => moment.getTime()))].sort((a, b) => a - b)
  if (distinct.length > mostOptions) refuse('poll.error.many')
  else if (distinct.length === 0) refuse('poll.error.none')
  return distinct.map(moment => new Date(moment))
}
