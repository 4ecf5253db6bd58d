import { z } from 'zod'
import { type FormState, formOf } from '#http/form.ts'
import type { Locale } from '#kernel/locale.ts'
import { identifierSchemes, spacedIdentifier } from '#modules/network/organisations/identifiers.ts'
import { type OrganisationInput, organisationInput } from '#modules/network/organisations/input.ts'
import type { Organisation, OrganisationName } from '#modules/network/organisations/organisations.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { readSector, searchSectors, sectorLabel } from '#reference/sectors.ts'

/** Fields that come several times: a register and a number in each row. */
export const listFields = ['scheme', 'number'] as const

const line = z.string().max(500).default('')

/** As the page has it, every field a text; what they mean is read by `readOrganisationForm`. */
export const organisationForm = z.object({
  name: line,
  kind: line,
  'size-class': line,
  sector: line,
  country: line,
  region: line,
  town: line,
  address: line,
  coordinates: line,
  website: line,
  parent: line,
  scheme: z.array(z.enum(['', ...identifierSchemes])).default([]),
  number: z.array(line).default([]),
  engagement: line,
  reference: line,
})

export type OrganisationForm = z.infer<typeof organisationForm>

/** How the fields of the domain are called in the page. */
const fieldNames: Record<string, string> = {
  sizeClass: 'size-class',
  parentId: 'parent',
  latitude: 'coordinates',
  longitude: 'coordinates',
  identifiers: 'number',
}

/**
 * What was typed, as the domain has it.
 * @param kept what this reader cannot say: engagement and reference, for its own people
 * @param parentId of the organisation that was named as its parent; undefined where there is none of that name
 */
export function readOrganisationForm(
  typed: OrganisationForm,
  i18n: I18n,
  {
    parentId,
    kept,
  }: {
    parentId: string | null | undefined
    kept: Pick<OrganisationInput, 'engagement' | 'reference'> | null
  },
): { value: OrganisationInput; errors: null } | { value: null; errors: Record<string, string> } {
  const { t, maybe } = i18n
  const errors: Record<string, string> = {}
  const sector = typed.sector.trim() ? readSector(typed.sector) : null
  if (typed.sector.trim() && sector === null) errors.sector = sectorProblem(typed.sector, i18n)
  if (parentId === undefined) errors.parent = t('organisation.error.parent-unknown')
  const at = readCoordinates(typed.coordinates)
  if (at === null) errors.coordinates = t('organisation.error.coordinates')
  const numbers = typed.number.map((value, index) => ({ scheme: typed.scheme[index] || 'other', value }))
  const parsed = organisationInput.safeParse(
    {
      name: typed.name,
      country: typed.country,
      website: typed.website,
      kind: typed.kind,
      sizeClass: typed['size-class'],
      sector,
      parentId: parentId ?? null,
      address: typed.address,
      town: typed.town,
      region: typed.region,
      latitude: at?.latitude ?? null,
      longitude: at?.longitude ?? null,
      identifiers: numbers.filter(({ value }) => value.trim() !== ''),
      engagement: kept ? kept.engagement : typed.engagement ? Number(typed.engagement) : null,
      reference: kept ? kept.reference : typed.reference,
    },
    { reportInput: true },
  )
  for (const issue of parsed.error?.issues ?? []) {
    const [field = ''] = issue.path.map(String)
    const name = fieldNames[field] ?? field
    const said = messageOf(issue, i18n)
    // Of several numbers each is told.
    if (errors[name] === undefined) errors[name] = said
    else if (name === 'number' && !errors[name].includes(said)) errors[name] += `\n${said}`
  }
  if (Object.keys(errors).length > 0 || !parsed.success) return { value: null, errors }
  return { value: parsed.data, errors: null }

  function messageOf(issue: z.core.$ZodIssue, { t }: I18n): string {
    if (issue.code === 'too_small') return t('form.error.required')
    if (issue.code === 'too_big' && issue.origin === 'array') return t('organisation.error.too-many-numbers')
    if (issue.code === 'too_big') return t('form.error.long', { most: Number(issue.maximum) })
    if (issue.code === 'invalid_value') return t('form.error.choose')
    if (issue.code === 'invalid_format' && issue.format === 'url') return t('form.error.url')
    return maybe(issue.message, t('form.error.invalid'))
  }
}

/** What the domain refused, by the names of the page's fields. */
export function inPageNames(form: FormState): FormState {
  const errors = Object.entries(form.errors).map(([field, said]) => [fieldNames[field] ?? field, said])
  return { values: form.values, errors: Object.fromEntries(errors) }
}

/** An organisation as the page shows it for changing. */
export function filledForm(
  organisation: Organisation,
  parent: OrganisationName | null,
  locale: Locale,
): FormState {
  const { latitude, longitude, identifiers } = organisation
  return formOf({
    name: organisation.name,
    kind: organisation.kind,
    'size-class': organisation.sizeClass,
    sector: organisation.sector && sectorLabel(organisation.sector, locale),
    country: organisation.country,
    region: organisation.region,
    town: organisation.town,
    address: organisation.address,
    coordinates: latitude === null ? '' : `${latitude}, ${longitude}`,
    website: organisation.website,
    parent: parent?.name,
    scheme: identifiers.map(({ scheme }) => scheme),
    number: identifiers.map(spacedIdentifier),
    engagement: organisation.engagement === null ? '' : String(organisation.engagement),
    reference: organisation.reference,
  })
}

/** “43.2965, 5.3698”, as maps give it; also with decimal commas and a semicolon. @returns null for what is neither this nor empty */
export function readCoordinates(
  written: string,
): { latitude: number | null; longitude: number | null } | null {
  const text = written.trim()
  if (text === '') return { latitude: null, longitude: null }
  const [, north, east] =
    /^(-?\d{1,2}(?:\.\d+)?)[°\s]*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)°?$/.exec(text) ??
    /^(-?\d{1,2}(?:,\d+)?)[°\s]*[;\s]\s*(-?\d{1,3}(?:,\d+)?)°?$/.exec(text) ??
    []
  if (north === undefined || east === undefined) return null
  const latitude = Number(north.replace(',', '.'))
  const longitude = Number(east.replace(',', '.'))
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null
}

/** Words that are no sector may be part of the name of some: those are proposed. */
function sectorProblem(written: string, { t, locale }: I18n): string {
  const near = searchSectors(written, locale, 6)
  if (near.length === 0) return t('organisation.error.sector')
  return `${t('organisation.error.sector-near')}\n${near.map(code => sectorLabel(code, locale)).join('\n')}`
}
