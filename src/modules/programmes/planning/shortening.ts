import type {
  DatedCapsule,
  DatedStep,
  Dependency,
  RefusedMove,
  Rewiring,
} from '#modules/programmes/planning/plan.ts'

/** What is left out: steps and whole capsules by their ids, and everything that is due after a day. */
export interface Omission {
  steps?: readonly string[]
  capsules?: readonly string[]
  /** The last day of the programme from now on. */
  endsOn?: string
}

export interface Shortening {
  /** In their order. What is past is never among them. */
  dropped: string[]
  refused: RefusedMove[]
  /** What came after something dropped comes after what that came after. */
  rewired: Rewiring
  /** The last day of what remains; null where nothing does. */
  endsOn: string | null
}

export function shortenPlan(
  capsules: readonly DatedCapsule[],
  { steps: named = [], capsules: whole = [], endsOn }: Omission,
  today: string,
): Shortening {
  const steps = capsules.flatMap(capsule => capsule.steps)
  const meant = new Set([
    ...named,
    ...capsules.filter(({ id }) => whole.includes(id)).flatMap(capsule => capsule.steps.map(({ id }) => id)),
    ...(endsOn === undefined ? [] : steps.filter(({ dueOn }) => dueOn > endsOn).map(({ id }) => id)),
  ])
  const known = new Map(steps.map(step => [step.id, step]))
  const refused: RefusedMove[] = [...meant].flatMap((stepId): RefusedMove[] => {
    const step = known.get(stepId)
    if (!step) return [{ stepId, reason: 'unknown' }]
    return step.dueOn < today && named.includes(stepId) ? [{ stepId, reason: 'past' }] : []
  })
  const gone = new Set(steps.filter(({ id, dueOn }) => meant.has(id) && dueOn >= today).map(({ id }) => id))
  const left = steps.filter(({ id }) => !gone.has(id))
  return {
    dropped: steps.filter(({ id }) => gone.has(id)).map(({ id }) => id),
    refused,
    rewired: left
      .filter(({ after }) => after.some(({ stepId }) => gone.has(stepId)))
      .map(({ id, after }) => ({ stepId: id, after: without(gone, after, known) })),
    endsOn: left
      .map(({ dueOn }) => dueOn)
      .reduce<string | null>((a, b) => (a !== null && a > b ? a : b), null),
  }
}

/** Over what is gone, to what that came after; of two ways to the same step the longer gap. */
function without(
  gone: ReadonlySet<string>,
  after: readonly Dependency[],
  known: ReadonlyMap<string, DatedStep>,
): Dependency[] {
  const found = new Map<string, number>()
  const seen = new Map<string, number>()
  const ahead = [...after]
  for (let next = ahead.pop(); next; next = ahead.pop()) {
    const { stepId, gapDays } = next
    if (!gone.has(stepId)) {
      found.set(stepId, Math.max(gapDays, found.get(stepId) ?? 0))
      continue
    }
    if ((seen.get(stepId) ?? -1) >= gapDays) continue
    seen.set(stepId, gapDays)
    for (const before of known.get(stepId)?.after ?? [])
      ahead.push({ stepId: before.stepId, gapDays: Math.max(gapDays, before.gapDays) })
  }
  return [...found].map(([stepId, gapDays]) => ({ stepId, gapDays }))
}
