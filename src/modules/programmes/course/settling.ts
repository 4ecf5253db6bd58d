import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import {
  cancelMeeting,
  changeMeeting,
  localTime,
  type Meeting,
  openMeeting,
  removeDraft,
  scheduleMeetings,
} from '#modules/meetings/index.ts'
import type { Entry } from '#modules/network/index.ts'
import {
  differingTime,
  elsewhere,
  isAnnounced,
  type MeetingStep,
  meetingTitle,
  movedMeeting,
  newMeeting,
  termsOf,
} from '#modules/programmes/course/meeting-terms.ts'
import type { Snapshot } from '#modules/programmes/course/snapshot.ts'
import { type MovedDeadline, type MovedMeeting, tellMoved } from '#modules/programmes/course/telling.ts'
import type { OpenedProgramme } from '#modules/programmes/opening.ts'
import type { Mode } from '#modules/programmes/programme.ts'

/** A step as its row has it, in JSON. */
interface StepRow {
  id: string
  capsule_id: string
  title: string
  aim: string
  mode: Mode
  due_on: string
  minutes: number
  begins_at: string | null
  meeting_id: string | null
  dropped_at: string | null
}

/**
 * Meetings and tasks follow their steps: what moved is moved where people have it in their calendars, what was left out is
 * called off, what is new or there again is planned.
 */
export async function settle(
  trx: Trx,
  entry: Entry,
  course: OpenedProgramme,
  before: Snapshot,
  after: Snapshot,
  linkOrigin: string,
  reason: string,
): Promise<void> {
  const then = new Map(stepsIn(before).map(step => [step.id, step]))
  const titles = new Map(after.programme_capsule.map(({ id, title }) => [id, String(title)]))
  const wereTitled = new Map(before.programme_capsule.map(({ id, title }) => [id, String(title)]))
  const missing: StepRow[] = []
  const meetings: MovedMeeting[] = []
  const deadlines: MovedDeadline[] = []
  for (const step of stepsIn(after)) {
    const was = then.get(step.id)
    const title = meetingTitle(titles.get(step.capsule_id) ?? '', step.title)
    const titled = was && meetingTitle(wereTitled.get(was.capsule_id) ?? '', was.title)
    if (step.dropped_at !== null) {
      if (was?.dropped_at === null && step.meeting_id !== null)
        await callOff(trx, entry, course, step.meeting_id, reason)
    } else if (!was || was.dropped_at !== null) missing.push(step)
    else if (isHeld(was) && !isHeld(step)) await giveUpMeeting(trx, entry, course, was, reason)
    else if (!isHeld(was) && isHeld(step)) missing.push(step)
    else if (
      step.meeting_id !== null &&
      isHeld(step) &&
      (isElsewhere(was, step) || title !== titled || was.mode !== step.mode)
    )
      meetings.push(
        ...(await follow(trx, entry, course, step.meeting_id, asMeetingStep(step), {
          title: title === titled ? null : title,
          otherMode: was.mode !== step.mode,
        })),
      )
    else if (!isHeld(step) && was.due_on !== step.due_on)
      deadlines.push({ title, was: was.due_on, is: step.due_on })
  }
  await plan(trx, entry, course, missing, titles, linkOrigin)
  await tasksFollow(trx, entry.network.id, course.programme.id, then, stepsIn(after))
  const moved = { meetings, deadlines, reason }
  // Of drafts nobody has heard.
  if (
    meetings.length + deadlines.length > 0 &&
    (await isAnnounced(trx, entry.network.id, course.programme.id))
  )
    await tellMoved(trx, entry, course.programme, moved, linkOrigin)
}

function stepsIn(snapshot: Snapshot): StepRow[] {
  return snapshot.programme_step as unknown as StepRow[]
}

function isHeld(step: StepRow): step is StepRow & { mode: 'video' | 'in_person' } {
  return step.mode !== 'own_work'
}

function isElsewhere(was: StepRow, step: StepRow): boolean {
  return was.due_on !== step.due_on || was.begins_at !== step.begins_at || was.minutes !== step.minutes
}

/**
 * Nobody is told of one that is over, or that did not move: it stays as it is.
 * @returns what others are to hear of
 */
async function follow(
  trx: Trx,
  entry: Entry,
  { programme }: OpenedProgramme,
  meetingId: string,
  step: MeetingStep,
  { title, otherMode }: { title: string | null; otherMode: boolean },
): Promise<MovedMeeting[]> {
  const { meeting } = await openMeeting(trx, entry, meetingId, 'run')
  if (isOver(meeting)) return []
  const moved = movedMeeting(meeting, step, title ?? meeting.title)
  const input = otherMode
    ? elsewhere(moved, step.mode, await termsOf(trx, entry.network.id, programme.id))
    : moved
  await changeMeeting(trx, entry, meetingId, input)
  if (meeting.state !== 'scheduled' || differingTime(meeting, step) === null) return []
  const was = localTime(meeting.startsAt, meeting.timeZone)
  return [{ meetingId, title: input.title, was, is: { day: input.day, time: input.from } }]
}

