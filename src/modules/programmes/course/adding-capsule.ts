import type { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { changeCourse } from '#modules/programmes/course/changing.ts'
import { insertSteps, plainStep } from '#modules/programmes/course/inserting-steps.ts'
import { calendarFor, setDays, todayOf } from '#modules/programmes/course/moving.ts'
import { setPositions } from '#modules/programmes/course/ordering.ts'
import { asRefusals } from '#modules/programmes/course/previewing.ts'
import { rewire } from '#modules/programmes/course/rewiring.ts'
import type { capsuleForm } from '#modules/programmes/course/schema.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { freeDays } from '#modules/programmes/planning/adding-step.ts'
import {
  type CapsuleProposal,
  addCapsule as placeCapsule,
  planCapsule,
} from '#modules/programmes/planning/capsules.ts'
import type { PlannedCapsule, Why } from '#modules/programmes/planning/plan.ts'
import { distinct } from '#modules/programmes/planning/windows.ts'
import {
  type Capsule,
  type Programme,
  type Step,
  stepsOf,
  structureOf,
} from '#modules/programmes/programme.ts'
import type { ProgrammeTemplate } from '#modules/programmes/templates/index.ts'

export type AddingCapsule = z.output<typeof capsuleForm>

export interface CapsuleAddition extends CapsuleProposal {
  /** As it would be, its steps on the days that they would have; ids are keys. */
  capsule: PlannedCapsule
}

/** The capsule laid out, and what it pushes aside. Nothing is written. */
export async function proposeCapsule(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  input: AddingCapsule,
): Promise<CapsuleAddition> {
  const { programme } = await openProgramme(trx, entry, programmeId, 'run')
  const capsules = await structureOf(trx, entry.network.id, programmeId)
  return addition(trx, entry, programme, capsules, input)
}

/** Adds a capsule, of the template or a plain one; what comes after it makes room. */
export async function addCapsule(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  input: AddingCapsule,
  linkOrigin: string,
): Promise<number> {
  const { revision, reason } = input
  const networkId = entry.network.id
  const intent = { programmeId, revision, reason, kind: 'capsule_added' } as const
  return changeCourse(trx, entry, intent, linkOrigin, async ({ programme, capsules }) => {
    const found = await addition(trx, entry, programme, capsules, input)
    const tutor = stepsOf(capsules).findLast(step => step.tutor !== null)?.tutor ?? null
    const { capsuleId, ids } = await insertCapsule(
      trx,
      networkId,
      programmeId,
      found.capsule,
      tutor?.id ?? null,
    )
    const known = (id: string) => ids.get(id) ?? id
    await setDays(
      trx,
      networkId,
      programmeId,
      found.moves.filter(({ stepId }) => !ids.has(stepId)).map(move => ({ ...move, beginsAt: null })),
    )
    // Its own steps come after each other, and after what it was put behind.
    const wired = new Map(found.rewired.map(({ stepId, after }) => [stepId, after]))
    for (const { id, after } of found.capsule.steps) if (!wired.has(id)) wired.set(id, after)
    await rewire(
      trx,
      networkId,
      programmeId,
      [...wired].map(([stepId, after]) => ({
        stepId: known(stepId),
        after: after.map(one => ({ ...one, stepId: known(one.stepId) })),
      })),
    )
    const at = placeAfter(capsules, input.after)
    const order = capsules.map(({ id }) => id)
    await setPositions(trx, networkId, programmeId, order.toSpliced(at, 0, capsuleId))
  })
}

async function addition(
  trx: Trx,
  entry: Entry,
  programme: Programme,
  capsules: readonly Capsule[],
  input: AddingCapsule,
): Promise<CapsuleAddition> {
  const today = todayOf(programme)
  if (input.startsOn < today)
    throw new Refusal({ field: 'startsOn', message: 'programme.error.into-the-past' })
  const taken = await takenKeys(trx, entry.network.id, programme.id)
  const planned =
    input.source === ''
      ? plainCapsule(programme, input, taken)
      : await templateCapsule(trx, entry, programme, input, taken)
  if (!planned) throw new Refusal({ field: 'source', message: 'form.error.choose' })
  const capsule = {
    ...planned,
    ...(input.title && { title: input.title }),
    ...(input.theme && { theme: input.theme }),
  }
  const at = placeAfter(capsules, input.after)
  const found = placeCapsule(capsules, { capsule, at }, { calendar: calendarFor(programme), today })
  const moved = new Map(found.moves.map(move => [move.stepId, move]))
  const before = stepsOf(capsules.slice(0, at)).reduce<Step | null>(
    (last, step) => (last === null || step.dueOn > last.dueOn ? step : last),
    null,
  )
  const steps = capsule.steps.map(step => {
    const move = moved.get(step.id)
    const { opensOn = step.opensOn, dueOn = step.dueOn, plannedOn = step.plannedOn } = move ?? {}
    // The whole capsule goes behind the one before it; why its steps do would be said of none of them.
    const pushed: Why[] =
      move && before && before.dueOn >= step.opensOn ? [{ kind: 'after', stepId: before.id }] : []
    return { ...step, opensOn, dueOn, plannedOn, why: distinct([...pushed, ...(move?.why ?? step.why)]) }
  })
  return { ...found, capsule: { ...capsule, steps } }
}

function placeAfter(capsules: readonly Capsule[], after: string): number {
  const at = capsules.findIndex(({ id }) => id === after)
  if (at < 0) throw new Refusal({ field: 'after', message: 'form.error.choose' })
  return at + 1
}

async function templateCapsule(
  trx: Trx,
  entry: Entry,
  programme: Programme,
  input: AddingCapsule,
  taken: string[],
): Promise<PlannedCapsule | null> {
  const { country, subdivision, closures, language: locale } = programme
  const template = await templateOf(trx, entry.network.id, programme.id)
  if (!template) return null
  return asRefusals(() =>
    planCapsule(template, input.source, {
      ...{ startsOn: input.startsOn, country, subdivision, closures, locale, taken },
    }),
  )
}

/** The template as it was when the programme was made; null where nothing of it was kept. */
export async function templateOf(
  trx: Trx,
  networkId: string,
  programmeId: string,
): Promise<ProgrammeTemplate | null> {
  const row = await trx
    .selectFrom('programme')
    .select('template')
    .where('network_id', '=', networkId)
    .where('id', '=', programmeId)
    .executeTakeFirstOrThrow()
  const template = row.template as Partial<ProgrammeTemplate> | null
  return template?.capsules ? (template as ProgrammeTemplate) : null
}

/** One step, to be described afterwards. */
function plainCapsule(programme: Programme, input: AddingCapsule, taken: string[]): PlannedCapsule {
  if (input.title === '') throw new Refusal({ field: 'title', message: 'form.error.required' })
  const key = freeKey('capsule', taken)
  const { title, theme, aim, mode, startsOn } = input
  const step = plainStep(programme.language, {
    ...{ key: `${key}-1`, title, aim: '', mode, minutes: 120 },
    ...{ opensOn: startsOn, dueOn: startsOn, beginsAt: null },
  })
  const days = freeDays(step, { calendar: calendarFor(programme), today: todayOf(programme) })
  return { ...{ id: key, key, title, theme, aim }, steps: [{ ...step, ...days }] }
}

export function freeKey(stem: string, taken: readonly string[]): string {
  let number = 1
  while (taken.some(key => key === `${stem}-${number}` || key === `${stem}-${number}-1`)) number++
  return `${stem}-${number}`
}

/** Of what was left out, too: it may be put back. */
export async function takenKeys(trx: Trx, networkId: string, programmeId: string): Promise<string[]> {
  const keysIn = (table: 'programme_capsule' | 'programme_step') =>
    trx
      .selectFrom(table)
      .select('key')
      .where('network_id', '=', networkId)
      .where('programme_id', '=', programmeId)
  const rows = await keysIn('programme_capsule').unionAll(keysIn('programme_step')).execute()
  return rows.map(({ key }) => key)
}

async function insertCapsule(
  trx: Trx,
  networkId: string,
  programmeId: string,
  capsule: PlannedCapsule,
  tutorId: string | null,
): Promise<{ capsuleId: string; ids: Map<string, string> }> {
  const capsuleId = newId()
  const ids = new Map(capsule.steps.map(({ id }) => [id, newId()]))
  const { key, title, theme, aim } = capsule
  await trx
    .insertInto('programme_capsule')
    .values({
      ...{ network_id: networkId, programme_id: programmeId, id: capsuleId },
      ...{ key, position: 0, title, theme, aim },
    })
    .execute()
  await insertSteps(
    trx,
    { networkId, programmeId, capsuleId, tutorId },
    capsule.steps.map((step, position) => ({ ...step, id: ids.get(step.id) ?? newId(), position })),
  )
  return { capsuleId, ids }
}
