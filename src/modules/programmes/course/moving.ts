import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { localTime } from '#modules/meetings/index.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { type Course, changeCourse } from '#modules/programmes/course/changing.ts'
import type { StepMove, Wish } from '#modules/programmes/course/schema.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { type Calendar, calendarOf } from '#modules/programmes/planning/calendar.ts'
import { moveSteps as planMoves, shiftedBy } from '#modules/programmes/planning/moving.ts'
import type { Proposal } from '#modules/programmes/planning/plan.ts'
import { type Programme, stepsOf, structureOf } from '#modules/programmes/programme.ts'

export interface ProposedMoves extends Proposal {
  /** The hour asked for, of the step that was. */
  beginsAt: string | null
}

/** What would move: the step or the capsule asked for, and what depends on it. Nothing is written. */
export async function proposeMoves(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  wish: Wish,
): Promise<ProposedMoves> {
  const { programme } = await openProgramme(trx, entry, programmeId, 'run')
  const capsules = await structureOf(trx, entry.network.id, programmeId)
  const today = todayOf(programme)
  const given = { calendar: calendarFor(programme), today }
  if (wish.capsule !== undefined) {
    const steps = capsules.find(({ id }) => id === wish.capsule)?.steps ?? []
    const moves = shiftedBy(steps, wish.weeks * 7, today)
    if (wish.weeks === 0) throw new Refusal({ field: 'weeks', message: 'programme.error.no-weeks' })
    if (moves.length === 0) throw new Refusal({ field: 'capsule', message: 'programme.error.past' })
    return { ...planMoves(capsules, moves, given), beginsAt: null }
  }
  const step = stepsOf(capsules).find(({ id }) => id === wish.step)
  if (!step) throw new Refusal({ field: 'step', message: 'form.error.choose' })
  if (wish.day === null) throw new Refusal({ field: 'day', message: 'form.error.required' })
  if (wish.opens !== null && wish.opens > wish.day)
    throw new Refusal({ field: 'day', message: 'programme.error.ends-before' })
  const move = { stepId: step.id, dueOn: wish.day, ...(wish.opens !== null && { opensOn: wish.opens }) }
  // What was settled on the meeting's own page holds, whatever day that is.
  const held = wish.from === 'meeting' ? await dayOfMeeting(trx, entry.network.id, step.meetingId) : null
  const proposal = planMoves(
    capsules,
    [move],
    held ? { ...given, calendar: openOn(given.calendar, held) } : given,
  )
  const [refused] = proposal.refused
  if (refused)
    throw new Refusal({
      field: 'day',
      message: refused.reason === 'past' ? 'programme.error.past' : 'programme.error.into-the-past',
    })
  if (proposal.moves.length > 0 || wish.time === null || wish.time === step.beginsAt)
    return { ...proposal, beginsAt: wish.time }
  // Another hour of the same day.
  const { opensOn, dueOn, plannedOn } = step
  const only = { stepId: step.id, from: { opensOn, dueOn }, opensOn, dueOn, plannedOn, asked: true, why: [] }
  return { moves: [only], refused: [], beginsAt: wish.time }
}

/**
 * Moves these steps to these days, all of them or none. Their meetings move along, and those who come are told once of each.
 * @returns the revision that the programme has now
 * @throws AppError 'not-found', 'forbidden'; Refusal
 */
export async function moveSteps(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  input: { revision: number; reason?: string; moves: readonly StepMove[] },
  linkOrigin: string,
): Promise<number> {
  const { revision, reason = '', moves } = input
  return changeCourse(
    trx,
    entry,
    { programmeId, revision, reason, kind: 'moved' },
    linkOrigin,
    async course => {
      refuseImpossible(course, moves)
      await setDays(trx, entry.network.id, programmeId, moves)
    },
  )
}

/** @throws Refusal for steps that are none, that are over, or that would end before they open */
function refuseImpossible({ programme, capsules }: Course, moves: readonly StepMove[]): void {
  const today = todayOf(programme)
  const steps = new Map(stepsOf(capsules).map(step => [step.id, step]))
  for (const { stepId, opensOn, dueOn } of moves) {
    const step = steps.get(stepId)
    if (!step) throw new Refusal({ field: 'move', message: 'form.error.choose' })
    const field = `day.${stepId}`
    if (dueOn < opensOn) throw new Refusal({ field, message: 'programme.error.ends-before' })
    if (dueOn < today) throw new Refusal({ field, message: 'programme.error.into-the-past' })
    if (step.dueOn < today) throw new Refusal({ field, message: 'programme.error.past' })
  }
}

/** Writes days as they were settled. Whoever calls has a change under way. */
export async function setDays(
  trx: Trx,
  networkId: string,
  programmeId: string,
  moves: readonly (StepMove & { plannedOn?: string })[],
): Promise<void> {
  if (moves.length === 0) return
  const given = moves.map(({ stepId, opensOn, dueOn, beginsAt, plannedOn }) => ({
    ...{ id: stepId, opens: opensOn, due: dueOn, begins: beginsAt, planned: plannedOn ?? dueOn },
  }))
  await sql`
    update programme_step step set opens_on = given.opens, due_on = given.due, planned_on = given.planned,
      begins_at = coalesce(given.begins, step.begins_at)
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
      as given (id uuid, opens date, due date, begins time, planned date)
    where step.network_id = ${networkId}::uuid and step.programme_id = ${programmeId}::uuid and step.id = given.id`.execute(
    trx,
  )
}

/** The day that it is by the clocks of the programme. */
export function todayOf({ timeZone }: Pick<Programme, 'timeZone'>, now = new Date()): string {
  return localTime(now, timeZone).day
}

export function calendarFor(programme: Programme): Calendar {
  const { country, subdivision, closures, language: locale } = programme
  return calendarOf({ country, subdivision, closures, locale })
}

/** The same calendar, but for one day on which something is held all the same. */
function openOn(calendar: Calendar, held: string): Calendar {
  return {
    isFree: day => day === held || calendar.isFree(day),
    whyNot: day => (day === held ? null : calendar.whyNot(day)),
    closureOn: day => (day === held ? null : calendar.closureOn(day)),
    nextWorkday: day => (day === held ? day : calendar.nextWorkday(day)),
    previousWorkday: day => (day === held ? day : calendar.previousWorkday(day)),
  }
}

async function dayOfMeeting(trx: Trx, networkId: string, meetingId: string | null): Promise<string | null> {
  if (meetingId === null) return null
  const row = await trx
    .selectFrom('meeting')
    .select(['starts_at', 'time_zone'])
    .where('network_id', '=', networkId)
    .where('id', '=', meetingId)
    .executeTakeFirst()
  return row ? localTime(row.starts_at, row.time_zone).day : null
}
