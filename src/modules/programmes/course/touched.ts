import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** Something that people did in a programme, which goes with nothing of it. */
export interface Touched {
  what: 'registrations' | 'minutes' | 'messages' | 'proposals' | 'said' | 'tasks' | 'words'
  /** Of the capsule. */
  title: string
  count: number
}

/** @param of steps and expectations that would go; null: the whole programme */
export async function doneOf(
  trx: Trx,
  networkId: string,
  programmeId: string,
  of: { steps: string[]; expectations: string[] } | null,
): Promise<Touched[]> {
  const steps = of ? sql`and step.id = any (${of.steps}::uuid[])` : sql``
  const expectations = of ? sql`and expectation.id = any (${of.expectations}::uuid[])` : sql``
  const { rows } = await sql<Touched>`
    with step as (
      select step.network_id, step.programme_id, step.id, step.meeting_id, capsule.title, capsule.position
      from programme_step step
      join programme_capsule capsule on capsule.network_id = step.network_id
        and capsule.programme_id = step.programme_id and capsule.id = step.capsule_id
      where step.network_id = ${networkId}::uuid and step.programme_id = ${programmeId}::uuid ${steps}
    ), expectation as (
      select expectation.*, capsule.title as capsule_title, capsule.position as place
      from programme_expectation expectation
      join programme_step step on step.network_id = expectation.network_id
        and step.programme_id = expectation.programme_id and step.id = expectation.step_id
      join programme_capsule capsule on capsule.network_id = step.network_id
        and capsule.programme_id = step.programme_id and capsule.id = step.capsule_id
      where expectation.network_id = ${networkId}::uuid and expectation.programme_id = ${programmeId}::uuid ${expectations}
    ), found as (
      select 'registrations' as what, step.title, step.position as position, (
        select count(*) from registration where registration.network_id = step.network_id
          and registration.meeting_id = step.meeting_id) as count
      from step
      union all
      select 'minutes', step.title, step.position, 1 from step
      join meeting on meeting.network_id = step.network_id and meeting.id = step.meeting_id
      where meeting.notes <> '' or meeting.minutes <> '' or meeting.state = 'held'
      union all
      select 'messages', step.title, step.position, (
        select count(*) from thread
        join thread_message message on message.network_id = thread.network_id and message.thread_id = thread.id
        where thread.network_id = step.network_id and thread.subject_type = 'meeting' and thread.subject_id = step.meeting_id)
      from step
      union all
      select 'proposals', step.title, step.position, (
        select count(*) from agenda_item item where item.network_id = step.network_id
          and item.meeting_id = step.meeting_id)
      from step
      union all
      select 'said', expectation.capsule_title, expectation.place, (
        select count(*) from programme_fulfilment said where said.network_id = expectation.network_id
          and said.programme_id = expectation.programme_id and said.expectation_id = expectation.id)
      from expectation
      union all
      select 'tasks', expectation.capsule_title, expectation.place, (
        select count(*) from task where task.network_id = expectation.network_id
          and task.origin_id = expectation.id and task.state = 'done')
      from expectation
      union all
      select 'words', step.title, step.position, (
        select count(*) from programme_quote quote where quote.network_id = step.network_id
          and quote.programme_id = step.programme_id and quote.step_id = step.id
      ) + (
        select count(*) from programme_arrangement arrangement where arrangement.network_id = step.network_id
          and arrangement.programme_id = step.programme_id and arrangement.step_id = step.id
      ) + (
        select count(*) from programme_proposal proposal where proposal.network_id = step.network_id
          and proposal.programme_id = step.programme_id and proposal.step_id = step.id)
      from step
      union all
      -- Of the programme itself, which goes with the whole of it alone.
      select 'words', programme.name, -1, (
        select count(*) from programme_quote quote where quote.network_id = programme.network_id
          and quote.programme_id = programme.id and quote.step_id is null)
      from programme
      where programme.network_id = ${networkId}::uuid and programme.id = ${programmeId}::uuid and ${of === null}
    )
    select what, title, sum(count)::integer as count from found where count > 0
    group by what, title order by min(position), title, what limit 200`.execute(trx)
  return rows
}
