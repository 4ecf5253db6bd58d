import { z } from 'zod'
import { nameField, optionalId, optionalWebsite } from '#modules/network/fields.ts'
import {
  type Identifier,
  type IdentifierScheme,
  identifierSchemes,
  mostIdentifiers,
  readIdentifier,
} from '#modules/network/organisations/identifiers.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { country } from '#reference/countries.ts'
import { sector } from '#reference/sectors.ts'

export const organisationKinds = [
  'company',
  'cooperative',
  'association',
  'foundation',
  'mutual',
  'social_enterprise',
  'public_body',
  'education',
  'union',
  'network',
  'individual',
  'other',
] as const
export type OrganisationKind = (typeof organisationKinds)[number]

/** By persons employed: up to 9, 49, 249, beyond (EU recommendation 2003/361/EC). */
export const sizeClasses = ['micro', 'small', 'medium', 'large'] as const
export type SizeClass = (typeof sizeClasses)[number]

/** How far an organisation has gone; 1 is the first step. The network says what each is called. */
export const engagementLevels = [1, 2, 3, 4, 5] as const

const identifierProblems: Record<IdentifierScheme, MessageKey> = {
  siren: 'organisation.error.siren',
  siret: 'organisation.error.siret',
  vat: 'organisation.error.vat',
  lei: 'organisation.error.lei',
  rccm: 'organisation.error.rccm',
  cnpj: 'organisation.error.cnpj',
  nif: 'organisation.error.nif',
  other: 'form.error.invalid',
}

export const identifierField = z
  .object({ scheme: z.enum(identifierSchemes), value: z.string().trim().min(1).max(60) })
  .transform((given, context): Identifier => {
    const value = readIdentifier(given.scheme, given.value)
    if (value !== null) return { scheme: given.scheme, value }
    context.addIssue({
      code: 'custom',
      message: identifierProblems[given.scheme],
      input: given.value,
      path: ['value'],
    })
    return z.NEVER
  })

/** What all networks of an organisation know of it. */
export const sharedFields = {
  name: nameField,
  /** ISO 3166-1 alpha-2. */
  country: optional(z.string().refine(code => country(code) !== null, { error: 'form.error.choose' })),
  website: optionalWebsite,
  kind: optional(z.enum(organisationKinds)),
  sizeClass: optional(z.enum(sizeClasses)),
  /** A code with its classification and version, as `isic4:C20` or `naf2:20.42Z`. */
  sector: optional(z.string().refine(code => sector(code) !== null, { error: 'organisation.error.sector' })),
  parentId: optionalId,
  address: text(500),
  town: text(200),
  region: text(200),
  latitude: z
    .number()
    .min(-90)
    .max(90)
    .nullish()
    .transform(value => value ?? null),
  longitude: z
    .number()
    .min(-180)
    .max(180)
    .nullish()
    .transform(value => value ?? null),
  identifiers: z.array(identifierField).max(mostIdentifiers).default([]).transform(unique),
}

/** What it is in one network alone. */
export const ownFields = {
  engagement: z
    .number()
    .int()
    .min(1)
    .max(5)
    .nullish()
    .transform(value => value ?? null),
  reference: optional(z.string().max(60)),
}

/** Whichever door an organisation comes in by: form, API, import. Only the name has to be said. */
export const organisationInput = z
  .object({ ...sharedFields, ...ownFields })
  .refine(({ latitude, longitude }) => (latitude === null) === (longitude === null), {
    path: ['latitude'],
    error: 'organisation.error.coordinates',
  })

export type OrganisationInput = z.infer<typeof organisationInput>

function optional<Schema extends z.ZodType<string, string>>(schema: Schema) {
  return z
    .string()
    .trim()
    .nullish()
    .transform(value => value || null)
    .pipe(schema.nullable())
}

function text(most: number) {
  return z
    .string()
    .trim()
    .max(most)
    .nullish()
    .transform(value => value ?? '')
}

function unique(identifiers: Identifier[]): Identifier[] {
  const byText = new Map(identifiers.map(one => [`${one.scheme} ${one.value}`, one]))
  return [...byText.values()]
}
