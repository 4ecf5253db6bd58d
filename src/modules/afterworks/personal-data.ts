import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** What afterworks hold about somebody in a network: what they wanted, proposed and stated, whom they met, what they thought. */
export async function afterworksData(
  trx: Trx,
  networkId: string,
  accountId: string,
): Promise<Record<string, unknown>> {
  const own = sql`(select id from person where network_id = ${networkId} and account_id = ${accountId})`
  const confirmations = await sql`
    select series.name as series, confirmation.cycle, organisation.name as organisation,
      confirmation.created_at as "createdAt"
    from afterwork_confirmation confirmation
    join afterwork_series series on series.network_id = confirmation.network_id and series.id = confirmation.series_id
    join organisation on organisation.id = confirmation.organisation_id
    where confirmation.network_id = ${networkId} and confirmation.person_id in ${own}
    order by confirmation.created_at, series.id limit 10000`.execute(trx)
  const proposals = await sql`
    select series.name as series, proposal.kind, proposal.text, proposal.details, proposal.starts_at as "startsAt",
      proposal.state, proposal.created_at as "createdAt"
    from afterwork_proposal proposal
    join afterwork_series series on series.network_id = proposal.network_id and series.id = proposal.series_id
    where proposal.network_id = ${networkId} and proposal.proposed_by in ${own}
    order by proposal.created_at, proposal.id limit 10000`.execute(trx)
  const votes = await sql`
    select proposal.kind, proposal.text, proposal.starts_at as "startsAt", organisation.name as organisation
    from afterwork_vote vote
    join afterwork_proposal proposal on proposal.network_id = vote.network_id and proposal.id = vote.proposal_id
    left join organisation on organisation.id = vote.organisation_id
    where vote.network_id = ${networkId} and vote.person_id in ${own}
    order by proposal.id limit 10000`.execute(trx)
  // With whom is theirs as much as the other's: by name, as the page shows it.
  const introductions = await sql`
    select introduction.asker_id in ${own} as "askedByMe", other.name as other, introduction.message, introduction.state,
      introduction.stage, introduction.title, introduction.description,
      introduction.local_authority as "localAuthority", introduction.created_at as "createdAt",
      array(
        select jsonb_build_object('stage', step.stage, 'note', step.note, 'at', step.at) from introduction_step step
        where step.network_id = introduction.network_id and step.introduction_id = introduction.id
        order by step.at, step.id
      ) as steps
    from introduction
    left join person other on other.network_id = introduction.network_id
      and other.id = case when introduction.asker_id in ${own} then introduction.asked_id else introduction.asker_id end
    where introduction.network_id = ${networkId}
      and (introduction.asker_id in ${own} or introduction.asked_id in ${own})
    order by introduction.id limit 10000`.execute(trx)
  const adoptions = await sql`
    select series.name as series, organisation.name as organisation, adoption.tool, adoption.evidence,
      adoption.on_day as "onDay"
    from adoption
    join afterwork_series series on series.network_id = adoption.network_id and series.id = adoption.series_id
    join organisation on organisation.id = adoption.organisation_id
    where adoption.network_id = ${networkId} and adoption.person_id in ${own}
    order by adoption.on_day, adoption.id limit 10000`.execute(trx)
  const opinions = await sql`
    select meeting.title as meeting, satisfaction.rating, satisfaction.again, satisfaction.liked, satisfaction.better,
      satisfaction.answered_at as "answeredAt"
    from satisfaction
    join registration on registration.network_id = satisfaction.network_id
      and registration.meeting_id = satisfaction.meeting_id and registration.id = satisfaction.registration_id
    join meeting on meeting.network_id = satisfaction.network_id and meeting.id = satisfaction.meeting_id
    where satisfaction.network_id = ${networkId} and registration.person_id in ${own}
    order by satisfaction.answered_at, meeting.id limit 10000`.execute(trx)
  return {
    afterworkConfirmations: confirmations.rows,
    afterworkProposals: proposals.rows,
    afterworkVotes: votes.rows,
    introductions: introductions.rows,
    adoptions: adoptions.rows,
    opinions: opinions.rows,
  }
}
