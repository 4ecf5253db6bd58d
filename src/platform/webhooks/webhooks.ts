import { createHash } from 'node:crypto'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { type Fields, recordChange } from '#platform/audit/record.ts'
import type { WebhookInput } from '#platform/webhooks/schema.ts'
import { newSecret } from '#platform/webhooks/signature.ts'
import { endWaiting } from '#platform/webhooks/switching-off.ts'

export interface Webhook {
  id: string
  url: string
  /** '*', actions, or what actions begin with ('member.'). */
  actions: string[]
  enabled: boolean
  createdBy: string | null
  /** Since when nothing has arrived; null while all is well. */
  failingSince: Date | null
  createdAt: Date
}

/** Makes a webhook, switched on. The secret is given back once and never again. */
export async function createWebhook(
  trx: Trx,
  networkId: string,
  actor: Actor,
  input: WebhookInput,
): Promise<{ id: string; secret: string }> {
  const id = newId()
  const secret = newSecret()
  await trx
    .insertInto('webhook')
    .values({
      network_id: networkId,
      id,
      url: input.url,
      secret,
      actions: input.actions,
      created_by: actor.accountId,
    })
    .execute()
  await record(trx, networkId, actor, 'created', id, undefined, { ...input, enabled: true })
  return { id, secret }
}

export async function listWebhooks(trx: Trx, networkId: string): Promise<Webhook[]> {
  const rows = await selection(trx, networkId).orderBy('created_at').orderBy('id').limit(500).execute()
  return rows.map(asWebhook)
}

/** @throws AppError not-found */
export async function findWebhook(trx: Trx, networkId: string, id: string): Promise<Webhook> {
  const row = isId(id) ? await selection(trx, networkId).where('id', '=', id).executeTakeFirst() : undefined
  if (!row) throw new AppError('not-found')
  return asWebhook(row)
}

/**
 * Changes what is given. Switched on again, a webhook has its patience back; switched off, what waited for it is
 * not sent.
 * @throws AppError not-found
 */
export async function changeWebhook(
  trx: Trx,
  networkId: string,
  actor: Actor,
  id: string,
  change: Partial<WebhookInput> & { enabled?: boolean | undefined },
): Promise<void> {
  const before = await lock(trx, networkId, id)
  const after = {
    url: change.url ?? before.url,
    actions: change.actions ?? before.actions,
    enabled: change.enabled ?? before.enabled,
  }
  await trx
    .updateTable('webhook')
    .set({ ...after, ...(after.enabled && !before.enabled && { failing_since: null }) })
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .execute()
  if (before.enabled && !after.enabled) await endWaiting(trx, networkId, id)
  await record(trx, networkId, actor, 'changed', id, before, after)
}

/** Gives a webhook another secret at once. It is given back once and never again. @throws AppError not-found */
export async function renewSecret(
  trx: Trx,
  networkId: string,
  actor: Actor,
  id: string,
): Promise<{ secret: string }> {
  await lock(trx, networkId, id)
  const secret = newSecret()
  await trx
    .updateTable('webhook')
    .set({ secret })
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .execute()
  await recordChange(trx, networkId, actor, { action: 'webhook.rekeyed', subject: { type: 'webhook', id } })
  return { secret }
}

/** Removes a webhook with all that was sent to it or waited. @throws AppError not-found */
export async function removeWebhook(trx: Trx, networkId: string, actor: Actor, id: string): Promise<void> {
  const before = await lock(trx, networkId, id)
  await trx.deleteFrom('webhook').where('network_id', '=', networkId).where('id', '=', id).execute()
  await record(trx, networkId, actor, 'removed', id, before, undefined)
}

async function lock(trx: Trx, networkId: string, id: string): Promise<WebhookInput & { enabled: boolean }> {
  const row = isId(id)
    ? await trx
        .selectFrom('webhook')
        .select(['url', 'actions', 'enabled'])
        .where('network_id', '=', networkId)
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst()
    : undefined
  if (!row) throw new AppError('not-found')
  return row
}

async function record(
  trx: Trx,
  networkId: string,
  actor: Actor,
  what: 'created' | 'changed' | 'removed',
  id: string,
  before: (WebhookInput & { enabled: boolean }) | undefined,
  after: (WebhookInput & { enabled: boolean }) | undefined,
): Promise<void> {
  await recordChange(trx, networkId, actor, {
    action: `webhook.${what}`,
    subject: { type: 'webhook', id },
    before: before && shown(before),
    after: after && shown(after),
  })
}

/** Who has the path of such an address can often write there: of it the log keeps a mark to know it by. */
function shown({ url, actions, enabled }: WebhookInput & { enabled: boolean }): Fields {
  const mark = createHash('sha256').update(url).digest('hex').slice(0, 8)
  return { address: `${new URL(url).origin}/… (${mark})`, actions, enabled }
}

function selection(trx: Trx, networkId: string) {
  return trx
    .selectFrom('webhook')
    .select(['id', 'url', 'actions', 'enabled', 'created_by', 'failing_since', 'created_at'])
    .where('network_id', '=', networkId)
}

type Row = Awaited<ReturnType<ReturnType<typeof selection>['executeTakeFirstOrThrow']>>

function asWebhook(row: Row): Webhook {
  return {
    id: row.id,
    url: row.url,
    actions: row.actions,
    enabled: row.enabled,
    createdBy: row.created_by,
    failingSince: row.failing_since,
    createdAt: row.created_at,
  }
}
