import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { rank } from '#http/policies.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import type { Stage } from '#modules/afterworks/schema.ts'
import type { Entry } from '#modules/network/index.ts'

export type IntroductionState = 'asked' | 'agreed' | 'declined' | 'withdrawn' | 'closed'

export interface Party {
  personId: string | null
  name: string | null
  organisationId: string | null
  organisation: string | null
  /** Their address: for the other, once both agreed; null for everyone else. */
  email?: string | null
}

export interface Introduction {
  id: string
  state: IntroductionState
  stage: Stage
  asker: Party
  asked: Party
  message: string
  title: string
  description: string
  localAuthority: string
  meetingId: string | null
  meeting: string | null
  createdAt: Date
}

export interface Step {
  stage: Stage | 'closed'
  note: string
  by: string | null
  at: Date
}

/** As many as wait for one's answer at once on a page. */
const mostWaiting = 100

/** One's own, the latest first; what waits for one's answer stands apart, on the first page. @param after id of the last shown */
export async function listIntroductions(
  trx: Trx,
  entry: Entry,
  { after = null, limit = 50 }: { after?: string | null; limit?: number } = {},
): Promise<{ waiting: Introduction[]; introductions: Introduction[]; next: string | null }> {
  const { network, personId } = entry
  if (personId === null) return { waiting: [], introductions: [], next: null }
  const waits = sql`(introduction.state = 'asked' and introduction.asked_id = ${personId}::uuid)`
  const waiting =
    after === null
      ? await sql<Introduction>`
          select ${columns} ${joined}
          where introduction.network_id = ${network.id} and ${waits}
          order by introduction.id desc limit ${mostWaiting}`.execute(trx)
      : { rows: [] }
  const { rows } = await sql<Introduction>`
    select ${columns} ${joined}
    where introduction.network_id = ${network.id} and not ${waits}
      and (introduction.asker_id = ${personId}::uuid or introduction.asked_id = ${personId}::uuid)
      ${after !== null && isId(after) ? sql`and introduction.id < ${after}::uuid` : sql``}
    order by introduction.id desc limit ${limit + 1}`.execute(trx)
  return { waiting: waiting.rows, ...paged(rows, limit) }
}

/** Those that both agreed to, for whoever runs the network: the latest first. What was only asked nobody else hears of. */
export async function agreedIntroductions(
  trx: Trx,
  { network }: Entry,
  {
    stage = null,
    series = null,
    after = null,
    limit = 50,
  }: { stage?: Stage | null; series?: string | null; after?: string | null; limit?: number },
): Promise<{ introductions: Introduction[]; next: string | null }> {
  const { rows } = await sql<Introduction>`
    select ${columns} ${joined}
    where introduction.network_id = ${network.id} and introduction.state in ('agreed', 'closed')
      ${stage === null ? sql`` : sql`and introduction.stage = ${stage}`} ${ofSeries(series)}
      ${after !== null && isId(after) ? sql`and introduction.id < ${after}::uuid` : sql``}
    order by introduction.id desc limit ${limit + 1}`.execute(trx)
  return paged(rows.map(withoutMessage), limit)
}

/** How many agreed introductions are at each stage. @param series id of the one of whose editions they came, if only those */
export async function stagesReached(
  trx: Trx,
  { network }: Entry,
  series: string | null = null,
): Promise<Record<Stage, number>> {
  const { rows } = await sql<{ stage: Stage; count: number }>`
    select stage, count(*)::integer as count from introduction
    where network_id = ${network.id} and state in ('agreed', 'closed') ${ofSeries(series)} group by stage`.execute(
    trx,
  )
  const reached = { introduction: 0, conversation: 0, synergy: 0, joint_project: 0 }
  for (const { stage, count } of rows) reached[stage] = count
  return reached
}

const mostProjects = 500

/** Joint projects, by the local authority they serve. @param series id of the one they came of, if only those */
export async function jointProjects(
  trx: Trx,
  { network }: Entry,
  series: string | null = null,
): Promise<Introduction[]> {
  const { rows } = await sql<Introduction>`
    select ${columns} ${joined}
    where introduction.network_id = ${network.id} and introduction.state in ('agreed', 'closed')
      and introduction.stage = 'joint_project' ${ofSeries(series)}
    order by introduction.local_authority collate name_order, introduction.id desc limit ${mostProjects}`.execute(
    trx,
  )
  return rows.map(withoutMessage)
}

/**
 * For the two it is between, who see each other's address once they agreed; from then on for those who run the network as
 * well, without what was said before.
 * @throws AppError 'not-found'
 */
