import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type Done, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import {
  addDeliverable,
  changeDeliverable,
  deliverableInput,
  findDeliverable,
  listDeliverables,
} from '#modules/groups/deliverables.ts'
import { listGroupFiles } from '#modules/groups/group-files.ts'
import { type TaskState, taskStates } from '#modules/groups/kinds.ts'
import { openGroup, peopleChoices } from '#modules/groups/opening.ts'
import { slugOf } from '#modules/groups/pages.ts'
import { addTask, changeTask, listTasks, openTask, setTaskState, taskForm } from '#modules/groups/tasks.ts'
import {
  DeliverablePage,
  DeliverablesPage,
  OwnTasksPage,
  TaskPage,
  TasksPage,
} from '#modules/groups/views/work-pages.tsx'
import { entryOf, unlessRefused } from '#modules/network/index.ts'
import { threadOf } from '#modules/threads/index.ts'

export async function showTasks(c: AppContext): Promise<Response> {
  return answerTasks(c, formOf({ owner: entryOf(c).personId }), 200)
}

export async function postTask(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { value, form } = await readForm(c, taskForm)
  if (!value) return answerTasks(c, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, async trx => {
      const { group } = await openGroup(trx, entry, slugOf(c), 'take-part')
      const task = { title: value.title, details: value.details, ownerId: value.owner, dueOn: value.due }
      return addTask(trx, entry, { ...task, groupId: group.id, meetingId: null }, linkOrigin)
    }),
  )
  if (result.form) return answerTasks(c, result.form, 422)
  return redirectDone(c, workAddress(c, 'groupTasks'), 'task-added')
}

export async function showOwnTasks(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx =>
    entry.personId === null
      ? { tasks: [], next: null }
      : listTasks(trx, entry, { ownerId: entry.personId, state: 'open' }, { after: c.req.query('after') }),
  )
  return page(c, OwnTasksPage, { network: entry.network, ...found })
}

export async function showTask(c: AppContext): Promise<Response> {
  return answerTask(c, null, 200)
}

export async function postTaskChange(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { value, form } = await readForm(c, taskForm)
  if (!value) return answerTask(c, form, 422)
  const changed = { title: value.title, details: value.details, ownerId: value.owner, dueOn: value.due }
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, trx => changeTask(trx, entry, taskId(c), changed, linkOrigin)),
  )
  if (result.form) return answerTask(c, result.form, 422)
  return redirectDone(c, taskAddress(c), 'task-changed')
}

/** What is said of it once it is so. */
const told: Record<TaskState, Done> = { open: 'task-open', done: 'task-done', dropped: 'task-dropped' }

const stateForm = z.object({ state: z.enum(taskStates), back: z.enum(['task', 'group']).default('group') })

export async function postTaskState(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value } = await readForm(c, stateForm)
  if (!value) throw new AppError('bad-request')
  const { group } = await inTenant(c.var.services.db, entry.tenant, trx =>
    setTaskState(trx, entry, taskId(c), value.state),
  )
  const here = { locale: c.var.locale, network: entry.network.slug }
  const list = group === null ? href('tasks', here) : href('groupTasks', { ...here, group: group.slug })
  return redirectDone(c, value.back === 'task' ? taskAddress(c) : list, told[value.state])
}

export async function showDeliverables(c: AppContext): Promise<Response> {
  return answerDeliverables(c, formOf({ state: 'planned' }), 200)
}

export async function postDeliverable(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, deliverableInput)
  if (!value) return answerDeliverables(c, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => addDeliverable(trx, entry, slugOf(c), value)),
  )
  if (result.form) return answerDeliverables(c, result.form, 422)
  return redirectDone(c, workAddress(c, 'groupDeliverables'), 'deliverable-added')
}

export async function showDeliverable(c: AppContext): Promise<Response> {
  return answerDeliverable(c, null, 200)
}

export async function postDeliverableChange(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, deliverableInput)
  if (!value) return answerDeliverable(c, form, 422)
  const id = c.req.param('deliverable') ?? ''
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => changeDeliverable(trx, entry, id, value)),
  )
  if (result.form) return answerDeliverable(c, result.form, 422)
  const here = { locale: c.var.locale, network: entry.network.slug, deliverable: id }
  return redirectDone(c, href('deliverable', here), 'deliverable-changed')
}

async function answerTasks(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const closed = c.req.query('state') === 'closed'
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const opened = await openGroup(trx, entry, slugOf(c), 'read')
    const query = { groupId: opened.group.id, state: closed ? ('closed' as const) : ('open' as const) }
    return {
      opened,
      ...(await listTasks(trx, entry, query, { after: c.req.query('after') })),
      owners: opened.mayTakePart
        ? await peopleChoices(trx, entry.network.id, opened.group.id, [entry.personId])
        : [],
    }
  })
  return page(c, TasksPage, { network: entry.network, closed, ...found, form }, { status })
}

async function answerTask(c: AppContext, form: FormState | null, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const opened = await openTask(trx, entry, taskId(c))
    const { group, owner } = opened.task
    return {
      ...opened,
      owners:
        group && opened.mayChange
          ? await peopleChoices(trx, entry.network.id, group.id, [entry.personId, owner?.id ?? null])
          : owner
            ? [owner]
            : [],
      thread: await threadOf(c, trx, { type: 'task', id: opened.task.id }),
    }
  })
  const { title, owner, dueOn, details } = found.task
  const known = formOf({ title, owner: owner?.id ?? '', due: dueOn, details })
  return page(c, TaskPage, { network: entry.network, ...found, form: form ?? known }, { status })
}

async function answerDeliverables(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const opened = await openGroup(trx, entry, slugOf(c), 'read')
    const { id } = opened.group
    return {
      opened,
      ...(await listDeliverables(trx, entry, id, { after: c.req.query('after') })),
      files: opened.mayTakePart
        ? (await listGroupFiles(trx, entry.network.id, id, { limit: 100 })).files
        : [],
    }
  })
  return page(c, DeliverablesPage, { network: entry.network, ...found, form }, { status })
}

async function answerDeliverable(
  c: AppContext,
  form: FormState | null,
  status: 200 | 422,
): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const deliverable = await findDeliverable(trx, entry, c.req.param('deliverable') ?? '')
    const { mayTakePart } = await openGroup(trx, entry, deliverable.group.id, 'read')
    const { files } = await listGroupFiles(trx, entry.network.id, deliverable.group.id, { limit: 100 })
    const chosen = deliverable.file
    return {
      deliverable,
      mayChange: mayTakePart,
      files: chosen && !files.some(({ id }) => id === chosen.id) ? [chosen, ...files] : files,
      thread: await threadOf(c, trx, { type: 'deliverable', id: deliverable.id }),
    }
  })
  const { title, details, dueOn, state, file, url } = found.deliverable
  const known = formOf({ title, details, due: dueOn, state, file: file?.id ?? '', url })
  return page(c, DeliverablePage, { network: entry.network, ...found, form: form ?? known }, { status })
}

function workAddress(c: AppContext, name: 'groupTasks' | 'groupDeliverables'): string {
  return href(name, { locale: c.var.locale, network: entryOf(c).network.slug, group: slugOf(c) })
}

function taskId(c: AppContext): string {
  return c.req.param('task') ?? ''
}

function taskAddress(c: AppContext): string {
  return href('task', { locale: c.var.locale, network: entryOf(c).network.slug, task: taskId(c) })
}
