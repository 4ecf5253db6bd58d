import { addDays, daysBetween, latest } from '#modules/programmes/planning/days.ts'
import type { DatedCapsule, DatedStep, Proposal } from '#modules/programmes/planning/plan.ts'
import { type Move, type Settling, settle } from '#modules/programmes/planning/settling.ts'

export type { Move } from '#modules/programmes/planning/settling.ts'

/**
 * Proposes what moves when steps do: these, and what depends on them, as far as it must and no further.
 * @throws AppError 'conflict' for steps that go in a circle
 */
export function moveSteps(
  capsules: readonly DatedCapsule[],
  moves: readonly Move[],
  given: Pick<Settling, 'calendar' | 'today'>,
): Proposal {
  return settle(
    capsules.flatMap(({ steps }) => steps),
    moves,
    given,
  )
}

/** The same number of days later (or earlier, below 0) for each of them that is not past, with as much time as it has. */
export function shiftedBy(steps: readonly DatedStep[], days: number, today: string): Move[] {
  if (days === 0) return []
  return steps
    .filter(({ dueOn }) => dueOn >= today)
    .map(({ id, opensOn, dueOn }) =>
      opensOn < today
        ? { stepId: id, dueOn: latest(today, addDays(dueOn, days)) }
        : { stepId: id, opensOn: latest(today, addDays(opensOn, days)) },
    )
}

/** What was not done when a programme paused is as much later as the pause was long. */
export function resumePlan(
  capsules: readonly DatedCapsule[],
  { pausedOn, resumesOn }: { pausedOn: string; resumesOn: string },
  calendar: Settling['calendar'],
): Proposal {
  const steps = capsules.flatMap(capsule => capsule.steps)
  const days = Math.max(0, daysBetween(pausedOn, resumesOn))
  return settle(steps, shiftedBy(steps, days, pausedOn), { calendar, today: pausedOn })
}
