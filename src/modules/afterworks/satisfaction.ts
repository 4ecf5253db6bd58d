import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import type { SatisfactionInput } from '#modules/afterworks/schema.ts'
import { openMeeting } from '#modules/meetings/index.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'

export interface Satisfaction {
  answers: number
  /** Who came, of whom an answer could be had. */
  present: number
  /** Of 1 to 5; null without an answer. */
  mean: number | null
  /** How many gave each rating, from 1 to 5. */
  ratings: number[]
  again: { yes: number; no: number }
}

export interface Opinion {
  name: string
  organisation: string | null
  rating: number
  again: boolean | null
  liked: string
  better: string
  at: Date
}

/** Sums, for all who may read the meeting. */
export async function satisfactionOf(trx: Trx, networkId: string, meetingId: string): Promise<Satisfaction> {
  const { rows } = await sql<{
    rating: number
    count: number
    yes: number
    no: number
  }>`
    select rating, count(*)::integer as count, count(*) filter (where again)::integer as yes,
      count(*) filter (where not again)::integer as no
    from satisfaction where network_id = ${networkId} and meeting_id = ${meetingId} group by rating`.execute(
    trx,
  )
  const { rows: came } = await sql<{ present: number }>`
    select count(*)::integer as present from registration
    where network_id = ${networkId} and meeting_id = ${meetingId} and present`.execute(trx)
  const ratings = [1, 2, 3, 4, 5].map(rating => rows.find(row => row.rating === rating)?.count ?? 0)
  const answers = ratings.reduce((sum, count) => sum + count, 0)
  const sum = ratings.reduce((total, count, index) => total + count * (index + 1), 0)
  return {
    answers,
    present: came[0]?.present ?? 0,
    mean: answers === 0 ? null : sum / answers,
    ratings,
    again: {
      yes: rows.reduce((total, row) => total + row.yes, 0),
      no: rows.reduce((total, row) => total + row.no, 0),
    },
  }
}

/** Who wrote what: for those who run the meeting. @param limit as many as a page shows */
export async function opinionsOf(trx: Trx, entry: Entry, meetingId: string, limit = 500): Promise<Opinion[]> {
  await openMeeting(trx, entry, meetingId, 'run')
  const { rows } = await sql<Opinion>`
    select coalesce(person.name, registration.name) as name,
      coalesce(organisation.name, nullif(registration.organisation_name, '')) as organisation,
      satisfaction.rating, satisfaction.again, satisfaction.liked, satisfaction.better, satisfaction.answered_at as at
    from satisfaction
    join registration on registration.network_id = satisfaction.network_id
      and registration.meeting_id = satisfaction.meeting_id and registration.id = satisfaction.registration_id
    left join person on person.network_id = registration.network_id and person.id = registration.person_id
    left join organisation on organisation.id = registration.organisation_id
    where satisfaction.network_id = ${entry.network.id} and satisfaction.meeting_id = ${meetingId}
    order by satisfaction.answered_at desc, satisfaction.registration_id limit ${limit}`.execute(trx)
  return rows
}

/** What one said before; null where one did not, or did not come: `came` says which. */
export interface OwnOpinion {
  came: boolean
  opinion: SatisfactionInput | null
}

export async function ownOpinion(
  trx: Trx,
  { network, personId }: Entry,
  meetingId: string,
): Promise<OwnOpinion> {
  const own = sql`registration.meeting_id = ${meetingId} and registration.person_id = ${personId}::uuid
    and registration.state <> 'withdrawn' and registration.present`
  const said = await opinionWhere(trx, network.id, own)
  return { came: said !== null, opinion: said?.opinion ?? null }
}

/** By the link of a registration. @throws AppError 'not-found' for one that leads nowhere */
export async function opinionBy(
  trx: Trx,
  networkId: string,
  token: string,
): Promise<OwnOpinion & { title: string }> {
  const found = await opinionWhere(trx, networkId, sql`registration.token = ${token}`)
  if (!found) throw new AppError('not-found')
  return found
}

async function opinionWhere(
  trx: Trx,
  networkId: string,
  own: RawBuilder<unknown>,
): Promise<(OwnOpinion & { title: string }) | null> {
  const { rows } = await sql<SatisfactionInput & { rating: number | null; came: boolean; title: string }>`
    select meeting.title, coalesce(registration.present, false) and registration.state <> 'withdrawn' as came,
      satisfaction.rating, satisfaction.again, satisfaction.liked, satisfaction.better
    from registration
    join meeting on meeting.network_id = registration.network_id and meeting.id = registration.meeting_id
    left join satisfaction on satisfaction.network_id = registration.network_id
      and satisfaction.meeting_id = registration.meeting_id and satisfaction.registration_id = registration.id
    where registration.network_id = ${networkId} and ${own}
    limit 1`.execute(trx)
  const [row] = rows
  if (!row) return null
  const { rating, again, liked, better } = row
  return {
    came: row.came,
    title: row.title,
    opinion: rating === null ? null : { rating, again, liked, better },
  }
}

/** Said again, it takes the place of what was said before. @throws Refusal for whoever was not there */
export async function sayOpinion(
  trx: Trx,
  entry: Entry,
  meetingId: string,
  input: SatisfactionInput,
): Promise<void> {
  const { network, personId } = entry
  await openMeeting(trx, entry, meetingId, 'read')
  await keepOpinion(trx, network.id, sql`meeting_id = ${meetingId} and person_id = ${personId}::uuid`, input)
}

/** The same, by the link of a registration. @throws Refusal */
export async function sayOpinionBy(
  trx: Trx,
  networkId: string,
  token: string,
  input: SatisfactionInput,
): Promise<void> {
  await keepOpinion(trx, networkId, sql`token = ${token}`, input)
}

async function keepOpinion(
  trx: Trx,
  networkId: string,
  own: RawBuilder<unknown>,
  input: SatisfactionInput,
): Promise<void> {
  const { rows } = await sql<{ registration_id: string }>`
    insert into satisfaction (network_id, meeting_id, registration_id, rating, again, liked, better)
    select network_id, meeting_id, id, ${input.rating}::smallint, ${input.again}::boolean, ${input.liked}, ${input.better}
    from registration
    where network_id = ${networkId} and ${own} and state <> 'withdrawn' and present
    on conflict (network_id, meeting_id, registration_id) do update
      set rating = excluded.rating, again = excluded.again, liked = excluded.liked, better = excluded.better,
        answered_at = now()
    returning registration_id`.execute(trx)
  if (rows.length === 0) throw new Refusal({ field: '', message: 'satisfaction.error.absent' })
}
