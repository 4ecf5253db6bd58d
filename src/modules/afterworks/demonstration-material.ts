import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { proposalKinds, rhythms, stages } from '#modules/afterworks/schema.ts'

/** Days from the one on which it is loaded. */
const day = z.number().int()
/** An address, or the name of somebody without one. */
const who = z.string()
const text = z.string().default('')

const edition = z.object({
  theme: z.string(),
  day,
  place: z.string(),
  address: z.string(),
  about: text,
  came: z.array(who),
  coming: z.array(who).default([]),
  /** Organisations of those who are nobody of the network. */
  others: z.array(z.string()),
  opinions: z
    .array(
      z.object({
        by: who,
        rating: z.number().int(),
        again: z.boolean(),
        liked: z.string(),
        better: z.string(),
      }),
    )
    .default([]),
})
export type DescribedEdition = z.output<typeof edition>

const series = z.object({
  name: z.string(),
  by: z.email(),
  summary: z.string(),
  about: z.string(),
  town: z.string(),
  rhythm: z.enum(rhythms),
  confirmBy: day,
  confirmations: z.number().int(),
  awareTarget: z.number().int().nullable().default(null),
  adoptedTarget: z.number().int().nullable().default(null),
  countedFrom: day,
  state: z.enum(['active', 'lapsed']).default('active'),
  confirmed: z.array(z.object({ cycle: day, by: who })),
  editions: z.array(edition),
  proposals: z.array(
    z.object({
      kind: z.enum(proposalKinds),
      text,
      details: text,
      day: day.optional(),
      time: z.string().optional(),
      by: who,
      votes: z.array(who),
    }),
  ),
  adoptions: z.array(
    z.object({ organisation: z.string(), tool: z.string(), evidence: z.string(), by: who, day }),
  ),
})
export type DescribedSeries = z.output<typeof series>

const introduction = z.object({
  asker: who,
  asked: who,
  /** How the theme of the edition begins. */
  at: z.string(),
  stage: z.enum(['asked', ...stages]),
  message: z.string(),
  note: text,
  title: text,
  description: text,
  localAuthority: text,
})
export type DescribedIntroduction = z.output<typeof introduction>

const material = z.record(
  z.string(),
  z.object({
    people: z.array(z.object({ name: z.string(), organisation: z.string(), title: z.string() })),
    series: z.array(series),
    introductions: z.array(introduction),
  }),
)
export type Described = z.output<typeof material>[string]

/** By network. */
export function afterworkMaterial(folder: string): z.output<typeof material> {
  const file = join(folder, 'afterworks.yaml')
  return existsSync(file) ? material.parse(parse(readFileSync(file, 'utf8'))) : {}
}
