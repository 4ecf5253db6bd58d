import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { fileResponse } from '#http/file-response.ts'
import { redirectDone } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { removeBytes } from '#http/removed-bytes.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import {
  attachment,
  dropFile,
  type FilesQuery,
  mayRemove,
  openTo,
  searchFiles,
} from '#modules/files/files.ts'
import { fileKinds } from '#modules/files/kinds.ts'
import { type Received, receiveForm } from '#modules/files/receiving.ts'
import { FilesPage } from '#modules/files/views/files-page.tsx'
import { RemovalPage } from '#modules/files/views/removal-page.tsx'
import { entryOf } from '#modules/network/index.ts'
import { usage } from '#platform/files/files.ts'
import { previewWidths } from '#platform/files/storage.ts'

export async function showFiles(c: AppContext): Promise<Response> {
  return filesPage(c, null)
}

export async function postFiles(c: AppContext): Promise<Response> {
  await limitAddress(c, 'import')
  const received = await receiveForm(c, entryOf(c))
  if (received.added.length === 0 || received.refused.length > 0) return filesPage(c, received)
  const { network } = entryOf(c)
  return redirectDone(c, href('files', { locale: c.var.locale, network: network.slug }), 'files-added')
}

/** The file itself: pictures are shown, everything else is saved. */
export async function showFile(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const file = await readTenant(c.var.services.db, tenant, trx =>
    attachment(trx, network.id, c.req.param('id') ?? ''),
  )
  return fileResponse(c, openTo(network, file), { download: c.req.query('download') !== undefined })
}

export async function showPreview(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const preview = previewWidths.find(width => String(width) === c.req.param('width'))
  const file = await readTenant(c.var.services.db, tenant, trx =>
    attachment(trx, network.id, c.req.param('id') ?? ''),
  )
  if (preview === undefined || file.width === null) throw new AppError('not-found')
  return fileResponse(c, openTo(network, file), { preview })
}

export async function showRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const file = await readTenant(c.var.services.db, tenant, trx =>
    attachment(trx, network.id, c.req.param('id') ?? ''),
  )
  if (!mayRemove(entry, file)) throw new AppError('forbidden')
  return page(c, RemovalPage, { network, file })
}

export async function postRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db } = c.var.services
  const keys = await inTenant(db, entry.tenant, trx => dropFile(trx, entry, c.req.param('id') ?? ''))
  await removeBytes(c, keys)
  const here = { locale: c.var.locale, network: entry.network.slug }
  return redirectDone(c, href('files', here), 'file-removed')
}

async function filesPage(c: AppContext, received: Received | null): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant, role } = entry
  const query = filesQuery(c)
  const found = await readTenant(c.var.services.db, tenant, async trx => ({
    ...(await searchFiles(trx, network.id, query, { after: c.req.query('after') })),
    usage: role === 'visitor' ? null : await usage(trx, network.id),
  }))
  const files = found.files.map(file => ({ ...file, removable: mayRemove(entry, file) }))
  return page(c, FilesPage, { network, query, received, ...found, files }, { status: received ? 422 : 200 })
}

/** What is not understood counts as not chosen. */
function filesQuery(c: AppContext): FilesQuery {
  return {
    q: (c.req.query('q') ?? '').slice(0, 200).trim(),
    kind: fileKinds.find(kind => kind === c.req.query('kind')) ?? null,
  }
}
