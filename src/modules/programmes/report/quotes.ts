import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { type Entry, optionalId, Refusal } from '#modules/network/index.ts'
import { openProgramme } from '#modules/programmes/opening.ts'

export const consents = ['group', 'report'] as const
/** Who may read it: the people of the group, or whoever is given the report as well. */
export type Consent = (typeof consents)[number]

export const signatures = ['nobody', 'organisation', 'person'] as const
export type Signature = (typeof signatures)[number]

/** What somebody said of a programme or of one of its steps. */
export interface Quote {
  id: string
  body: string
  consent: Consent
  signedAs: Signature
  /** As it is signed; what the signature does not say is null, for everybody. */
  name: string | null
  organisation: string | null
  step: { id: string; title: string } | null
  /** Whether it is the reader's own. */
  own: boolean
}

const chosen = {
  consent: z.enum(consents),
  signedAs: z.enum(signatures),
}
export const quoteInput = z.object({ body: z.string().trim().min(1).max(2000), step: optionalId, ...chosen })
export type QuoteInput = z.output<typeof quoteInput>
export const quoteTerms = z.object(chosen)
export type QuoteTerms = z.output<typeof quoteTerms>

/** More than a page or a report shows. */
export const mostQuotes = 500

/** With fewer people, one may guess who “nobody” is. */
export const smallGroup = 5

/**
 * What the group reads of each other. In an order of no meaning: the hour at which words were left would say by whom.
 * @param stepId null: of all steps, and of the programme itself
 */
export async function quotesOf(
  trx: Trx,
  { network, personId }: Pick<Entry, 'network' | 'personId'>,
  programmeId: string,
  options: { stepId?: string | null; limit?: number } = {},
): Promise<Quote[]> {
  const { stepId = null, limit = mostQuotes } = options
  return select(
    trx,
    network.id,
    programmeId,
    personId,
    sql`(${stepId}::uuid is null or quote.step_id = ${stepId}::uuid)`,
    limit,
  )
}

/** What whoever is given the report may read. */
export async function quotesForReport(trx: Trx, networkId: string, programmeId: string): Promise<Quote[]> {
  return select(trx, networkId, programmeId, null, sql`quote.consent = 'report'`, mostQuotes)
}

/** One's own, wherever they are signed: also of a group that one has left. */
export async function ownQuotes(
  trx: Trx,
  { network, personId }: Pick<Entry, 'network' | 'personId'>,
  programmeId: string,
): Promise<Quote[]> {
  if (!isId(programmeId) || personId === null) return []
  return select(trx, network.id, programmeId, personId, sql`quote.person_id = ${personId}::uuid`, mostQuotes)
}

/** Whether there are so few that words without a name may be guessed. */
export async function isSmall(trx: Trx, network: Entry['network'], groupId: string): Promise<boolean> {
  const { rows } = await sql<{ people: number }>`
    select count(*)::integer as people from (
      select distinct member.person_id from group_member member
      where member.network_id = ${network.id}::uuid and member.group_id = ${groupId}::uuid
        and (now() at time zone ${network.timeZone})::date
          between member.valid_from and coalesce(member.valid_until, 'infinity')
      limit ${smallGroup}
    ) few`.execute(trx)
  return (rows[0]?.people ?? 0) < smallGroup
}

/**
 * Leaves a word. Signed by nobody, it names no organisation either. The log of changes is silent about words: who left one at
 * which hour would say whose it is that is signed by nobody.
 * @returns its id
 * @throws Refusal where it is to be signed by an organisation that one does not act for
 */
export async function leaveQuote(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  input: QuoteInput,
): Promise<string> {
  const { programme } = await openProgramme(trx, entry, programmeId, 'take-part')
  const { network, personId } = entry
  if (personId === null) throw new AppError('forbidden')
  const organisationId = await signingFor(trx, entry, programme.groupId, input.signedAs)
  // Of no order in time: when it was left would say by whom.
  const id = randomUUID()
  const { rows } = await sql`
    insert into programme_quote (network_id, programme_id, id, step_id, organisation_id, person_id, body, consent, signed_as)
    select ${network.id}::uuid, ${programme.id}::uuid, ${id}::uuid, ${input.step}::uuid, ${organisationId}::uuid,
      ${personId}::uuid, ${input.body}, ${input.consent}, ${input.signedAs}
    where ${input.step}::uuid is null or exists (
      select from programme_step where network_id = ${network.id}::uuid and programme_id = ${programme.id}::uuid
        and id = ${input.step}::uuid)
    returning id`.execute(trx)
  if (rows.length === 0) throw new AppError('not-found')
  return id
}

