import { AppError } from '#kernel/errors.ts'
import type { Calendar } from '#modules/programmes/planning/calendar.ts'
import { addDays, earliest, latest } from '#modules/programmes/planning/days.ts'
import { isMeeting, meetingDay } from '#modules/programmes/planning/meeting-day.ts'
import { inOrder } from '#modules/programmes/planning/order.ts'
import type {
  DatedStep,
  Proposal,
  ProposedMove,
  RefusedMove,
  Why,
} from '#modules/programmes/planning/plan.ts'
import {
  afterOpenDays,
  beforeOpenDays,
  closedBetween,
  distinct,
  obstacles,
  openDayFrom,
  openDaysBetween,
} from '#modules/programmes/planning/windows.ts'

/**
 * What is asked of a step: its last day, from which the day it opens is counted back; or the day it opens, with as much time
 * as it has; or both.
 */
export interface Move {
  stepId: string
  opensOn?: string
  dueOn?: string
}

export interface Settling {
  calendar: Calendar
  /** What is due before it stays. */
  today: string
  /** Steps that come after others than they did: they move where these are in their way, be they moved or not. */
  rewired?: ReadonlySet<string>
}

/**
 * Moves steps as asked, and what depends on them only as far as it must. What was before the move in the way of something
 * stays as it is.
 * @throws AppError 'conflict' for steps that go in a circle
 */
export function settle(
  steps: readonly DatedStep[],
  moves: readonly Move[],
  { calendar, today, rewired = new Set() }: Settling,
): Proposal {
  const byId = new Map(steps.map(step => [step.id, step]))
  const asked = new Map(moves.map(move => [move.stepId, move]))
  const refused: RefusedMove[] = moves
    .filter(({ stepId }) => !byId.has(stepId))
    .map(({ stepId }) => ({ stepId, reason: 'unknown' }))
  const found = inOrder(
    steps.map(({ id }) => id),
    new Map(steps.map(({ id, after }) => [id, after.map(({ stepId }) => stepId)])),
  )
  if ('circle' in found)
    throw new AppError('conflict', {
      fields: [{ field: '', message: 'programmePlan.error.circle' }],
      params: { circle: found.circle.join(' → ') },
    })
  const followers = followersOf(steps)
  const settled = new Map<string, ProposedMove>()
  for (const id of found.order) {
    const step = byId.get(id)
    if (!step) continue
    const bounds = step.after.flatMap(({ stepId, gapDays }) => {
      const before = byId.get(stepId)
      const moved = settled.get(stepId)
      if (!before) return []
      const later = rewired.has(id) || (moved !== undefined && moved.dueOn > before.dueOn)
      return [{ stepId, later, day: addDays(moved?.dueOn ?? before.dueOn, gapDays) }]
    })
    const move = asked.get(id)
    const reason = move ? whyRefused(step, move, today) : null
    if (reason) refused.push({ stepId: id, reason })
    const context: Context = {
      ...{ step, calendar, today },
      bounds,
      rather: (followers.get(id) ?? []).map(({ opensOn, gapDays }) => addDays(opensOn, -gapDays)),
    }
    const inTheWay = step.dueOn >= today && bounds.some(({ later, day }) => later && day > step.opensOn)
    // Asked to stay where it is, it gives way no further than it must.
    const wanted = move && !reason && (inTheWay || changes(step, move, today)) ? move : null
    const days = wanted ? moved(wanted, context) : inTheWay ? pushed(context) : null
    if (days && (days.opensOn !== step.opensOn || days.dueOn !== step.dueOn))
      settled.set(id, {
        stepId: id,
        from: { opensOn: step.opensOn, dueOn: step.dueOn },
        ...days,
        asked: move !== undefined,
      })
  }
  return { moves: steps.flatMap(({ id }) => settled.get(id) ?? []), refused }
}

interface Context {
  step: DatedStep
  calendar: Calendar
  today: string
  bounds: { stepId: string; day: string; later: boolean }[]
  rather: string[]
}

type Days = Pick<ProposedMove, 'opensOn' | 'dueOn' | 'plannedOn' | 'why'>

