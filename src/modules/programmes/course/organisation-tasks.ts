import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { JobContext } from '#http/module.ts'
import { newId } from '#kernel/ids.ts'
import type { Job } from '#platform/jobs/jobs.ts'

const batch = 200

/** Makes the tasks of steps that open, and of organisations that join: each once, whoever else looks at the same time. */
export function organisationTasksJob({ db }: JobContext): Job<never> {
  return {
    queue: 'programmes.tasks',
    expireSeconds: 1800,
    retries: 2,
    // A day begins at another hour everywhere, and organisations join at any: a task is there within one.
    schedule: '12 * * * *',
    run: (_payload, signal) => makeTasks(db, new Date(), signal),
  }
}

export async function makeTasks(db: Db, now: Date, signal?: AbortSignal): Promise<void> {
  let past: string | null = null
  for (;;) {
    const found: { rows: { network_id: string; programme_id: string }[] } = await sql<{
      network_id: string
      programme_id: string
    }>`select * from programmes_lacking_tasks(${now}, ${past}::uuid, ${batch}::integer)`.execute(db)
    for (const { network_id: networkId, programme_id: programmeId } of found.rows) {
      if (signal?.aborted) return
      await inTenant(db, { networkId, audience: 'network' }, trx =>
        addOrganisationTasks(trx, networkId, programmeId, now),
      )
      past = programmeId
    }
    if (found.rows.length < batch) return
  }
}

/**
 * What open steps expect as a task, each organisation has as one of its own, with whoever came first for it. Nobody is
 * written to: it waits where their tasks are, and they are reminded before it is due.
 * @returns how many were made
 */
export async function addOrganisationTasks(
  trx: Trx,
  networkId: string,
  programmeId: string,
  now = new Date(),
): Promise<number> {
  const lacking = await lackingTasks(trx, networkId, programmeId, now, 5_000)
  if (lacking.length === 0) return 0
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('task')
    .values(
      lacking.map(one => ({
        network_id: networkId,
        id: newId(),
        group_id: one.group,
        title: one.title,
        details: one.details,
        owner_id: one.owner,
        due_on: one.due,
        created_by: one.creator,
        organisation_id: one.organisation,
        origin_id: one.expectation,
      })),
    )
    // Another worker may have been here just now.
    .onConflict(conflict =>
      conflict
        .columns(['network_id', 'origin_id', 'organisation_id'])
        .where('origin_id', 'is not', null)
        .doNothing(),
    )
    .executeTakeFirst()
  return Number(numInsertedOrUpdatedRows ?? 0)
}

/** Whether somebody who looks now would miss any. */
export async function lacksOrganisationTasks(
  trx: Trx,
  networkId: string,
  programmeId: string,
): Promise<boolean> {
  return (await lackingTasks(trx, networkId, programmeId, new Date(), 1)).length > 0
}

interface LackingTask {
  expectation: string
  organisation: string
  group: string
  owner: string | null
  due: string | null
  creator: string | null
  title: string
  details: string
}

async function lackingTasks(
  trx: Trx,
  networkId: string,
  programmeId: string,
  now: Date,
  most: number,
): Promise<LackingTask[]> {
  const { rows } = await sql<LackingTask>`
    with programme as (
      select *, (${now}::timestamptz at time zone time_zone)::date as today from programme
      where network_id = ${networkId}::uuid and id = ${programmeId}::uuid and state = 'running'
    ), acting as materialized (
      select acting.organisation_id, acting.person_id, person.valid_from
      from programme
      join group_member person on person.network_id = programme.network_id and person.group_id = programme.group_id
      join programme_acting(array(
        select one.person_id from group_member one join programme on one.group_id = programme.group_id
        where one.network_id = ${networkId}::uuid
      ), array(select group_id from programme)) acting on acting.person_id = person.person_id
    )
    select expectation.id as expectation, member.organisation_id as organisation, programme.group_id as "group", (
        select acting.person_id from acting where acting.organisation_id = member.organisation_id
        order by acting.valid_from, acting.person_id limit 1
      ) as owner,
      -- For those who came when it was over, there is no day but the one agreed with them.
      coalesce(arrangement.due_on, case when member.valid_from <= step.due_on then step.due_on end) as due,
      coalesce(step.tutor_id, programme.created_by) as creator,
      expectation.title, coalesce(expectation.settings ->> 'details', '') as details
    from programme
    join programme_step step on step.network_id = programme.network_id and step.programme_id = programme.id
      and step.dropped_at is null and step.opens_on <= programme.today
    join programme_expectation expectation on expectation.network_id = step.network_id
      and expectation.programme_id = step.programme_id and expectation.step_id = step.id and expectation.kind = 'task'
    join group_organisation member on member.network_id = programme.network_id and member.group_id = programme.group_id
      and programme.today between member.valid_from and coalesce(member.valid_until, 'infinity'::date)
    left join programme_arrangement arrangement on arrangement.network_id = step.network_id
      and arrangement.programme_id = step.programme_id and arrangement.step_id = step.id
      and arrangement.organisation_id = member.organisation_id
    where arrangement.kind is distinct from 'waived' and not exists (
      select from task where task.network_id = programme.network_id and task.origin_id = expectation.id
        and task.organisation_id = member.organisation_id
    )
    order by step.due_on, member.organisation_id
    limit ${most}`.execute(trx)
  return rows
}
