import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { rank } from '#http/policies.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import type { ProposalInput, ProposalKind } from '#modules/afterworks/schema.ts'
import { openSeries, type Series } from '#modules/afterworks/series.ts'
import { momentOf } from '#modules/meetings/index.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** A theme, place or date for the next edition, with who wants it. */
export interface Proposal {
  id: string
  kind: ProposalKind
  text: string
  details: string
  startsAt: Date | null
  state: 'open' | 'chosen' | 'declined'
  proposedBy: string | null
  organisation: string | null
  /** Distinct organisations, and people who vote for none. */
  votes: number
  /** Whether the reader votes for it. */
  mine: boolean
  /** Whether the reader may take it back. */
  own: boolean
}

/** Open at once, of one kind. */
const mostOpen = 50

/** What is open, the most wanted first. */
export async function listProposals(trx: Trx, entry: Entry, series: Series): Promise<Proposal[]> {
  const { network, personId } = entry
  const { rows } = await sql<Proposal>`
    select proposal.id, proposal.kind, proposal.text, proposal.details, proposal.starts_at as "startsAt", proposal.state,
      person.name as "proposedBy", organisation.name as organisation,
      coalesce(voted.votes, 0)::integer as votes, coalesce(voted.mine, false) as mine,
      coalesce(proposal.proposed_by = ${personId}::uuid, false) as own
    from afterwork_proposal proposal
    left join person on person.network_id = proposal.network_id and person.id = proposal.proposed_by
    left join organisation on organisation.id = proposal.organisation_id
    left join lateral (
      select count(distinct coalesce(vote.organisation_id, vote.person_id)) as votes,
        bool_or(vote.person_id = ${personId}::uuid) as mine
      from afterwork_vote vote
      where vote.network_id = proposal.network_id and vote.proposal_id = proposal.id
    ) voted on true
    where proposal.network_id = ${network.id} and proposal.series_id = ${series.id} and proposal.state = 'open'
    order by proposal.kind, voted.votes desc, proposal.starts_at, proposal.created_at, proposal.id
    limit ${mostOpen * 3}`.execute(trx)
  return rows
}

/**
 * Whoever proposes votes for it.
 * @throws Refusal for a date that has passed, a series that has ended, or when there are too many
 */
export async function propose(trx: Trx, entry: Entry, slug: string, input: ProposalInput): Promise<string> {
  const { network, personId } = entry
  if (personId === null) throw new AppError('forbidden')
  const series = await openSeries(trx, entry, slug)
  refuseEnded(series)
  const startsAt = input.kind === 'date' ? startOf(input, network.timeZone) : null
  if (startsAt && startsAt < new Date()) throw new Refusal({ field: 'day', message: 'afterworks.error.past' })
  const { rows: open } = await sql<{ count: number }>`
    select count(*)::integer as count from afterwork_proposal
    where network_id = ${network.id} and series_id = ${series.id} and kind = ${input.kind} and state = 'open'`.execute(
    trx,
  )
  if ((open[0]?.count ?? 0) >= mostOpen)
    throw new Refusal({ field: '', message: 'afterworks.error.too-many', values: { most: mostOpen } })
  const id = newId()
  await trx
    .insertInto('afterwork_proposal')
    .values({
      network_id: network.id,
      series_id: series.id,
      id,
      kind: input.kind,
      text: input.kind === 'date' ? '' : input.text,
      details: input.details,
      starts_at: startsAt,
      proposed_by: personId,
      organisation_id: actingFor(entry),
    })
    .execute()
  await vote(trx, entry, slug, id, true)
  await recordChange(trx, network.id, entry.actor, {
    action: 'afterwork-proposal.added',
    subject: { type: 'afterwork-proposal', id },
    after: { kind: input.kind },
  })
  return id
}

