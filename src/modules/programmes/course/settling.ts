import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import {
  cancelMeeting,
  changeMeeting,
  localTime,
  type Meeting,
  openMeeting,
  reinstateMeeting,
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
import {
  type StepNews,
  type Turn,
  tellChanges,
  type Why,
} from '#modules/programmes/course/telling-changes.ts'
import type { OpenedProgramme } from '#modules/programmes/opening.ts'
import type { Mode } from '#modules/programmes/programme.ts'

/** A step as its row has it, in JSON. */
interface StepRow {
  id: string
  capsule_id: string
  title: string
  aim: string
  mode: Mode
  opens_on: string
  due_on: string
  minutes: number
  begins_at: string | null
  meeting_id: string | null
  dropped_at: string | null
}

/** With its capsule. */
interface Titled extends StepRow {
  capsule: string
  /** What its meeting is called. */
  called: string
}

/**
 * Meetings and tasks follow their steps: what moved is moved where people have it in their calendars, what was left out is
 * called off, what is there again takes place after all, what is new is planned; and the group hears of it.
 */
export async function settle(
  trx: Trx,
  entry: Entry,
  course: OpenedProgramme,
  before: Snapshot,
  after: Snapshot,
  linkOrigin: string,
  why: Why,
): Promise<void> {
  const then = new Map(stepsIn(before).map(step => [step.id, step]))
  const now = stepsIn(after)
  const news: StepNews[] = []
  for (const step of now)
    news.push(...(await settleStep(trx, entry, course, then.get(step.id), step, why.reason)))
  const standing = new Set(now.map(({ id }) => id))
  for (const step of then.values())
    if (!standing.has(step.id) && step.dropped_at === null) news.push(asNews('left', step))
  const missing = now.filter(step => isMissing(then.get(step.id), step))
  await plan(trx, entry, course, missing, linkOrigin)
  await tasksFollow(trx, entry.network.id, course.programme.id, then, now)
  const turn = turnOf(before, after)
  // Of drafts nobody has heard.
  if ((news.length > 0 || turn) && (await isAnnounced(trx, entry.network.id, course.programme.id)))
    await tellChanges(
      trx,
      entry,
      course.programme,
      { news, turn, ahead: turn ? aheadIn(course, now) : 0, ...why },
      linkOrigin,
    )
}

function stepsIn({ programme_capsule: capsules, programme_step: steps }: Snapshot): Titled[] {
  const titles = new Map(capsules.map(({ id, title }) => [id, String(title)]))
  return (steps as unknown as StepRow[]).map(step => {
    const capsule = titles.get(step.capsule_id) ?? ''
    return { ...step, capsule, called: meetingTitle(capsule, step.title) }
  })
}

/** Its meeting as the step is now, but for one that is still to be planned. @returns what the group is to hear */
async function settleStep(
  trx: Trx,
  entry: Entry,
  course: OpenedProgramme,
  was: Titled | undefined,
  step: Titled,
  reason: string,
): Promise<StepNews[]> {
  if (step.dropped_at !== null) {
    if (was?.dropped_at !== null) return []
    if (step.meeting_id !== null) await callOff(trx, entry, course, step.meeting_id, reason)
    return [asNews('left', step, step.meeting_id)]
  }
  if (!was) return [asNews('added', step)]
  if (was.dropped_at !== null) return [asNews('back', step, await takeUpAgain(trx, entry, was, step))]
  if (isHeld(was) !== isHeld(step)) {
    if (isHeld(was)) await giveUpMeeting(trx, entry, course, was, reason)
    return [asNews('otherwise', step, await takeUpAgain(trx, entry, was, step))]
  }
  if (!isHeld(step)) {
    if (was.due_on === step.due_on) return []
    const [from, to] = [was.due_on, step.due_on].map(day => ({ day, time: null }))
    return from && to ? [{ kind: 'moved', title: step.called, meetingId: null, was: from, is: to }] : []
  }
  const same = !isElsewhere(was, step) && was.called === step.called && was.mode === step.mode
  return step.meeting_id === null || same ? [] : follow(trx, entry, course, step.meeting_id, was, step)
}

function isMissing(was: Titled | undefined, step: Titled): boolean {
  return step.dropped_at === null && (!was || was.dropped_at !== null || (!isHeld(was) && isHeld(step)))
}

function asNews(
  kind: 'added' | 'back' | 'left' | 'otherwise',
  { called: title, mode, opens_on: opensOn, due_on: dueOn, begins_at }: Titled,
  meetingId: string | null = null,
): StepNews {
  return { kind, title, meetingId, step: { mode, opensOn, dueOn, beginsAt: hourOf(begins_at) } }
}

function isHeld(step: Titled): step is Titled & { mode: 'video' | 'in_person' } {
  return step.mode !== 'own_work'
}

function isElsewhere(was: StepRow, step: StepRow): boolean {
  return was.due_on !== step.due_on || was.begins_at !== step.begins_at || was.minutes !== step.minutes
}

/** That it stands still from now on, goes on, or is over. */
function turnOf({ programme: [was] }: Snapshot, { programme: [is] }: Snapshot): Turn | null {
  if (!was || !is || was.state === is.state) return null
  if (is.state === 'running') return 'resumed'
  return is.state === 'paused' ? 'paused' : 'ended'
}

/** How many of its meetings are still to come. */
function aheadIn({ programme }: OpenedProgramme, steps: readonly Titled[]): number {
  const today = localTime(new Date(), programme.timeZone).day
  return steps.filter(step => isHeld(step) && step.dropped_at === null && step.due_on >= today).length
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
  was: Titled,
  step: Titled & { mode: 'video' | 'in_person' },
): Promise<StepNews[]> {
  const { meeting } = await openMeeting(trx, entry, meetingId, 'run')
  if (isOver(meeting)) return []
  const otherMode = was.mode !== step.mode
  const moved = movedMeeting(
    meeting,
    asMeetingStep(step),
    was.called === step.called ? meeting.title : step.called,
  )
  const input = otherMode
    ? elsewhere(moved, step.mode, await termsOf(trx, entry.network.id, programme.id))
    : moved
  await changeMeeting(trx, entry, meetingId, input)
  if (meeting.state !== 'scheduled') return []
  if (otherMode) return [asNews('otherwise', step, meetingId)]
  if (differingTime(meeting, asMeetingStep(step)) === null) return []
  const from = localTime(meeting.startsAt, meeting.timeZone)
  const is = { day: input.day, time: input.from }
  return [{ kind: 'moved', title: input.title, meetingId, was: from, is }]
}

/** Its meeting, where that was called off: it takes place after all, with those who were to come. @returns that meeting */
async function takeUpAgain(trx: Trx, entry: Entry, was: Titled, step: Titled): Promise<string | null> {
  if (!isHeld(step) || step.meeting_id === null) return null
  const { meeting } = await openMeeting(trx, entry, step.meeting_id, 'run')
  if (meeting.state !== 'cancelled') return null
  const title = was.called === step.called ? meeting.title : step.called
  await reinstateMeeting(trx, entry, step.meeting_id, movedMeeting(meeting, asMeetingStep(step), title))
  return step.meeting_id
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

/** Meetings of steps that have none. */
async function plan(
  trx: Trx,
  entry: Entry,
  { programme, group }: OpenedProgramme,
  steps: Titled[],
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
  const inputs = held.map(step => newMeeting(programme, group, terms, step.capsule, asMeetingStep(step)))
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

function asMeetingStep(step: StepRow & { mode: 'video' | 'in_person' }): MeetingStep {
  const { title, aim, mode, due_on: dueOn, minutes, begins_at } = step
  return { title, aim, mode, dueOn, minutes, beginsAt: hourOf(begins_at) }
}

function hourOf(time: string | null): string | null {
  return time?.slice(0, 5) ?? null
}
