import { newId } from '#kernel/ids.ts'
import type { TestApp } from './app.ts'
import type { TestNetwork } from './factories.ts'

/**
 * The step behind and the one ahead, their capsule and an empty one, and a group of its own for another programme: known
 * beforehand, for what is sent.
 */
export const livingStepBehind = '01a00000-0000-7000-8000-0000000000e5'
export const livingStepAhead = '01a00000-0000-7000-8000-0000000000e1'
export const livingCapsules = [
  '01a00000-0000-7000-8000-0000000000e3',
  '01a00000-0000-7000-8000-0000000000e4',
] as const
export const livingProgrammeGroup = 'groupe-des-parcours'
export const livingProgrammeGroupId = '01a00000-0000-7000-8000-0000000000e2'

/** A programme of a group, with one of everything that a programme can hold. */
export interface LivingProgramme {
  programme: string
  capsule: string
  /** Open now, with one expectation of every kind. */
  step: string
  /** Of kind `reading`, said to be done by the organisation. */
  expectation: string
  documentExpectation: string
  taskExpectation: string
  attendanceExpectation: string
  fulfilment: string
  quote: string
  nudge: string
  /** The latest of its course: what `revision` stands at. */
  revision: string
}

/** @param given.group the last word of its address; person and organisation are of it */
export async function programmeIn(
  { database }: TestApp,
  network: TestNetwork,
  {
    own,
    group,
    person,
    organisation,
    meeting,
  }: { own: string; group: string; person: string; organisation: string; meeting: string },
): Promise<LivingProgramme> {
  const ids = {
    ...{ programme: newId(), capsule: livingCapsules[0], step: newId(), fulfilment: newId(), quote: newId() },
    ...{ nudge: newId(), expectation: newId(), documentExpectation: newId(), taskExpectation: newId() },
    attendanceExpectation: newId(),
  }
  const { programme, step } = ids
  const insert = (sql: string, ...values: unknown[]) =>
    database.asOwner(sql, [network.id, programme, ...values])
  await insert(
    `insert into programme (network_id, id, group_id, name, about, template_key, template_version, template, starts_on,
       ends_on, country, time_zone, closures, revision, created_by)
     select $1, $2, id, $3, $3, 'essai', 1, jsonb_build_object('name', $3::text), current_date - 100, current_date + 300,
       'FR', 'Europe/Paris', jsonb_build_array(jsonb_build_object(
         'from', current_date + 200, 'until', current_date + 206, 'name', $3::text)), 1, $5
     from network_group where network_id = $1 and slug = $4`,
    own,
    group,
    person,
  )
  await insert(
    `insert into programme_capsule (network_id, programme_id, id, key, position, title, theme, aim)
     values ($1, $2, $3, 'premiere', 0, $5, $5, $5), ($1, $2, $4, 'seconde', 1, $5, $5, $5)`,
    ...livingCapsules,
    own,
  )
  const [before, after] = [livingStepBehind, livingStepAhead]
  for (const [id, position, from, until, meetingId] of [
    [before, 0, -100, -60, null],
    [step, 1, -5, 20, meeting],
    [after, 2, 30, 60, null],
  ] as const)
    await insert(
      `insert into programme_step (network_id, programme_id, id, capsule_id, key, position, title, aim, mode, opens_on,
         due_on, planned_on, minutes, begins_at, meeting_id, tutor_id)
       values ($1, $2, $3, $4, $5, $6, $7, $7, $8, current_date + $9::int, current_date + $10::int, current_date + $10::int, 120, '14:00',
         $11, $12)`,
      id,
      ids.capsule,
      `etape-${position}`,
      position,
      own,
      meetingId === null ? 'own_work' : 'in_person',
      from,
      until,
      meetingId,
      person,
    )
  for (const [one, other] of [
    [step, before],
    [after, step],
  ])
    await insert(
      'insert into programme_dependency (network_id, programme_id, step_id, after_id) values ($1, $2, $3, $4)',
      one,
      other,
    )
  for (const [id, position, kind] of [
    [ids.expectation, 0, 'reading'],
    [ids.documentExpectation, 1, 'document'],
    [ids.taskExpectation, 2, 'task'],
    [ids.attendanceExpectation, 3, 'attendance'],
  ])
    await insert(
      `insert into programme_expectation (network_id, programme_id, id, step_id, position, kind, title)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      id,
      step,
      position,
      kind,
      own,
    )
  await insert(
    `insert into programme_fulfilment (network_id, programme_id, id, expectation_id, organisation_id, person_id, done_on,
       minutes, note, created_by)
     values ($1, $2, $3, $4, $5, $6, current_date - 1, 45, $7, $6)`,
    ids.fulfilment,
    ids.expectation,
    organisation,
    person,
    own,
  )
  await insert(
    `insert into programme_arrangement (network_id, programme_id, step_id, organisation_id, kind, due_on, reason, made_by)
     values ($1, $2, $3, $4, 'later', current_date + 15, $5, $6)`,
    before,
    organisation,
    own,
    person,
  )
  await insert(
    `insert into programme_quote (network_id, programme_id, id, step_id, organisation_id, person_id, body, consent, signed_as)
     values ($1, $2, $3, $4, $5, $6, $7, 'report', 'organisation')`,
    ids.quote,
    step,
    organisation,
    person,
    own,
  )
  await insert(
    `insert into programme_nudge (network_id, programme_id, id, step_id, organisation_id, person_id, message, sent_by)
     values ($1, $2, $3, $4, $5, $6, $7, $6)`,
    ids.nudge,
    step,
    organisation,
    person,
    own,
  )
  await insert(
    `insert into programme_change (network_id, programme_id, revision, kind, reason, made_by)
     values ($1, $2, 1, 'made', $3, $4)`,
    own,
    person,
  )
  await database.asOwner(
    `with made as (
       insert into network_group (network_id, id, slug, kind, name, visibility)
       values ($1, $2, $3, 'club', $4, 'network') on conflict do nothing returning id
     )
     insert into group_member (network_id, group_id, person_id, role) select $1, id, $5, 'facilitator' from made`,
    [network.id, livingProgrammeGroupId, livingProgrammeGroup, own, person],
  )
  await database.asOwner(
    `insert into task (network_id, id, group_id, title, organisation_id, origin_id, owner_id)
     select $1, $2, id, $3, $4, $5, $6 from network_group where network_id = $1 and slug = $7`,
    [network.id, newId(), own, organisation, ids.taskExpectation, person, group],
  )
  return { ...ids, revision: '1' }
}
