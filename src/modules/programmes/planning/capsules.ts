import { addDays, daysBetween, earliest, latest } from '#modules/programmes/planning/days.ts'
import type {
  DatedCapsule,
  DatedStep,
  Dependency,
  PlannedCapsule,
  PlanOptions,
  Proposal,
  Rewiring,
} from '#modules/programmes/planning/plan.ts'
import { meantDays, planProgramme } from '#modules/programmes/planning/plan-programme.ts'
import { type Move, type Settling, settle } from '#modules/programmes/planning/settling.ts'
import type { ProgrammeTemplate } from '#modules/programmes/templates/template.ts'

export interface CapsuleProposal extends Proposal {
  rewired: Rewiring
}

/**
 * One capsule of a template, from a day on, with the days between its steps that its author meant.
 * @param options.taken keys of capsules and steps that there are: those of this one get a number where they are among them
 * @returns null where the template has no such capsule
 */
export function planCapsule(
  template: ProgrammeTemplate,
  capsuleKey: string,
  options: PlanOptions & { taken: readonly string[] },
): PlannedCapsule | null {
  const capsule = template.capsules.find(({ key }) => key === capsuleKey)
  if (!capsule || capsule.steps.length === 0) return null
  const meant = meantDays(template, options.startsOn)
  const own = new Set(capsule.steps.map(({ key }) => key))
  const first = earliest(...capsule.steps.map(({ key }) => meant.get(key)?.opensOn ?? options.startsOn))
  const suffix = freeSuffix([capsule.key, ...own], options.taken)
  const free = (key: string) => `${key}${suffix}`
  const steps = capsule.steps.map(step => {
    const { opensOn = first, dueOn = first, after = [] } = meant.get(step.key) ?? {}
    return {
      ...step,
      key: free(step.key),
      starts: `P${daysBetween(first, opensOn)}D`,
      window: `P${daysBetween(opensOn, dueOn)}D`,
      after: after
        .filter(({ stepId }) => own.has(stepId))
        .map(({ stepId, gapDays }) => ({ step: free(stepId), gap: `P${gapDays}D` })),
    }
  })
  const alone = { ...template, capsules: [{ ...capsule, key: free(capsule.key), steps }] }
  return planProgramme(alone, options).capsules[0] ?? null
}

/**
 * Puts a capsule that has its days between others: its first steps come after the last ones of the capsule before it, and
 * the capsule after it comes after its own last ones.
 * @param at its position among the capsules, from 0
 * @returns the moves of all of them, those of the new one too
 */
export function addCapsule(
  capsules: readonly DatedCapsule[],
  { capsule, at }: { capsule: DatedCapsule; at: number },
  given: Pick<Settling, 'calendar' | 'today'>,
): CapsuleProposal {
  const order = [...capsules.slice(0, at), capsule, ...capsules.slice(at)]
  if (capsule.steps.length === 0) return { moves: [], refused: [], rewired: [] }
  const before = capsules.slice(0, at).findLast(hasSteps)
  const next = capsules.slice(at).find(hasSteps)
  const rewired: Rewiring = []
  if (before)
    for (const { id, after } of firstSteps(capsule))
      rewired.push({ stepId: id, after: joined(after, afterAll(before, 1)) })
  if (next)
    for (const { id, after } of firstSteps(next).filter(({ dueOn }) => dueOn >= given.today))
      rewired.push({ stepId: id, after: joined(after, afterAll(capsule, 1)) })
  const steps = wired(order, rewired)
  const lastBefore = before && latest(...before.steps.map(({ dueOn }) => dueOn))
  const opensOn = earliest(...capsule.steps.map(step => step.opensOn))
  // It goes whole: its steps stay as far from each other as they are.
  const late = lastBefore && lastBefore >= opensOn ? daysBetween(opensOn, addDays(lastBefore, 1)) : 0
  const moves = late === 0 ? [] : capsule.steps.map(step => later(step, late))
  return settleRewired(steps, moves, rewired, given)
}

/**
 * Takes capsules in another order: each begins when the one began that was in its place, and follows the one that is now
 * before it where it followed the one before. What has begun stays in its place.
 * @param order the ids of all capsules
 */