/** The first of two where the clocks show the time twice. @throws Refusal for a time they skip */
function startOf({ day, time }: ProposalInput, timeZone: string): Date {
  const moment = momentOf({ day, time }, timeZone)
  if (moment.kind === 'never')
    throw new Refusal({
      field: 'time',
      message: 'afterworks.error.no-such-time',
      values: { before: moment.before.time, after: moment.after.time },
    })
  return moment.kind === 'once' ? moment.at : moment.first
}

/** For, or no longer. A person has one vote for each proposal; it counts for the organisation they act for. */
export async function vote(
  trx: Trx,
  entry: Entry,
  slug: string,
  proposalId: string,
  wanted: boolean,
): Promise<void> {
  const { network, personId } = entry
  if (personId === null) throw new AppError('forbidden')
  const series = await openSeries(trx, entry, slug)
  refuseEnded(series)
  await openProposal(trx, entry, series, proposalId)
  if (wanted)
    await trx
      .insertInto('afterwork_vote')
      .values({
        network_id: network.id,
        proposal_id: proposalId,
        person_id: personId,
        organisation_id: actingFor(entry),
      })
      .onConflict(conflict => conflict.doNothing())
      .execute()
  else
    await trx
      .deleteFrom('afterwork_vote')
      .where('network_id', '=', network.id)
      .where('proposal_id', '=', proposalId)
      .where('person_id', '=', personId)
      .execute()
}

/** Put aside by those who run the series, or taken back by whoever made it. */
export async function decline(trx: Trx, entry: Entry, slug: string, proposalId: string): Promise<void> {
  const series = await openSeries(trx, entry, slug)
  const { proposed_by } = await openProposal(trx, entry, series, proposalId)
  const runs = rank(entry.role) >= rank('facilitator')
  if (!runs && (entry.personId === null || proposed_by !== entry.personId)) throw new AppError('forbidden')
  await setState(trx, entry, [proposalId], 'declined')
}

/** Those taken for an edition. @throws Refusal where one of them is open no longer */
export async function choose(trx: Trx, entry: Entry, series: Series, given: string[]): Promise<void> {
  const ids = [...new Set(given)]
  if (ids.length === 0) return
  const open = ids.every(isId)
    ? await trx
        .selectFrom('afterwork_proposal')
        .select('id')
        .where('network_id', '=', entry.network.id)
        .where('series_id', '=', series.id)
        .where('state', '=', 'open')
        .where('id', 'in', ids)
        .execute()
    : []
  if (open.length < ids.length) throw new Refusal({ field: 'chosen', message: 'form.error.choose' })
  await setState(trx, entry, ids, 'chosen')
}

/** The organisation that what one does counts for: that of the mandate one acts under. */
export function actingFor({ mandates, actor }: Entry): string | null {
  const acting = mandates.find(({ id }) => id === actor.mandateId)
  return (acting ?? mandates.find(({ organisationId }) => organisationId !== null))?.organisationId ?? null
}

async function setState(
  trx: Trx,
  { network, actor }: Entry,
  ids: string[],
  state: 'chosen' | 'declined',
): Promise<void> {
  await trx
    .updateTable('afterwork_proposal')
    .set({ state })
    .where('network_id', '=', network.id)
    .where('id', 'in', ids)
    .execute()
  const chosen = state === 'chosen'
  for (const id of ids)
    await recordChange(trx, network.id, actor, {
      action: chosen ? 'afterwork-proposal.chosen' : 'afterwork-proposal.declined',
      subject: { type: 'afterwork-proposal', id },
    })
}

async function openProposal(trx: Trx, { network }: Entry, series: Series, id: string) {
  const found = isId(id)
    ? await trx
        .selectFrom('afterwork_proposal')
        .select(['id', 'proposed_by'])
        .where('network_id', '=', network.id)
        .where('series_id', '=', series.id)
        .where('id', '=', id)
        .where('state', '=', 'open')
        .executeTakeFirst()
    : undefined
  if (!found) throw new AppError('not-found')
  return found
}

function refuseEnded({ state }: Series): void {
  if (state === 'ended') throw new Refusal({ field: '', message: 'afterworks.error.ended' })
}
