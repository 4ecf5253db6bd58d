import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { opensFor } from '#modules/programmes/course/adding-step.ts'
import { changeCourse } from '#modules/programmes/course/changing.ts'
import { isFulfilled, type Kinds } from '#modules/programmes/course/expecting.ts'
import { expectedAtFirst, insertExpectations } from '#modules/programmes/course/inserting-steps.ts'
import { usualHour } from '#modules/programmes/course/meeting-terms.ts'
import { calendarFor, setDays, todayOf } from '#modules/programmes/course/moving.ts'
import type { ChangingMode } from '#modules/programmes/course/step-schema.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { freeDays } from '#modules/programmes/planning/adding-step.ts'
import { moveSteps as planMoves } from '#modules/programmes/planning/moving.ts'
import type { ProposedMove, Why } from '#modules/programmes/planning/plan.ts'
import { distinct } from '#modules/programmes/planning/windows.ts'
import {
  type Capsule,
  type Expectation,
  type Programme,
  type Step,
  stepsOf,
  structureOf,
} from '#modules/programmes/programme.ts'

/** What comes of it when a step is done another way. */
export interface ModeChange {
  /** As it would be. */
  step: Step
  /** Why it is not on the day that was asked for. */
  why: Why[]
  /** Of others, which it pushes aside. */
  moves: ProposedMove[]
  /** Its meeting: one more, none any more, or the same elsewhere. */
  meeting: 'planned' | 'called-off' | 'changed'
  /** How many have a place at the meeting that there is, or wait for one. */
  registered: number
  /** Presence, which only meetings expect. */
  expectation: 'added' | 'removed' | null
}

interface Laid extends ModeChange {
  own: ProposedMove | null
  /** Those that go. */
  presences: Expectation[]
}

/** What would come of it. Nothing is written. */
export async function proposeMode(
  trx: Trx,
  entry: Entry,
  kinds: Kinds,
  programmeId: string,
  stepId: string,
  input: ChangingMode,
): Promise<ModeChange> {
  const { programme } = await openProgramme(trx, entry, programmeId, 'run')
  const capsules = await structureOf(trx, entry.network.id, programmeId)
  const of = { networkId: entry.network.id, programme, capsules }
  const { own: _, presences: __, ...change } = await layOut(trx, kinds, of, stepId, input)
  return change
}

/**
 * Has a step done another way: its meeting is planned, called off, or held elsewhere, and those who come are told.
 * @returns the revision that the programme has now
 * @throws AppError 'not-found', 'forbidden'; Refusal for what is over, for the same way as before, and where presence was said
 */
export async function changeMode(
  trx: Trx,
  entry: Entry,
  kinds: Kinds,
  programmeId: string,
  stepId: string,
  input: ChangingMode,
  linkOrigin: string,
): Promise<number> {
  const { revision, reason, mode } = input
  const networkId = entry.network.id
  const intent = { programmeId, revision, reason, kind: 'mode_changed' } as const
  return changeCourse(trx, entry, intent, linkOrigin, async ({ programme, capsules }) => {
    const laid = await layOut(trx, kinds, { networkId, programme, capsules }, stepId, input)
    const moves = [...laid.moves, ...(laid.own ? [laid.own] : [])]
    await setDays(
      trx,
      networkId,
      programmeId,
      moves.map(move => ({ ...move, beginsAt: null })),
    )
    await trx
      .updateTable('programme_step')
      .set({ mode, minutes: input.minutes, begins_at: laid.step.beginsAt })
      .where('network_id', '=', networkId)
      .where('programme_id', '=', programmeId)
      .where('id', '=', stepId)
      .execute()
    if (laid.expectation === 'added')
      await insertExpectations(trx, { networkId, programmeId }, [
        { id: stepId, expectations: expectedAtFirst(programme.language, mode) },
      ])
    if (laid.presences.length > 0)
      await trx
        .deleteFrom('programme_expectation')
        .where('network_id', '=', networkId)
        .where('programme_id', '=', programmeId)
        .where(
          'id',
          'in',
          laid.presences.map(({ id }) => id),
        )
        .execute()
  })
}

