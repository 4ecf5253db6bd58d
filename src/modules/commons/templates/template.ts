import type { Locale } from '#kernel/locale.ts'

/** A text by language. At least one is there; which, the template's author decides. */
export type Texts = Partial<Record<Locale, string>>

/** What a kind of page asks, as data: see docs/templates.md and `templates/*.yaml`. */
export interface Template {
  /** 'learning-plan' */
  key: string
  version: number
  /** The `[[type:…]]` of its pages: 'learningplan'. */
  type: string
  name: Texts
  /** What such a page is for, in a sentence or two. */
  about?: Texts
  sections: TemplateSection[]
}

export interface TemplateSection {
  key: string
  heading: Texts
  /** Other headings under which pages of the public collection have it. */
  spellings?: string[]
  /** Asked as often as one likes: its answers lie at 'section/row/question'. */
  repeated?: boolean
  /** Filled in when the work is done, not when it begins. */
  closing?: boolean
  questions: TemplateQuestion[]
}

export interface TemplateQuestion {
  /** Unique in the template; inside a group, in the group. 'title' is the page's own title. */
  key: string
  /** As a page asks it in each language, after `> `. Empty for the unnamed question of a group. */
  ask: Texts
  /** Other ways in which imported pages ask it. */
  wordings?: string[]
  /** What one says shortly above the field, where the question itself is long. */
  label?: Texts
  help?: Texts
  answer: AnswerKind
  /** Asked only when this holds. Answers given before stay. */
  when?: Condition
  /** Needed before the page may be shared with the network, or with everyone. */
  required?: 'network' | 'public'
}

export type AnswerKind =
  | { kind: 'text'; most?: number }
  /** Markdown. */
  | { kind: 'rich'; most?: number }
  | { kind: 'choice'; many?: boolean; options: Option[] }
  /** Whole numbers. */
  | { kind: 'scale'; from: number; to: number; low?: Texts; high?: Texts }
  | { kind: 'number'; least?: number; most?: number; unit?: Texts }
  /** Percentages that sum to 100. */
  | { kind: 'shares'; parts: Option[] }
  | { kind: 'date' }
  /** Those with `meta` stand among the metadata of the page, as `[[meta:value]]`; `place` and `sdgs` always do. */
  | { kind: 'place' }
  | { kind: 'sdgs' }
  | { kind: 'countries' }
  /** 'licence' is of every page, and asked by no template. */
  | { kind: 'tags'; meta: TagKey | 'licence' }
  | { kind: 'files'; most?: number }
  | { kind: 'people' }
  | { kind: 'organisations' }
  /** Links to other items of the commons. */
  | { kind: 'items' }
  /** The same questions for each of several things. */
  | { kind: 'group'; most?: number; questions: TemplateQuestion[] }

export type TagKey =
  | 'thematic_areas'
  | 'methods'
  | 'datasources'
  | 'principles'
  | 'tactics'
  | 'tools'
  | 'skills'

export interface Option {
  key: string
  label: Texts
  /** Other ways in which pages write it. */
  spellings?: string[]
}

/** Questions are named by their key: of the same group first, else of the page. */
export type Condition =
  | { question: string; is: string[] }
  | { question: string; answered: true }
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }

/**
 * An answer, as JSON. Of a question that a page answers in a way its kind does not know ('about fifty' for a number),
 * `{ written }` has the words: nothing is lost, and nothing is guessed.
 */
export type Value = KnownValue | Written

export interface Written {
  written: string
}

export type KnownValue =
  /** text, rich (Markdown), date (yyyy-mm-dd) */
  | string
  /** number, scale */
  | number
  /** choice (keys of options; a word that is no option as written), tags and countries (as written), group (keys of rows) */
  | string[]
  /** sdgs, 1 to 17 */
  | number[]
  /** shares: percent by key of the part */
  | { shares: Record<string, number> }
  /** WGS 84 degrees */
  | { lat: number; lng: number }
  /** files, people, organisations, items; the address may lead into this installation or anywhere */
  | Reference[]

export interface Reference {
  name: string
  address?: string
  /** A file that is shown as a picture. */
  picture?: boolean
}

/** Where an answer stands: 'background', or 'partners/2/name' for the name in row 2 of a group (rows have keys). */
export type Path = string
