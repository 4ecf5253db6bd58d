import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import type { Locale } from '#kernel/locale.ts'
import { usualHour } from '#modules/programmes/course/meeting-terms.ts'
import type { PlannedStep } from '#modules/programmes/planning/plan.ts'
import type { Mode } from '#modules/programmes/programme.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

/** A step that no template has, with what meetings expect of themselves; the rest is said afterwards. */
export function plainStep(
  language: Locale,
  step: Pick<PlannedStep, 'key' | 'title' | 'aim' | 'mode' | 'opensOn' | 'dueOn' | 'minutes' | 'beginsAt'>,
): PlannedStep {
  return {
    ...step,
    ...{ id: step.key, plannedOn: step.dueOn, after: [], why: [] },
    beginsAt: step.mode === 'own_work' ? null : (step.beginsAt ?? usualHour),
    ...{ tutor: 'facilitator', tasks: [], reminders: [7] },
    expectations: expectedAtFirst(language, step.mode),
  }
}

/** To be there is expected of every meeting: presence counts by it. */
export function expectedAtFirst(language: Locale, mode: Mode): PlannedStep['expectations'] {
  if (mode === 'own_work') return []
  const title = i18nFor(language).t('programme.expects.presence')
  return [{ kind: 'attendance', title, settings: {}, optional: false }]
}

export interface InsertedStep extends PlannedStep {
  position: number
}

/** With the ids that they have. Whoever calls has a change under way; meetings follow when it is settled. */
export async function insertSteps(
  trx: Trx,
  to: { networkId: string; programmeId: string; capsuleId: string; tutorId: string | null },
  steps: readonly InsertedStep[],
): Promise<void> {
  const of = { network_id: to.networkId, programme_id: to.programmeId }
  await trx
    .insertInto('programme_step')
    .values(
      steps.map(step => ({
        ...of,
        id: step.id,
        capsule_id: to.capsuleId,
        key: step.key,
        position: step.position,
        title: step.title,
        aim: step.aim,
        mode: step.mode,
        opens_on: step.opensOn,
        due_on: step.dueOn,
        planned_on: step.plannedOn,
        minutes: step.minutes,
        begins_at: step.mode === 'own_work' ? null : (step.beginsAt ?? usualHour),
        tutor_id: step.tutor === 'none' ? null : to.tutorId,
        reminders: step.reminders,
      })),
    )
    .execute()
  await insertExpectations(trx, to, steps)
}

export async function insertExpectations(
  trx: Trx,
  { networkId, programmeId }: { networkId: string; programmeId: string },
  steps: readonly Pick<PlannedStep, 'id' | 'expectations'>[],
): Promise<void> {
  const expectations = steps.flatMap(step =>
    step.expectations.map(({ kind, title, settings, optional }, position) => ({
      ...{ network_id: networkId, programme_id: programmeId, id: newId(), step_id: step.id },
      ...{ position, kind, title, optional, settings: JSON.stringify(settings) },
    })),
  )
  if (expectations.length > 0) await trx.insertInto('programme_expectation').values(expectations).execute()
}