async function layOut(
  trx: Trx,
  kinds: Kinds,
  { networkId, programme, capsules }: { networkId: string; programme: Programme; capsules: Capsule[] },
  stepId: string,
  input: ChangingMode,
): Promise<Laid> {
  const { mode, day, time, minutes } = input
  const today = todayOf(programme)
  const step = stepsOf(capsules).find(({ id }) => id === stepId)
  if (!step) throw new AppError('not-found')
  const meeting = await meetingOf(trx, networkId, step)
  if (step.mode === mode) throw new Refusal({ field: 'mode', message: 'programme.error.same-mode' })
  if (step.dueOn < today || meeting?.over) throw new Refusal({ field: '', message: 'programme.error.past' })
  if (day < today) throw new Refusal({ field: 'day', message: 'programme.error.into-the-past' })
  const presences =
    mode === 'own_work' ? step.expectations.filter(({ kind }) => kinds[kind]?.subject === 'meeting') : []
  for (const { id, kind } of presences)
    if (await isFulfilled(trx, kinds[kind], step.meetingId ?? id, id))
      throw new Refusal({ field: 'mode', message: 'programme.error.fulfilled' })
  const given = { calendar: calendarFor(programme), today }
  // Work may be due on a day on which nobody meets.
  const free = mode === 'own_work' ? null : freeDays({ ...step, mode, opensOn: day, dueOn: day }, given)
  const own = {
    stepId,
    dueOn: free?.dueOn ?? day,
    // What has begun goes on having begun.
    ...(mode === 'own_work' && step.opensOn >= today && { opensOn: opensFor(input, today) }),
  }
  const otherwise = capsules.map(capsule => ({
    ...capsule,
    steps: capsule.steps.map(one => (one.id === stepId ? { ...one, mode } : one)),
  }))
  const { moves } = planMoves(otherwise, [own], given)
  const moved = moves.find(one => one.stepId === stepId) ?? null
  const { opensOn = step.opensOn, dueOn = step.dueOn, plannedOn = step.plannedOn } = moved ?? {}
  const beginsAt = mode === 'own_work' ? null : (time ?? step.beginsAt ?? usualHour)
  const held = step.mode !== 'own_work'
  const counts = step.expectations.some(({ kind }) => kinds[kind]?.subject === 'meeting')
  return {
    step: { ...step, mode, opensOn, dueOn, plannedOn, beginsAt, minutes },
    own: moved,
    why: distinct([...(free?.why ?? []), ...(moved?.why ?? [])]),
    moves: moves.filter(one => one.stepId !== stepId),
    meeting: mode === 'own_work' ? 'called-off' : held && meeting ? 'changed' : 'planned',
    registered: meeting?.registered ?? 0,
    expectation: presences.length > 0 ? 'removed' : mode !== 'own_work' && !counts ? 'added' : null,
    presences,
  }
}

/** The meeting of a step that stands; null where there is none. */
async function meetingOf(
  trx: Trx,
  networkId: string,
  { meetingId }: Step,
): Promise<{ over: boolean; registered: number } | null> {
  if (meetingId === null) return null
  const row = await trx
    .selectFrom('meeting')
    .select(eb => [
      'state',
      'starts_at',
      eb
        .selectFrom('registration')
        .select(one => one.fn.countAll<string>().as('count'))
        .whereRef('registration.network_id', '=', 'meeting.network_id')
        .whereRef('registration.meeting_id', '=', 'meeting.id')
        .where('registration.state', '<>', 'withdrawn')
        .as('registered'),
    ])
    .where('network_id', '=', networkId)
    .where('id', '=', meetingId)
    .where('state', '<>', 'cancelled')
    .executeTakeFirst()
  if (!row) return null
  return { over: row.state === 'held' || row.starts_at < new Date(), registered: Number(row.registered ?? 0) }
}
