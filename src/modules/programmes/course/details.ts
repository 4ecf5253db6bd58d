import type { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { groupPeople } from '#modules/groups/index.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { changeCourse } from '#modules/programmes/course/changing.ts'
import type { capsuleDetailsForm, detailsForm, stepDetailsForm } from '#modules/programmes/course/schema.ts'
import { stepsOf } from '#modules/programmes/programme.ts'

/** What it is called, and about. */
export async function changeDetails(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  { revision, name, about }: z.output<typeof detailsForm>,
  linkOrigin: string,
): Promise<number> {
  const intent = { programmeId, revision, kind: 'changed' } as const
  return changeCourse(trx, entry, intent, linkOrigin, async () => {
    await trx
      .updateTable('programme')
      .set({ name, about })
      .where('network_id', '=', entry.network.id)
      .where('id', '=', programmeId)
      .execute()
  })
}

/** @throws AppError 'not-found' for a capsule that is not of this programme */
export async function changeCapsule(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  capsuleId: string,
  { revision, title, theme, aim }: z.output<typeof capsuleDetailsForm>,
  linkOrigin: string,
): Promise<number> {
  const intent = { programmeId, revision, kind: 'changed' } as const
  return changeCourse(trx, entry, intent, linkOrigin, async ({ capsules }) => {
    if (!capsules.some(({ id }) => id === capsuleId)) throw new AppError('not-found')
    await trx
      .updateTable('programme_capsule')
      .set({ title, theme, aim })
      .where('network_id', '=', entry.network.id)
      .where('programme_id', '=', programmeId)
      .where('id', '=', capsuleId)
      .execute()
  })
}

/** @throws AppError 'not-found'; Refusal for a tutor who is not in the group */
export async function changeStep(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  stepId: string,
  { revision, title, aim, minutes, tutor }: z.output<typeof stepDetailsForm>,
  linkOrigin: string,
): Promise<number> {
  const networkId = entry.network.id
  const intent = { programmeId, revision, kind: 'changed' } as const
  return changeCourse(trx, entry, intent, linkOrigin, async ({ capsules, group }) => {
    const step = stepsOf(capsules).find(({ id }) => id === stepId)
    if (!step) throw new AppError('not-found')
    if (tutor !== null && tutor !== step.tutor?.id) {
      const people = await groupPeople(trx, networkId, group.id)
      if (!people.some(({ personId }) => personId === tutor))
        throw new Refusal({ field: 'tutor', message: 'form.error.choose' })
    }
    await trx
      .updateTable('programme_step')
      .set({ title, aim, minutes, tutor_id: tutor })
      .where('network_id', '=', networkId)
      .where('programme_id', '=', programmeId)
      .where('id', '=', stepId)
      .execute()
  })
}
