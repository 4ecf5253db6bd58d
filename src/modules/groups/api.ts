import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import {
  deliverableSchema,
  groupMemberSchema,
  groupSchema,
  newTaskSchema,
  oneGroupSchema,
  taskSchema,
} from '#modules/groups/api-schema.ts'
import { listDeliverables } from '#modules/groups/deliverables.ts'
import { faceOf } from '#modules/groups/face.ts'
import { groupKinds, taskStates } from '#modules/groups/kinds.ts'
import { listGroups } from '#modules/groups/listing.ts'
import { type Group, openGroup } from '#modules/groups/opening.ts'
import { listRoll } from '#modules/groups/roll.ts'
import { addTask, listTasks, openTask, setTaskState, type Task } from '#modules/groups/tasks.ts'
import { apiRoute, type Entry, entryOf, inWords, Refusal } from '#modules/network/index.ts'

const ofNetwork = z.object({ network: z.string() })
const ofGroup = ofNetwork.extend({
  group: z.string().openapi({ description: 'Its id, or the last word of its address.' }),
})
const ofTask = ofNetwork.extend({ task: z.uuid() })
const limit = z.coerce.number().int().min(1).max(200).default(50)
const after = z.uuid().optional().openapi({ description: 'The `next` of the answer before.' })
const next = z.uuid().nullable().openapi({ description: 'To be given as `after`; null on the last page.' })
const paging = z.object({ after, limit })

function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}

const groups = apiRoute('groups:read', {
  method: 'get',
  path: '/networks/{network}/groups',
  tags: ['Groups'],
  summary: 'The groups that the reader may know of',
  description: 'As a tree, each before those in it; with `q` or `kind` by name.',
  request: {
    params: ofNetwork,
    query: paging.extend({ q: z.string().max(200).default(''), kind: z.enum(groupKinds).optional() }),
  },
  responses: {
    200: answer('Groups', z.object({ groups: z.array(groupSchema), next })),
    ...problemResponses(422),
  },
})

const oneGroup = apiRoute('groups:read', {
  method: 'get',
  path: '/networks/{network}/groups/{group}',
  tags: ['Groups'],
  summary: 'A group, with its charter',
  request: { params: ofGroup },
  responses: { 200: answer('The group', oneGroupSchema) },
})

const members = apiRoute('groups:take-part', {
  method: 'get',
  path: '/networks/{network}/groups/{group}/members',
  tags: ['Groups'],
  summary: 'Who is in a group today: organisations with their people, then those who come for themselves',
  request: { params: ofGroup, query: paging },
  responses: {
    200: answer('Members', z.object({ members: z.array(groupMemberSchema), next })),
    ...problemResponses(422),
  },
})

const tasks = apiRoute('groups:take-part', {
  method: 'get',
  path: '/networks/{network}/groups/{group}/tasks',
  tags: ['Groups'],
  summary: 'What is to be done in a group, the most urgent first',
  request: { params: ofGroup, query: paging.extend({ state: z.enum(['open', 'closed']).default('open') }) },
  responses: {
    200: answer('Tasks', z.object({ tasks: z.array(taskSchema), next })),
    ...problemResponses(422),
  },
})

const newTask = apiRoute('groups:take-part', {
  method: 'post',
  path: '/networks/{network}/groups/{group}/tasks',
  tags: ['Groups'],
  summary: 'Adds a task to a group, and tells its owner',
  request: {
    params: ofGroup,
    body: { required: true, content: { 'application/json': { schema: newTaskSchema } } },
  },
  responses: { 201: answer('Added', taskSchema), ...problemResponses(422) },
})

const taskState = apiRoute('groups:take-part', {
  method: 'put',
  path: '/networks/{network}/tasks/{task}/state',
  tags: ['Groups'],
  summary: 'Says that a task is done, dropped, or to be done after all',
  request: {
    params: ofTask,
    body: {
      required: true,
      content: { 'application/json': { schema: z.object({ state: z.enum(taskStates) }) } },
    },
  },
  responses: { 200: answer('The task', taskSchema), ...problemResponses(422) },
})

const deliverables = apiRoute('groups:take-part', {
  method: 'get',
  path: '/networks/{network}/groups/{group}/deliverables',
  tags: ['Groups'],
  summary: 'What a group wants to have made, by when',
  request: { params: ofGroup, query: paging },
  responses: {
    200: answer('Deliverables', z.object({ deliverables: z.array(deliverableSchema), next })),
    ...problemResponses(422),
  },
})