/** A step that has become one's own work has no meeting any more. */
async function giveUpMeeting(
  trx: Trx,
  entry: Entry,
  course: OpenedProgramme,
  was: StepRow,
  words: string,
): Promise<void> {
  if (was.meeting_id === null) return
  await callOff(trx, entry, course, was.meeting_id, words)
  await trx
    .updateTable('programme_step')
    .set({ meeting_id: null })
    .where('network_id', '=', entry.network.id)
    .where('programme_id', '=', course.programme.id)
    .where('id', '=', was.id)
    .execute()
}

async function callOff(
  trx: Trx,
  entry: Entry,
  { programme }: OpenedProgramme,
  meetingId: string,
  words: string,
): Promise<void> {
  const { meeting } = await openMeeting(trx, entry, meetingId, 'run')
  if (isOver(meeting)) return
  if (meeting.state === 'scheduled') return cancelMeeting(trx, entry, meetingId, words)
  await trx
    .updateTable('programme_step')
    .set({ meeting_id: null })
    .where('network_id', '=', entry.network.id)
    .where('programme_id', '=', programme.id)
    .where('meeting_id', '=', meetingId)
    .execute()
  await removeDraft(trx, entry, meetingId)
}

function isOver({ state, startsAt }: Meeting): boolean {
  return state === 'cancelled' || state === 'held' || startsAt < new Date()
}

/** Meetings of steps that have none, or one that was called off. */
async function plan(
  trx: Trx,
  entry: Entry,
  { programme, group }: OpenedProgramme,
  steps: StepRow[],
  titles: ReadonlyMap<unknown, string>,
  linkOrigin: string,
): Promise<void> {
  const networkId = entry.network.id
  const standing = await standingMeetings(
    trx,
    networkId,
    steps.flatMap(({ meeting_id }) => meeting_id ?? []),
  )
  const held = steps
    .filter(isHeld)
    .filter(({ meeting_id }) => meeting_id === null || !standing.has(meeting_id))
  if (held.length === 0) return
  const terms = await termsOf(trx, networkId, programme.id)
  const inputs = held.map(step =>
    newMeeting(programme, group, terms, titles.get(step.capsule_id) ?? '', asMeetingStep(step)),
  )
  const made = await scheduleMeetings(trx, entry, inputs, linkOrigin)
  await sql`
    update programme_step step set meeting_id = made.meeting
    from unnest(${held.map(({ id }) => id)}::uuid[], ${made}::uuid[]) as made (step, meeting)
    where step.network_id = ${networkId}::uuid and step.programme_id = ${programme.id}::uuid and step.id = made.step`.execute(
    trx,
  )
}

async function standingMeetings(trx: Trx, networkId: string, ids: string[]): Promise<Set<string>> {
  const rows = await trx
    .selectFrom('meeting')
    .select('id')
    .where('network_id', '=', networkId)
    .where('id', 'in', [...ids, '00000000-0000-0000-0000-000000000000'])
    .where('state', '<>', 'cancelled')
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/**
 * Open tasks are due as far from their step's last day as before: those of who runs it, and those of organisations that were
 * due with the step. Of a step that was left out they are dropped.
 */
async function tasksFollow(
  trx: Trx,
  networkId: string,
  programmeId: string,
  then: ReadonlyMap<string, StepRow>,
  steps: StepRow[],
): Promise<void> {
  const changed = steps.flatMap(({ id, due_on, dropped_at }) => {
    const was = then.get(id)
    if (!was) return []
    const turned = (was.dropped_at === null) !== (dropped_at === null)
    const state = turned ? (dropped_at === null ? 'open' : 'dropped') : null
    return turned || was.due_on !== due_on ? [{ id, was: was.due_on, due: due_on, state }] : []
  })
  if (changed.length === 0) return
  await sql`
    with changed as (
      select * from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as one (id uuid, was date, due date, state text)
    ), moved as (
      select task_id as id, changed.due + offset_days as due, changed.state from programme_task
      join changed on changed.id = programme_task.step_id
      where programme_task.network_id = ${networkId}::uuid and programme_task.programme_id = ${programmeId}::uuid
      union all
      select task.id, changed.due, changed.state from programme_expectation expectation
      join changed on changed.id = expectation.step_id
      join task on task.network_id = expectation.network_id and task.origin_id = expectation.id
        and (task.due_on = changed.was or changed.state is not null)
      where expectation.network_id = ${networkId}::uuid and expectation.programme_id = ${programmeId}::uuid
    )
    update task set due_on = moved.due, state = coalesce(moved.state, task.state)
    from moved
    where task.network_id = ${networkId}::uuid and task.id = moved.id and task.state <> 'done'`.execute(trx)
}

function asMeetingStep(step: StepRow & { mode: Mode }): MeetingStep {
  return {
    title: step.title,
    aim: step.aim,
    mode: step.mode === 'video' ? 'video' : 'in_person',
    dueOn: step.due_on,
    minutes: step.minutes,
    beginsAt: step.begins_at?.slice(0, 5) ?? null,
  }
}
