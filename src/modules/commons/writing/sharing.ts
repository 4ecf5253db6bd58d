import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { unsettledConsents } from '#modules/commons/consents/unsettled.ts'
import { licencePath } from '#modules/commons/templates/questions.ts'
import type { Template, Value } from '#modules/commons/templates/template.ts'
import { answersOf, sourceOf } from '#modules/commons/writing/answers.ts'
import { closeAttachments, shownFiles } from '#modules/commons/writing/closing-attachments.ts'
import { type CommonsDocument, openDocument, templateOfDocument } from '#modules/commons/writing/documents.ts'
import { emailAddresses } from '#modules/commons/writing/email-addresses.ts'
import { type MissingAnswer, missingFor, publish, takeBack } from '#modules/commons/writing/publishing.ts'
import {
  isReviewed,
  mayReview,
  reviewTerms,
  type SharedWith,
} from '#modules/commons/writing/review/reviewers.ts'
import {
  askReview,
  endReview,
  hasOthers,
  latestReview,
  type Review,
} from '#modules/commons/writing/review/reviews.ts'
import type { Entry } from '#modules/network/index.ts'

/** What stands before a page is shared, with the network or with everyone. */
export interface SharingTerms {
  document: CommonsDocument
  template: Template
  /** For each, what is missing and whether someone looks at it first. In a private network nothing is for everyone. */
  ways: { visibility: SharedWith; missing: MissingAnswer[]; reviewed: boolean }[]
  /** The last one, decided or not. */
  review: Review | null
  /** Consents that ended and that nobody has settled: until then it is shared with nobody. */
  unsettled: number
  /** As it is noted; null for none. */
  licence: string | null
  /** E-mail addresses that become everyone's with the page, as they stand in its source. */
  addresses: string[]
}

/** Whether sharing it so takes it from people who read it now. */
export function isNarrower({ state }: Pick<CommonsDocument, 'state'>, visibility: SharedWith): boolean {
  return state === 'public' && visibility === 'network'
}

/** @throws AppError 'not-found', 'forbidden' */
export async function sharingTerms(trx: Trx, entry: Entry, id: string): Promise<SharingTerms> {
  const document = await openDocument(trx, entry, id, 'write')
  const template = await templateOfDocument(trx, document)
  const ways: SharingTerms['ways'] = []
  const isPublic = entry.network.visibility === 'public'
  for (const visibility of ['network', 'public'] as const) {
    if (visibility === 'public' && !isPublic) continue
    ways.push({
      visibility,
      missing: await missingFor(trx, document, template, visibility),
      reviewed: await isLookedAt(trx, entry, document, visibility),
    })
  }
  return {
    document,
    template,
    ways,
    review: await latestReview(trx, entry.network.id, id),
    unsettled: await unsettledConsents(trx, entry.network.id, id),
    licence: licenceIn((await answersOf(trx, document, template)).values.get(licencePath)?.value),
    addresses: isPublic ? emailAddresses(await sourceOf(trx, document, template)) : [],
  }
}

/**
 * Shares a page as it is now written, or asks those who look at it first.
 * @throws AppError 'not-found', 'forbidden'; 'invalid-input' with the answers that are missing
 */
export async function shareDocument(
  trx: Trx,
  entry: Entry,
  id: string,
  visibility: SharedWith,
  linkOrigin: string,
): Promise<'shared' | 'asked'> {
  if (visibility === 'public' && entry.network.visibility === 'private')
    throw new AppError('invalid-input', { fields: [{ field: 'visibility', message: 'form.error.choose' }] })
  const document = await openDocument(trx, entry, id, 'write')
  if (await isLookedAt(trx, entry, document, visibility)) {
    const template = await templateOfDocument(trx, document)
    const missing = await missingFor(trx, document, template, visibility)
    if (missing.length > 0)
      throw new AppError('invalid-input', {
        fields: missing.map(({ path, why }) => ({ field: path, message: missingNames[why] })),
      })
    // Nobody is asked to read what could not be shared.
    if ((await unsettledConsents(trx, entry.network.id, id)) > 0)
      throw new AppError('invalid-input', { fields: [{ field: '', message: 'consents.unsettled' }] })
    await askReview(trx, entry, document, visibility, linkOrigin)
    return 'asked'
  }
  // Shared with fewer people than was asked for: whoever looks at it has nothing to decide any more.
  await endReview(trx, entry, id)
  const shown = isNarrower(document, visibility) ? await shownFiles(trx, entry.network.id, id) : []
  await publish(trx, entry, document, visibility)
  await closeAttachments(trx, entry.actor, document, shown)
  return 'shared'
}

/** Makes a page its authors' alone again. @throws AppError 'not-found', 'forbidden' */
export async function withdrawDocument(trx: Trx, entry: Entry, id: string): Promise<void> {
  await openDocument(trx, entry, id, 'write')
  await endReview(trx, entry, id)
  await takeBack(trx, entry, id, 'withdrawn')
}

function licenceIn(value: Value | undefined): string | null {
  return Array.isArray(value) && typeof value[0] === 'string' ? value[0] : null
}

/** As the API says it. */
const missingNames = { required: 'writing.missing.required', sum: 'writing.missing.sum' } as const

/** Where nobody but the one who asks could look at it, it does not wait. */
async function isLookedAt(
  trx: Trx,
  entry: Entry,
  document: CommonsDocument,
  visibility: SharedWith,
): Promise<boolean> {
  // Nobody reads anything new by it.
  if (isNarrower(document, visibility) && document.pending === 0) return false
  const terms = await reviewTerms(trx, entry.network.id)
  if (!isReviewed(terms, visibility)) return false
  // Someone who may review, and is not among its authors, looks at it by publishing it.
  return !mayReview(terms, entry) || (isWriting(entry, document) && (await hasOthers(trx, document)))
}

function isWriting(entry: Entry, { authors }: CommonsDocument): boolean {
  return authors.some(({ personId }) => personId === entry.personId)
}
