import { z } from 'zod'
import { optionalDay } from '#modules/network/fields.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

export const kinds = ['region', 'national', 'local', 'partner'] as const
export type AffiliationKind = (typeof kinds)[number]

/** From the widest to the nearest. */
export const levels = ['continental', 'national', 'regional', 'local'] as const
export type Level = (typeof levels)[number]

export const sides = ['member', 'parent'] as const
/** Of the two networks: the one that belongs, or the one it belongs to. */
export type Side = (typeof sides)[number]

export type AffiliationState = 'asked' | 'accepted' | 'declined' | 'withdrawn'

export const kindNames: Record<AffiliationKind, MessageKey> = {
  region: 'affiliations.kind.region',
  national: 'affiliations.kind.national',
  local: 'affiliations.kind.local',
  partner: 'affiliations.kind.partner',
}

export const levelNames: Record<Level, MessageKey> = {
  continental: 'affiliations.level.continental',
  national: 'affiliations.level.national',
  regional: 'affiliations.level.regional',
  local: 'affiliations.level.local',
}

const required = z.iso
  .date({ error: 'form.error.date' })
  .refine(day => !day.startsWith('0000'), { error: 'form.error.date' })

/** What one network asks another for. */
export const affiliationInput = z
  .object({
    side: z.enum(sides),
    // As people copy it: with the whole address of the page in front of it, or after it.
    address: z
      .string()
      .trim()
      .min(1)
      .max(300)
      .transform(slugIn)
      .refine(slug => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) && slug.length >= 2 && slug.length <= 63, {
        error: 'affiliations.error.address',
      }),
    kind: z.enum(kinds),
    level: z.enum(levels),
    mandate: z.string().trim().max(2_000).default(''),
    from: required,
    until: optionalDay,
  })
  .refine(({ from, until }) => until === null || until >= from, {
    path: ['until'],
    error: 'mandate.error.order',
  })
export type AffiliationInput = z.infer<typeof affiliationInput>

export const endInput = z.object({ until: required })

export const sharedNumbers = ['organisations', 'people', 'groups', 'meetings'] as const
export type SharedNumber = (typeof sharedNumbers)[number]

export const sharingInput = z.object({
  organisations: z
    .string()
    .optional()
    .transform(value => value === 'on'),
  numbers: z.array(z.enum(sharedNumbers)),
})
export type Sharing = z.infer<typeof sharingInput>

/** The word by which a network is known, out of whatever holds it: `https://cordee.example/fr/cap-rse/commons` is `cap-rse`. */
function slugIn(text: string): string {
  const path = text.replace(/^https?:\/\/[^/]*/i, '')
  if (!path.includes('/')) return path.toLowerCase()
  const [first = '', second] = path.split('/').filter(Boolean)
  return (/^[a-z]{2}$/i.test(first) && second ? second : first).split(/[?#]/)[0]?.toLowerCase() ?? ''
}
