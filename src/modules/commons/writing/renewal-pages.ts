import type { Hono } from 'hono'
import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { renewalOf, renewTemplate } from '#modules/commons/writing/renewing.ts'
import { RenewalPage } from '#modules/commons/writing/views/renewal-page.tsx'
import { entryOf, openPage } from '#modules/network/index.ts'

/** Where a page that was begun takes up the version of its template that is in use by now. */
export function openRenewalPages(app: Hono<AppEnv>): void {
  openPage(app, 'writingTemplate', { GET: c => renewalPage(c, 200), POST: postRenewal })
}

async function postRenewal(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value } = await readForm(c, z.object({ version: z.coerce.number().int() }))
  if (!value) throw new AppError('bad-request')
  try {
    await inTenant(c.var.services.db, entry.tenant, trx =>
      renewTemplate(trx, entry, documentId(c), value.version),
    )
  } catch (error) {
    // The page says what stands against it, or what is in use by now.
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error
    return renewalPage(c, 409)
  }
  return redirectDone(c, writingAddress(c), 'template-renewed')
}

async function renewalPage(c: AppContext, status: 200 | 409): Promise<Response> {
  const entry = entryOf(c)
  const renewal = await readTenant(c.var.services.db, entry.tenant, trx =>
    renewalOf(trx, entry, documentId(c)),
  )
  if (!renewal) return c.redirect(writingAddress(c), 303)
  return page(c, RenewalPage, { network: entry.network, refused: status === 409, ...renewal }, { status })
}

function writingAddress(c: AppContext): string {
  const here = { locale: c.var.locale, network: entryOf(c).network.slug, document: documentId(c) }
  return href('writingPage', here)
}

function documentId(c: AppContext): string {
  return c.req.param('document') ?? ''
}
