import { cut } from './cut.ts'

/** Where a value stands in the source is a 1-based line number; the caller keeps the source byte for byte. */
export type Page = {
  /** Plain text, never empty: without a written title it is the file name made readable. */
  title: string
  /** What follows `# `, as written, or null. */
  titleWritten: string | null
  titleLine: number | null
  /** Metadata in the order of the file, template leftovers excepted (those are in `problems`). */
  meta: MetaEntry[]
  /** True when `> ` lines are questions of a form, false when they are quotations: see `isForm`. */
  form: boolean
  sections: Section[]
  problems: Problem[]
}

/** `key` is normalised (`Thematic areas` → `thematic_areas`), `value` is as written, trimmed. */
export type MetaEntry = { key: string; value: string; line: number }

/** `heading` is plain text, null for what stands before the first heading; some templates leave it empty (''). */
export type Section = { heading: string | null; level: number; line: number; blocks: Block[] }

export type Block = Prose | Question | Group

/** `fromTemplate`: an instruction of the form ("Please note: …"), not something its author wrote. */
export type Prose = { kind: 'prose'; markdown: string; line: number; fromTemplate: boolean }

/** `text` is plain text with single spaces; '' for the unnamed questions (`> `) of evidence groups. */
export type Question = { kind: 'question'; text: string; line: number; answer: AnswerBlock[] }

export type AnswerBlock = Prose | Group

/** One `<div class="group">`, at most `DEEPEST_GROUP` deep: what is nested deeper is laid flat. */
export type Group = { kind: 'group'; line: number; blocks: Block[] }

export const DEEPEST_GROUP = 16

export const PAGE_TYPES = [
  'solution',
  'blog',
  'learningplan',
  'experiment',
  'weaksignal',
  'publication',
  'story',
  'tool',
  'tactic',
  'principle',
  'skill',
] as const
export type PageType = (typeof PAGE_TYPES)[number]

/** Those whose pages are exports of a form: there `> ` asks a question, elsewhere it is a quotation. */
export const FORM_TYPES: ReadonlySet<PageType> = new Set<PageType>([
  'learningplan',
  'solution',
  'experiment',
  'weaksignal',
])

/** ISO 3166-1 alpha-2 code of a country name in any of its usual spellings, or null. */
export type CountryResolver = { resolve(written: string): string | null }

/** Stable codes: they are translation keys and are stored with the import. */
export const PROBLEM_SEVERITY = {
  'title-missing': 'warning',
  'type-missing': 'warning',
  'type-unknown': 'warning',
  'template-leftover': 'warning',
  'metadata-unclosed': 'warning',
  'group-unclosed': 'note',
  'group-stray-close': 'note',
  'key-unknown': 'note',
  'value-empty': 'note',
  'coordinates-unreadable': 'warning',
  'coordinates-out-of-range': 'warning',
  'country-unknown': 'warning',
  'sdg-unknown': 'warning',
  'year-unreadable': 'warning',
  'date-unreadable': 'note',
  'source-unreadable': 'note',
  'too-many-values': 'warning',
  'value-too-long': 'warning',
} as const satisfies Record<string, 'warning' | 'note'>

export type ProblemCode = keyof typeof PROBLEM_SEVERITY
export type Severity = 'warning' | 'note'
export type Problem = { line: number; code: ProblemCode; severity: Severity; detail: Record<string, string> }

/** The line has the whole value. */
const LONGEST_DETAIL = 200

export function problem(code: ProblemCode, line: number, detail: Record<string, string> = {}): Problem {
  const short = Object.fromEntries(
    Object.entries(detail).map(([name, text]) => [name, cut(text, LONGEST_DETAIL)]),
  )
  return { line, code, severity: PROBLEM_SEVERITY[code], detail: short }
}

/** The type behind `[[type:…]]`, in singular or plural (`publications` → publication), or null. */
export function pageTypeOf(written: string): PageType | null {
  const letters = written.toLowerCase().replace(/[^a-z]/g, '')
  return TYPE_SPELLINGS.get(letters) ?? null
}

const TYPE_SPELLINGS = new Map<string, PageType>([
  ...PAGE_TYPES.map(type => [type, type] as const),
  ...PAGE_TYPES.map(type => [`${type}s`, type] as const),
  ['stories', 'story'],
])
