import type { Locale } from '#kernel/locale.ts'
import type { Closure, Mode } from '#modules/programmes/programme.ts'
import type { TutorRole } from '#modules/programmes/templates/template.ts'

/** Days are ISO days ('2026-09-16') throughout. */

/** What planning needs to know of a step; a `Step` of a programme is one. */
export interface DatedStep {
  id: string
  mode: Mode
  opensOn: string
  /** The last day; of a meeting, its day. */
  dueOn: string
  /** The last day before holidays and closed weeks moved it. */
  plannedOn: string
  /** It opens on the last day of each of these plus so many days, or later. Ids of steps that are not there count for nothing. */
  after: Dependency[]
}

export interface Dependency {
  stepId: string
  gapDays: number
}

export interface DatedCapsule<S extends DatedStep = DatedStep> {
  id: string
  steps: S[]
}

/** Why a step is not on the day it was meant for. */
export type Why =
  | { kind: 'holiday'; day: string; name: string }
  | { kind: 'weekend'; day: string }
  /** Not held or not due in a closed time; of work on one's own, given as much more time. */
  | { kind: 'closed'; from: string; until: string; name: string }
  /** Not before the step that it comes after is done. */
  | { kind: 'after'; stepId: string }

/** A step on other days than it has; `why` is empty where it is exactly as was asked for. */
export interface ProposedMove {
  stepId: string
  from: { opensOn: string; dueOn: string }
  opensOn: string
  dueOn: string
  /** What was meant, before the calendar moved it. */
  plannedOn: string
  /** Asked for; else it follows from what was. */
  asked: boolean
  why: Why[]
}

/** What cannot be done with a step, and why. */
export interface RefusedMove {
  stepId: string
  reason: 'past' | 'into-the-past' | 'unknown'
}

export interface Proposal {
  moves: ProposedMove[]
  refused: RefusedMove[]
}

/** Sets, for each step named, what it comes after from now on. */
export type Rewiring = { stepId: string; after: Dependency[] }[]

/** A template laid out from a day on. Ids of capsules and steps are their keys. */
export interface Plan {
  templateKey: string
  templateVersion: number
  startsOn: string
  endsOn: string
  closures: Closure[]
  capsules: PlannedCapsule[]
}

export interface PlannedCapsule extends DatedCapsule<PlannedStep> {
  /** The same as `id`. */
  key: string
  title: string
  theme: string
  aim: string
}

export interface PlannedStep extends DatedStep {
  /** The same as `id`. */
  key: string
  title: string
  aim: string
  minutes: number
  /** HH:MM; of meetings alone. */
  beginsAt: string | null
  tutor: TutorRole
  expectations: { kind: string; title: string; settings: Record<string, unknown>; optional: boolean }[]
  /** For those who run it. */
  tasks: { title: string; dueOn: string }[]
  /** Days before `dueOn`. */
  reminders: number[]
  why: Why[]
}

export interface PlanOptions {
  startsOn: string
  /** ISO 3166-1; null where no holidays are kept. */
  country: string | null
  subdivision: string | null
  closures: Closure[]
  locale: Locale
}
