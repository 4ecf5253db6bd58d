import type { Step } from '#modules/programmes/programme.ts'
import type { Share, StepProgress } from '#modules/programmes/progress/progress.ts'
import type { Period } from '#modules/programmes/report/period.ts'
import type { ReportValues } from '#modules/programmes/report/report.ts'
import type { Participation } from '#modules/programmes/report/sources.ts'

/** A report worked out: each figure, and the rows that it is the sum of. Minutes throughout. */
export interface Figures {
  totals: {
    organisations: number
    meetings: number
    /** Presences: who came twice counts twice. */
    presences: number
    completion: Share
    meetingMinutes: number
    /** Said by people themselves. */
    declaredMinutes: number
    /** What the steps were to take, where something was done and nobody said how long it took. */
    plannedMinutes: number
    handedIn: number
    quotes: number
    changes: number
  }
  organisations: OrganisationFigures[]
  steps: StepFigures[]
}

export interface OrganisationFigures extends Participation {
  /** Null for one that is in the group no more: how far it had come is not kept. */
  completion: Share | null
  meetings: number
  meetingMinutes: number
  declaredMinutes: number
  plannedMinutes: number
}

export interface StepFigures {
  step: Step
  capsule: string
  completion: Share
  /** Of how many it is expected, where its last day is still to come; null once it is over. */
  openTo: number | null
  /** By organisation, for those in the group today. */
  standings: { organisation: string; organisationId: string; standing: StepProgress }[]
}

export function figuresOf(values: ReportValues): Figures {
  const { period, capsules, progress } = values
  const within = new Set(
    capsules.flatMap(({ steps }) => steps.filter(step => isWithin(step, period)).map(({ id }) => id)),
  )
  const steps = capsules.flatMap(({ title, steps }) =>
    steps
      .filter(({ id }) => within.has(id))
      .map((step): StepFigures => {
        const standings = (progress?.organisations ?? []).flatMap(organisation => {
          const standing = organisation.steps.find(({ stepId }) => stepId === step.id)
          return standing
            ? [{ organisation: organisation.name, organisationId: organisation.id, standing }]
            : []
        })
        const stood = standings.map(one => one.standing)
        const openTo = step.dueOn < values.today ? null : stood.filter(({ expected }) => expected > 0).length
        return { step, capsule: title, standings, completion: shareOf(stood), openTo }
      }),
  )
  const organisations = values.organisations.map(one => ofOrganisation(one, values, steps))
  const sum = (of: (one: OrganisationFigures) => number) =>
    organisations.reduce((all, one) => all + of(one), 0)
  return {
    organisations,
    steps,
    totals: {
      organisations: organisations.length,
      meetings: values.meetings.length,
      presences: values.meetings.reduce((all, { people }) => all + people, 0),
      completion: steps.reduce((all, { completion }) => added(all, completion), { count: 0, of: 0 }),
      // Of the meetings, not of the organisations: whoever came for none was there as well.
      meetingMinutes: values.meetings.reduce((all, { presentMinutes }) => all + presentMinutes, 0),
      declaredMinutes: sum(one => one.declaredMinutes),
      plannedMinutes: sum(one => one.plannedMinutes),
      handedIn: values.handedIn.length,
      quotes: values.quotes.length,
      changes: values.changes.length,
    },
  }
}

function ofOrganisation(
  one: Participation,
  { presences, declared, period }: ReportValues,
  steps: readonly StepFigures[],
): OrganisationFigures {
  const presence = presences.find(({ organisationId }) => organisationId === one.id)
  const said = declared.filter(({ organisationId }) => organisationId === one.id)
  const own = steps.flatMap(({ step, standings }) => {
    const found = standings.find(({ organisationId }) => organisationId === one.id)
    return found ? [{ step, standing: found.standing }] : []
  })
  const spoken = new Set(said.map(({ stepId }) => stepId))
  const planned = own.filter(
    ({ step, standing }) =>
      step.mode === 'own_work' &&
      !spoken.has(step.id) &&
      standing.fulfilled > 0 &&
      standing.doneOn !== null &&
      standing.doneOn >= period.from &&
      standing.doneOn <= period.until,
  )
  return {
    ...one,
    completion: own.length > 0 ? shareOf(own.map(({ standing }) => standing)) : null,
    meetings: presence?.meetings ?? 0,
    meetingMinutes: presence?.minutes ?? 0,
    declaredMinutes: said.reduce((all, { minutes }) => all + minutes, 0),
    plannedMinutes: planned.reduce((all, { step }) => all + step.minutes, 0),
  }
}

/** By its last day, or being under way at the end of the period. */
function isWithin({ opensOn, dueOn }: Step, { from, until }: Period): boolean {
  return dueOn >= from && opensOn <= until
}

/** Done, of what was due: the same as the progress of the programme counts. */
function shareOf(standings: readonly StepProgress[]): Share {
  return standings.reduce(
    (all, { state, expected }) =>
      expected > 0 && (state === 'done' || state === 'late' || state === 'missed')
        ? added(all, { count: state === 'done' ? 1 : 0, of: 1 })
        : all,
    { count: 0, of: 0 },
  )
}

function added(one: Share, other: Share): Share {
  return { count: one.count + other.count, of: one.of + other.of }
}
