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

/** Open tasks of steps ahead, of those who run it, that belong to nobody of the group any more. */
export async function tasksWithoutOwner(
  trx: Trx,
  networkId: string,
  programme: Programme,
  people: readonly Pick<GroupPerson, 'personId'>[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select task.id from programme_step step
    join programme_task on programme_task.network_id = step.network_id
      and programme_task.programme_id = step.programme_id and programme_task.step_id = step.id
    join task on task.network_id = programme_task.network_id and task.id = programme_task.task_id
    where step.network_id = ${networkId}::uuid and step.programme_id = ${programme.id}::uuid
      and step.dropped_at is null and step.due_on >= ${todayOf(programme)}::date and task.state = 'open'
      and (task.owner_id is null or task.owner_id <> all (${people.map(({ personId }) => personId)}::uuid[]))
    order by task.due_on, task.id limit 5000`.execute(trx)
  return rows.map(({ id }) => id)
}

/**
 * Gives all steps ahead whose tutor has left to somebody else, and the open tasks of steps ahead that are nobody's any more.
 * Whoever takes them over is told, once.
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
    const steps = stepsWithoutTutor(programme, capsules, people).map(({ id }) => id)
    const tasks = await tasksWithoutOwner(trx, networkId, programme, people)
    if (steps.length + tasks.length === 0)
      throw new Refusal({ field: '', message: 'programme.error.all-tutored' })
    await sql`
      update programme_step set tutor_id = ${input.tutor}::uuid
      where network_id = ${networkId}::uuid and programme_id = ${programmeId}::uuid and id = any (${steps}::uuid[])`.execute(
      trx,
    )
    await sql`
      update task set owner_id = ${input.tutor}::uuid
      where network_id = ${networkId}::uuid and id = any (${tasks}::uuid[])`.execute(trx)
    if (steps.length > 0) await tellEntrusted(trx, entry, programme, input.tutor, steps.length, linkOrigin)
  })
}
