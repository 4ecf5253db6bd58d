import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Entered } from '#modules/programmes/sheets/sheet-entry.ts'

/** Tasks of these organisations that the step expects and that are done: by a sheet, or by somebody themselves. */
export async function tasksEntered(
  trx: Trx,
  networkId: string,
  programmeId: string,
  stepId: string,
): Promise<Entered[]> {
  const { rows } = await sql<Entered>`
    select task.origin_id as "expectationId", task.organisation_id as "organisationId",
      coalesce(sheet.done_on, (task.done_at at time zone programme.time_zone)::date) as "doneOn",
      sheet.minutes, coalesce(sheet.note, '') as note, sheet.id is null as elsewhere
    from programme
    join programme_expectation expectation on expectation.network_id = programme.network_id
      and expectation.programme_id = programme.id and expectation.step_id = ${stepId}::uuid and expectation.kind = 'task'
    join task on task.network_id = programme.network_id and task.origin_id = expectation.id and task.state = 'done'
    left join programme_fulfilment sheet on sheet.network_id = programme.network_id
      and sheet.programme_id = programme.id and sheet.expectation_id = expectation.id
      and sheet.organisation_id = task.organisation_id and sheet.entered_by = 'sheet' and sheet.person_id is null
    where programme.network_id = ${networkId}::uuid and programme.id = ${programmeId}::uuid
      and task.organisation_id is not null
    limit 20000`.execute(trx)
  return rows
}

/** Of these expectations and organisations, those whose task is not there yet: its step has not opened, or it was dropped. */
export async function withoutTask<One extends { expectationId: string; organisationId: string }>(
  trx: Trx,
  networkId: string,
  given: readonly One[],
): Promise<One[]> {
  if (given.length === 0) return []
  const { rows } = await sql<{ key: string }>`
    select task.origin_id || ':' || task.organisation_id as key from task
    where task.network_id = ${networkId}::uuid and task.state <> 'dropped'
      and task.origin_id = any (${given.map(({ expectationId }) => expectationId)}::uuid[])
      and task.organisation_id = any (${given.map(({ organisationId }) => organisationId)}::uuid[])`.execute(
    trx,
  )
  const there = new Set(rows.map(({ key }) => key))
  return given.filter(({ expectationId, organisationId }) => !there.has(`${expectationId}:${organisationId}`))
}

/** What is ticked is done, on the day the sheet says. Taken back, the task is open again: migration 0050. @returns how many */
export async function finishTasks(
  trx: Trx,
  networkId: string,
  timeZone: string,
  ticked: readonly { expectationId: string; organisationId: string; doneOn: string }[],
): Promise<number> {
  if (ticked.length === 0) return 0
  const { rows } = await sql`
    update task set state = 'done', done_at = (given."doneOn" + time '12:00') at time zone ${timeZone}
    from jsonb_to_recordset(${JSON.stringify(ticked)}::jsonb)
      as given ("expectationId" uuid, "organisationId" uuid, "doneOn" date)
    where task.network_id = ${networkId}::uuid and task.origin_id = given."expectationId"
      and task.organisation_id = given."organisationId" and task.state = 'open'
    returning task.id`.execute(trx)
  return rows.length
}
