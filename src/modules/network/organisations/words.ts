import type { Facet } from '#modules/network/organisations/directory.ts'
import type { IdentifierScheme } from '#modules/network/organisations/identifiers.ts'
import type { OrganisationKind, SizeClass } from '#modules/network/organisations/input.ts'
import type { ShowcaseField, ShowcaseState } from '#modules/network/organisations/showcase-input.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

/** The messages by which what organisations are is called, on pages and in exports. */

export const kindNames: Record<OrganisationKind, MessageKey> = {
  company: 'organisation.kind.company',
  cooperative: 'organisation.kind.cooperative',
  association: 'organisation.kind.association',
  foundation: 'organisation.kind.foundation',
  mutual: 'organisation.kind.mutual',
  social_enterprise: 'organisation.kind.social-enterprise',
  public_body: 'organisation.kind.public-body',
  education: 'organisation.kind.education',
  union: 'organisation.kind.union',
  network: 'organisation.kind.network',
  individual: 'organisation.kind.individual',
  other: 'organisation.kind.other',
}

export const sizeNames: Record<SizeClass, MessageKey> = {
  micro: 'organisation.size.micro',
  small: 'organisation.size.small',
  medium: 'organisation.size.medium',
  large: 'organisation.size.large',
}

export const schemeNames: Record<IdentifierScheme, MessageKey> = {
  siren: 'organisation.scheme.siren',
  siret: 'organisation.scheme.siret',
  vat: 'organisation.scheme.vat',
  lei: 'organisation.scheme.lei',
  rccm: 'organisation.scheme.rccm',
  cnpj: 'organisation.scheme.cnpj',
  nif: 'organisation.scheme.nif',
  other: 'organisation.scheme.other',
}

export const facetNames: Record<Facet, MessageKey> = {
  kind: 'organisation.kind',
  size: 'organisation.size',
  division: 'organisation.sector',
  country: 'organisation.country',
  region: 'organisation.region',
  engagement: 'organisation.engagement',
  group: 'organisations.group',
}

export const stateNames: Record<ShowcaseState, MessageKey> = {
  none: 'showcase.state.none',
  members: 'showcase.state.members',
  public: 'showcase.state.public',
}

export const stateHints: Record<ShowcaseState, MessageKey> = {
  none: 'showcase.state.none.hint',
  members: 'showcase.state.members.hint',
  public: 'showcase.state.public.hint',
}

export const shownNames: Record<ShowcaseField, MessageKey> = {
  kind: 'organisation.kind',
  size: 'organisation.size',
  sector: 'organisation.sector',
  place: 'showcase.shown.place',
  address: 'organisation.address',
  website: 'organisation.website',
}
