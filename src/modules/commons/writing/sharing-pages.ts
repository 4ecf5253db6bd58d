import type { Hono } from 'hono'
import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { openDocument } from '#modules/commons/writing/documents.ts'
import { shareDocument, sharingTerms, withdrawDocument } from '#modules/commons/writing/sharing.ts'
import { SharingPage } from '#modules/commons/writing/views/sharing-page.tsx'
import { WithdrawalPage } from '#modules/commons/writing/views/withdrawal-page.tsx'
import { entryOf, openPage } from '#modules/network/index.ts'

/** With whom a page is shared, and how that ends. */
export function openSharingPages(app: Hono<AppEnv>): void {
  openPage(app, 'writingPublication', { GET: c => sharingPage(c, emptyForm, 200), POST: postSharing })
  openPage(app, 'writingWithdrawal', { GET: showWithdrawal, POST: postWithdrawal })
}

async function postSharing(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { value, form } = await readForm(c, z.object({ visibility: z.enum(['network', 'public']) }))
  if (!value) return sharingPage(c, form, 422)
  try {
    const outcome = await inTenant(db, entry.tenant, trx =>
      shareDocument(trx, entry, documentId(c), value.visibility, linkOrigin),
    )
    return redirectDone(c, writingAddress(c), outcome === 'asked' ? 'review-asked' : 'page-shared')
  } catch (error) {
    // What is missing is said on the page, for each way to share it.
    if (!(error instanceof AppError) || error.code !== 'invalid-input') throw error
    return sharingPage(c, form, 422)
  }
}

async function sharingPage(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const terms = await readTenant(c.var.services.db, entry.tenant, trx =>
    sharingTerms(trx, entry, documentId(c)),
  )
  return page(c, SharingPage, { network: entry.network, form, refused: status === 422, ...terms }, { status })
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

function writingAddress(c: AppContext): string {
  const { network } = entryOf(c)
  return href('writingPage', { locale: c.var.locale, network: network.slug, document: documentId(c) })
}
