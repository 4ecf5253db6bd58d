import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import type { Locale } from '#kernel/locale.ts'
import type { Vote } from '#modules/meetings/polls/best-dates.ts'
import { openPoll, type Poll, refuseUnlessOpen } from '#modules/meetings/polls/polls.ts'
import type { AnswerInput } from '#modules/meetings/polls/schema.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

export interface Option {
  id: string
  startsAt: Date
  endsAt: Date
  chosen: boolean
}

export interface Answer {
  id: string
  /** Null for somebody who is no person of the network. */
  personId: string | null
  name: string
  organisationId: string | null
  organisation: string | null
  remark: string
  votes: Map<string, Vote>
  /** The reader's. */
  own: boolean
}

/** More than would fit on a page that can be read. */
const mostAnswers = 500

/** The proposed dates, by time. */
export async function optionsOf(
  trx: Trx,
  networkId: string,
  poll: { id: string; minutes: number },
): Promise<Option[]> {
  const rows = await trx
    .selectFrom('date_option')
    .select(['id', 'starts_at', 'chosen'])
    .where('network_id', '=', networkId)
    .where('poll_id', '=', poll.id)
    .orderBy('starts_at')
    .execute()
  return rows.map(({ id, starts_at, chosen }) => ({
    id,
    startsAt: starts_at,
    endsAt: new Date(starts_at.getTime() + poll.minutes * 60_000),
    chosen,
  }))
}

/** All answers, the reader's first, then in the order they came. @param token of a visitor's own, if they have one */
export async function answersOf(
  trx: Trx,
  entry: Pick<Entry, 'network' | 'personId'>,
  pollId: string,
  token: string | null = null,
): Promise<Answer[]> {
  const { rows } = await sql<AnswerRow>`
    select answer.id, answer.person_id, coalesce(person.name, answer.name) as name, answer.organisation_id,
      organisation.name as organisation, answer.remark,
      coalesce(answer.person_id = ${entry.personId}::uuid or answer.token_hash = ${token && hashOf(token)}, false) as own,
      coalesce((
        select jsonb_object_agg(vote.option_id, vote.vote) from date_vote vote
        where vote.network_id = answer.network_id and vote.poll_id = answer.poll_id and vote.answer_id = answer.id
      ), '{}') as votes
    from date_answer answer
    left join person on person.network_id = answer.network_id and person.id = answer.person_id
    left join organisation on organisation.id = answer.organisation_id
    where answer.network_id = ${entry.network.id}::uuid and answer.poll_id = ${pollId}::uuid
    order by own desc, answer.id limit ${mostAnswers}::integer`.execute(trx)
  return rows.map(row => ({
    id: row.id,
    personId: row.person_id,
    name: row.name,
    organisationId: row.organisation_id,
    organisation: row.organisation,
    remark: row.remark,
    votes: new Map(Object.entries(row.votes)),
    own: row.own,
  }))
}

/**
 * Says when somebody of the network could come; said again, it takes the place of what they said before.
 * @throws Refusal where nothing is said, or the poll is closed
 */
export async function answerPoll(
  trx: Trx,
  entry: Entry,
  pollId: string,
  input: AnswerInput,
  now = new Date(),
): Promise<void> {
  const poll = await openPoll(trx, entry, pollId, 'read')
  refuseUnlessOpen(poll, '', now)
  // A key of the network itself is nobody who could come.
  if (!entry.personId) throw new Refusal({ field: '', message: 'poll.error.nobody' })
  const networkId = entry.network.id
  const { rows } = await sql<{ id: string }>`
    insert into date_answer (network_id, poll_id, id, person_id, organisation_id, remark, locale)
    values (${networkId}, ${poll.id}, ${newId()}, ${entry.personId}, ${organisationFor(poll, entry)}, ${input.remark},
      ${entry.network.locale})
    on conflict (network_id, poll_id, person_id) where person_id is not null
      do update set remark = excluded.remark, organisation_id = excluded.organisation_id, changed_at = now()
    returning id`.execute(trx)
  await keepVotes(trx, networkId, poll.id, rows[0]?.id ?? '', input)
  await recordAnswer(trx, entry, poll.id)
}

/** Takes one's answer back. */
export async function withdrawAnswer(
  trx: Trx,
  entry: Entry,
  pollId: string,
  now = new Date(),
): Promise<void> {
  const poll = await openPoll(trx, entry, pollId, 'read')
  refuseUnlessOpen(poll, '', now)
  if (!entry.personId) return
  const { numDeletedRows } = await trx
    .deleteFrom('date_answer')
    .where('network_id', '=', entry.network.id)
    .where('poll_id', '=', poll.id)
    .where('person_id', '=', entry.personId)
    .executeTakeFirst()
  if (numDeletedRows === 0n) return
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'date-poll.answer-withdrawn',
    subject: { type: 'date-poll', id: poll.id },
    after: { person_id: entry.personId },
  })
}

