import { announceWork } from '#db/changes.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { AppError } from '#kernel/errors.ts'
import { messageFor, summaryFor } from '#modules/administration/mail-visibility.ts'
import { addressesOf, administeredBy } from '#modules/administration/scope.ts'
import { MailPage } from '#modules/administration/views/mail-page.tsx'
import { OutboxPage } from '#modules/administration/views/outbox-page.tsx'
import { recordChange } from '#platform/audit/record.ts'
import type { Viewer } from '#platform/auth/viewer.ts'
import {
  cancelMessage,
  listOutbox,
  type MailBody,
  readMessage,
  retryMessage,
  sendQueue,
  sendTestMessage,
} from '#platform/mail/index.ts'

/** A message as a mail program would show it: nothing in it runs or loads, and links open elsewhere. */
const messagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; " +
  'sandbox allow-popups allow-popups-to-escape-sandbox'

export async function showOutbox(c: AppContext): Promise<Response> {
  const { network, networkId, tenant, timeZone } = administeredBy(c)
  const { db, config } = c.var.services
  const viewer = viewerOf(c)
  const after = c.req.query('after') ?? null
  const { messages, next } = await readTenant(db, tenant, trx => listOutbox(trx, networkId, after))
  return page(c, OutboxPage, {
    network,
    timeZone,
    messages: messages.map(message => summaryFor(viewer, message)),
    after,
    next,
    leaves: config.smtp !== null,
    own: viewer.emailVerified ? viewer.email : null,
  })
}

export async function showMessage(c: AppContext): Promise<Response> {
  const { network, timeZone } = administeredBy(c)
  const message = await messageOf(c)
  return page(c, MailPage, { network, timeZone, message, leaves: c.var.services.config.smtp !== null })
}

export async function showMessageHtml(c: AppContext): Promise<Response> {
  const { body } = await messageOf(c)
  if (!body) throw new AppError('not-found')
  c.header('content-security-policy', messagePolicy)
  c.header('cache-control', 'no-store')
  c.header('x-robots-tag', 'noindex')
  return c.html(body.html)
}

export async function postRetry(c: AppContext): Promise<Response> {
  const { network, networkId, tenant, actor } = administeredBy(c)
  const id = c.req.param('id') ?? ''
  const outcome = await inTenant(c.var.services.db, tenant, async trx => {
    const outcome = await retryMessage(trx, networkId, id)
    if (outcome !== 'queued') return outcome
    await announceWork(trx, sendQueue)
    await recordChange(trx, networkId, actor, { action: 'mail.retried', subject: { type: 'mail', id } })
    return outcome
  })
  if (outcome === 'not-found') await messageOf(c)
  const done = { queued: 'mail-retried', spent: 'mail-spent', 'not-found': undefined } as const
  return redirectDone(c, addressesOf(network, c.var.locale).mailMessage(id), done[outcome])
}

export async function postCancellation(c: AppContext): Promise<Response> {
  const { network, networkId, tenant, actor } = administeredBy(c)
  const id = c.req.param('id') ?? ''
  const cancelled = await inTenant(c.var.services.db, tenant, async trx => {
    if (!(await cancelMessage(trx, networkId, id))) return false
    await recordChange(trx, networkId, actor, { action: 'mail.cancelled', subject: { type: 'mail', id } })
    return true
  })
  // It may just have left: the page says so.
  if (!cancelled) await messageOf(c)
  const address = addressesOf(network, c.var.locale).mailMessage(id)
  return redirectDone(c, address, cancelled ? 'mail-cancelled' : undefined)
}

/** To whoever asks, at an address that is proven to be theirs. */
export async function postTestMessage(c: AppContext): Promise<Response> {
  const { network, networkId, tenant, actor } = administeredBy(c)
  const { db, linkOrigin } = c.var.services
  const { accountId, email: address, emailVerified, name, locale, timeZone } = viewerOf(c)
  if (!emailVerified) throw new AppError('forbidden')
  await inTenant(db, tenant, async trx => {
    const to = { accountId, address, name, locale, timeZone }
    const id = await sendTestMessage(trx, { networkId, to, baseUrl: linkOrigin })
    await recordChange(trx, networkId, actor, { action: 'mail.tested', subject: { type: 'mail', id } })
  })
  return redirectDone(c, addressesOf(network, c.var.locale).mail(), 'mail-tested')
}

/** The message of the address, as far as its reader may know it. @throws AppError 'not-found' */
async function messageOf(c: AppContext): Promise<MailBody> {
  const { networkId, tenant } = administeredBy(c)
  const id = c.req.param('id') ?? ''
  const message = await readTenant(c.var.services.db, tenant, trx => readMessage(trx, networkId, id))
  if (!message) throw new AppError('not-found')
  return messageFor(viewerOf(c), message)
}

function viewerOf(c: AppContext): Viewer {
  const { viewer } = c.var
  if (!viewer) throw new AppError('unauthenticated')
  return viewer
}
