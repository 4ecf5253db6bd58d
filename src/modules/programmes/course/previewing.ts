import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { type GroupPerson, groupPeople, openGroup } from '#modules/groups/index.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { usualHour } from '#modules/programmes/course/meeting-terms.ts'
import type { Making } from '#modules/programmes/course/schema.ts'
import { countTold } from '#modules/programmes/course/telling.ts'
import { calendarOf } from '#modules/programmes/planning/calendar.ts'
import { addDays, daysBetween, latest } from '#modules/programmes/planning/days.ts'
import { moveSteps } from '#modules/programmes/planning/moving.ts'
import type { Plan, PlannedStep } from '#modules/programmes/planning/plan.ts'
import { planProgramme } from '#modules/programmes/planning/plan-programme.ts'
import { closuresOf } from '#modules/programmes/templates/closures.ts'
import { findTemplate, type ProgrammeTemplate } from '#modules/programmes/templates/index.ts'
import { textIn } from '#modules/programmes/templates/words.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

export interface CheckedPlan {
  plan: Plan
  template: ProgrammeTemplate
}

/** What would be made, to be seen before it is: nothing is written. */
export interface Preview extends CheckedPlan {
  counts: {
    meetings: number
    /** Of those who run it; of each organisation. */
    tasks: number
    organisationTasks: number
    organisations: number
    /** Who would be told, by mail; and who of the group has no account to be written to. */
    people: number
    unreached: number
  }
  people: GroupPerson[]
  name: string
}

/** @throws AppError 'forbidden' for a group one does not run; Refusal */
export async function previewProgramme(trx: Trx, entry: Entry, input: Making): Promise<Preview> {
  const preview = await layPreview(trx, entry, input)
  if (preview.people.length === 0) throw new Refusal({ field: 'group', message: 'programme.error.nobody' })
  if (input.tutor === null && preview.people.every(({ role }) => role === 'member'))
    throw new Refusal({ field: 'tutor', message: 'programme.error.no-facilitator' })
  return preview
}

/** The same where nobody could run it yet: its days can be looked at all the same. */
export async function layPreview(trx: Trx, entry: Entry, input: Making): Promise<Preview> {
  const { group } = await openGroup(trx, entry, input.group, 'run')
  const checked = await planFor(trx, entry, input)
  const people = await groupPeople(trx, entry.network.id, group.id)
  const steps = checked.plan.capsules.flatMap(capsule => capsule.steps)
  const told = await countTold(trx, entry, group.id)
  const others = people.filter(({ personId }) => personId !== entry.personId).length
  return {
    ...checked,
    people,
    name: nameOf(checked.template, group, input),
    counts: {
      meetings: steps.filter(({ mode }) => mode !== 'own_work').length,
      tasks: steps.reduce((count, step) => count + step.tasks.length, 0),
      organisationTasks: steps.reduce(
        (count, { expectations }) => count + expectations.filter(({ kind }) => kind === 'task').length,
        0,
      ),
      organisations: await organisationsIn(trx, entry.network.id, group.id),
      people: told,
      unreached: Math.max(0, others - told),
    },
  }
}

/** As whoever makes it calls it, else after its template and its group. */
export function nameOf(
  template: Pick<ProgrammeTemplate, 'name'>,
  group: { name: string },
  { name, language }: Pick<Making, 'name' | 'language'>,
): string {
  return name || [...`${textIn(template.name, language)} – ${group.name}`].slice(0, 200).join('')
}

/**
 * The template laid out, with what was corrected of single steps; what those push aside goes along.
 * @throws Refusal for what cannot be laid out, and where
 */
