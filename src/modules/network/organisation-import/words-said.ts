import type { LineProblem, ProblemCode } from '#modules/network/organisation-import/drafts.ts'
import type { Reason } from '#modules/network/organisation-import/duplicates.ts'
import type { LineProposal } from '#modules/network/organisation-import/findings.ts'
import type { ImportState } from '#modules/network/organisation-import/imports.ts'
import type { Outcome, ReportLine } from '#modules/network/organisation-import/keeping.ts'
import type { ColumnField, ListedField } from '#modules/network/organisation-import/words.ts'
import type { IdentifierScheme } from '#modules/network/organisations/identifiers.ts'
import { engagementLevels } from '#modules/network/organisations/input.ts'
import { kindNames, schemeNames, sizeNames } from '#modules/network/organisations/words.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'
import type { SheetProblem } from '#platform/spreadsheets/sheet.ts'
import { countriesByName } from '#reference/countries.ts'
import { offeredSectors, sector, sectorLabel } from '#reference/sectors.ts'

export const fieldNames: Record<ColumnField, MessageKey> = {
  name: 'organisation-import.field.name',
  reference: 'organisation-import.field.reference',
  kind: 'organisation.kind',
  sizeClass: 'organisation.size',
  sector: 'organisation.sector',
  parent: 'organisation-import.field.parent',
  address: 'organisation.address',
  postcode: 'organisation-import.field.postcode',
  town: 'organisation-import.field.town',
  region: 'organisation.region',
  country: 'organisation.country',
  latitude: 'organisation-import.field.latitude',
  longitude: 'organisation-import.field.longitude',
  website: 'organisation.website',
  email: 'organisation-import.field.email',
  siren: 'organisation.scheme.siren',
  siret: 'organisation.scheme.siret',
  vat: 'organisation.scheme.vat',
  lei: 'organisation.scheme.lei',
  rccm: 'organisation.scheme.rccm',
  cnpj: 'organisation.scheme.cnpj',
  nif: 'organisation.scheme.nif',
  identifier: 'organisation.scheme.other',
  engagement: 'organisation.engagement',
  since: 'organisation-import.field.since',
  contactName: 'organisation-import.field.contact-name',
  contactFirstName: 'organisation-import.field.contact-first-name',
  contactLastName: 'organisation-import.field.contact-last-name',
  contactTitle: 'organisation-import.field.contact-title',
  contactEmail: 'organisation-import.field.contact-email',
}

/** What a line would add to an organisation, under the names in which it is compared. */
const comparedNames: Record<string, MessageKey> = {
  name: 'organisation-import.field.name',
  country: 'organisation.country',
  website: 'organisation.website',
  kind: 'organisation.kind',
  size_class: 'organisation.size',
  sector: 'organisation.sector',
  address: 'organisation.address',
  town: 'organisation-import.field.town',
  region: 'organisation.region',
  place: 'organisation-import.field.place',
  engagement: 'organisation.engagement',
  reference: 'organisation-import.field.reference',
  parent: 'organisation-import.field.parent',
  identifiers: 'organisation-import.field.identifiers',
  contacts: 'organisation-import.field.contacts',
  membership: 'organisation-import.field.membership',
}

export function comparedSaid(fields: string[], { t }: I18n): string {
  return fields.map(field => (comparedNames[field] ? t(comparedNames[field]) : field)).join(', ')
}

const problemKeys: Record<ProblemCode, MessageKey> = {
  'no-name': 'organisation-import.problem.no-name',
  'too-long': 'organisation-import.problem.too-long',
  'kind-unknown': 'organisation-import.problem.kind-unknown',
  'size-unknown': 'organisation-import.problem.size-unknown',
  'country-unknown': 'organisation-import.problem.country-unknown',
  'sector-unknown': 'organisation-import.problem.sector-unknown',
  'engagement-unknown': 'organisation-import.problem.engagement-unknown',
  'website-wrong': 'organisation-import.problem.website-wrong',
  'email-wrong': 'organisation-import.problem.email-wrong',
  'emails-several': 'organisation-import.problem.emails-several',
  'identifier-wrong': 'organisation-import.problem.identifier-wrong',
  'identifier-rounded': 'organisation-import.problem.identifier-rounded',
  'identifier-zeros': 'organisation-import.problem.identifier-zeros',
  'coordinates-wrong': 'organisation-import.problem.coordinates-wrong',
  'since-wrong': 'organisation-import.problem.since-wrong',
  'contact-named': 'organisation-import.problem.contact-named',
  'contact-nameless': 'organisation-import.problem.contact-nameless',
  'contacts-many': 'organisation-import.problem.contacts-many',
  'formula-error': 'organisation-import.problem.formula-error',
  'formula-empty': 'organisation-import.problem.formula-empty',
  'parent-unknown': 'organisation-import.problem.parent-unknown',
  'parent-circle': 'organisation-import.problem.parent-circle',
}

/** With the column before it, where it is of one. */
export function problemSaid({ column, code, detail }: LineProblem, { t }: I18n): string {
  const scheme =
    typeof detail.scheme === 'string' ? schemeNames[detail.scheme as IdentifierScheme] : undefined
  const values = { value: '', most: 0, name: '', ...detail, scheme: t(scheme ?? schemeNames.other) }
  const said = t(problemKeys[code], values)
  return column === '' ? said : t('organisation-import.problem', { column, said })
}

