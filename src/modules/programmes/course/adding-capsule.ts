import type { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { changeCourse } from '#modules/programmes/course/changing.ts'
import { usualHour } from '#modules/programmes/course/meeting-terms.ts'
import { calendarFor, setDays, todayOf } from '#modules/programmes/course/moving.ts'
import { setPositions } from '#modules/programmes/course/ordering.ts'
import { asRefusals } from '#modules/programmes/course/previewing.ts'
import { rewire } from '#modules/programmes/course/rewiring.ts'
import type { capsuleForm } from '#modules/programmes/course/schema.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import {
  type CapsuleProposal,
  addCapsule as placeCapsule,
  planCapsule,
} from '#modules/programmes/planning/capsules.ts'
import type { PlannedCapsule } from '#modules/programmes/planning/plan.ts'
import { type Capsule, type Programme, stepsOf, structureOf } from '#modules/programmes/programme.ts'
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
      ? plainCapsule(input, taken)
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
  const steps = capsule.steps.map(step => {
    const {
      opensOn = step.opensOn,
      dueOn = step.dueOn,
      plannedOn = step.plannedOn,
    } = moved.get(step.id) ?? {}
    return { ...step, opensOn, dueOn, plannedOn }
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
function plainCapsule(input: AddingCapsule, taken: string[]): PlannedCapsule {
  if (input.title === '') throw new Refusal({ field: 'title', message: 'form.error.required' })
  const key = freeKey('capsule', taken)
  const { title, theme, aim, mode, startsOn } = input
  return {
    ...{ id: key, key, title, theme, aim },
    steps: [
      {
        ...{ id: `${key}-1`, key: `${key}-1`, title, aim: '', mode },
        ...{ opensOn: startsOn, dueOn: startsOn, plannedOn: startsOn, after: [] },
        ...{ minutes: 120, beginsAt: mode === 'own_work' ? null : usualHour },
        ...{ tutor: 'facilitator', tasks: [], reminders: [7], why: [] },
        expectations: [],
      },
    ],
  }
}

function freeKey(stem: string, taken: readonly string[]): string {
  let number = 1
  while (taken.some(key => key === `${stem}-${number}` || key === `${stem}-${number}-1`)) number++
  return `${stem}-${number}`
}

/** Of what was left out, too: it may be put back. */
async function takenKeys(trx: Trx, networkId: string, programmeId: string): Promise<string[]> {
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
  const of = { network_id: networkId, programme_id: programmeId }
  const capsuleId = newId()
  const ids = new Map(capsule.steps.map(({ id }) => [id, newId()]))
  const { key, title, theme, aim } = capsule
  await trx
    .insertInto('programme_capsule')
    .values({ ...of, id: capsuleId, key, position: 0, title, theme, aim })
    .execute()
  await trx
    .insertInto('programme_step')
    .values(
      capsule.steps.map((step, position) => ({
        ...of,
        id: ids.get(step.id) ?? newId(),
        capsule_id: capsuleId,
        key: step.key,
        position,
        title: step.title,
        aim: step.aim,
        mode: step.mode,
        opens_on: step.opensOn,
        due_on: step.dueOn,
        planned_on: step.plannedOn,
        minutes: step.minutes,
        begins_at: step.mode === 'own_work' ? null : (step.beginsAt ?? usualHour),
        tutor_id: step.tutor === 'none' ? null : tutorId,
        reminders: step.reminders,
      })),
    )
    .execute()
  const expectations = capsule.steps.flatMap(step =>
    step.expectations.map(({ kind, title, settings, optional }, position) => ({
      ...{ ...of, id: newId(), step_id: ids.get(step.id) ?? '', position, kind, title, optional },
      settings: JSON.stringify(settings),
    })),
  )
  if (expectations.length > 0) await trx.insertInto('programme_expectation').values(expectations).execute()
  return { capsuleId, ids }
}
