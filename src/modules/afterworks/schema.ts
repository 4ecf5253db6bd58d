import { z } from 'zod'
import { isId } from '#kernel/ids.ts'

export const rhythms = ['monthly', 'quarterly'] as const
export type Rhythm = (typeof rhythms)[number]

export const proposalKinds = ['theme', 'place', 'date'] as const
export type ProposalKind = (typeof proposalKinds)[number]

/** From being introduced to what came of it, in this order. */
export const stages = ['introduction', 'conversation', 'synergy', 'joint_project'] as const
export type Stage = (typeof stages)[number]

const text = (most: number) => z.string().trim().max(most).default('')
const day = z.iso.date({ error: 'form.error.date' })
const count = (most: number) =>
  z
    .union([z.number(), z.string().trim()])
    .nullish()
    .transform(written =>
      written === '' || written === null || written === undefined ? null : Number(written),
    )
    .pipe(z.number().int().min(1).max(most).nullable())
const optionalId = z
  .string()
  .trim()
  .nullish()
  .transform(id => id || null)
  .refine(id => id === null || isId(id), { error: 'form.error.choose' })

export const seriesInput = z.object({
  name: z.string().trim().min(1).max(200),
  summary: text(1000),
  about: text(20_000),
  town: text(200),
  rhythm: z.enum(rhythms).default('monthly'),
  visibility: z.enum(['network', 'public']).default('public'),
  /** The last day on which the next edition can be confirmed. */
  confirmBy: day,
  /** How many organisations have to want it. */
  confirmations: count(50).transform(given => given ?? 1),
  /** In distinct organisations; null: no target. */
  awareTarget: count(1_000_000),
  adoptedTarget: count(1_000_000),
  countedFrom: day,
})
export type SeriesInput = z.output<typeof seriesInput>

export const proposalInput = z
  .object({
    kind: z.enum(proposalKinds),
    text: text(300),
    details: text(2000),
    /** Of a date, as the clocks of the network show it. */
    day: z
      .string()
      .trim()
      .default('')
      .pipe(z.union([z.literal(''), day])),
    time: z
      .string()
      .trim()
      .default('')
      .pipe(z.string().regex(/^(?:|([01]\d|2[0-3]):[0-5]\d)$/, { error: 'meetings.error.time' })),
  })
  .superRefine((given, context) => {
    const missing = (field: string) =>
      context.addIssue({ code: 'custom', path: [field], message: 'form.error.required' })
    if (given.kind !== 'date' && given.text === '') missing('text')
    if (given.kind === 'date' && given.day === '') missing('day')
    if (given.kind === 'date' && given.time === '') missing('time')
  })
export type ProposalInput = z.output<typeof proposalInput>

export const introductionInput = z.object({
  personId: z.string().trim().refine(isId, { error: 'form.error.choose' }),
  meetingId: optionalId,
  message: text(2000),
})
export type IntroductionInput = z.output<typeof introductionInput>

export const stepInput = z.object({
  stage: z.enum([...stages, 'closed']),
  note: text(2000),
  title: text(300),
  description: text(10_000),
  localAuthority: text(300),
})
export type StepInput = z.output<typeof stepInput>

export const adoptionInput = z.object({
  organisationId: z.string().trim().refine(isId, { error: 'form.error.choose' }),
  tool: z.string().trim().min(1).max(200),
  evidence: text(2000),
})
export type AdoptionInput = z.output<typeof adoptionInput>

export const satisfactionInput = z.object({
  rating: z.coerce.number().int().min(1).max(5),
  again: z
    .union([z.boolean(), z.enum(['yes', 'no']).transform(said => said === 'yes')])
    .nullable()
    .default(null),
  liked: text(2000),
  better: text(2000),
})
export type SatisfactionInput = z.output<typeof satisfactionInput>
