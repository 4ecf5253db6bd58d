import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { ExpectationKind } from '#http/module.ts'
import type { ProgrammeState } from '#modules/programmes/programme.ts'
import {
  type Arrangement,
  type Evidence,
  type OrganisationValues,
  type Progress,
  type ProgressValues,
  progressFrom,
  type Share,
  type StepValues,
} from '#modules/programmes/progress/progress.ts'

export type Kinds = Record<string, ExpectationKind>

/**
 * How far every organisation of some programmes is, step by step: in six statements, however many there are. What belongs
 * together is put together here and not by the database: of what functions give it knows no number, and would compare each
 * with all. Who may know is for those who call.
 * @returns in the order of the ids; those that are not of the network are left out
 */
export async function progressOf(
  trx: Trx,
  kinds: Kinds,
  networkId: string,
  programmeIds: readonly string[],
  at = new Date(),
): Promise<Progress[]> {
  if (programmeIds.length === 0) return []
  const known = await valuesOf(trx, kinds, networkId, programmeIds, at)
  return programmeIds.flatMap(id => {
    const values = known.get(id)
    return values ? [progressFrom(values)] : []
  })
}

/** A programme in numbers. */
export interface Completion {
  programmeId: string
  organisations: number
  /** Organisations of which something is counted: the others are not yet in the numbers. */
  counted: number
  /** Of its steps, how many are over. */
  steps: Share
  completion: Share
  presence: Share
}

/** Of each no more than its totals: what many programmes side by side need. */
export async function completionOf(
  trx: Trx,
  kinds: Kinds,
  networkId: string,
  programmeIds: readonly string[],
  at = new Date(),
): Promise<Completion[]> {
  if (programmeIds.length === 0) return []
  const known = await valuesOf(trx, kinds, networkId, programmeIds, at)
  return programmeIds.flatMap(id => {
    const values = known.get(id)
    if (!values) return []
    const { totals, organisations: each } = progressFrom(values)
    const counted = each.filter(({ completion, presence }) => completion.of + presence.of > 0).length
    const over = values.steps.filter(({ dueOn }) => dueOn < values.today).length
    const organisations = values.organisations.length
    return [
      { programmeId: id, organisations, counted, steps: { count: over, of: values.steps.length }, ...totals },
    ]
  })
}

/** Filled while it is read. */
interface Filling extends ProgressValues {
  steps: (StepValues & { expectations: StepValues['expectations'][number][] })[]
  organisations: OrganisationValues[]
  evidence: Evidence[]
  arrangements: Arrangement[]
}

async function valuesOf(
  trx: Trx,
  kinds: Kinds,
  networkId: string,
  programmeIds: readonly string[],
  at: Date,
): Promise<Map<string, Filling>> {
  const programmes = await sql<{
    id: string
    groupId: string
    state: ProgrammeState
    today: string
  }>`
    select id, group_id as "groupId", state,
      least(paused_on, (${at}::timestamptz at time zone time_zone)::date) as today
    from programme
    where network_id = ${networkId}::uuid and id = any (${programmeIds}::uuid[])`.execute(trx)
  const values = new Map<string, Filling>()
  const ofGroup = new Map<string, Filling[]>()
  for (const { id, groupId, state, today } of programmes.rows) {
    const one = {
      programmeId: id,
      state,
      today,
      steps: [],
      organisations: [],
      evidence: [],
      arrangements: [],
    }
    values.set(id, one)
    ofGroup.set(groupId, [...(ofGroup.get(groupId) ?? []), one])
  }
  const steps = await readSteps(trx, networkId, programmeIds, at, values)
  const subjects = await readExpectations(trx, kinds, networkId, programmeIds, values, steps)
  await readOrganisations(trx, networkId, ofGroup, at)
  await readArrangements(trx, networkId, programmeIds, values)
  await readEvidence(trx, subjects)
  return values
}

interface StepRow {
  id: string
  programmeId: string
  capsuleId: string
  opensOn: string
  dueOn: string
  meetingId: string | null
  held: boolean | null
}

/** @returns the steps by id */
async function readSteps(
  trx: Trx,
  networkId: string,
  programmeIds: readonly string[],
  at: Date,
  values: ReadonlyMap<string, Filling>,
): Promise<Map<string, Filling['steps'][number]>> {
  const { rows } = await sql<StepRow>`
    select step.id, step.programme_id as "programmeId", step.capsule_id as "capsuleId", step.opens_on as "opensOn",
      step.due_on as "dueOn", step.meeting_id as "meetingId",
      meeting.ends_at <= ${at}::timestamptz and meeting.state in ('scheduled', 'held') as held
    from programme_step step
    join programme_capsule capsule on capsule.network_id = step.network_id
      and capsule.programme_id = step.programme_id and capsule.id = step.capsule_id
    left join meeting on meeting.network_id = step.network_id and meeting.id = step.meeting_id
    where step.network_id = ${networkId}::uuid and step.programme_id = any (${programmeIds}::uuid[])
      and step.dropped_at is null
    order by capsule.position, capsule.id, step.position, step.id`.execute(trx)
  const steps = new Map<string, Filling['steps'][number]>()
  for (const { id, programmeId, capsuleId, opensOn, dueOn, meetingId, held } of rows) {
    const meeting = meetingId === null ? null : { id: meetingId, held: held === true }
    const step = { id, capsuleId, opensOn, dueOn, meeting, expectations: [] }
    values.get(programmeId)?.steps.push(step)
    steps.set(id, step)
  }
  return steps
}

