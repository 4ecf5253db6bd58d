import {
  afterAll,
  type CapsuleProposal,
  firstSteps,
  hasSteps,
  joined,
} from '#modules/programmes/planning/capsules.ts'
import { addDays } from '#modules/programmes/planning/days.ts'
import type {
  DatedCapsule,
  DatedStep,
  Dependency,
  ProposedMove,
  Rewiring,
} from '#modules/programmes/planning/plan.ts'
import { type Settling, settle } from '#modules/programmes/planning/settling.ts'

type Given = Pick<Settling, 'calendar' | 'today'>
export type Days = Pick<ProposedMove, 'opensOn' | 'dueOn' | 'plannedOn' | 'why'>

/** The days that a step by itself gets where these are wished: not in closed times, nor on holidays. */
export function freeDays(step: DatedStep, given: Given): Days {
  const alone = elsewhere({ ...step, after: [] })
  const { moves } = settle([alone], [wished(step)], given)
  return moves[0] ?? { ...step, why: [] }
}

/**
 * Puts a step that has its wished days into a capsule: it comes after the one it is put behind, and what came after that one
 * comes after it as well.
 * @param behind a step of the capsule; null: it is its first
 * @returns the days it gets, and the moves of all others
 */
export function addStep(
  capsules: readonly DatedCapsule[],
  { step, capsuleId, behind }: { step: DatedStep; capsuleId: string; behind: string | null },
  given: Given,
): CapsuleProposal & { days: Days } {
  const steps = capsules.flatMap(capsule => capsule.steps)
  const { after, followers } =
    behind === null ? placeOfFirst(capsules, capsuleId) : placeBehind(steps, behind)
  const rewired: Rewiring = [
    { stepId: step.id, after },
    ...followers
      .filter(({ of }) => of.dueOn >= given.today)
      .map(({ of, gapDays }) => ({ stepId: of.id, after: joined(of.after, [{ stepId: step.id, gapDays }]) })),
  ]
  const changed = new Map(rewired.map(one => [one.stepId, one.after]))
  const all = [...steps, elsewhere(step)].map(one => ({ ...one, after: changed.get(one.id) ?? one.after }))
  const found = settle(all, [wished(step)], { ...given, rewired: new Set(changed.keys()) })
  const days = found.moves.find(({ stepId }) => stepId === step.id)
  return {
    ...found,
    moves: found.moves.filter(({ stepId }) => stepId !== step.id),
    rewired,
    days: days ?? { ...step, why: [] },
  }
}

interface Place {
  after: Dependency[]
  followers: { of: DatedStep; gapDays: number }[]
}

function placeBehind(steps: readonly DatedStep[], behind: string): Place {
  return {
    after: [{ stepId: behind, gapDays: 1 }],
    followers: steps.flatMap(of => {
      const dependency = of.after.find(({ stepId }) => stepId === behind)
      return dependency ? [{ of, gapDays: dependency.gapDays }] : []
    }),
  }
}

/** Before the first ones of the capsule, which it takes after; where there are none, between the capsules around it. */
function placeOfFirst(capsules: readonly DatedCapsule[], capsuleId: string): Place {
  const at = capsules.findIndex(({ id }) => id === capsuleId)
  const capsule = capsules[at]
  const ahead = (one: DatedCapsule) => firstSteps(one).map(of => ({ of, gapDays: 1 }))
  if (capsule && hasSteps(capsule)) {
    const followers = ahead(capsule)
    return {
      after: followers.reduce<Dependency[]>((found, { of }) => joined(found, of.after), []),
      followers,
    }
  }
  const before = capsules.slice(0, Math.max(0, at)).findLast(hasSteps)
  const next = capsules.slice(at + 1).find(hasSteps)
  return { after: before ? afterAll(before, 1) : [], followers: next ? ahead(next) : [] }
}

/** On days that are surely not those wished: what is where it is wished already would not be looked at. */
function elsewhere(step: DatedStep): DatedStep {
  return { ...step, opensOn: addDays(step.opensOn, farAway), dueOn: addDays(step.dueOn, farAway) }
}

function wished({ id, mode, opensOn, dueOn }: DatedStep) {
  return { stepId: id, dueOn, ...(mode === 'own_work' && { opensOn }) }
}

const farAway = 20_000
