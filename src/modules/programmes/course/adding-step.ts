import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { freeKey, takenKeys } from '#modules/programmes/course/adding-capsule.ts'
import { changeCourse } from '#modules/programmes/course/changing.ts'
import { insertSteps, plainStep } from '#modules/programmes/course/inserting-steps.ts'
import { calendarFor, setDays, todayOf } from '#modules/programmes/course/moving.ts'
import { rewire } from '#modules/programmes/course/rewiring.ts'
import type { AddingStep } from '#modules/programmes/course/step-schema.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { addStep as placeStep } from '#modules/programmes/planning/adding-step.ts'
import type { CapsuleProposal } from '#modules/programmes/planning/capsules.ts'
import { addDays, latest } from '#modules/programmes/planning/days.ts'
import type { PlannedStep } from '#modules/programmes/planning/plan.ts'
import { type Capsule, type Programme, stepsOf, structureOf } from '#modules/programmes/programme.ts'

export interface StepAddition extends CapsuleProposal {
  capsule: Capsule
  /** As it would be, on the days that it would have. */
  step: PlannedStep
}

/** The step on its days, and what it pushes aside. Nothing is written. */
export async function proposeStep(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  input: AddingStep,
): Promise<StepAddition> {
  const { programme } = await openProgramme(trx, entry, programmeId, 'run')
  const capsules = await structureOf(trx, entry.network.id, programmeId)
  return addition(programme, capsules, input, newId())
}

/**
 * Adds a step to a capsule; what comes after it makes room, and a meeting is planned with it.
 * @param stepId the one that it is to have
 * @returns the revision that the programme has now
 */
export async function addStep(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  input: AddingStep,
  linkOrigin: string,
  stepId = newId(),
): Promise<number> {
  const { revision, reason } = input
  const networkId = entry.network.id
  const intent = { programmeId, revision, reason, kind: 'step_added' } as const
  return changeCourse(trx, entry, intent, linkOrigin, async ({ programme, capsules }) => {
    const { capsule, step, moves, rewired } = addition(programme, capsules, input, stepId)
    const key = freeKey('step', await takenKeys(trx, networkId, programmeId))
    const tutorId = stepsOf(capsules).findLast(({ tutor }) => tutor !== null)?.tutor?.id ?? null
    const behind = await positionBehind(trx, networkId, programmeId, capsule.id, input.after)
    await makeRoom(trx, networkId, programmeId, capsule.id, behind)
    const to = { networkId, programmeId, capsuleId: capsule.id, tutorId }
    await insertSteps(trx, to, [{ ...step, key, position: behind + 1 }])
    await setDays(
      trx,
      networkId,
      programmeId,
      moves.map(move => ({ ...move, beginsAt: null })),
    )
    await rewire(trx, networkId, programmeId, rewired)
  })
}

function addition(
  programme: Programme,
  capsules: Capsule[],
  input: AddingStep,
  stepId: string,
): StepAddition {
  const today = todayOf(programme)
  const { after, title, aim, mode, day, time, minutes } = input
  const capsule = capsules.find(({ id, steps }) => id === after || steps.some(step => step.id === after))
  if (!capsule) throw new Refusal({ field: 'after', message: 'form.error.choose' })
  if (day < today) throw new Refusal({ field: 'day', message: 'programme.error.into-the-past' })
  const opensOn = opensFor(input, today)
  const wished = {
    ...plainStep(programme.language, {
      ...{ key: 'step', title, aim, mode, opensOn, dueOn: day, minutes, beginsAt: time },
    }),
    id: stepId,
  }
  const behind = capsule.id === after ? null : after
  const found = placeStep(
    capsules,
    { step: wished, capsuleId: capsule.id, behind },
    { calendar: calendarFor(programme), today },
  )
  return { ...found, capsule, step: { ...wished, ...found.days } }
}

/** Own work has a fortnight where nobody says from when on; of a meeting, its day. @throws Refusal for an end before the start */
export function opensFor(
  { mode, day, opens }: Pick<AddingStep, 'mode' | 'day' | 'opens'>,
  today: string,
): string {
  if (mode !== 'own_work') return day
  if (opens !== null && opens > day)
    throw new Refusal({ field: 'day', message: 'programme.error.ends-before' })
  return latest(today, opens ?? addDays(day, -14))
}

/** Those left out keep their places: they may be put back. @param after a step of the capsule, or the capsule itself */
async function positionBehind(
  trx: Trx,
  networkId: string,
  programmeId: string,
  capsuleId: string,
  after: string,
): Promise<number> {
  const row = await trx
    .selectFrom('programme_step')
    .select('position')
    .where('network_id', '=', networkId)
    .where('programme_id', '=', programmeId)
    .where('capsule_id', '=', capsuleId)
    .where('id', '=', after)
    .executeTakeFirst()
  return row?.position ?? -1
}

async function makeRoom(
  trx: Trx,
  networkId: string,
  programmeId: string,
  capsuleId: string,
  behind: number,
): Promise<void> {
  await sql`
    update programme_step set position = position + 1
    where network_id = ${networkId}::uuid and programme_id = ${programmeId}::uuid
      and capsule_id = ${capsuleId}::uuid and position > ${behind}`.execute(trx)
}
