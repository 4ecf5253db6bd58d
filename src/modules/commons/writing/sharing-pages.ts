import type { Hono } from 'hono'
import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { type Done, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { openDocument } from '#modules/commons/writing/documents.ts'
import { spendLetter } from '#modules/commons/writing/letters.ts'
import type { SharedWith } from '#modules/commons/writing/review/reviewers.ts'
import {
  isNarrower,
  shareDocument,
  sharingTerms,
  withdrawDocument,
} from '#modules/commons/writing/sharing.ts'
import { NarrowingPage } from '#modules/commons/writing/views/narrowing-page.tsx'
import { SharingPage } from '#modules/commons/writing/views/sharing-page.tsx'
import { WithdrawalPage } from '#modules/commons/writing/views/withdrawal-page.tsx'
import { entryOf, openPage } from '#modules/network/index.ts'

/** With whom a page is shared, and how that ends. */
export function openSharingPages(app: Hono<AppEnv>): void {
  openPage(app, 'writingPublication', { GET: showSharing, POST: postSharing })
  openPage(app, 'writingWithdrawal', { GET: showWithdrawal, POST: postWithdrawal })
}

async function postSharing(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { value } = await readForm(
    c,
    z.object({ visibility: z.enum(['network', 'public']), confirmed: z.literal('yes').optional() }),
  )
  if (!value) return sharingPage(c, 422)
  // What takes a page from people who read it is said first, whatever the page showed that the button was on.
  if (!value.confirmed && (await narrows(c, value.visibility))) return c.redirect(narrowingAddress(c), 303)
  try {
    const done = await inTenant(db, entry.tenant, async (trx): Promise<Done> => {
      const before = await openDocument(trx, entry, documentId(c), 'write')
      const outcome = await shareDocument(trx, entry, documentId(c), value.visibility, linkOrigin)
      if (outcome === 'asked') {
        await spendLetter(c, entry)
        return 'review-asked'
      }
      if (isNarrower(before, value.visibility)) return 'page-reserved'
      return value.visibility === 'public' ? 'page-published' : 'page-shared'
    })
    return redirectDone(c, writingAddress(c), done)
  } catch (error) {
    // What is missing is said on the page, for each way to share it.
    if (!(error instanceof AppError) || error.code !== 'invalid-input') throw error
    return sharingPage(c, 422)
  }
}

async function narrows(c: AppContext, visibility: SharedWith): Promise<boolean> {
  const entry = entryOf(c)
  return isNarrower(
    await readTenant(c.var.services.db, entry.tenant, trx =>
      openDocument(trx, entry, documentId(c), 'write'),
    ),
    visibility,
  )
}

function showSharing(c: AppContext): Promise<Response> {
  return sharingPage(c, 200, c.req.query('to') === 'network')
}

async function sharingPage(c: AppContext, status: 200 | 422, narrowing = false): Promise<Response> {
  const entry = entryOf(c)
  const terms = await readTenant(c.var.services.db, entry.tenant, trx =>
    sharingTerms(trx, entry, documentId(c)),
  )
  const narrower = terms.ways.find(way => isNarrower(terms.document, way.visibility))
  if (narrowing && narrower && terms.unsettled + narrower.missing.length === 0)
    return page(c, NarrowingPage, {
      network: entry.network,
      document: terms.document,
      reviewed: narrower.reviewed,
    })
  return page(c, SharingPage, { network: entry.network, refused: status === 422, ...terms }, { status })
}

async function showWithdrawal(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const document = await readTenant(c.var.services.db, entry.tenant, trx =>
    openDocument(trx, entry, documentId(c), 'write'),
  )
  return page(c, WithdrawalPage, { network: entry.network, document })
}

async function postWithdrawal(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  await inTenant(c.var.services.db, entry.tenant, trx => withdrawDocument(trx, entry, documentId(c)))
  const { locale } = c.var
  return redirectDone(c, href('writing', { locale, network: entry.network.slug }), 'page-withdrawn')
}

function documentId(c: AppContext): string {
  return c.req.param('document') ?? ''
}

function narrowingAddress(c: AppContext): string {
  const here = { locale: c.var.locale, network: entryOf(c).network.slug, document: documentId(c) }
  return href('writingPublication', here, new URLSearchParams({ to: 'network' }))
}

function writingAddress(c: AppContext): string {
  const { network } = entryOf(c)
  return href('writingPage', { locale: c.var.locale, network: network.slug, document: documentId(c) })
}
