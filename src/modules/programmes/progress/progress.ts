/** How far each organisation of a programme is, worked out of what is known: no database, no clock. */

import type { ProgrammeState } from '#modules/programmes/programme.ts'

/**
 * How an organisation stands with a step: it is done; part of it is; it can be done now; its last day is over; it was a
 * meeting that is over and nothing else lacks; its first day is still to come; it was waived; it is caught up with until a
 * day that was agreed; it was over before the organisation came.
 */
export const stepStates = [
  'done',
  'part',
  'open',
  'late',
  'missed',
  'ahead',
  'waived',
  'catching-up',
  'before',
] as const
export type StepState = (typeof stepStates)[number]

/** What is known of one programme. Days are ISO days, by its clocks. */
export interface ProgressValues {
  programmeId: string
  state: ProgrammeState
  /** The day that it is; of a paused programme, the one on which it stopped. */
  today: string
  /** Those left out are not among them; in the order in which they are taken. */
  steps: readonly StepValues[]
  organisations: readonly OrganisationValues[]
  evidence: readonly Evidence[]
  arrangements: readonly Arrangement[]
}

export interface StepValues {
  id: string
  capsuleId: string
  opensOn: string
  dueOn: string
  /** Of the step; null where none is held. */
  meeting: { id: string; held: boolean } | null
  expectations: readonly { id: string; optional: boolean; attendance: boolean }[]
}

export interface OrganisationValues {
  id: string
  name: string
  /** Since when it takes part. */
  since: string
}

/** That somebody of an organisation did what is expected. The same may be said several times. */
export interface Evidence {
  expectationId: string
  organisationId: string
  /** Of those who did it, by id; known of meetings. */
  people: readonly string[]
  doneOn: string
  /** Said of what another module sees for itself: it was caught up with. */
  instead: boolean
}

export interface Arrangement {
  stepId: string
  organisationId: string
  kind: 'later' | 'waived'
  /** Until when it catches up; null: waived. */
  dueOn: string | null
  reason: string
}

export interface Progress {
  programmeId: string
  state: ProgrammeState
  today: string
  /** As they were given. */
  organisations: OrganisationProgress[]
  steps: StepTotals[]
  totals: Totals
  /** Organisations, by the expectation that they fulfilled. */
  fulfilledBy: ReadonlyMap<string, { readonly size: number; has(organisationId: string): boolean }>
}

export interface OrganisationProgress extends Totals {
  id: string
  name: string
  since: string
  /** One for each step of the programme, in its order. */
  steps: StepProgress[]
}

export interface StepProgress {
  stepId: string
  state: StepState
  /** Of what is not optional. */
  fulfilled: number
  expected: number
  /** The expectations that lack, but for optional ones. */
  lacking: string[]
  /** The last of the days on which something of it was done; null where nothing was. */
  doneOn: string | null
  /** Until when it can be done without being late. */
  dueOn: string
  /** Of a meeting that was held and that counts: who of the organisation was there; null for all other steps. */
  present: number | null
  arrangement: { kind: 'later' | 'waived'; reason: string } | null
}

/** Shares as two numbers, so that they can be added up. Only what was due since an organisation came is counted. */
export interface Totals {
  /** Steps done, of those due; one that is done before it is due is both. */
  completion: Share
  /** Meetings at which an organisation was, of those held; an organisation counts once for each. */
  presence: Share
}

export interface Share {
  count: number
  of: number
}

export interface StepTotals extends Totals {
  stepId: string
  /** How many organisations stand how. */
  states: Record<StepState, number>
  /** People at its meeting, each once; null where none was held. */
  people: number | null
}

/** @returns between 0 and 1; null where nothing was due */
export function ratioOf({ count, of }: Share): number | null {
  return of === 0 ? null : count / of
}

/**
 * Whether a step is one that an organisation has to make up for: late, missed, or to be caught up with as it was agreed. What
 * was over before it came does not count against it. The rope, the table, its filters and the calls all ask here.
 */
export function isBehind({ state, expected }: StepProgress): boolean {
  return expected > 0 && (state === 'late' || state === 'missed' || state === 'catching-up')
}

/** Whether an organisation has nothing to make up for. */
export function isUpToDate({ steps }: Pick<OrganisationProgress, 'steps'>): boolean {
  return !steps.some(isBehind)
}

