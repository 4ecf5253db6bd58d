import { z } from '@hono/zod-openapi'
import { locales } from '#kernel/locale.ts'
import { modes } from '#modules/programmes/programme.ts'

/** Programmes as the API gives and takes them. Days are ISO days, by the clocks of the programme's time zone. */

export const programmeParam = z.object({ network: z.string(), programme: z.uuid() })

const day = z.iso.date()
const group = z.object({ id: z.uuid(), slug: z.string(), name: z.string() })
const state = z.enum(['running', 'paused', 'ended'])
const closure = z.object({ from: day, until: day, name: z.string() })

export const writtenSchema = z.object({
  id: z.uuid(),
  revision: z.number().int().openapi({ description: 'To be said with the next change.' }),
})

export const listedSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    group,
    state,
    startsOn: day,
    endsOn: day,
    timeZone: z.string(),
    revision: z.number().int(),
    steps: z.object({ over: z.number().int(), all: z.number().int() }),
    next: z
      .object({
        id: z.uuid(),
        title: z.string(),
        capsule: z.string(),
        mode: z.enum(modes),
        opensOn: day,
        dueOn: day,
        meetingId: z.uuid().nullable(),
      })
      .nullable(),
  })
  .openapi('ListedProgramme')

const expectation = z.object({
  id: z.uuid(),
  kind: z.string(),
  title: z.string(),
  settings: z.record(z.string(), z.unknown()),
  optional: z.boolean(),
})

const step = z.object({
  id: z.uuid(),
  key: z.string(),
  title: z.string(),
  aim: z.string().openapi({ description: 'Markdown.' }),
  mode: z.enum(modes),
  opensOn: day,
  dueOn: day.openapi({ description: 'The last day; of a meeting, its day.' }),
  plannedOn: day.openapi({ description: 'Before holidays and closed weeks moved it.' }),
  minutes: z.number().int(),
  beginsAt: z.string().nullable(),
  meetingId: z.uuid().nullable(),
  tutor: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  expectations: z.array(expectation),
  after: z.array(z.object({ stepId: z.uuid(), gapDays: z.number().int() })),
})

export const programmeSchema = z
  .object({
    id: z.uuid(),
    group,
    name: z.string(),
    about: z.string(),
    language: z.enum(locales),
    templateKey: z.string(),
    templateVersion: z.number().int(),
    startsOn: day,
    endsOn: day,
    country: z.string().nullable(),
    subdivision: z.string().nullable(),
    timeZone: z.string(),
    closures: z.array(closure),
    state,
    pausedOn: day.nullable(),
    revision: z.number().int(),
    capsules: z.array(
      z.object({
        id: z.uuid(),
        key: z.string(),
        title: z.string(),
        theme: z.string(),
        aim: z.string(),
        steps: z.array(step),
      }),
    ),
  })
  .openapi('Programme')

const why = z.union([
  z.object({ kind: z.literal('holiday'), day, name: z.string() }),
  z.object({ kind: z.literal('weekend'), day }),
  z.object({ kind: z.literal('closed'), from: day, until: day, name: z.string() }),
  z.object({ kind: z.literal('after'), stepId: z.string() }),
])

export const proposalSchema = z
  .object({
    moves: z.array(
      z.object({
        stepId: z.uuid(),
        from: z.object({ opensOn: day, dueOn: day }),
        opensOn: day,
        dueOn: day,
        plannedOn: day,
        asked: z.boolean(),
        why: z.array(why),
      }),
    ),
  })
  .openapi('ProgrammeMoves')

export const planSchema = z
  .object({
    templateKey: z.string(),
    templateVersion: z.number().int(),
    startsOn: day,
    endsOn: day,
    closures: z.array(closure),
    counts: z.object({
      meetings: z.number().int(),
      tasks: z.number().int(),
      organisationTasks: z.number().int(),
      organisations: z.number().int(),
      people: z.number().int(),
      unreached: z.number().int(),
    }),
    capsules: z.array(
      z.object({
        key: z.string(),
        title: z.string(),
        theme: z.string(),
        steps: z.array(
          z.object({
            key: z.string(),
            title: z.string(),
            mode: z.enum(modes),
            opensOn: day,
            dueOn: day,
            plannedOn: day,
            minutes: z.number().int(),
            beginsAt: z.string().nullable(),
            why: z.array(why),
          }),
        ),
      }),
    ),
  })
  .openapi('ProgrammePlan')

const laidStep = z.object({
  title: z.string(),
  mode: z.enum(modes),
  opensOn: day,
  dueOn: day,
  plannedOn: day,
  minutes: z.number().int(),
  beginsAt: z.string().nullable(),
})

export const addedStepSchema = laidStep
  .extend({ capsule: z.uuid(), why: z.array(why), moves: proposalSchema.shape.moves })
  .openapi('AddedProgrammeStep')

export const addedCapsuleSchema = z
  .object({
    title: z.string(),
    theme: z.string(),
    steps: z.array(laidStep.extend({ why: z.array(why) })),
    moves: proposalSchema.shape.moves.element.omit({ stepId: true }).extend({ stepId: z.string() }).array(),
  })
  .openapi('AddedProgrammeCapsule')

export const modeChangeSchema = laidStep
  .extend({
    why: z.array(why),
    moves: proposalSchema.shape.moves,
    meeting: z.enum(['planned', 'called-off', 'changed']),
    registered: z.number().int().openapi({ description: 'Who is told of its meeting.' }),
    expectation: z.enum(['added', 'removed']).nullable().openapi({ description: 'Of presence.' }),
  })
  .openapi('ProgrammeModeChange')
