import { z } from 'zod'
import { isId } from '#kernel/ids.ts'
import { locales } from '#kernel/locale.ts'
import { isAddress } from '#platform/mail/index.ts'

/** The parts of which the forms and the API of this module are made. What is left empty is null. */

export const mandateRoles = ['member', 'facilitator', 'administrator'] as const
export type MandateRole = (typeof mandateRoles)[number]

export const nameField = z.string().trim().min(1).max(200)
export const titleField = z.string().trim().max(200).default('')
export const roleField = z.enum(mandateRoles)
export const localeField = z.enum(locales)

export const emailField = z
  .string()
  .trim()
  .min(1)
  .max(254)
  .transform(text => text.toLowerCase())
  .refine(isAddress, { error: 'form.error.email' })

export const optionalEmail = optional(z.string().refine(isAddress, { error: 'form.error.email' }), text =>
  text.toLowerCase(),
)

export const optionalId = optional(z.string().refine(isId, { error: 'form.error.choose' }))

/** A calendar day, as `2026-01-31`. There was no year 0, and PostgreSQL knows of none. */
export const optionalDay = optional(
  z.iso
    .date({ error: 'form.error.date' })
    .refine(day => !day.startsWith('0000'), { error: 'form.error.date' }),
)

/** An address of the web; without its scheme, as people write it, https. */
export const optionalWebsite = optional(
  z.url({ protocol: /^https?$/, hostname: z.regexes.domain }).max(500),
  text => (/^https?:\/\//i.test(text) ? text : `https://${text}`),
)

function optional(schema: z.ZodType<string, string>, prepare = (text: string) => text) {
  return z
    .string()
    .trim()
    .nullish()
    .transform(text => (text ? prepare(text) : null))
    .pipe(schema.nullable())
}
