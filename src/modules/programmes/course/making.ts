import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import { type GroupPerson, groupPeople, openGroup } from '#modules/groups/index.ts'
import { scheduleMeetings } from '#modules/meetings/index.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { type MeetingTerms, newMeeting } from '#modules/programmes/course/meeting-terms.ts'
import { addOrganisationTasks } from '#modules/programmes/course/organisation-tasks.ts'
import { type CheckedPlan, nameOf, planFor } from '#modules/programmes/course/previewing.ts'
import type { Making } from '#modules/programmes/course/schema.ts'
import { tellBegun } from '#modules/programmes/course/telling.ts'
import { daysBetween } from '#modules/programmes/planning/days.ts'
import type { PlannedStep } from '#modules/programmes/planning/plan.ts'
import { recordChange } from '#platform/audit/record.ts'

/**
 * Makes all of a programme at once, as it was shown: capsules, steps, what they expect, meetings, tasks. The group hears of
 * it once.
 * @param input.id of its own: sent twice, it is made once
 * @returns its id
 * @throws AppError 'forbidden' for a group one does not run; Refusal
 */
export async function makeProgramme(
  trx: Trx,
  entry: Entry,
  input: Making,
  linkOrigin: string,
): Promise<string> {
  const { network } = entry
  const { group } = await openGroup(trx, entry, input.group, 'run')
  const checked = await planFor(trx, entry, input)
  const people = await groupPeople(trx, network.id, group.id)
  const tutor = tutorOf(people, input.tutor)
  const id = input.id ?? newId()
  const terms: MeetingTerms = {
    place: input.place,
    address: input.address,
    videoUrl: input.videoUrl,
    state: input.announce ? 'scheduled' : 'draft',
  }
  const { plan, template } = checked
  const made = await trx
    .insertInto('programme')
    .values({
      network_id: network.id,
      id,
      group_id: group.id,
      name: nameOf(template, group, input),
      about: input.about,
      language: input.language,
      template_key: plan.templateKey,
      template_version: plan.templateVersion,
      template: JSON.stringify(template),
      starts_on: plan.startsOn,
      ends_on: plan.endsOn,
      country: input.country,
      subdivision: input.subdivision,
      time_zone: input.timeZone,
      closures: JSON.stringify(plan.closures),
      meeting_terms: JSON.stringify(terms),
      revision: 1,
      created_by: entry.personId,
    })
    .onConflict(conflict => conflict.columns(['network_id', 'id']).doNothing())
    .executeTakeFirst()
  if (!made.numInsertedOrUpdatedRows) return id
  const laid = layOut(checked)
  const meetings = await planMeetings(trx, entry, { id, group, input, terms }, laid, linkOrigin)
  await insertStructure(trx, network.id, id, laid, meetings, tutor)
  await addRunnersTasks(trx, entry, { id, groupId: group.id, tutorId: tutor.personId }, laid)
  await addOrganisationTasks(trx, network.id, id)
  await trx
    .insertInto('programme_change')
    .values({
      network_id: network.id,
      programme_id: id,
      revision: 1,
      kind: 'made',
      before: '{}',
      made_by: entry.personId,
    })
    .execute()
  if (input.announce) await tellBegun(trx, entry, id, linkOrigin)
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'programme.made',
    subject: { type: 'programme', id },
    after: { group_id: group.id, template: plan.templateKey, version: plan.templateVersion },
  })
  return id
}

/** Somebody of the group has to be there for those who take part: who runs it, or whoever is named. */
function tutorOf(people: readonly GroupPerson[], wanted: string | null): GroupPerson {
  if (wanted !== null) {
    const named = people.find(({ personId }) => personId === wanted)
    if (!named) throw new Refusal({ field: 'tutor', message: 'form.error.choose' })
    return named
  }
  const running = people.find(({ role }) => role !== 'member')
  if (running) return running
  if (people.length === 0) throw new Refusal({ field: 'group', message: 'programme.error.nobody' })
  throw new Refusal({ field: 'tutor', message: 'programme.error.no-facilitator' })
}

interface LaidStep {
  id: string
  capsuleId: string
  position: number
  capsuleTitle: string
  step: PlannedStep
}

interface Laid {
  capsules: { id: string; position: number; key: string; title: string; theme: string; aim: string }[]
  steps: LaidStep[]
  /** Of each step by its key. */
  ids: Map<string, string>
}

