import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import type { TaskState } from '#modules/groups/kinds.ts'
import { openGroup } from '#modules/groups/opening.ts'
import { inForce, present, type Reader, runsAll, seen, today } from '#modules/groups/seeing.ts'
import { actorName, tell } from '#modules/groups/telling.ts'
import { type Entry, optionalDay, optionalId, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** What somebody is to do by when. */
export interface Task {
  id: string
  title: string
  details: string
  owner: { id: string; name: string } | null
  /** ISO day. */
  dueOn: string | null
  state: TaskState
  doneAt: Date | null
  /** Open, and its day is over. */
  overdue: boolean
  group: { id: string; slug: string; name: string } | null
  /** The meeting it was decided at. */
  meetingId: string | null
  createdBy: string | null
}

export interface TaskInput {
  title: string
  details: string
  ownerId: string | null
  dueOn: string | null
}

/** As a form or a programme has it. */
export const taskForm = z.object({
  title: z.string().trim().min(1).max(300),
  details: z.string().trim().max(10_000).default(''),
  owner: optionalId,
  due: optionalDay,
})

export interface TasksQuery {
  groupId?: string | undefined
  meetingId?: string | undefined
  ownerId?: string | undefined
  /** All where nothing is said; 'closed': done or dropped. */
  state?: 'open' | 'closed' | undefined
}

/**
 * Something to be done. Its owner is told.
 * @param input.groupId of a group in which whoever asks takes part; without, whoever calls has seen to it that they may
 * @throws AppError 'not-found', 'forbidden'; Refusal for an owner who is not in the group
 */
export async function addTask(
  trx: Trx,
  entry: Entry,
  input: TaskInput & { groupId: string | null; meetingId: string | null },
  linkOrigin: string,
): Promise<string> {
  const networkId = entry.network.id
  if (input.groupId !== null) await openGroup(trx, entry, input.groupId, 'take-part')
  await refuseStranger(trx, networkId, input.groupId, input.ownerId)
  const id = newId()
  await trx
    .insertInto('task')
    .values({
      network_id: networkId,
      id,
      group_id: input.groupId,
      meeting_id: input.meetingId,
      title: input.title,
      details: input.details,
      owner_id: input.ownerId,
      due_on: input.dueOn,
      created_by: entry.personId,
    })
    .execute()
  await tellOwner(trx, entry, { id, ...input }, linkOrigin)
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: 'task.added',
    subject: { type: 'task', id },
    after: {
      group_id: input.groupId,
      meeting_id: input.meetingId,
      owner_id: input.ownerId,
      due_on: input.dueOn,
    },
  })
  return id
}

/** What the reader may know of, the most urgent first: two hundred at most. For a meeting, whoever asks has opened it. */
export async function tasksOf(trx: Trx, reader: Reader, query: TasksQuery): Promise<Task[]> {
  return (await listTasks(trx, reader, query, { limit: 200 })).tasks
}

/** The same, page by page. @param page.after id of the last one already shown */
export async function listTasks(
  trx: Trx,
  reader: Reader,
  query: TasksQuery,
  { after, limit = 50 }: { after?: string | undefined; limit?: number } = {},
): Promise<{ tasks: Task[]; next: string | null }> {
  const networkId = reader.network.id
  const order = (table: string) =>
    sql`(${sql.ref(`${table}.state`)} <> 'open', coalesce(${sql.ref(`${table}.due_on`)}, 'infinity'::date), ${sql.ref(`${table}.id`)})`
  const rows = await selection(trx, reader, query.meetingId !== undefined)
    .$if(query.groupId !== undefined, rows => rows.where('task.group_id', '=', query.groupId ?? ''))
    .$if(query.meetingId !== undefined, rows => rows.where('task.meeting_id', '=', query.meetingId ?? ''))
    .$if(query.ownerId !== undefined, rows => rows.where('task.owner_id', '=', query.ownerId ?? ''))
    .$if(query.state === 'open', rows => rows.where('task.state', '=', 'open'))
    .$if(query.state === 'closed', rows => rows.where('task.state', '<>', 'open'))
    .$if(after !== undefined && isId(after), rows =>
      rows.where(
        sql<SqlBool>`${order('task')} > (
          select last.state <> 'open', coalesce(last.due_on, 'infinity'::date), last.id from task last
          where last.network_id = ${networkId}::uuid and last.id = ${after}::uuid)`,
      ),
    )
    .orderBy(sql`task.state <> 'open'`)
    .orderBy(sql`coalesce(task.due_on, 'infinity'::date)`)
    .orderBy('task.id')
    .limit(limit + 1)
    .execute()
  const tasks = rows.slice(0, limit).map(asTask)
  return { tasks, next: rows.length > limit ? (tasks.at(-1)?.id ?? null) : null }
}

/** @throws AppError 'not-found' for one that is not there or not for this reader */
export async function openTask(
  trx: Trx,
  reader: Reader,
  id: string,
): Promise<{ task: Task; mayChange: boolean }> {
  const row = isId(id)
    ? await selection(trx, reader, false).where('task.id', '=', id).executeTakeFirst()
    : undefined
  if (!row) throw new AppError('not-found')
  const task = asTask(row)
  if (task.group === null) return { task, mayChange: reader.role !== 'visitor' }
  const { mayTakePart } = await openGroup(trx, reader, task.group.id, 'read')
  return { task, mayChange: mayTakePart }
}

