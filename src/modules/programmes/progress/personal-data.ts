import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** What somebody said they did in programmes, and the words they had by hand. */
export async function progressData(
  trx: Trx,
  networkId: string,
  accountId: string,
): Promise<Record<string, unknown>> {
  const { rows } = await sql<{ fulfilments: unknown; nudges: unknown; proposals: unknown }>`
    with me as (
      select id from person where network_id = ${networkId}::uuid and account_id = ${accountId}::uuid
    )
    select
      (select coalesce(json_agg(json_build_object('programme', programme.name, 'expectation', expectation.title,
        'organisation', organisation.name, 'on', said.done_on, 'minutes', said.minutes, 'note', said.note,
        'address', said.url, 'file', said.file_id) order by said.done_on, said.id), '[]')
       from programme_fulfilment said
       join programme on programme.network_id = said.network_id and programme.id = said.programme_id
       join programme_expectation expectation on expectation.network_id = said.network_id
         and expectation.programme_id = said.programme_id and expectation.id = said.expectation_id
       join organisation on organisation.id = said.organisation_id
       where said.network_id = ${networkId}::uuid and said.person_id in (select id from me)) as fulfilments,
      (select coalesce(json_agg(json_build_object('programme', programme.name, 'message', nudge.message,
        'at', nudge.sent_at) order by nudge.sent_at), '[]')
       from programme_nudge nudge
       join programme on programme.network_id = nudge.network_id and programme.id = nudge.programme_id
       where nudge.network_id = ${networkId}::uuid and nudge.person_id in (select id from me)) as nudges,
      (select coalesce(json_agg(json_build_object('programme', programme.name, 'step', step.title,
        'until', proposal.due_on, 'reason', proposal.reason) order by proposal.proposed_at), '[]')
       from programme_proposal proposal
       join programme on programme.network_id = proposal.network_id and programme.id = proposal.programme_id
       join programme_step step on step.network_id = proposal.network_id and step.programme_id = proposal.programme_id
         and step.id = proposal.step_id
       where proposal.network_id = ${networkId}::uuid and proposal.proposed_by in (select id from me)) as proposals`.execute(
    trx,
  )
  const { fulfilments, nudges, proposals } = rows[0] ?? {}
  return {
    programmeFulfilments: fulfilments,
    programmeNudges: nudges,
    programmeProposals: proposals,
  }
}
