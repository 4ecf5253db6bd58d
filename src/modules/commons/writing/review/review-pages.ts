import type { Hono } from 'hono'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone, withError } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { listConsents } from '#modules/commons/consents/consents.ts'
import { readPage } from '#modules/commons/format/read-page.ts'
import { answersOf, baseAnswers, sourceOf } from '#modules/commons/writing/answers.ts'
import { isAuthor, openDocument, templateOfDocument } from '#modules/commons/writing/documents.ts'
import { reviewCandidates } from '#modules/commons/writing/review/candidates.ts'
import { factsOf, pendingChanges } from '#modules/commons/writing/review/pending-changes.ts'
import {
  mayReview,
  nameReviewer,
  removeReviewer,
  reviewRules,
  reviewTerms,
  setReviewRule,
} from '#modules/commons/writing/review/reviewers.ts'
import {
  acceptReview,
  documentInReview,
  endReview,
  latestReview,
  longestReason,
  mayDecide,
  returnReview,
  waitingReviews,
} from '#modules/commons/writing/review/reviews.ts'
import { ReviewPage } from '#modules/commons/writing/views/review-page.tsx'
import { ReviewersPage } from '#modules/commons/writing/views/reviewers-page.tsx'
import { ReviewsPage } from '#modules/commons/writing/views/reviews-page.tsx'
import { type Entry, entryOf, openPage } from '#modules/network/index.ts'

/** Where pages are looked at before they are shared, and where it is said by whom. */
export function openReviewPages(app: Hono<AppEnv>): void {
  openPage(app, 'reviews', { GET: showReviews })
  openPage(app, 'writingReview', { GET: showReview, POST: postReview })
  openPage(app, 'writingReviewWithdrawal', { POST: postReviewWithdrawal })
  openPage(app, 'reviewers', { GET: c => reviewersPage(c, null, 200), POST: postReviewers })
  openPage(app, 'reviewerRemoval', { POST: postReviewerRemoval })
}

async function showReviews(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const after = c.req.query('after') ?? null
  if (after !== null && !isId(after)) throw new AppError('not-found')
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const terms = await reviewTerms(trx, entry.network.id)
    if (!mayReview(terms, entry)) throw new AppError('forbidden')
    return waitingReviews(trx, entry.network.id, { after })
  })
  return page(c, ReviewsPage, { network: entry.network, ...found, mayName: entry.role === 'administrator' })
}

function showReview(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  return readTenant(c.var.services.db, entry.tenant, trx => reviewPage(c, trx, emptyForm, 200))
}

const decisionForm = z
  .object({
    decision: z.enum(['accept', 'return']),
    revision: z.coerce.number().int().min(0),
    reason: z.string().trim().max(longestReason).default(''),
  })
  .refine(({ decision, reason }) => decision === 'accept' || reason !== '', {
    error: 'form.error.required',
    path: ['reason'],
  })

/** Accepts a page as it was read, or gives it back with a reason. */
async function postReview(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const id = documentId(c)
  const { value, form } = await readForm(c, decisionForm)
  const again = (state: FormState, status: 409 | 422) =>
    readTenant(db, entry.tenant, trx => reviewPage(c, trx, state, status))
  if (!value) return again(form, 422)
  const { decision, revision, reason } = value
  try {
    await inTenant(db, entry.tenant, trx =>
      decision === 'accept'
        ? acceptReview(trx, entry, id, revision, linkOrigin)
        : returnReview(trx, entry, id, reason, linkOrigin),
    )
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { t } = c.var.i18n
    if (error.code === 'conflict') return again(withError(form, '', t('review.changed-since')), 409)
    if (error.code !== 'invalid-input') throw error
    const unsettled = error.fields.some(({ message }) => message === 'consents.unsettled')
    return again(withError(form, '', t(unsettled ? 'consents.unsettled' : 'review.incomplete')), 422)
  }
  const { locale } = c.var
  const done = decision === 'accept' ? 'review-accepted' : 'review-returned'
  return redirectDone(c, href('reviews', { locale, network: entry.network.slug }), done)
}

async function postReviewWithdrawal(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const id = documentId(c)
  await inTenant(c.var.services.db, entry.tenant, async trx => {
    await openDocument(trx, entry, id, 'write')
    await endReview(trx, entry, id)
  })
  const here = { locale: c.var.locale, network: entry.network.slug, document: id }
  return redirectDone(c, href('writingPage', here), 'review-taken-back')
}

/** Reviewers read a page while it waits; its authors read it as reviewers will. */
async function reviewPage(
  c: AppContext,
  trx: Trx,
  form: FormState,
  status: 200 | 409 | 422,
): Promise<Response> {
  const entry = entryOf(c)
  const { document, review, terms } = await documentToReview(trx, entry, documentId(c))
  const template = await templateOfDocument(trx, document)
  const source = await sourceOf(trx, document, template)
  const answers = await answersOf(trx, document, template)
  return page(
    c,
    ReviewPage,
    {
      network: entry.network,
      document,
      review,
      form,
      page: readPage(source, document.fileName),
      facts: factsOf(template, answers),
      consents: await listConsents(trx, entry.network.id, document.id),
      changes: pendingChanges(template, await baseAnswers(trx, document, template), answers),
      mayDecide: await mayDecide(trx, entry, document, terms),
      isOwn: isAuthor(entry, document),
    },
    { status },
  )
}

async function documentToReview(trx: Trx, entry: Entry, id: string) {
  const { network } = entry
  try {
    return await documentInReview(trx, entry, id)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not-found') throw error
    const document = await openDocument(trx, entry, id, 'write')
    const review = await latestReview(trx, network.id, id)
    if (review?.decision !== null) throw error
    return { document, review, terms: await reviewTerms(trx, network.id) }
  }
}

/** One form names a reviewer, the other says what is looked at. */
async function postReviewers(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db } = c.var.services
  const { value, form } = await readForm(
    c,
    z.union([
      z.object({ person: z.uuid({ error: 'form.error.choose' }) }),
      z.object({ applies: z.enum(reviewRules) }),
    ]),
  )
  if (!value) return reviewersPage(c, form, 422)
  await inTenant(db, entry.tenant, trx =>
    'person' in value ? nameReviewer(trx, entry, value.person) : setReviewRule(trx, entry, value.applies),
  )
  return redirectDone(c, reviewersAddress(c), 'person' in value ? 'reviewer-named' : 'review-rule-changed')
}

async function postReviewerRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  await inTenant(c.var.services.db, entry.tenant, trx =>
    removeReviewer(trx, entry, c.req.param('person') ?? ''),
  )
  return redirectDone(c, reviewersAddress(c), 'reviewer-removed')
}

async function reviewersPage(c: AppContext, form: FormState | null, status: 200 | 422): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const q = (c.req.query('q') ?? '').slice(0, 200).trim()
  const { terms, people } = await readTenant(c.var.services.db, tenant, async trx => ({
    terms: await reviewTerms(trx, network.id),
    people: await reviewCandidates(trx, network.id, q),
  }))
  return page(
    c,
    ReviewersPage,
    { network, terms, people, q, form: form ?? formOf({ applies: terms.rule }) },
    { status },
  )
}

function documentId(c: AppContext): string {
  return c.req.param('document') ?? ''
}

function reviewersAddress(c: AppContext): string {
  return href('reviewers', { locale: c.var.locale, network: entryOf(c).network.slug })
}
