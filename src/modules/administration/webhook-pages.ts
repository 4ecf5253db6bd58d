import { z } from 'zod'
import { announceWork } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type Done, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { WebhookPage } from '#modules/administration/views/webhook-page.tsx'
import { WebhooksPage } from '#modules/administration/views/webhooks-page.tsx'
import { type Entry, entryOf } from '#modules/network/index.ts'
import { listDeliveries, redeliver, sendTest } from '#platform/webhooks/deliveries.ts'
import { webhookQueue } from '#platform/webhooks/queue.ts'
import { type WebhookInput, webhookInput } from '#platform/webhooks/schema.ts'
import {
  changeWebhook,
  createWebhook,
  findWebhook,
  listWebhooks,
  removeWebhook,
  renewSecret,
} from '#platform/webhooks/webhooks.ts'

const pageSize = 30

export async function showWebhooks(c: AppContext): Promise<Response> {
  return listPage(c, formOf({ actions: ['*'] }))
}

/** The secret is shown in the answer itself, this once. */
export async function postWebhook(c: AppContext): Promise<Response> {
  const { network, actor } = entryOf(c)
  const { value, form } = await readWebhook(c)
  if (!value) return listPage(c, form, 422)
  const made = await write(c, trx => createWebhook(trx, network.id, actor, value))
  return webhookPage(c, made.id, null, { secret: made.secret })
}

export async function showWebhook(c: AppContext): Promise<Response> {
  return webhookPage(c, idOf(c), null)
}

export async function postWebhookChange(c: AppContext): Promise<Response> {
  const { network, actor } = entryOf(c)
  const { value, form } = await readWebhook(c)
  if (!value) return webhookPage(c, idOf(c), form, { status: 422 })
  await write(c, trx => changeWebhook(trx, network.id, actor, idOf(c), value))
  return backTo(c, 'webhook-changed')
}

export async function postSuspension(c: AppContext): Promise<Response> {
  const { network, actor } = entryOf(c)
  await write(c, trx => changeWebhook(trx, network.id, actor, idOf(c), { enabled: false }))
  return backTo(c, 'webhook-suspended')
}

export async function postResumption(c: AppContext): Promise<Response> {
  const { network, actor } = entryOf(c)
  await write(c, trx => changeWebhook(trx, network.id, actor, idOf(c), { enabled: true }))
  return backTo(c, 'webhook-resumed')
}

export async function postSecret(c: AppContext): Promise<Response> {
  const { network, actor } = entryOf(c)
  const { secret } = await write(c, trx => renewSecret(trx, network.id, actor, idOf(c)))
  return webhookPage(c, idOf(c), null, { secret })
}

export async function postRemoval(c: AppContext): Promise<Response> {
  const { network, actor } = entryOf(c)
  await write(c, trx => removeWebhook(trx, network.id, actor, idOf(c)))
  const address = href('webhooks', { locale: c.var.locale, network: network.slug })
  return redirectDone(c, address, 'webhook-removed')
}

export async function postWebhookTest(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  await write(c, trx => sendTest(trx, network.id, idOf(c)))
  return backTo(c, 'webhook-tested')
}

export async function postRedelivery(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  await write(c, async trx => {
    await redeliver(trx, network.id, c.req.param('delivery') ?? '')
    await announceWork(trx, webhookQueue)
  })
  return backTo(c, 'webhook-redelivered')
}

/** What is wrong is said by the one schema that the API and the command line go by as well. */
async function readWebhook(
  c: AppContext,
): Promise<{ value: WebhookInput; form: FormState } | { value: null; form: FormState }> {
  const sent = z.object({ url: z.string().default(''), actions: z.array(z.string()) })
  const { value: given, form } = await readForm(c, sent, ['actions'])
  if (!given) return { value: null, form }
  const schema = webhookInput(c.var.i18n, { allowPrivate: c.var.services.config.webhooksToPrivate })
  const parsed = schema.safeParse(given)
  if (parsed.success) return { value: parsed.data, form }
  const errors: Record<string, string> = {}
  for (const { path, message } of parsed.error.issues) errors[String(path[0] ?? '')] ??= message
  return { value: null, form: { values: form.values, errors } }
}

async function listPage(c: AppContext, form: FormState, status: 200 | 422 = 200): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const webhooks = await readTenant(c.var.services.db, tenant, trx => listWebhooks(trx, network.id))
  return page(c, WebhooksPage, { network, webhooks, form }, { status })
}

async function webhookPage(
  c: AppContext,
  id: string,
  form: FormState | null,
  { status = 200, secret = null }: { status?: 200 | 422; secret?: string | null } = {},
): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const after = c.req.query('after') ?? null
  const view = await readTenant(c.var.services.db, tenant, async trx => ({
    webhook: await findWebhook(trx, network.id, id),
    ...(await listDeliveries(trx, network.id, id, after, pageSize)),
  }))
  const { url, actions } = view.webhook
  if (secret) c.header('cache-control', 'no-store')
  return page(
    c,
    WebhookPage,
    { network, ...view, after, secret, form: form ?? formOf({ url, actions }) },
    { status },
  )
}

function write<T>(c: AppContext, work: (trx: Trx) => Promise<T>): Promise<T> {
  return inTenant(c.var.services.db, entryOf(c).tenant, work)
}

function backTo(c: AppContext, done: Done): Response {
  const { network }: Entry = entryOf(c)
  return redirectDone(c, href('webhook', { locale: c.var.locale, network: network.slug, id: idOf(c) }), done)
}

function idOf(c: AppContext): string {
  return c.req.param('id') ?? ''
}
