import type { Hono } from 'hono'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { redirectDone } from '#http/form.ts'
import { removeBytes } from '#http/removed-bytes.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { openDocument } from '#modules/commons/writing/documents.ts'
import { eraseDocument } from '#modules/commons/writing/publishing.ts'
import { ErasurePage } from '#modules/commons/writing/views/erasure-page.tsx'
import { entryOf, openPage } from '#modules/network/index.ts'

/** Where a page that is not shared is erased for good. */
export function openErasurePages(app: Hono<AppEnv>): void {
  openPage(app, 'writingErasure', { GET: showErasure, POST: postErasure })
}

async function showErasure(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const document = await readTenant(c.var.services.db, entry.tenant, trx =>
    openDocument(trx, entry, c.req.param('document') ?? '', 'write'),
  )
  return page(c, ErasurePage, { network: entry.network, document })
}

async function postErasure(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db } = c.var.services
  const keys = await inTenant(db, entry.tenant, trx =>
    eraseDocument(trx, entry, c.req.param('document') ?? ''),
  )
  await removeBytes(c, keys)
  return redirectDone(
    c,
    href('writing', { locale: c.var.locale, network: entry.network.slug }),
    'page-erased',
  )
}