const reasonKeys: Record<Reason['code'], MessageKey> = {
  identifier: 'organisation-import.reason.identifier',
  name: 'organisation-import.reason.name',
  siren: 'organisation-import.reason.siren',
  'near-name': 'organisation-import.reason.near-name',
  website: 'organisation-import.reason.website',
  email: 'organisation-import.reason.email',
}

export function reasonsSaid(reasons: Reason[], { t, list }: I18n): string {
  return list(
    reasons.map(reason =>
      t(
        reason.code === 'near-name' && reason.town === ''
          ? 'organisation-import.reason.near-name-alone'
          : reasonKeys[reason.code],
        {
          ...reason,
          scheme:
            reason.code === 'identifier'
              ? t(schemeNames[reason.scheme as IdentifierScheme] ?? schemeNames.other)
              : '',
        },
      ),
    ),
  )
}

export function proposalSaid(proposal: LineProposal, i18n: I18n): string {
  const reasons = reasonsSaid(proposal.reasons, i18n)
  return i18n.t('organisation-import.proposal', { name: proposal.name, reasons })
}

const outcomeKeys: Record<Outcome | 'undecided', MessageKey> = {
  created: 'organisation-import.outcome.created',
  changed: 'organisation-import.outcome.changed',
  unchanged: 'organisation-import.outcome.unchanged',
  merged: 'organisation-import.outcome.merged',
  refused: 'organisation-import.outcome.refused',
  passed: 'organisation-import.outcome.passed',
  undecided: 'organisation-import.outcome.undecided',
}

/** What became of a line, or what will. */
export function outcomeOf(line: ReportLine, { t }: I18n): string {
  return t(outcomeKeys[outcomeName(line)])
}

export function outcomeName(line: ReportLine): Outcome | 'undecided' {
  if (line.outcome) return line.outcome
  if (line.state !== 'ready') return line.state
  if (line.decision === null) return 'undecided'
  if (line.decision === 'new') return 'created'
  if (line.sameAsPosition !== null) return 'merged'
  const same = line.proposals.find(({ organisation }) => organisation === line.sameAs)
  if (line.decision === 'leave' || !same) return 'unchanged'
  const changes = same.fills.length + (line.decision === 'overwrite' ? same.differs.length : 0)
  return changes > 0 ? 'changed' : 'unchanged'
}

export const stateKeys: Record<ImportState, { label: MessageKey; style: string }> = {
  mapping: { label: 'organisation-import.state.mapping', style: 'created' },
  checking: { label: 'organisation-import.state.checking', style: 'active' },
  checked: { label: 'organisation-import.state.checked', style: 'retry' },
  importing: { label: 'organisation-import.state.importing', style: 'active' },
  done: { label: 'organisation-import.state.done', style: 'completed' },
  undone: { label: 'organisation-import.state.undone', style: 'cancelled' },
  failed: { label: 'organisation-import.state.failed', style: 'failed' },
}

const failureKeys: Record<SheetProblem | 'network-changed', MessageKey> = {
  empty: 'organisation-import.failure.empty',
  'too-large': 'organisation-import.failure.too-large',
  'too-many-rows': 'organisation-import.failure.too-many-rows',
  'too-many-columns': 'organisation-import.failure.too-many-columns',
  'too-many-cells': 'organisation-import.failure.too-many-cells',
  'unpacks-too-large': 'organisation-import.failure.unpacks-too-large',
  'too-complex': 'organisation-import.failure.too-complex',
  encrypted: 'organisation-import.failure.encrypted',
  'not-a-table': 'organisation-import.failure.not-a-table',
  broken: 'organisation-import.failure.broken',
  'network-changed': 'organisation-import.failure.network-changed',
}

/** What an import is at, for those who wait. */
export const phaseKeys = {
  reading: 'organisation-import.phase.reading',
  comparing: 'organisation-import.phase.comparing',
  keeping: 'organisation-import.phase.keeping',
  organisations: 'organisation-import.phase.organisations',
  people: 'organisation-import.phase.people',
} as const satisfies Record<string, MessageKey>

/** Why a file could not be read, and what can be done. */
export function failureSaid(
  { code, detail }: { code: string; detail: Record<string, string | number> },
  { t }: I18n,
): string {
  const key = Object.hasOwn(failureKeys, code)
    ? failureKeys[code as keyof typeof failureKeys]
    : failureKeys.broken
  return t(key, detail)
}

/** What a value of a listed field can mean, in the reader's language. */
export function meaningsOf(
  field: ListedField,
  i18n: I18n,
  levels: (level: number) => string,
): { value: string; label: string }[] {
  const { t, locale } = i18n
  switch (field) {
    case 'kind':
      return Object.entries(kindNames).map(([value, label]) => ({ value, label: t(label) }))
    case 'sizeClass':
      return Object.entries(sizeNames).map(([value, label]) => ({ value, label: t(label) }))
    case 'country':
      return countriesByName(locale).map(({ code, name }) => ({ value: code, label: name }))
    case 'engagement':
      return engagementLevels.map(level => ({ value: String(level), label: levels(level) }))
    case 'sector':
      return offeredSectors()
        .filter(code => sector(code)?.division === null)
        .map(code => ({ value: code, label: sectorLabel(code, locale) }))
  }
}