/** @throws AppError 'not-found', 'forbidden'; Refusal for an owner who is not in the group */
export async function changeTask(
  trx: Trx,
  entry: Entry,
  id: string,
  input: TaskInput,
  linkOrigin: string,
): Promise<Task> {
  const before = await changeable(trx, entry, id)
  if (input.ownerId !== before.owner?.id)
    await refuseStranger(trx, entry.network.id, before.group?.id ?? null, input.ownerId)
  await trx
    .updateTable('task')
    .set({ title: input.title, details: input.details, owner_id: input.ownerId, due_on: input.dueOn })
    .where('network_id', '=', entry.network.id)
    .where('id', '=', id)
    .execute()
  if (input.ownerId !== (before.owner?.id ?? null)) await tellOwner(trx, entry, { id, ...input }, linkOrigin)
  await announceChange(trx, entry.network.id)
  const texts = [
    before.title !== input.title && 'title',
    before.details !== input.details && 'details',
  ].filter(Boolean)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'task.changed',
    subject: { type: 'task', id },
    before: { owner_id: before.owner?.id ?? null, due_on: before.dueOn, texts: [] },
    after: { owner_id: input.ownerId, due_on: input.dueOn, texts },
  })
  return before
}

/** Done, dropped, or to be done after all. @throws AppError 'not-found', 'forbidden' */
export async function setTaskState(trx: Trx, entry: Entry, id: string, state: TaskState): Promise<Task> {
  const before = await changeable(trx, entry, id)
  await trx
    .updateTable('task')
    .set({ state, done_at: state === 'done' ? sql`now()` : null })
    .where('network_id', '=', entry.network.id)
    .where('id', '=', id)
    .where('state', '<>', state)
    .execute()
  await announceChange(trx, entry.network.id)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'task.state-changed',
    subject: { type: 'task', id },
    before: { state: before.state },
    after: { state },
  })
  return before
}

async function changeable(trx: Trx, entry: Entry, id: string): Promise<Task> {
  const { task, mayChange } = await openTask(trx, entry, id)
  if (!mayChange) throw new AppError('forbidden')
  return task
}

async function tellOwner(
  trx: Trx,
  entry: Entry,
  task: { id: string; title: string; ownerId: string | null; dueOn: string | null },
  linkOrigin: string,
): Promise<void> {
  const { network } = entry
  const address = href('task', { locale: network.locale, network: network.slug, task: task.id })
  const person = await actorName(trx, entry)
  const params = { person, title: task.title, due: task.dueOn, url: linkOrigin + address }
  await tell(trx, entry, [task.ownerId], { template: 'task-assigned', params, batch: 'daily' }, linkOrigin)
}

/** Who is to do something is in the group; where there is none, in the network. */
async function refuseStranger(
  trx: Trx,
  networkId: string,
  groupId: string | null,
  personId: string | null,
): Promise<void> {
  if (personId === null) return
  const inGroup = sql<SqlBool>`exists (
    select from group_member member
    where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid and member.person_id = person.id
      and ${present('member', networkId)})`
  const inNetwork = sql<SqlBool>`exists (
    select from mandate where mandate.network_id = ${networkId}::uuid and mandate.person_id = person.id
      and ${inForce('mandate', networkId)})`
  const { rows } = await sql`
    select from person where network_id = ${networkId}::uuid and id = ${personId}::uuid and erased_at is null
      and ${groupId === null ? inNetwork : inGroup}`.execute(trx)
  if (rows.length === 0) throw new Refusal({ field: 'owner', message: 'group.error.stranger' })
}

/** Tasks with what is shown of them. Those of no group are seen by who has to do with them, and from their meeting. */
function selection(trx: Trx, reader: Reader, fromMeeting: boolean) {
  const networkId = reader.network.id
  const own =
    fromMeeting || runsAll(reader)
      ? sql<SqlBool>`true`
      : sql<SqlBool>`${reader.personId}::uuid in (task.owner_id, task.created_by)`
  return trx
    .selectFrom('task')
    .leftJoin('network_group', join =>
      join
        .onRef('network_group.network_id', '=', 'task.network_id')
        .onRef('network_group.id', '=', 'task.group_id'),
    )
    .leftJoin('person', join =>
      join.onRef('person.network_id', '=', 'task.network_id').onRef('person.id', '=', 'task.owner_id'),
    )
    .select([
      'task.id',
      'task.title',
      'task.details',
      'task.owner_id',
      'person.name as owner',
      'task.due_on',
      'task.state',
      'task.done_at',
      'task.group_id',
      'network_group.slug as group_slug',
      'network_group.name as group_name',
      'task.meeting_id',
      'task.created_by',
    ])
    .select(
      sql<boolean>`task.state = 'open' and coalesce(task.due_on < ${today(networkId)}, false)`.as('overdue'),
    )
    .where('task.network_id', '=', networkId)
    .where(sql<SqlBool>`case when task.group_id is null then ${own} else ${seen(reader)} end`)
}

type Row = Awaited<ReturnType<ReturnType<typeof selection>['executeTakeFirstOrThrow']>>

function asTask(row: Row): Task {
  return {
    id: row.id,
    title: row.title,
    details: row.details,
    owner: row.owner_id === null ? null : { id: row.owner_id, name: row.owner ?? '' },
    dueOn: row.due_on,
    state: row.state as TaskState,
    doneAt: row.done_at,
    overdue: row.overdue,
    group:
      row.group_id === null
        ? null
        : { id: row.group_id, slug: row.group_slug ?? '', name: row.group_name ?? '' },
    meetingId: row.meeting_id,
    createdBy: row.created_by,
  }
}
