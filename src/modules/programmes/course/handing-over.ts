import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { type GroupPerson, groupPeople } from '#modules/groups/index.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { changeCourse } from '#modules/programmes/course/changing.ts'
import { todayOf } from '#modules/programmes/course/moving.ts'
import { tellEntrusted } from '#modules/programmes/course/telling.ts'
import { type Capsule, type Programme, type Step, stepsOf } from '#modules/programmes/programme.ts'

/** Steps ahead whose tutor is not in the group any more; of work on one's own, those that have none as well. */
export function stepsWithoutTutor(
  programme: Programme,
  capsules: readonly Capsule[],
  people: readonly Pick<GroupPerson, 'personId'>[],
): Step[] {
  const today = todayOf(programme)
  const here = new Set(people.map(({ personId }) => personId))
  return stepsOf(capsules).filter(
    ({ dueOn, tutor, mode }) =>
      dueOn >= today && (tutor === null ? mode === 'own_work' : !here.has(tutor.id)),
  )
}

/**
 * Gives all steps ahead whose tutor has left to somebody else, and the tasks that went with them. Whoever takes them over
 * is told, once.
 */
export async function handOverSteps(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  input: { revision: number; tutor: string },
  linkOrigin: string,
): Promise<number> {
  const networkId = entry.network.id
  const intent = { programmeId, revision: input.revision, kind: 'changed' } as const
  return changeCourse(trx, entry, intent, linkOrigin, async ({ programme, capsules, group }) => {
    const people = await groupPeople(trx, networkId, group.id)
    if (!people.some(({ personId }) => personId === input.tutor))
      throw new Refusal({ field: 'tutor', message: 'form.error.choose' })
    const ids = stepsWithoutTutor(programme, capsules, people).map(({ id }) => id)
    if (ids.length === 0) throw new Refusal({ field: '', message: 'programme.error.all-tutored' })
    await sql`
      with given as (
        update programme_step set tutor_id = ${input.tutor}::uuid
        where network_id = ${networkId}::uuid and programme_id = ${programmeId}::uuid and id = any (${ids}::uuid[])
        returning id
      )
      update task set owner_id = ${input.tutor}::uuid
      from programme_task join given on given.id = programme_task.step_id
      where programme_task.network_id = ${networkId}::uuid and programme_task.programme_id = ${programmeId}::uuid
        and task.network_id = ${networkId}::uuid and task.id = programme_task.task_id and task.state = 'open'
        and (task.owner_id is null
          or task.owner_id <> all (${people.map(({ personId }) => personId)}::uuid[]))`.execute(trx)
    await tellEntrusted(trx, entry, programme, input.tutor, ids.length, linkOrigin)
  })
}