export function groupsApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(groups, async c => {
    const entry = asKeyMay(entryOf(c))
    const { q, kind = null, after, limit } = c.req.valid('query')
    const found = await readTenant(c.var.services.db, entry.tenant, trx =>
      listGroups(trx, entry, { q, kind, archived: false }, { after, limit }),
    )
    return c.json({ groups: found.groups.map(({ group }) => shown(group)), next: found.next }, 200)
  })

  api.openapi(oneGroup, async c => {
    const entry = asKeyMay(entryOf(c))
    const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
      const opened = await openGroup(trx, entry, c.req.param('group'), 'read')
      return { ...opened, face: await faceOf(trx, entry, opened.group.id) }
    })
    const { charter, objectives, questions } = found.group
    const organisations = found.face.count
    return c.json(
      { ...shown(found.group), charter, objectives, questions, organisations, role: found.role },
      200,
    )
  })

  api.openapi(members, async c => {
    const entry = asKeyMay(entryOf(c))
    const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
      const { group } = await openGroup(trx, entry, c.req.param('group'), 'read')
      return listRoll(trx, entry.network.id, group.id, c.req.valid('query'))
    })
    const members = found.lines.map(({ id, organisation, people }) => ({
      organisation: organisation === null ? null : { id, name: organisation },
      people,
    }))
    return c.json({ members, next: found.next }, 200)
  })

  api.openapi(tasks, async c => {
    const entry = asKeyMay(entryOf(c))
    const { state, ...paging } = c.req.valid('query')
    const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
      const { group } = await openGroup(trx, entry, c.req.param('group'), 'read')
      return listTasks(trx, entry, { groupId: group.id, state }, paging)
    })
    return c.json({ tasks: found.tasks.map(shownTask), next: found.next }, 200)
  })

  api.openapi(newTask, async c => {
    const entry = asKeyMay(entryOf(c))
    const { db, linkOrigin } = c.var.services
    const added = await said(c, () =>
      inTenant(db, entry.tenant, async trx => {
        const { group } = await openGroup(trx, entry, c.req.param('group'), 'take-part')
        const { owner, due, ...words } = c.req.valid('json')
        const input = { ...words, ownerId: owner, dueOn: due, groupId: group.id, meetingId: null }
        return openTask(trx, entry, await addTask(trx, entry, input, linkOrigin))
      }),
    )
    return c.json(shownTask(added.task), 201)
  })

  api.openapi(taskState, async c => {
    const entry = asKeyMay(entryOf(c))
    const { task } = c.req.valid('param')
    const changed = await said(c, () =>
      inTenant(c.var.services.db, entry.tenant, async trx => {
        await setTaskState(trx, entry, task, c.req.valid('json').state)
        return openTask(trx, entry, task)
      }),
    )
    return c.json(shownTask(changed.task), 200)
  })

  api.openapi(deliverables, async c => {
    const entry = asKeyMay(entryOf(c))
    const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
      const { group } = await openGroup(trx, entry, c.req.param('group'), 'read')
      return listDeliverables(trx, entry, group.id, c.req.valid('query'))
    })
    const deliverables = found.deliverables.map(
      ({ id, title, details, dueOn, state, overdue, file, url }) => ({
        ...{ id, title, details, dueOn, state, overdue, file, url },
      }),
    )
    return c.json({ deliverables, next: found.next }, 200)
  })
}

/** A key of the network itself that is for managing groups does so at every address; a personal one is its person. */
function asKeyMay(entry: Entry): Entry {
  const manages = entry.actor.accountId === null && entry.scopes?.includes('groups:manage') === true
  return manages ? { ...entry, role: 'facilitator' } : entry
}

async function said<T>(c: AppContext, work: () => Promise<T>): Promise<T> {
  return work().catch(error => {
    throw error instanceof Refusal ? inWords(c.var.i18n, error) : error
  })
}

function shown(group: Group) {
  const { id, slug, kind, parentId, name, summary, visibility, joining, startsOn, endsOn, archivedAt } = group
  const archived = archivedAt?.toISOString() ?? null
  return {
    id,
    slug,
    kind,
    parentId,
    name,
    summary,
    visibility,
    joining,
    startsOn,
    endsOn,
    archivedAt: archived,
  }
}

function shownTask(task: Task) {
  const { id, title, details, owner, dueOn, state, overdue, group, meetingId } = task
  return { id, title, details, owner, dueOn, state, overdue, group, meetingId }
}
