import { sql } from 'kysely'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { addTask, groupPeople } from '#modules/groups/index.ts'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { type Entry, optionalDay, optionalId, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

export interface Decision {
  id: string
  text: string
  owner: { id: string; name: string } | null
  /** ISO day. */
  dueOn: string | null
  /** The task it became, and how it stands. */
  task: { id: string; state: string } | null
}

export const decisionInput = z.object({
  text: z.string().trim().min(1).max(2_000),
  owner: optionalId,
  due: optionalDay,
  /** Whether somebody has to do something about it. */
  task: z.literal('on').optional(),
})

export const mostDecisions = 200

/** In the order in which they were taken. */
export async function decisionsOf(trx: Trx, networkId: string, meetingId: string): Promise<Decision[]> {
  const rows = await trx
    .selectFrom('meeting_decision as decision')
    .leftJoin('person', join =>
      join
        .onRef('person.network_id', '=', 'decision.network_id')
        .onRef('person.id', '=', 'decision.owner_id'),
    )
    .leftJoin('task', join =>
      join.onRef('task.network_id', '=', 'decision.network_id').onRef('task.id', '=', 'decision.task_id'),
    )
    .select([
      'decision.id',
      'decision.text',
      'decision.owner_id',
      'person.name as owner',
      'decision.due_on',
      'decision.task_id',
      'task.state',
    ])
    .where('decision.network_id', '=', networkId)
    .where('decision.meeting_id', '=', meetingId)
    .orderBy('decision.id')
    .limit(mostDecisions)
    .execute()
  return rows.map(row => ({
    id: row.id,
    text: row.text,
    owner: row.owner_id && row.owner !== null ? { id: row.owner_id, name: row.owner } : null,
    dueOn: row.due_on,
    task: row.task_id && row.state ? { id: row.task_id, state: row.state } : null,
  }))
}

/**
 * Writes down what was decided. Where somebody is to do it, it becomes a task: the group's, where its writer may give it
 * tasks, else one of the meeting alone. Whoever is to do it is told.
 */
export async function addDecision(
  trx: Trx,
  entry: Entry,
  meeting: Meeting,
  input: z.output<typeof decisionInput>,
  linkOrigin: string,
): Promise<string> {
  const { network, personId, actor } = entry
  const known = await decisionsOf(trx, network.id, meeting.id)
  if (known.length >= mostDecisions) throw new Refusal({ field: '', message: 'decisions.error.many' })
  const isTask = input.task === 'on' || input.owner !== null || input.due !== null
  const taskId = isTask ? await taskFor(trx, entry, meeting, input, linkOrigin) : null
  const id = newId()
  await trx
    .insertInto('meeting_decision')
    .values({
      network_id: network.id,
      meeting_id: meeting.id,
      id,
      text: input.text,
      owner_id: input.owner,
      due_on: input.due,
      task_id: taskId,
      created_by: personId,
    })
    .execute()
  await recordChange(trx, network.id, actor, {
    action: 'meeting.decision-added',
    subject: { type: 'meeting', id: meeting.id },
    after: { decision: id, task: taskId },
  })
  return id
}

/** Takes a decision out of the list; the task it became stays with whoever has it. */
export async function removeDecision(trx: Trx, entry: Entry, meeting: Meeting, id: string): Promise<void> {
  const { network, actor } = entry
  const { numDeletedRows } = isId(id)
    ? await trx
        .deleteFrom('meeting_decision')
        .where('network_id', '=', network.id)
        .where('meeting_id', '=', meeting.id)
        .where('id', '=', id)
        .executeTakeFirst()
    : { numDeletedRows: 0n }
  if (numDeletedRows === 0n) throw new AppError('not-found')
  await recordChange(trx, network.id, actor, {
    action: 'meeting.decision-removed',
    subject: { type: 'meeting', id: meeting.id },
    before: { decision: id },
  })
}

/**
 * To whom something can be given to do: those of the group, or, where there is none, who came or is expected, who receives
 * it and who made it.
 */
export async function ownersFor(
  trx: Trx,
  networkId: string,
  meeting: Meeting,
): Promise<{ id: string; name: string }[]> {
  if (meeting.groupId !== null) {
    const people = await groupPeople(trx, networkId, meeting.groupId, 500)
    return people.map(({ personId, name }) => ({ id: personId, name }))
  }
  const around = [meeting.createdBy, meeting.hostPerson?.id ?? null]
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from person
    where network_id = ${networkId}::uuid and erased_at is null and (id = any(${around}::uuid[]) or id in (
      select person_id from registration
      where network_id = ${networkId}::uuid and meeting_id = ${meeting.id}::uuid and state = 'registered'))
    order by name collate name_order, id limit 500`.execute(trx)
  return rows
}

async function taskFor(
  trx: Trx,
  entry: Entry,
  meeting: Meeting,
  { text, owner, due }: z.output<typeof decisionInput>,
  linkOrigin: string,
): Promise<string> {
  // A title is one line; what does not fit stands below it.
  const [line = ''] = text.split('\n')
  const title = line.slice(0, 300).trim() || text.slice(0, 300)
  const details = title === text ? '' : text
  const task = { title, details, ownerId: owner, dueOn: due, meetingId: meeting.id }
  if (meeting.groupId === null) return addTask(trx, entry, { ...task, groupId: null }, linkOrigin)
  try {
    return await addTask(trx, entry, { ...task, groupId: meeting.groupId }, linkOrigin)
  } catch (error) {
    // A host who is not in the group, or one that is archived: then it is a task of the meeting.
    const closed = error instanceof AppError && (error.code === 'forbidden' || error.code === 'not-found')
    if (!closed) throw error
    return addTask(trx, entry, { ...task, groupId: null }, linkOrigin)
  }
}