/** What a source is asked of, and for which expectations of which programmes that stands. */
interface Subjects {
  attendance: boolean
  instead: boolean
  of: Map<string, { expectationId: string; evidence: Evidence[] }[]>
}

/** @returns the subjects, by source; what was said of kinds that modules see for themselves is a source of its own */
async function readExpectations(
  trx: Trx,
  kinds: Kinds,
  networkId: string,
  programmeIds: readonly string[],
  values: ReadonlyMap<string, Filling>,
  steps: ReadonlyMap<string, Filling['steps'][number]>,
): Promise<Map<string, Subjects>> {
  const { rows } = await sql<{
    id: string
    programmeId: string
    stepId: string
    kind: string
    optional: boolean
  }>`
    select id, programme_id as "programmeId", step_id as "stepId", kind, optional from programme_expectation
    where network_id = ${networkId}::uuid and programme_id = any (${programmeIds}::uuid[])
    order by position, id`.execute(trx)
  const subjects = new Map<string, Subjects>()
  for (const { id, programmeId, stepId, kind, optional } of rows) {
    const step = steps.get(stepId)
    const evidence = values.get(programmeId)?.evidence
    if (!step || !evidence) continue
    const known = kinds[kind]
    const attendance = known?.subject === 'meeting'
    step.expectations.push({ id, optional, attendance })
    if (known) ask(known.source, attendance ? step.meeting?.id : id, attendance, false)
    if (known?.source !== said) ask(`${said} instead`, id, false, true)

    function ask(source: string, subject: string | undefined, attendance: boolean, instead: boolean) {
      if (subject === undefined) return
      const asked = subjects.get(source) ?? { attendance, instead, of: new Map() }
      subjects.set(source, asked)
      const stands = asked.of.get(subject) ?? []
      stands.push({ expectationId: id, evidence })
      asked.of.set(subject, stands)
    }
  }
  return subjects
}

async function readOrganisations(
  trx: Trx,
  networkId: string,
  ofGroup: ReadonlyMap<string, Filling[]>,
  at: Date,
): Promise<void> {
  const { rows } = await sql<OrganisationValues & { groupId: string }>`
    select member.group_id as "groupId", one.id, one.name, member.valid_from as since
    from group_organisation member
    join network on network.id = member.network_id
    join organisation one on one.id = member.organisation_id
    where member.network_id = ${networkId}::uuid and member.group_id = any (${[...ofGroup.keys()]}::uuid[])
      and (${at}::timestamptz at time zone network.time_zone)::date
        between member.valid_from and coalesce(member.valid_until, 'infinity')
    order by one.name collate name_order, one.id`.execute(trx)
  for (const { groupId, ...organisation } of rows)
    for (const { organisations } of ofGroup.get(groupId) ?? []) organisations.push(organisation)
}

async function readArrangements(
  trx: Trx,
  networkId: string,
  programmeIds: readonly string[],
  values: ReadonlyMap<string, Filling>,
): Promise<void> {
  const { rows } = await sql<Arrangement & { programmeId: string }>`
    select programme_id as "programmeId", step_id as "stepId", organisation_id as "organisationId", kind,
      due_on as "dueOn", reason
    from programme_arrangement
    where network_id = ${networkId}::uuid and programme_id = any (${programmeIds}::uuid[])`.execute(trx)
  for (const { programmeId, ...arrangement } of rows) values.get(programmeId)?.arrangements.push(arrangement)
}

const said = 'programme_said'

/** Arrays as PostgreSQL writes them: of ids and days, in which nothing is quoted. */
interface DidRow {
  source: string
  subject: string
  organisations: string
  days: string
  people: string | null
}

/** All sources in one statement, each by the ids it is asked of. Names of functions come from manifests; looked at all the same. */
async function readEvidence(trx: Trx, subjects: ReadonlyMap<string, Subjects>): Promise<void> {
  if (subjects.size === 0) return
  const each: RawBuilder<unknown>[] = []
  for (const [source, { attendance, of }] of subjects) {
    const [name = ''] = source.split(' ')
    if (!/^[a-z][a-z_]*$/.test(name)) throw new Error(`${name} is no name of a function`)
    each.push(sql`
      select ${source} as source, subject_id as subject, array_agg(organisation_id)::text as organisations,
        array_agg(coalesce(done_on, current_date))::text as days,
        ${attendance ? sql`array_agg(person_id)::text` : sql`null`} as people
      from ${sql.id(name)}(${[...of.keys()]}::uuid[]) group by subject_id`)
  }
  const { rows } = await sql<DidRow>`${sql.join(each, sql` union all `)}`.execute(trx)
  for (const { source, subject, ...did } of rows) {
    const asked = subjects.get(source)
    const [days, people] = [listed(did.days), did.people === null ? [] : listed(did.people)]
    const organisations = listed(did.organisations)
    for (const { expectationId, evidence } of asked?.of.get(subject) ?? [])
      for (const [index, organisationId] of organisations.entries()) {
        const person = people[index]
        evidence.push({
          ...{ expectationId, organisationId, doneOn: days[index] ?? '', instead: asked?.instead ?? false },
          people: person === undefined || person === 'NULL' ? nobody : [person],
        })
      }
  }
}

const nobody: readonly string[] = []

function listed(array: string): string[] {
  return array.slice(1, -1).split(',')
}
