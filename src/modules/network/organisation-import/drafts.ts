import type { Identifier } from '#modules/network/organisations/identifiers.ts'

/** An organisation as a file tells of it, under the names of the columns in which it will be kept. */
export interface Draft {
  organisation: {
    name: string
    country: string | null
    website: string | null
    kind: string | null
    size_class: string | null
    sector: string | null
    address: string
    town: string
    region: string
    latitude: number | null
    longitude: number | null
  }
  /** What it is in this network alone; `valid_from` null: from today on. */
  membership: { engagement: number | null; reference: string | null; valid_from: string | null }
  identifiers: Identifier[]
  /** The name of what it belongs to. */
  parent: string | null
  /** To recognise it by; it is not kept. */
  email: string | null
  contacts: DraftContact[]
}

export interface DraftContact {
  name: string
  email: string | null
  title: string
}

export type ProblemCode =
  | 'no-name'
  | 'too-long'
  | 'kind-unknown'
  | 'size-unknown'
  | 'country-unknown'
  | 'sector-unknown'
  | 'engagement-unknown'
  | 'website-wrong'
  | 'email-wrong'
  | 'emails-several'
  | 'identifier-wrong'
  | 'identifier-rounded'
  | 'identifier-zeros'
  | 'coordinates-wrong'
  | 'since-wrong'
  | 'contact-named'
  | 'contact-nameless'
  | 'contacts-many'
  | 'formula-error'
  | 'formula-empty'
  | 'parent-unknown'
  | 'parent-circle'

/** What is wrong with a line, or worth a remark: what is not understood is left out, and the line goes on without. */
export interface LineProblem {
  /** The heading, as the file has it; '' for the whole line. */
  column: string
  code: ProblemCode
  detail: Record<string, string | number>
}

export interface PreparedLine {
  /** As a spreadsheet numbers it. */
  line: number
  draft: Draft
  problems: LineProblem[]
  /** Nothing can be made of it. */
  refused: boolean
}

export function emptyDraft(): Draft {
  return {
    organisation: {
      name: '',
      country: null,
      website: null,
      kind: null,
      size_class: null,
      sector: null,
      address: '',
      town: '',
      region: '',
      latitude: null,
      longitude: null,
    },
    membership: { engagement: null, reference: null, valid_from: null },
    identifiers: [],
    parent: null,
    email: null,
    contacts: [],
  }
}
