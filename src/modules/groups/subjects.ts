import type { Trx } from '#db/database.ts'
import type { FoundSubject, ThreadSubject } from '#http/module.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { findDeliverable } from '#modules/groups/deliverables.ts'
import { groupPeople, type OpenedGroup, openGroup, presentIds } from '#modules/groups/opening.ts'
import { openTask } from '#modules/groups/tasks.ts'

/** What of groups people speak about: a group, a task, a deliverable. Whoever takes part in the group takes part in that. */

export const group: ThreadSubject = {
  find: (trx, reader, id) =>
    unlessHidden(async () => {
      const opened = await openGroup(trx, reader, id, 'read')
      const { name, slug } = opened.group
      return {
        title: name,
        address: locale => href('group', { locale, network: reader.network.slug, group: slug }),
        ...rights(opened),
      }
    }),
  audience: presentIds,
}

export const task: ThreadSubject = {
  find: (trx, reader, id) =>
    unlessHidden(async () => {
      const { task, mayChange } = await openTask(trx, reader, id)
      const opened = task.group && (await openGroup(trx, reader, task.group.id, 'read'))
      return {
        title: task.title,
        address: locale => href('task', { locale, network: reader.network.slug, task: id }),
        mayWrite: mayChange,
        mayRun: opened ? opened.mayRun : false,
      }
    }),
  /** Who is to do it, and who wanted it done. */
  async audience(trx, networkId, id) {
    const row = await trx
      .selectFrom('task')
      .select(['owner_id', 'created_by'])
      .where('network_id', '=', networkId)
      .where('id', '=', id)
      .executeTakeFirst()
    return [...new Set([row?.owner_id, row?.created_by])].flatMap(person => person ?? [])
  },
}

export const deliverable: ThreadSubject = {
  find: (trx, reader, id) =>
    unlessHidden(async () => {
      const found = await findDeliverable(trx, reader, id)
      return {
        title: found.title,
        address: locale => href('deliverable', { locale, network: reader.network.slug, deliverable: id }),
        ...rights(await openGroup(trx, reader, found.group.id, 'read')),
      }
    }),
  audience: deliverableAudience,
}

/** Those who run the group, and whoever wanted it. */
async function deliverableAudience(trx: Trx, networkId: string, id: string): Promise<string[]> {
  const row = await trx
    .selectFrom('deliverable')
    .select(['group_id', 'created_by'])
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return []
  const people = await groupPeople(trx, networkId, row.group_id)
  const running = people.filter(({ role }) => role !== 'member').map(({ personId }) => personId)
  return [...new Set([...running, ...(row.created_by === null ? [] : [row.created_by])])]
}

function rights({ mayTakePart, mayRun }: OpenedGroup): Pick<FoundSubject, 'mayWrite' | 'mayRun'> {
  return { mayWrite: mayTakePart, mayRun }
}

async function unlessHidden(find: () => Promise<FoundSubject>): Promise<FoundSubject | null> {
  try {
    return await find()
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return null
    throw error
  }
}