function moved(move: Move, context: Context): Days {
  const { step, calendar, today } = context
  const length = openDaysBetween(calendar, step.opensOn, step.dueOn)
  const { bound, why } = boundOf(context, move.opensOn ?? '')
  const begun = step.opensOn < today
  if (move.dueOn === undefined) {
    const free = latest(bound, move.opensOn ?? step.opensOn)
    const opensOn = begun ? step.opensOn : openingDay(context, free)
    const planned = afterOpenDays(calendar, opensOn, length)
    const due = settledDay(context, planned, bound, opensOn)
    return {
      opensOn: earliest(opensOn, due.day),
      dueOn: due.day,
      plannedOn: planned,
      why: distinct([
        ...(move.opensOn !== undefined && bound > move.opensOn ? why : []),
        ...closedBetween(calendar, free, planned),
        ...due.why,
      ]),
    }
  }
  const wished = latest(bound, move.dueOn)
  const due = settledDay(context, wished, bound)
  const opensOn = begun
    ? step.opensOn
    : latest(
        openDayFrom(calendar, latest(bound, today)),
        move.opensOn === undefined
          ? beforeOpenDays(calendar, due.day, length)
          : openDayFrom(calendar, move.opensOn),
      )
  const workday = begun ? opensOn : openingDay(context, opensOn)
  return {
    // A window of a weekend alone stays one.
    opensOn: workday <= due.day ? workday : earliest(opensOn, due.day),
    dueOn: due.day,
    plannedOn: move.dueOn,
    why: distinct([
      ...(wished > move.dueOn ? why : []),
      // Where work was to begin on a day on which nobody works.
      ...(move.opensOn !== undefined && opensOn === move.opensOn
        ? obstacles(calendar, move.opensOn, workday)
        : []),
      ...due.why,
    ]),
  }
}

/** Just far enough not to be in the way of what it comes after, with as much time as it had. */
function pushed(context: Context): Days {
  const { step, calendar, today } = context
  const { bound, why } = boundOf(context, step.opensOn)
  const length = openDaysBetween(calendar, step.opensOn, step.dueOn)
  if (step.opensOn < today) {
    // It is under way: it may get more time, but it did not begin later than it did.
    const due = settledDay(context, latest(bound, step.dueOn), bound)
    return { opensOn: step.opensOn, dueOn: due.day, plannedOn: due.day, why: distinct([...why, ...due.why]) }
  }
  const opensOn = openingDay(context, bound)
  const planned = afterOpenDays(calendar, opensOn, length)
  const due = settledDay(context, planned, bound, opensOn)
  return {
    opensOn: earliest(opensOn, due.day),
    dueOn: due.day,
    plannedOn: planned,
    why: distinct([...why, ...closedBetween(calendar, bound, planned), ...due.why]),
  }
}

/** The first day on which it can open by what it comes after, and which of these are later than `than`. */
function boundOf({ bounds }: Context, than: string): { bound: string; why: Why[] } {
  const bound = latest(...bounds.map(({ day }) => day))
  const why = bounds
    .filter(({ day }) => day === bound && day > than)
    .map(({ stepId }): Why => ({ kind: 'after', stepId }))
  return { bound, why }
}

/** Work on one's own begins on a day on which people work. */
function openingDay({ step, calendar }: Context, day: string): string {
  return isMeeting(step.mode) ? openDayFrom(calendar, day) : calendar.nextWorkday(day)
}

/**
 * A day on which this step can be held, or be due. Work on one's own ends on the last workday before, where there is one:
 * what follows is not pushed for the sake of a weekend.
 */
function settledDay(
  { step, calendar, today, rather }: Context,
  day: string,
  bound: string,
  opensOn = '',
): { day: string; why: Why[] } {
  if (!isMeeting(step.mode)) {
    const open = openDayFrom(calendar, day)
    const notBefore = latest(bound, today, opensOn, step.opensOn < today ? step.opensOn : '')
    const found = workdayBefore(calendar, open, notBefore) ?? calendar.nextWorkday(open)
    return { day: found, why: [...obstacles(calendar, day, open), ...obstacles(calendar, open, found)] }
  }
  const begun = step.opensOn < today
  const notBefore = latest(bound, today, begun ? step.opensOn : '')
  const found = meetingDay(calendar, day, { notBefore, rather })
  return { day: found, why: obstacles(calendar, day, found) }
}

/** The day itself where it is free; null where there is none from `notBefore` on. */
function workdayBefore(calendar: Calendar, day: string, notBefore: string): string | null {
  for (let found = day; found >= notBefore; found = addDays(found, -1)) {
    if (calendar.isFree(found)) return found
    // Time that is closed is not gone back over.
    if (calendar.closureOn(found)) return null
  }
  return null
}

function whyRefused(step: DatedStep, { opensOn, dueOn }: Move, today: string): RefusedMove['reason'] | null {
  if (step.dueOn < today) return 'past'
  if (
    (dueOn !== undefined && dueOn < today) ||
    (opensOn !== undefined && opensOn < today && opensOn < step.opensOn)
  )
    return 'into-the-past'
  return null
}

/** The day on which something began is no longer moved. */
function changes(step: DatedStep, move: Move, today: string): boolean {
  const { opensOn = step.opensOn, dueOn = step.dueOn } = move
  return dueOn !== step.dueOn || (opensOn !== step.opensOn && step.opensOn >= today)
}

function followersOf(steps: readonly DatedStep[]): Map<string, { opensOn: string; gapDays: number }[]> {
  const found = new Map<string, { opensOn: string; gapDays: number }[]>()
  for (const { opensOn, after } of steps)
    for (const { stepId, gapDays } of after)
      found.set(stepId, [...(found.get(stepId) ?? []), { opensOn, gapDays }])
  return found
}