/**
 * The same for somebody of the public, who is known by what ends the link in their mail. Whoever comes without it and
 * gives an address that answered already changes nothing: that address is sent the link again.
 * @returns what ends the link, and whether the answer was kept
 */
export async function answerAsVisitor(
  trx: Trx,
  entry: Entry,
  poll: Poll,
  input: AnswerInput & { name: string; email: string; locale: Locale },
  token: string | null,
  now = new Date(),
): Promise<{ token: string; kept: boolean }> {
  refuseUnlessOpen(poll, '', now)
  const networkId = entry.network.id
  const fresh = randomBytes(24).toString('base64url')
  const { rows: own } = token
    ? await sql<{ id: string }>`
        update date_answer set remark = ${input.remark}, name = ${input.name}, changed_at = now()
        where network_id = ${networkId} and poll_id = ${poll.id} and token_hash = ${hashOf(token)} returning id`.execute(
        trx,
      )
    : { rows: [] }
  if (token && own[0]) {
    await keepVotes(trx, networkId, poll.id, own[0].id, input)
    await recordAnswer(trx, entry, poll.id)
    return { token, kept: true }
  }
  const { rows } = await sql<{ id: string }>`
    insert into date_answer (network_id, poll_id, id, name, email, locale, token_hash, remark)
    values (${networkId}, ${poll.id}, ${newId()}, ${input.name}, ${input.email}, ${input.locale}, ${hashOf(fresh)},
      ${input.remark})
    on conflict (network_id, poll_id, email) where person_id is null do nothing returning id`.execute(trx)
  if (!rows[0]) {
    await trx
      .updateTable('date_answer')
      .set({ token_hash: hashOf(fresh) })
      .where('network_id', '=', networkId)
      .where('poll_id', '=', poll.id)
      .where('person_id', 'is', null)
      .where('email', '=', input.email)
      .execute()
    return { token: fresh, kept: false }
  }
  await keepVotes(trx, networkId, poll.id, rows[0].id, input)
  await recordAnswer(trx, entry, poll.id)
  return { token: fresh, kept: true }
}

/** What somebody answered anywhere, for the archive of their own data. */
export async function answersOfAccount(
  trx: Trx,
  networkId: string,
  accountId: string,
): Promise<Record<string, unknown>[]> {
  const { rows } = await sql<Record<string, unknown>>`
    select poll.title, answer.remark, answer.created_at as "createdAt", coalesce((
        select jsonb_agg(jsonb_build_object('startsAt', option.starts_at, 'vote', vote.vote) order by option.starts_at)
        from date_vote vote
        join date_option option on option.network_id = vote.network_id and option.poll_id = vote.poll_id
          and option.id = vote.option_id
        where vote.network_id = answer.network_id and vote.poll_id = answer.poll_id and vote.answer_id = answer.id
      ), '[]') as votes
    from date_answer answer
    join date_poll poll on poll.network_id = answer.network_id and poll.id = answer.poll_id
    join person on person.network_id = answer.network_id and person.id = answer.person_id
    where answer.network_id = ${networkId}::uuid and person.account_id = ${accountId}::uuid
    order by answer.id`.execute(trx)
  return rows
}

/** Whom they answer for: their organisation in the group, else that of the mandate they act under. */
function organisationFor(poll: Poll, { network, personId, mandates, actor }: Entry) {
  const acting = mandates.find(({ id }) => id === actor.mandateId) ?? mandates[0]
  return sql`coalesce((
    select organisation_id from group_member
    where network_id = ${network.id} and group_id = ${poll.groupId}::uuid and person_id = ${personId}
  ), ${acting?.organisationId ?? null}::uuid)`
}

async function keepVotes(
  trx: Trx,
  networkId: string,
  pollId: string,
  answerId: string,
  { votes }: Pick<AnswerInput, 'votes'>,
): Promise<void> {
  await trx
    .deleteFrom('date_vote')
    .where('network_id', '=', networkId)
    .where('poll_id', '=', pollId)
    .where('answer_id', '=', answerId)
    .execute()
  // What is no option of this poll is nothing one could come to.
  const { rows } = await sql`
    insert into date_vote (network_id, poll_id, answer_id, option_id, vote)
    select option.network_id, option.poll_id, ${answerId}::uuid, option.id, given.value
    from jsonb_each_text(${JSON.stringify(votes)}::jsonb) given
    join date_option option on option.network_id = ${networkId}::uuid and option.poll_id = ${pollId}::uuid
      and option.id = given.key::uuid
    returning option_id`.execute(trx)
  if (rows.length === 0) throw new Refusal({ field: '', message: 'poll.error.no-vote' })
}

async function recordAnswer(trx: Trx, entry: Entry, pollId: string): Promise<void> {
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'date-poll.answered',
    subject: { type: 'date-poll', id: pollId },
    after: { person_id: entry.personId },
  })
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

interface AnswerRow {
  id: string
  person_id: string | null
  name: string
  organisation_id: string | null
  organisation: string | null
  remark: string
  votes: Record<string, Vote>
  own: boolean
}