function layOut({ plan }: CheckedPlan): Laid {
  const ids = new Map<string, string>()
  const steps: LaidStep[] = []
  const capsules = plan.capsules.map((capsule, position) => {
    const id = newId()
    for (const [place, step] of capsule.steps.entries()) {
      const stepId = newId()
      ids.set(step.key, stepId)
      steps.push({ id: stepId, capsuleId: id, position: place, capsuleTitle: capsule.title, step })
    }
    return { id, position, key: capsule.key, title: capsule.title, theme: capsule.theme, aim: capsule.aim }
  })
  return { capsules, steps, ids }
}

/** @returns the id of each step's meeting, by that of the step */
async function planMeetings(
  trx: Trx,
  entry: Entry,
  of: {
    id: string
    group: Awaited<ReturnType<typeof openGroup>>['group']
    input: Making
    terms: MeetingTerms
  },
  { steps }: Laid,
  linkOrigin: string,
): Promise<Map<string, string>> {
  const held = steps.flatMap(laid =>
    laid.step.mode === 'own_work' ? [] : [{ ...laid, step: { ...laid.step, mode: laid.step.mode } }],
  )
  const inputs = held.map(({ step, capsuleTitle }) =>
    newMeeting(of.input, of.group, of.terms, capsuleTitle, step),
  )
  const made = await scheduleMeetings(trx, entry, inputs, linkOrigin)
  return new Map(held.flatMap(({ id }, index) => (made[index] ? [[id, made[index]] as const] : [])))
}

async function insertStructure(
  trx: Trx,
  networkId: string,
  programmeId: string,
  { capsules, steps, ids }: Laid,
  meetings: ReadonlyMap<string, string>,
  tutor: GroupPerson,
): Promise<void> {
  const of = { network_id: networkId, programme_id: programmeId }
  await trx
    .insertInto('programme_capsule')
    .values(capsules.map(capsule => ({ ...of, ...capsule })))
    .execute()
  await trx
    .insertInto('programme_step')
    .values(
      steps.map(({ id, capsuleId, position, step }) => ({
        ...of,
        id,
        capsule_id: capsuleId,
        key: step.key,
        position,
        title: step.title,
        aim: step.aim,
        mode: step.mode,
        opens_on: step.opensOn,
        due_on: step.dueOn,
        planned_on: step.plannedOn,
        minutes: step.minutes,
        begins_at: step.beginsAt,
        meeting_id: meetings.get(id) ?? null,
        tutor_id: step.tutor === 'none' ? null : tutor.personId,
        reminders: step.reminders,
      })),
    )
    .execute()
  const dependencies = steps.flatMap(({ id, step }) =>
    step.after.flatMap(({ stepId, gapDays }) => {
      const after = ids.get(stepId)
      return after === undefined ? [] : [{ ...of, step_id: id, after_id: after, gap_days: gapDays }]
    }),
  )
  if (dependencies.length > 0) await trx.insertInto('programme_dependency').values(dependencies).execute()
  const expectations = steps.flatMap(({ id, step }) =>
    step.expectations.map((expectation, position) => ({
      ...of,
      id: newId(),
      step_id: id,
      position,
      kind: expectation.kind,
      title: expectation.title,
      settings: JSON.stringify(expectation.settings),
      optional: expectation.optional,
    })),
  )
  if (expectations.length > 0) await trx.insertInto('programme_expectation').values(expectations).execute()
}

/** Nobody is written to: there may be dozens, and they are listed where the tutor's tasks are. */
async function addRunnersTasks(
  trx: Trx,
  entry: Entry,
  of: { id: string; groupId: string; tutorId: string },
  { steps }: Laid,
): Promise<void> {
  const networkId = entry.network.id
  const tasks = steps.flatMap(({ id, capsuleTitle, step }) =>
    step.tasks.map(({ title, dueOn }) => ({ id: newId(), stepId: id, capsuleTitle, step, title, dueOn })),
  )
  if (tasks.length === 0) return
  await trx
    .insertInto('task')
    .values(
      tasks.map(({ id, title, dueOn, capsuleTitle, step }) => ({
        network_id: networkId,
        id,
        group_id: of.groupId,
        title,
        details: `${capsuleTitle} – ${step.title}`,
        owner_id: of.tutorId,
        due_on: dueOn,
        created_by: entry.personId,
      })),
    )
    .execute()
  await sql`
    insert into programme_task (network_id, programme_id, step_id, task_id, offset_days)
    select ${networkId}::uuid, ${of.id}::uuid, one.* from unnest(${tasks.map(({ stepId }) => stepId)}::uuid[],
      ${tasks.map(({ id }) => id)}::uuid[], ${tasks.map(({ dueOn, step }) => daysBetween(step.dueOn, dueOn))}::integer[]
    ) as one (step_id, task_id, offset_days)`.execute(trx)
}