export async function planFor(trx: Trx, entry: Entry, input: Making): Promise<CheckedPlan> {
  const template = await findTemplate(trx, entry.network.id, input.template)
  if (!template) throw new Refusal({ field: 'template', message: 'form.error.choose' })
  const { startsOn, country, subdivision, language: locale } = input
  return asRefusals(() => {
    const closures = input.closures ?? closuresOf(template, startsOn, locale)
    const laid = planProgramme(template, { startsOn, country, subdivision, closures, locale })
    const hours = Object.fromEntries(
      Object.entries(input.corrections).map(([key, { time }]) => [key, time ?? null]),
    )
    const plan = withHours(laid, input.begins, hours)
    const moves = plan.capsules.flatMap(({ steps }) =>
      steps.flatMap(step => {
        const { opens, day } = input.corrections[step.key] ?? {}
        if (step.mode === 'own_work') return windowWished(step, opens, day)
        // The day it has anyway is a wish as well: it is not to be pushed off it by another.
        return day === undefined ? [] : [{ stepId: step.id, dueOn: day }]
      }),
    )
    const proposal = moveSteps(plan.capsules, moves, {
      calendar: calendarOf({ country, subdivision, closures, locale }),
      today: startsOn,
    })
    const [refused] = proposal.refused
    if (refused)
      throw new Refusal({ field: `day.${refused.stepId}`, message: 'programme.error.before-start' })
    return { plan: withMoves(plan, new Map(proposal.moves.map(move => [move.stepId, move]))), template }
  })
}

/** Given another last day, work begins when it did, unless that is before. @throws Refusal where it would end before */
function windowWished(
  step: PlannedStep,
  opens: string | undefined,
  day: string | undefined,
): { stepId: string; opensOn?: string; dueOn: string }[] {
  if (opens === undefined && day === undefined) return []
  const dueOn = day ?? step.dueOn
  if (opens !== undefined && opens > dueOn)
    throw new Refusal({ field: `day.${step.key}`, message: 'programme.error.ends-before' })
  const opensOn = opens ?? step.opensOn
  return [{ stepId: step.id, ...(opensOn <= dueOn && { opensOn }), dueOn }]
}

/** Meetings begin at the hour that was corrected, at that of all, or as the template says. */
function withHours(plan: Plan, begins: string | null, hours: Record<string, string | null>): Plan {
  return eachStep(plan, step => ({
    ...step,
    beginsAt: step.mode === 'own_work' ? null : (hours[step.key] ?? begins ?? step.beginsAt ?? usualHour),
  }))
}

function withMoves(
  plan: Plan,
  moves: ReadonlyMap<string, Pick<PlannedStep, 'opensOn' | 'dueOn' | 'plannedOn' | 'why'>>,
): Plan {
  const moved = eachStep(plan, step => {
    const move = moves.get(step.id)
    if (!move) return step
    const by = daysBetween(step.dueOn, move.dueOn)
    const { opensOn, dueOn, plannedOn, why } = move
    const tasks = step.tasks.map(task => ({ ...task, dueOn: addDays(task.dueOn, by) }))
    return { ...step, opensOn, dueOn, plannedOn, why, tasks }
  })
  const last = moved.capsules.flatMap(({ steps }) => steps.map(({ dueOn }) => dueOn))
  return { ...moved, endsOn: latest(plan.endsOn, ...last) }
}

function eachStep(plan: Plan, change: (step: PlannedStep) => PlannedStep): Plan {
  return {
    ...plan,
    capsules: plan.capsules.map(capsule => ({ ...capsule, steps: capsule.steps.map(change) })),
  }
}

/** What planning cannot do is said beside the field that asked for it. */
export function asRefusals<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof AppError) || cause instanceof Refusal || cause.code !== 'invalid-input')
      throw cause
    const { fields, params: values } = cause
    throw new Refusal(
      ...fields.map(({ field, message }) => ({ field, message: message as MessageKey, values })),
    )
  }
}

async function organisationsIn(trx: Trx, networkId: string, groupId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from group_organisation member
    join network on network.id = member.network_id
    where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
      and (now() at time zone network.time_zone)::date between member.valid_from and coalesce(member.valid_until, 'infinity')`.execute(
    trx,
  )
  return rows[0]?.count ?? 0
}
