import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import type { Addressee, Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** What is looked at before it is shared: what is for everyone, what is for the network as well, or nothing. */
export const reviewRules = ['public', 'both', 'none'] as const
export type ReviewRule = (typeof reviewRules)[number]

export type SharedWith = 'network' | 'public'

export interface Reviewer {
  personId: string
  name: string
}

export interface ReviewTerms {
  rule: ReviewRule
  /** Whom the network named; nobody: facilitators and administrators look. */
  named: Reviewer[]
}

/** At most two hundred reviewers, by name. */
export async function reviewTerms(trx: Trx, networkId: string): Promise<ReviewTerms> {
  const { rows } = await sql<{ rule: ReviewRule | null; named: Reviewer[] | null }>`
    select
      (select applies from commons_review_rule where network_id = ${networkId}) as rule,
      (select jsonb_agg(jsonb_build_object('personId', one.id, 'name', one.name) order by one.place)
       from (
         select person.id, person.name, row_number() over (order by person.name collate name_order, person.id) as place
         from commons_reviewer
         join person on person.network_id = commons_reviewer.network_id and person.id = commons_reviewer.person_id
         where commons_reviewer.network_id = ${networkId}
         order by place
         limit 200
       ) one) as named`.execute(trx)
  const [row] = rows
  return { rule: row?.rule ?? 'public', named: row?.named ?? [] }
}

/** Whether what is to be shared so is looked at first. */
export function isReviewed({ rule }: ReviewTerms, visibility: SharedWith): boolean {
  return rule === 'both' || (rule === 'public' && visibility === 'public')
}

export function mayReview({ named }: ReviewTerms, entry: Pick<Entry, 'role' | 'personId'>): boolean {
  if (named.length > 0) return named.some(({ personId }) => personId === entry.personId)
  return entry.role === 'facilitator' || entry.role === 'administrator'
}

/** Those who may review and can sign in today, whom one can write to; at most fifty. */
export async function reviewersOf(trx: Trx, networkId: string): Promise<Addressee[]> {
  const { rows } = await sql<Addressee>`
    select distinct person.id as "personId", person.account_id as "accountId", person.name, person.email
    from network
    join person on person.network_id = network.id
    join mandate on mandate.network_id = person.network_id and mandate.person_id = person.id
    where network.id = ${networkId} and person.account_id is not null and person.email is not null
      and (now() at time zone network.time_zone)::date between mandate.valid_from and coalesce(mandate.valid_until, 'infinity')
      and case
        when exists (select from commons_reviewer where network_id = ${networkId})
        then exists (select from commons_reviewer where network_id = ${networkId} and person_id = person.id)
        else mandate.role in ('facilitator', 'administrator')
      end
    order by person.id
    limit 50`.execute(trx)
  return rows
}

/** @throws AppError 'not-found' for someone who is not of the network */
export async function nameReviewer(trx: Trx, entry: Entry, personId: string): Promise<void> {
  const { network, actor } = entry
  if (!isId(personId)) throw new AppError('not-found')
  const person = await trx
    .selectFrom('person')
    .select('id')
    .where('network_id', '=', network.id)
    .where('id', '=', personId)
    .where('erased_at', 'is', null)
    .executeTakeFirst()
  if (!person) throw new AppError('not-found')
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('commons_reviewer')
    .values({ network_id: network.id, person_id: personId })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst()
  if (!numInsertedOrUpdatedRows) return
  await recordChange(trx, network.id, actor, {
    action: 'reviewer.named',
    subject: { type: 'person', id: personId },
    after: {},
  })
}

export async function removeReviewer(trx: Trx, { network, actor }: Entry, personId: string): Promise<void> {
  if (!isId(personId)) throw new AppError('not-found')
  const { numDeletedRows } = await trx
    .deleteFrom('commons_reviewer')
    .where('network_id', '=', network.id)
    .where('person_id', '=', personId)
    .executeTakeFirst()
  if (!numDeletedRows) return
  await recordChange(trx, network.id, actor, {
    action: 'reviewer.removed',
    subject: { type: 'person', id: personId },
    before: {},
  })
}

export async function setReviewRule(trx: Trx, { network, actor }: Entry, applies: ReviewRule): Promise<void> {
  const { rule } = await reviewTerms(trx, network.id)
  await trx
    .insertInto('commons_review_rule')
    .values({ network_id: network.id, applies })
    .onConflict(conflict => conflict.column('network_id').doUpdateSet({ applies }))
    .execute()
  await recordChange(trx, network.id, actor, {
    action: 'review-rule.changed',
    subject: { type: 'network', id: network.id },
    before: { applies: rule },
    after: { applies },
  })
}
