import { z } from '@hono/zod-openapi'
import { proposalKinds, rhythms, stages } from '#modules/afterworks/schema.ts'

export const seriesSchema = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    name: z.string(),
    summary: z.string(),
    town: z.string(),
    rhythm: z.enum(rhythms),
    visibility: z.enum(['network', 'public']),
    state: z.enum(['active', 'lapsed', 'ended']),
    confirmBy: z.iso
      .date()
      .openapi({ description: 'The last day on which the next edition can be confirmed.' }),
    confirmations: z.number().int().openapi({ description: 'How many organisations have to want it.' }),
    confirmed: z.number().int().nullable().openapi({ description: 'How many do; null for visitors.' }),
  })
  .openapi('AfterworkSeries')

export const countersSchema = z
  .object({
    aware: z.number().int().openapi({ description: 'Distinct organisations of which somebody came.' }),
    awareTarget: z.number().int().nullable(),
    adopted: z.number().int().openapi({ description: 'Distinct organisations that took up a tool.' }),
    adoptedTarget: z.number().int().nullable(),
    introductions: z.number().int(),
    jointProjects: z.number().int(),
    editions: z.number().int(),
    since: z.iso.date(),
  })
  .openapi('AfterworkCounters')

export const editionSchema = z
  .object({
    meeting: z.uuid(),
    number: z.number().int(),
    theme: z.string(),
    startsAt: z.iso.datetime(),
    endsAt: z.iso.datetime(),
    timeZone: z.string(),
    place: z.string(),
    state: z.enum(['scheduled', 'cancelled', 'held']),
  })
  .openapi('AfterworkEdition')

export const oneSeriesSchema = seriesSchema
  .extend({
    about: z.string().openapi({ description: 'Markdown.' }),
    counters: countersSchema,
    editions: z.array(editionSchema).openapi({ description: 'The latest first, sixty at most.' }),
  })
  .openapi('OneAfterworkSeries')

export const countedSchema = z
  .object({
    organisation: z.uuid().nullable().openapi({ description: 'Null for one outside the network.' }),
    name: z.string(),
    times: z.number().int().openapi({ description: 'Editions, or tools.' }),
    first: z.iso.date(),
  })
  .openapi('AfterworkCounted')

export const proposalSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(proposalKinds),
    text: z.string(),
    details: z.string(),
    startsAt: z.iso.datetime().nullable(),
    organisation: z.string().nullable(),
    votes: z.number().int().openapi({
      description: 'Distinct organisations, however many of their people vote, and people who act for none.',
    }),
    mine: z.boolean().openapi({ description: 'Whether the person whose key it is votes for it.' }),
  })
  .openapi('AfterworkProposal')

const party = z.object({
  person: z.uuid().nullable(),
  name: z.string().nullable(),
  organisation: z.string().nullable(),
})

export const introductionSchema = z
  .object({
    id: z.uuid(),
    state: z.enum(['asked', 'agreed', 'declined', 'withdrawn', 'closed']),
    stage: z.enum(stages),
    asker: party,
    asked: party,
    title: z.string(),
    description: z.string(),
    localAuthority: z.string(),
    meeting: z.uuid().nullable(),
    createdAt: z.iso.datetime(),
  })
  .openapi('Introduction')
