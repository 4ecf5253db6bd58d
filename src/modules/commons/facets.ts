import { PAGE_TYPES } from '#modules/commons/format/page.ts'

/** What one can narrow a search by, in the order in which it is offered. */
export const facetKinds = [
  'type',
  'country',
  'sdg',
  'theme',
  'method',
  'datasource',
  'year',
  'language',
  'stage',
  'horizon',
  'principle',
  'tactic',
  'tool',
  'skill',
] as const

export type FacetKind = (typeof facetKinds)[number]

/** Kinds whose values people write freely: spellings meet in a family, which is called by the commonest of them. */
export const writtenKinds: readonly FacetKind[] = [
  'theme',
  'method',
  'datasource',
  'principle',
  'tactic',
  'tool',
  'skill',
]

export const itemTypes = PAGE_TYPES

/** A facet as stored on an item: 'theme:circular economy'. */
export function facetOf(kind: FacetKind, key: string | number): string {
  return `${kind}:${key}`
}

export function splitFacet(facet: string): { kind: FacetKind; key: string } {
  const at = facet.indexOf(':')
  return { kind: facet.slice(0, at) as FacetKind, key: facet.slice(at + 1) }
}