export function reorderPlan(
  all: readonly DatedCapsule[],
  order: readonly string[],
  { calendar, today }: Pick<Settling, 'calendar' | 'today'>,
): CapsuleProposal {
  const nothing = { moves: [], refused: [], rewired: [] }
  if (order.length !== all.length || !all.every(({ id }) => order.includes(id))) return nothing
  const capsules = all.filter(hasSteps)
  const asked = order.flatMap(id => capsules.find(one => one.id === id) ?? [])
  const displaced = capsules.filter((capsule, at) => asked[at] !== capsule)
  const begun = displaced.flatMap(({ steps }) => steps).filter(({ opensOn }) => opensOn < today)
  if (begun.length > 0)
    return { ...nothing, refused: begun.map(({ id }) => ({ stepId: id, reason: 'past' })) }
  const rewired = asked.flatMap((_, at) => follow(capsules, asked, at))
  const moves = asked.flatMap((capsule, at): Move[] => {
    const was = capsules[at]
    if (!was || was === capsule) return []
    const days = daysBetween(opening(capsule), opening(was))
    return days === 0 ? [] : capsule.steps.map(step => later(step, days))
  })
  return settleRewired(wired(asked, rewired), moves, rewired, { calendar, today })
}

function settleRewired(
  steps: DatedStep[],
  moves: Move[],
  rewired: Rewiring,
  given: Pick<Settling, 'calendar' | 'today'>,
): CapsuleProposal {
  const changed = new Set(rewired.map(({ stepId }) => stepId))
  return { ...settle(steps, moves, { ...given, rewired: changed }), rewired }
}

/** What the steps of a capsule come after once it stands here: nothing that is behind it from now on. */
function follow(capsules: readonly DatedCapsule[], asked: readonly DatedCapsule[], at: number): Rewiring {
  const capsule = asked[at]
  if (!capsule) return []
  const own = new Set(capsule.steps.map(({ id }) => id))
  const wasAt = capsules.indexOf(capsule)
  const before = asked[at - 1]
  const ahead = new Set(asked.slice(0, at).flatMap(({ steps }) => steps.map(({ id }) => id)))
  const preceding = new Set(capsules[wasAt - 1]?.steps.map(({ id }) => id))
  const sameBefore = before === capsules[wasAt - 1]
  const firsts = new Set(firstSteps(capsule).map(({ id }) => id))
  return capsule.steps.flatMap(({ id, after }) => {
    const lost = after.filter(
      ({ stepId }) => !own.has(stepId) && (!ahead.has(stepId) || (!sameBefore && preceding.has(stepId))),
    )
    // The first of all followed nothing; where it no longer is the first, it follows as the others do.
    const joins = wasAt === 0 && at > 0 && firsts.has(id)
    if (lost.length === 0 && !joins) return []
    const gap = Math.max(1, ...lost.map(({ gapDays }) => gapDays))
    const kept = after.filter(one => !lost.includes(one))
    return [{ stepId: id, after: joined(kept, before ? afterAll(before, gap) : []) }]
  })
}

function later({ id, opensOn }: DatedStep, days: number): Move {
  return { stepId: id, opensOn: addDays(opensOn, days) }
}

function wired(capsules: readonly DatedCapsule[], rewired: Rewiring): DatedStep[] {
  const changed = new Map(rewired.map(({ stepId, after }) => [stepId, after]))
  return capsules
    .flatMap(({ steps }) => steps)
    .map(step => ({ ...step, after: changed.get(step.id) ?? step.after }))
}

export function hasSteps({ steps }: DatedCapsule): boolean {
  return steps.length > 0
}

/** Steps that come after no other of their capsule. */
export function firstSteps({ steps }: DatedCapsule): DatedStep[] {
  const own = new Set(steps.map(({ id }) => id))
  return steps.filter(({ after }) => !after.some(({ stepId }) => own.has(stepId)))
}

/** After those of its steps that none of it comes after. */
export function afterAll({ steps }: DatedCapsule, gapDays: number): Dependency[] {
  const followed = new Set(steps.flatMap(({ after }) => after.map(({ stepId }) => stepId)))
  return steps.filter(({ id }) => !followed.has(id)).map(({ id }) => ({ stepId: id, gapDays }))
}

export function joined(one: readonly Dependency[], other: readonly Dependency[]): Dependency[] {
  const found = new Map(one.map(({ stepId, gapDays }) => [stepId, gapDays]))
  for (const { stepId, gapDays } of other) found.set(stepId, Math.max(gapDays, found.get(stepId) ?? 0))
  return [...found].map(([stepId, gapDays]) => ({ stepId, gapDays }))
}

function opening({ steps }: DatedCapsule): string {
  return earliest(...steps.map(({ opensOn }) => opensOn))
}

/** What to write behind each of these keys so that none of them is taken: '' or '-2'. */
function freeSuffix(keys: readonly string[], taken: readonly string[]): string {
  const all = new Set(taken)
  if (!keys.some(key => all.has(key))) return ''
  let number = 2
  while (keys.some(key => all.has(`${key}-${number}`))) number++
  return `-${number}`
}
