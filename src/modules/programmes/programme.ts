import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Locale } from '#kernel/locale.ts'

export const modes = ['video', 'own_work', 'in_person'] as const
/** How a step is done: together by video, each on their own with a tutor, together in one place. */
export type Mode = (typeof modes)[number]

export const programmeStates = ['running', 'paused', 'ended', 'undone'] as const
export type ProgrammeState = (typeof programmeStates)[number]

/** Days on which nothing is held and nothing is due, both included; ISO days. */
export interface Closure {
  from: string
  until: string
  name: string
}

/** What a group does over months. Days are ISO days, by the clocks of the programme's time zone. */
export interface Programme {
  id: string
  groupId: string
  name: string
  /** Markdown. */
  about: string
  language: Locale
  templateKey: string
  templateVersion: number
  startsOn: string
  endsOn: string
  /** ISO 3166-1, and a part of it where that has holidays of its own. */
  country: string | null
  subdivision: string | null
  timeZone: string
  closures: Closure[]
  state: ProgrammeState
  pausedOn: string | null
  /** Counts may be seen by the networks that this one belongs to. */
  shared: boolean
  /** Whoever changes its course says which one they have seen. */
  revision: number
}

export interface Capsule {
  id: string
  key: string
  title: string
  theme: string
  /** Markdown. */
  aim: string
  /** In their order; those left out are not among them. */
  steps: Step[]
}

export interface Step {
  id: string
  key: string
  title: string
  /** Markdown. */
  aim: string
  mode: Mode
  opensOn: string
  /** The last day; of a meeting, its day. */
  dueOn: string
  /** Before holidays and closed weeks moved it. */
  plannedOn: string
  minutes: number
  /** HH:MM; null for what is not held at an hour. */
  beginsAt: string | null
  meetingId: string | null
  tutor: { id: string; name: string } | null
  expectations: Expectation[]
  /** What it begins after. */
  after: { stepId: string; gapDays: number }[]
}

export interface Expectation {
  id: string
  kind: string
  title: string
  settings: Record<string, unknown>
  optional: boolean
}

/** Capsules, steps and expectations of a programme, in their order, in one statement. */
export async function structureOf(trx: Trx, networkId: string, programmeId: string): Promise<Capsule[]> {
  const { rows } = await sql<{ capsules: Capsule[] }>`
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', capsule.id, 'key', capsule.key, 'title', capsule.title, 'theme', capsule.theme, 'aim', capsule.aim,
      'steps', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'id', step.id, 'key', step.key, 'title', step.title, 'aim', step.aim, 'mode', step.mode,
          'opensOn', step.opens_on, 'dueOn', step.due_on, 'plannedOn', step.planned_on, 'minutes', step.minutes,
          'beginsAt', to_char(step.begins_at, 'HH24:MI'), 'meetingId', step.meeting_id,
          'tutor', (
            select jsonb_build_object('id', person.id, 'name', person.name) from person
            where person.network_id = step.network_id and person.id = step.tutor_id
          ),
          'expectations', (
            select coalesce(jsonb_agg(jsonb_build_object(
              'id', expectation.id, 'kind', expectation.kind, 'title', expectation.title,
              'settings', expectation.settings, 'optional', expectation.optional
            ) order by expectation.position, expectation.id), '[]')
            from programme_expectation expectation
            where expectation.network_id = step.network_id and expectation.programme_id = step.programme_id
              and expectation.step_id = step.id
          ),
          'after', (
            select coalesce(jsonb_agg(jsonb_build_object('stepId', after_id, 'gapDays', gap_days)), '[]')
            from programme_dependency dependency
            where dependency.network_id = step.network_id and dependency.programme_id = step.programme_id
              and dependency.step_id = step.id
          )
        ) order by step.position, step.id), '[]')
        from programme_step step
        where step.network_id = capsule.network_id and step.programme_id = capsule.programme_id
          and step.capsule_id = capsule.id and step.dropped_at is null
      )
    ) order by capsule.position, capsule.id), '[]') as capsules
    from programme_capsule capsule
    where capsule.network_id = ${networkId}::uuid and capsule.programme_id = ${programmeId}::uuid`.execute(
    trx,
  )
  return rows[0]?.capsules ?? []
}

/**
 * Where a programme stands: the step that is due first of those not over, of several on one day the first in their order;
 * null where all are over.
 * @param today an ISO day by the clocks of the programme
 */
export function currentStep(
  capsules: readonly Capsule[],
  today: string,
): { capsule: Capsule; step: Step } | null {
  return (
    capsules
      .flatMap(capsule => capsule.steps.map(step => ({ capsule, step })))
      .filter(({ step }) => step.dueOn >= today)
      .sort((one, other) =>
        one.step.dueOn < other.step.dueOn ? -1 : one.step.dueOn > other.step.dueOn ? 1 : 0,
      )[0] ?? null
  )
}

/** As a step is called where its capsule is not seen beside it. */
export function stepName(capsules: readonly Capsule[], step: Pick<Step, 'id' | 'title'>): string {
  const capsule = capsules.find(({ steps }) => steps.some(({ id }) => id === step.id))
  return capsule ? `${capsule.title} – ${step.title}` : step.title
}

/** All steps in the order in which they are taken. */
export function stepsOf(capsules: readonly Capsule[]): Step[] {
  return capsules.flatMap(({ steps }) => steps)
}