export function progressFrom(values: ProgressValues): Progress {
  const { programmeId, state, today, steps } = values
  const taking = new Set(values.organisations.map(({ id }) => id))
  const evidence = byExpectation(values.evidence.filter(({ organisationId }) => taking.has(organisationId)))
  const arrangements = new Map(values.arrangements.map(one => [`${one.stepId} ${one.organisationId}`, one]))
  const totals = noTotals()
  const perStep: StepTotals[] = steps.map(step => ({
    stepId: step.id,
    states: Object.fromEntries(stepStates.map(state => [state, 0])) as Record<StepState, number>,
    people: step.meeting?.held ? peopleAt(step, evidence) : null,
    ...noTotals(),
  }))
  const organisations = values.organisations.map(organisation => {
    const own: OrganisationProgress = { ...organisation, steps: [], ...noTotals() }
    for (const [index, step] of steps.entries()) {
      const arrangement = arrangements.get(`${step.id} ${organisation.id}`)
      const stood = standing(step, organisation, evidence, arrangement, today)
      own.steps.push(stood)
      const ofStep = perStep[index]
      if (!ofStep) continue
      ofStep.states[stood.state] += 1
      for (const sum of [own, ofStep, totals]) add(sum, stood)
    }
    return own
  })
  return { programmeId, state, today, organisations, steps: perStep, totals, fulfilledBy: evidence }
}

/** By expectation and organisation, each once. */
type Known = Map<string, Map<string, { people: Set<string>; seen: boolean; doneOn: string }>>

function byExpectation(evidence: readonly Evidence[]): Known {
  const known: Known = new Map()
  for (const { expectationId, organisationId, people, doneOn, instead } of evidence) {
    const of = known.get(expectationId) ?? new Map()
    known.set(expectationId, of)
    const one = of.get(organisationId) ?? { people: new Set(), seen: false, doneOn }
    of.set(organisationId, one)
    if (doneOn < one.doneOn) one.doneOn = doneOn
    if (instead) continue
    one.seen = true
    for (const person of people) one.people.add(person)
  }
  return known
}

function standing(
  step: StepValues,
  organisation: OrganisationValues,
  evidence: Known,
  arrangement: Arrangement | undefined,
  today: string,
): StepProgress {
  const lacking: string[] = []
  let [expected, present, attendances] = [0, 0, 0]
  let doneOn: string | null = null
  let onlyAttendance = true
  for (const { id, optional, attendance } of step.expectations) {
    const done = evidence.get(id)?.get(organisation.id)
    if (done && (doneOn === null || done.doneOn > doneOn)) doneOn = done.doneOn
    if (attendance) {
      attendances += 1
      if (done?.seen) present = Math.max(present, done.people.size, 1)
    }
    if (optional) continue
    expected += 1
    if (done) continue
    lacking.push(id)
    onlyAttendance &&= attendance
  }
  const fulfilled = expected - lacking.length
  const dueOn = arrangement?.dueOn ?? step.dueOn
  // What expects nothing that must be done is over when its day is.
  const done = expected === 0 ? step.dueOn < today : lacking.length === 0
  const before = step.dueOn < organisation.since
  const counts = !before && arrangement?.kind !== 'waived'
  return {
    stepId: step.id,
    state: stateOf(),
    fulfilled,
    expected,
    lacking,
    doneOn,
    dueOn,
    present: step.meeting?.held && attendances > 0 && (counts || present > 0) ? present : null,
    arrangement: arrangement ? { kind: arrangement.kind, reason: arrangement.reason } : null,
  }

  function stateOf(): StepState {
    if (done) return before && expected === 0 ? 'before' : 'done'
    if (arrangement?.kind === 'waived') return 'waived'
    if (arrangement) return today <= dueOn ? 'catching-up' : 'late'
    if (before) return 'before'
    if (today > step.dueOn) return onlyAttendance && expected > 0 ? 'missed' : 'late'
    if (fulfilled > 0) return 'part'
    return today < step.opensOn ? 'ahead' : 'open'
  }
}

function add(sum: Totals, { state, present, expected }: StepProgress): void {
  if (expected > 0 && (state === 'done' || state === 'late' || state === 'missed')) sum.completion.of += 1
  if (expected > 0 && state === 'done') sum.completion.count += 1
  if (present === null) return
  sum.presence.of += 1
  if (present > 0) sum.presence.count += 1
}

function peopleAt(step: StepValues, evidence: Known): number {
  const people = new Set<string>()
  for (const { id, attendance } of step.expectations) {
    if (!attendance) continue
    for (const { people: present } of evidence.get(id)?.values() ?? [])
      for (const person of present) people.add(person)
  }
  return people.size
}

function noTotals(): Totals {
  return { completion: { count: 0, of: 0 }, presence: { count: 0, of: 0 } }
}