/** Who may read it and how it is signed, by whoever wrote it. */
export async function changeQuote(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  id: string,
  terms: QuoteTerms,
): Promise<void> {
  const { programme } = await openProgramme(trx, entry, programmeId, 'read')
  const before = await ownQuote(trx, entry, programme.id, id)
  const becomesNobody = before.signedAs !== 'nobody' && terms.signedAs === 'nobody'
  const organisationId = await signingFor(trx, entry, programme.groupId, terms.signedAs)
  await trx
    .updateTable('programme_quote')
    .set({
      ...{ consent: terms.consent, signed_as: terms.signedAs, organisation_id: organisationId },
      // Whoever knew it under a name knows it no more by its id.
      ...(becomesNobody && { id: randomUUID() }),
    })
    .where('network_id', '=', entry.network.id)
    .where('programme_id', '=', programme.id)
    .where('id', '=', id)
    .execute()
}

/** Taken back by whoever wrote it, also once they have left the group: nothing of it stays. */
export async function withdrawQuote(trx: Trx, entry: Entry, programmeId: string, id: string): Promise<void> {
  await ownQuote(trx, entry, programmeId, id)
  await trx
    .deleteFrom('programme_quote')
    .where('network_id', '=', entry.network.id)
    .where('programme_id', '=', programmeId)
    .where('id', '=', id)
    .execute()
}

async function select(
  trx: Trx,
  networkId: string,
  programmeId: string,
  personId: string | null,
  condition: ReturnType<typeof sql>,
  limit: number,
): Promise<Quote[]> {
  const { rows } = await sql<Quote>`
    select quote.id, quote.body, quote.consent, quote.signed_as as "signedAs",
      case when quote.signed_as = 'person' then person.name end as name,
      case when quote.signed_as <> 'nobody' then organisation.name end as organisation,
      case when step.id is not null then jsonb_build_object('id', step.id, 'title', step.title) end as step,
      coalesce(quote.person_id = ${personId}::uuid, false) as own
    from programme_quote quote
    left join programme_step step on step.network_id = quote.network_id and step.programme_id = quote.programme_id
      and step.id = quote.step_id
    left join person on person.network_id = quote.network_id and person.id = quote.person_id
    left join organisation on organisation.id = quote.organisation_id
    where quote.network_id = ${networkId}::uuid and quote.programme_id = ${programmeId}::uuid and ${condition}
    order by md5(quote.id::text) limit ${limit}`.execute(trx)
  return rows
}

async function ownQuote(trx: Trx, entry: Entry, programmeId: string, id: string): Promise<QuoteTerms> {
  if (!isId(programmeId) || !isId(id)) throw new AppError('not-found')
  const row = await trx
    .selectFrom('programme_quote')
    .select(['consent', 'signed_as', 'person_id'])
    .where('network_id', '=', entry.network.id)
    .where('programme_id', '=', programmeId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  // Whoever else asks is not to learn whose it is.
  if (!row || row.person_id !== entry.personId) throw new AppError('not-found')
  return { consent: row.consent as Consent, signedAs: row.signed_as as Signature }
}

/** For which organisation one signs: that for which one is in the group, else the first of those one acts for. */
async function signingFor(
  trx: Trx,
  { network, personId, mandates }: Entry,
  groupId: string,
  signedAs: Signature,
): Promise<string | null> {
  if (signedAs === 'nobody') return null
  const { rows } = await sql<{ organisationId: string | null }>`
    select member.organisation_id as "organisationId" from group_member member
    where member.network_id = ${network.id}::uuid and member.group_id = ${groupId}::uuid
      and member.person_id = ${personId}::uuid and member.organisation_id is not null
    order by member.valid_until is null desc, member.valid_from desc limit 1`.execute(trx)
  const mandate = mandates.find(({ organisationId }) => organisationId !== null)
  const organisationId = rows[0]?.organisationId ?? mandate?.organisationId ?? null
  if (signedAs === 'organisation' && organisationId === null)
    throw new Refusal({ field: 'signedAs', message: 'programme-quote.error.organisation' })
  return organisationId
}