export async function openIntroduction(
  trx: Trx,
  entry: Entry,
  id: string,
): Promise<{ introduction: Introduction; side: 'asker' | 'asked' | null; steps: Step[] }> {
  const { network, personId, role } = entry
  const { rows } = isId(id)
    ? await sql<Introduction>`
        select ${columns} ${joined}
        where introduction.network_id = ${network.id} and introduction.id = ${id}`.execute(trx)
    : { rows: [] }
  const [introduction] = rows
  if (!introduction) throw new AppError('not-found')
  const { asker, asked, state } = introduction
  const side =
    personId === null
      ? null
      : asker.personId === personId
        ? 'asker'
        : asked.personId === personId
          ? 'asked'
          : null
  const together = ['agreed', 'closed'].includes(state)
  if (side === null && !(together && rank(role) >= rank('facilitator'))) throw new AppError('not-found')
  const { rows: steps } = await sql<Step>`
    select step.stage, step.note, nullif(person.name, '') as by, step.at from introduction_step step
    left join person on person.network_id = step.network_id and person.id = step.person_id
    where step.network_id = ${network.id} and step.introduction_id = ${id}
    order by step.at, step.id limit 200`.execute(trx)
  if (side === null) return { introduction: withoutMessage(introduction), side, steps }
  if (together) await addAddresses(trx, network.id, introduction)
  return { introduction, side, steps }
}

async function addAddresses(trx: Trx, networkId: string, { asker, asked }: Introduction): Promise<void> {
  const ids = [asker.personId, asked.personId].filter(id => id !== null)
  const people = await trx
    .selectFrom('person')
    .select(['id', 'email'])
    .where('network_id', '=', networkId)
    .where('id', 'in', ids)
    .where('erased_at', 'is', null)
    .execute()
  const emails = new Map(people.map(({ id, email }) => [id, email]))
  for (const party of [asker, asked]) party.email = emails.get(party.personId ?? '') ?? null
}

/** Somebody one could ask: who can sign in and has a place in the network. */
export async function personToMeet(
  trx: Trx,
  { network, personId }: { network: { id: string }; personId: string | null },
  id: string,
): Promise<{ id: string; name: string; organisations: string[] } | null> {
  if (!isId(id) || id === personId) return null
  const { rows } = await sql<{ id: string; name: string; organisations: string[] }>`
    select person.id, person.name, coalesce(
      array_agg(distinct organisation.name) filter (where organisation.name is not null), '{}') as organisations
    from person join network on network.id = person.network_id
    join mandate on mandate.network_id = person.network_id and mandate.person_id = person.id and ${inForce}
    left join organisation on organisation.id = mandate.organisation_id
    where person.network_id = ${network.id} and person.id = ${id} and person.account_id is not null
      and person.erased_at is null
    group by person.id, person.name`.execute(trx)
  return rows[0] ?? null
}

/** Of those editions of a series that its counters count (`afterwork_counts`). */
function ofSeries(id: string | null): RawBuilder<unknown> {
  if (id === null) return sql``
  return sql`and introduction.meeting_id in (
    select edition.meeting_id
    from afterwork_series series
    join network on network.id = series.network_id
    join afterwork_edition edition on edition.network_id = series.network_id and edition.series_id = series.id
    join meeting on meeting.network_id = edition.network_id and meeting.id = edition.meeting_id
    where series.network_id = introduction.network_id and series.id = ${id}::uuid
      and meeting.state in ('scheduled', 'held') and meeting.starts_at <= now()
      and (meeting.starts_at at time zone network.time_zone)::date >= series.counted_from)`
}

function paged(rows: Introduction[], limit: number): { introductions: Introduction[]; next: string | null } {
  const introductions = rows.slice(0, limit)
  return { introductions, next: rows.length > limit ? (introductions.at(-1)?.id ?? null) : null }
}

function withoutMessage(introduction: Introduction): Introduction {
  return { ...introduction, message: '' }
}

/** Of a mandate, beside its network. */
export const inForce = sql`
  (now() at time zone network.time_zone)::date between mandate.valid_from and coalesce(mandate.valid_until, 'infinity')`

const columns = sql`
  introduction.id, introduction.state, introduction.stage, introduction.message, introduction.title,
  introduction.description, introduction.local_authority as "localAuthority", introduction.created_at as "createdAt",
  introduction.meeting_id as "meetingId", meeting.title as meeting,
  jsonb_build_object('personId', introduction.asker_id, 'name', nullif(asker.name, ''),
    'organisationId', introduction.asker_organisation_id, 'organisation', asker_organisation.name) as asker,
  jsonb_build_object('personId', introduction.asked_id, 'name', nullif(asked.name, ''),
    'organisationId', introduction.asked_organisation_id, 'organisation', asked_organisation.name) as asked`

const joined = sql`
  from introduction
  left join person asker on asker.network_id = introduction.network_id and asker.id = introduction.asker_id
  left join person asked on asked.network_id = introduction.network_id and asked.id = introduction.asked_id
  left join organisation asker_organisation on asker_organisation.id = introduction.asker_organisation_id
  left join organisation asked_organisation on asked_organisation.id = introduction.asked_organisation_id
  left join meeting on meeting.network_id = introduction.network_id and meeting.id = introduction.meeting_id`
