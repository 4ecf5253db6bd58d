import type { Locale } from '#kernel/locale.ts'
import type { Mode } from '#modules/programmes/programme.ts'

/** A text by language. At least one is there; which, the template's author decides. */
export type Texts = Partial<Record<Locale, string>>

/** An ISO 8601 duration of whole days, weeks, months or years: 'P3W', 'P1M', 'P0D'. Never negative. */
export type Period = string

/** Who is proposed as the tutor of a step. */
export const tutorRoles = ['facilitator', 'coordinator', 'none'] as const
export type TutorRole = (typeof tutorRoles)[number]

/** What a group does over months, as data: see docs/programme-templates.md and `templates/programmes/*.yaml`. */
export interface ProgrammeTemplate {
  /** 'collective-19-months' */
  key: string
  version: number
  name: Texts
  /** What it is for, in a sentence or two. Markdown. */
  about?: Texts
  /** An SPDX name: 'CC-BY-SA-4.0'. */
  licence: string
  /** From the first day to the last. */
  duration: Period
  /** Weeks of every year in which nothing is held; corrected when a programme is made. */
  closures: YearlyClosure[]
  capsules: TemplateCapsule[]
}

/** Both days included; '12-20' to '01-04' goes over the end of the year. */
export interface YearlyClosure {
  /** MM-DD */
  from: string
  until: string
  name: Texts
}

export interface TemplateCapsule {
  key: string
  title: Texts
  theme?: Texts
  /** Markdown. */
  aim?: Texts
  steps: TemplateStep[]
}

export interface TemplateStep {
  /** Unique in the template. */
  key: string
  title: Texts
  /** Markdown. */
  aim?: Texts
  mode: Mode
  /** When it opens, from the start of the programme. At least one of `starts` and `after` is there. */
  starts?: Period
  /** It opens no earlier than this after the last day of others. */
  after: TemplateDependency[]
  /** From the day it opens to its last day, on which a meeting is held. */
  window: Period
  minutes: number
  /** HH:MM at which a meeting begins; of meetings alone. */
  begins?: string
  tutor: TutorRole
  expects: TemplateExpectation[]
  /** For those who run it. */
  tasks: TemplateTask[]
  /** Days before its last day. */
  reminders: number[]
}

/** After a step, or after all of a capsule. */
export type TemplateDependency = { step: string; gap: Period } | { capsule: string; gap: Period }

export interface TemplateExpectation {
  /** As a module declares it. */
  kind: string
  title: Texts
  optional: boolean
  /** As that module reads it; any text in it may be written by language. */
  settings: Record<string, unknown>
}

/** So long before the last day of the step, or after it. */
export interface TemplateTask {
  title: Texts
  before?: Period
  after?: Period
}
