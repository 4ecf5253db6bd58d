import { type SqlBool, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { href, type RouteName } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { waitForTurn } from '#modules/commons/history/turn.ts'
import { type CommonsDocument, findDocument, isAuthor } from '#modules/commons/writing/documents.ts'
import { publish } from '#modules/commons/writing/publishing.ts'
import {
  mayReview,
  type ReviewTerms,
  reviewersOf,
  reviewTerms,
  type SharedWith,
} from '#modules/commons/writing/review/reviewers.ts'
import { type Addressee, type Entry, recipientsOf } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'
import { type ParamsOf, queueMail, type TemplateName } from '#platform/mail/index.ts'

/** A page someone asked to be looked at, before it is shared. */
export interface Review {
  id: string
  documentId: string
  visibility: SharedWith
  revision: number
  /** Names; null for those who are gone. */
  askedBy: string | null
  askedAt: Date
  decision: 'accepted' | 'returned' | 'taken-back' | null
  decidedBy: string | null
  decidedAt: Date | null
  reason: string
}

export interface WaitingReview extends Review {
  title: string
}

export const longestReason = 5_000

/** The last one of a document, decided or not. */
export async function latestReview(trx: Trx, networkId: string, documentId: string): Promise<Review | null> {
  const row = await selection(trx, networkId)
    .where('review.document_id', '=', documentId)
    .orderBy('review.id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? asReview(row) : null
}

/** Those that wait, the first come first. @param after id of the last one shown */
export async function waitingReviews(
  trx: Trx,
  networkId: string,
  { after = null, most = 50 }: { after?: string | null; most?: number } = {},
): Promise<{ reviews: WaitingReview[]; next: string | null }> {
  const rows = await selection(trx, networkId)
    .innerJoin('commons_document as document', join =>
      join
        .onRef('document.network_id', '=', 'review.network_id')
        .onRef('document.id', '=', 'review.document_id'),
    )
    .select('document.title')
    .where('review.decision', 'is', null)
    .$if(after !== null && isId(after), builder => builder.where('review.id', '>', after))
    .orderBy('review.id')
    .limit(most + 1)
    .execute()
  const reviews = rows.slice(0, most).map(row => ({ ...asReview(row), title: row.title }))
  return { reviews, next: rows.length > most ? (reviews.at(-1)?.id ?? null) : null }
}

/**
 * Whether someone may decide about a page. Authors do not decide about their own, unless the network has nobody else
 * who could: it would wait for ever.
 */
export async function mayDecide(
  trx: Trx,
  entry: Entry,
  document: CommonsDocument,
  terms: ReviewTerms,
): Promise<boolean> {
  if (!mayReview(terms, entry)) return false
  return !isAuthor(entry, document) || !(await hasOthers(trx, document))
}

/** Whether someone who is none of the authors could look at it. */
export async function hasOthers(trx: Trx, { networkId, authors }: CommonsDocument): Promise<boolean> {
  const writing = new Set(authors.map(({ personId }) => personId))
  return (await reviewersOf(trx, networkId)).some(({ personId }) => !writing.has(personId))
}

/** The document for a reviewer to read, while it waits. @throws AppError 'not-found' */
export async function documentInReview(
  trx: Trx,
  entry: Entry,
  id: string,
): Promise<{ document: CommonsDocument; review: Review; terms: ReviewTerms }> {
  const document = await findDocument(trx, entry.network.id, id)
  const terms = await reviewTerms(trx, entry.network.id)
  const review = document ? await latestReview(trx, entry.network.id, id) : null
  if (!document || review?.decision !== null || !mayReview(terms, entry)) throw new AppError('not-found')
  return { document, review, terms }
}

/** Asks those who may review to look at a page. Asked again, it is asked for what it is to be now. */
export async function askReview(
  trx: Trx,
  entry: Entry,
  document: CommonsDocument,
  visibility: SharedWith,
  linkOrigin: string,
): Promise<void> {
  const { network, actor, personId } = entry
  const waiting = await latestReview(trx, network.id, document.id)
  if (waiting?.decision === null) {
    await trx
      .updateTable('commons_review')
      .set({ visibility, revision: document.revision })
      .where('network_id', '=', network.id)
      .where('id', '=', waiting.id)
      .execute()
    return
  }
  await trx
    .insertInto('commons_review')
    .values({
      network_id: network.id,
      id: newId(),
      document_id: document.id,
      visibility,
      revision: document.revision,
      asked_by: personId,
    })
    .execute()
  const writing = new Set(document.authors.map(author => author.personId))
  const asked = (await reviewersOf(trx, network.id)).filter(one => !writing.has(one.personId))
  const params = { person: await nameOf(trx, entry), title: document.title }
  await tell(trx, entry, asked, 'review-asked', params, document, 'writingReview', linkOrigin)
  await recordChange(trx, network.id, actor, {
    action: 'review.asked',
    subject: { type: 'document', id: document.id },
    after: { visibility },
  })
}

/**
 * Publishes a page as its reviewer read it.
 * @param revision of the document, as it was read
 * @throws AppError 'not-found', 'forbidden'; 'conflict' when it was written in since
 */
export async function acceptReview(
  trx: Trx,
  entry: Entry,
  id: string,
  revision: number,
  linkOrigin: string,
): Promise<void> {
  const { document: found, review, terms } = await documentInReview(trx, entry, id)
  // Nobody writes between the look at what was read and its publication.
  const document = await waitForTurn(trx, found)
  if (!(await mayDecide(trx, entry, document, terms))) throw new AppError('forbidden')
  if (document.revision !== revision) throw new AppError('conflict')
  await decide(trx, entry, review, { decision: 'accepted', revision })
  await publish(trx, entry, document, review.visibility)
  const params = { person: await nameOf(trx, entry), title: document.title }
  const authors = await authorsToTell(trx, entry, document)
  await tell(trx, entry, authors, 'review-accepted', params, document, 'writingPage', linkOrigin)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'review.accepted',
    subject: { type: 'document', id },
    after: { visibility: review.visibility, revision, ownPage: isAuthor(entry, document) },
  })
}

/** Gives a page back to its authors. @throws AppError 'not-found', 'forbidden' */
export async function returnReview(
  trx: Trx,
  entry: Entry,
  id: string,
  reason: string,
  linkOrigin: string,
): Promise<void> {
  const { document, review, terms } = await documentInReview(trx, entry, id)
  if (!(await mayDecide(trx, entry, document, terms))) throw new AppError('forbidden')
  await decide(trx, entry, review, { decision: 'returned', reason })
  const params = { person: await nameOf(trx, entry), title: document.title, reason: reason.slice(0, 1_000) }
  const authors = await authorsToTell(trx, entry, document)
  await tell(trx, entry, authors, 'review-returned', params, document, 'writingPage', linkOrigin)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'review.returned',
    subject: { type: 'document', id },
    after: { visibility: review.visibility },
  })
}

/** What is asked no more. Nothing waits: nothing is done. */
export async function endReview(trx: Trx, entry: Entry, documentId: string): Promise<void> {
  const review = await latestReview(trx, entry.network.id, documentId)
  if (review?.decision !== null) return
  await decide(trx, entry, review, { decision: 'taken-back' })
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'review.taken-back',
    subject: { type: 'document', id: documentId },
    after: {},
  })
}

async function decide(
  trx: Trx,
  { network, personId }: Entry,
  { id }: Review,
  decision: { decision: NonNullable<Review['decision']>; revision?: number; reason?: string },
): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('commons_review')
    .set({ ...decision, decided_by: personId, decided_at: sql`now()` })
    .where('network_id', '=', network.id)
    .where('id', '=', id)
    .where('decision', 'is', null)
    .executeTakeFirst()
  // Somebody else decided in the meantime.
  if (!numUpdatedRows) throw new AppError('conflict')
}

async function tell<Name extends TemplateName>(
  trx: Trx,
  { network }: Entry,
  people: Addressee[],
  template: Name,
  params: Omit<ParamsOf<Name>, 'url'>,
  document: CommonsDocument,
  page: Extract<RouteName, 'writingPage' | 'writingReview'>,
  linkOrigin: string,
): Promise<void> {
  for (const to of await recipientsOf(trx, network, people)) {
    const here = { locale: to.locale, network: network.slug, document: document.id }
    const url = linkOrigin + href(page, here)
    await queueMail(trx, {
      networkId: network.id,
      to,
      template,
      params: { ...params, url } as ParamsOf<Name>,
      baseUrl: linkOrigin,
    })
  }
}

/** Authors who can be written to, but for the one at work. */
async function authorsToTell(trx: Trx, entry: Entry, document: CommonsDocument): Promise<Addressee[]> {
  const ids = document.authors.map(author => author.personId).filter(id => id !== entry.personId)
  if (ids.length === 0) return []
  const rows = await trx
    .selectFrom('person')
    .select(['id', 'account_id', 'name', 'email'])
    .where('network_id', '=', entry.network.id)
    .where('id', 'in', ids)
    .where('account_id', 'is not', null)
    .where('email', 'is not', null)
    .execute()
  return rows.map(({ id, account_id, name, email }) => ({
    personId: id,
    accountId: account_id ?? '',
    name,
    email: email ?? '',
  }))
}

/** Of whoever is at work; that of the network for its own key. */
async function nameOf(trx: Trx, { network, personId }: Entry): Promise<string> {
  const row =
    personId === null
      ? undefined
      : await trx
          .selectFrom('person')
          .select('name')
          .where('network_id', '=', network.id)
          .where('id', '=', personId)
          .executeTakeFirst()
  return row?.name ?? network.name[network.locale] ?? network.slug
}

function selection(trx: Trx, networkId: string) {
  const named = (by: 'asked_by' | 'decided_by') => sql<string | null>`(
    select name from person where person.network_id = review.network_id and person.id = ${sql.ref(`review.${by}`)}
  )`
  return trx
    .selectFrom('commons_review as review')
    .selectAll('review')
    .select([named('asked_by').as('asker'), named('decided_by').as('decider')])
    .where(sql<SqlBool>`review.network_id = ${networkId}::uuid`)
}

function asReview(row: {
  id: string
  document_id: string
  visibility: string
  revision: number | string
  asker: string | null
  asked_at: Date
  decision: string | null
  decider: string | null
  decided_at: Date | null
  reason: string
}): Review {
  return {
    id: row.id,
    documentId: row.document_id,
    visibility: row.visibility as SharedWith,
    revision: Number(row.revision),
    askedBy: row.asker,
    askedAt: row.asked_at,
    decision: row.decision as Review['decision'],
    decidedBy: row.decider,
    decidedAt: row.decided_at,
    reason: row.reason,
  }
}
