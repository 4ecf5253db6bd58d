import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import type { Actor } from '#kernel/actor.ts'
import { recordChange } from '#platform/audit/record.ts'
import type { Job } from '#platform/jobs/jobs.ts'
import { webhookQueue } from '#platform/webhooks/queue.ts'
import { type Outcome, type SendOptions, send } from '#platform/webhooks/sending.ts'
import { endWaiting } from '#platform/webhooks/switching-off.ts'

export interface DeliverOptions extends SendOptions {
  now?: (() => Date) | undefined
}

/** How many tries of this round reached somebody who said yes, and how many did not. */
export interface Delivered {
  delivered: number
  failed: number
}

const minute = 60_000
const hour = 60 * minute
/** After each try that failed, until the next: eight tries in three days. */
const pausesMs = [minute, 5 * minute, 30 * minute, 2 * hour, 8 * hour, 20 * hour, 41 * hour]
/** After so long without one that arrived, a webhook is switched off. */
const patienceMs = 5 * 24 * hour
/** A try that has not come to an end by then is taken for lost, its worker for dead. Longer than any try takes. */
const leaseMs = minute
/** At once, within one network and of networks. */
const togetherOfNetwork = 8
const networksTogether = 4
const keptMs = 30 * 24 * hour

const worker: Actor = { accountId: null, mandateId: null, tokenId: null, origin: 'job' }

/** Sends what is due: every minute, and at once for whoever sends work to the queue after recording something. */
export function webhookJob(db: Db, options: Omit<DeliverOptions, 'signal'> = {}): Job<never> {
  return {
    queue: webhookQueue,
    expireSeconds: 600,
    // The next round finds what this one left.
    retries: 0,
    schedule: '* * * * *',
    async run(_payload, signal) {
      await deliverDue(db, { ...options, signal })
    },
  } satisfies Job as unknown as Job<never>
}

/**
 * Tries everything that is due, a few networks at a time and each in its turn, until nothing is left that nobody else
 * is at. Each delivery is taken in one transaction before it is sent, and its outcome kept in another after: two
 * workers never send the same try, and one that dies half-way leaves it to be sent again, under the same id.
 */
export async function deliverDue(db: Db, options: DeliverOptions = {}): Promise<Delivered> {
  const total: Delivered = { delivered: 0, failed: 0 }
  let served: string[] = []
  let taken = 0
  while (!options.signal?.aborted) {
    const { rows } = await sql<{ id: string }>`
      select webhook_due as id
      from webhook_due(${momentOf(options)}, ${networksTogether}, ${served}::uuid[])`.execute(db)
    if (rows.length === 0) {
      if (taken === 0) break
      // Everybody had a turn: from the beginning.
      served = []
      taken = 0
    }
    for (const round of await Promise.all(rows.map(({ id }) => deliverIn(db, id, options)))) {
      total.delivered += round.delivered
      total.failed += round.failed
      taken += round.taken
    }
    served.push(...rows.map(({ id }) => id))
  }
  return total
}

async function deliverIn(
  db: Db,
  networkId: string,
  options: DeliverOptions,
): Promise<Delivered & { taken: number }> {
  const tenant: Tenant = { networkId, audience: 'network' }
  const taken = await inTenant(db, tenant, async trx => {
    await forgetOld(trx, networkId, momentOf(options))
    return take(trx, networkId, momentOf(options))
  })
  const outcomes = await Promise.all(
    taken.map(async delivery => {
      const body = JSON.stringify(delivery.payload)
      const outcome = await send({ ...delivery, body }, momentOf(options), options).catch(error => {
        // Stopped on the way: it is taken for lost, and sent again.
        if (options.signal?.aborted) return null
        throw error
      })
      if (outcome) {
        await inTenant(db, tenant, trx => keepOutcome(trx, networkId, delivery, outcome, momentOf(options)))
      }
      return outcome
    }),
  )
  return {
    taken: taken.length,
    delivered: outcomes.filter(outcome => outcome?.error === null).length,
    failed: outcomes.filter(outcome => outcome && outcome.error !== null).length,
  }
}

interface Taken {
  id: string
  webhook_id: string
  payload: unknown
  attempts: number
  url: string
  secret: string
}

/** Of a webhook where nothing arrives, one at a time, to see whether anybody is there: it shall not hold up others. */
async function take(trx: Trx, networkId: string, now: Date): Promise<Taken[]> {
  const { rows } = await sql<Taken>`
    with due as materialized (
      select delivery.id from webhook_delivery delivery
      join webhook on webhook.network_id = ${networkId} and webhook.id = delivery.webhook_id
      where delivery.network_id = ${networkId} and state = 'waiting' and next_at <= ${now}
        and (failing_since is null or delivery.id = (
          select first.id from webhook_delivery first
          where first.network_id = ${networkId} and first.webhook_id = webhook.id
            and first.state = 'waiting' and first.next_at <= ${now}
          order by first.next_at, first.id limit 1
        ))
      order by next_at limit ${togetherOfNetwork} for update of delivery skip locked
    )
    update webhook_delivery delivery set attempts = attempts + 1, next_at = ${new Date(now.getTime() + leaseMs)}
    from due, webhook
    where delivery.network_id = ${networkId} and delivery.id = due.id
      and webhook.network_id = ${networkId} and webhook.id = delivery.webhook_id
    returning delivery.id, webhook_id, payload, attempts, url, secret`.execute(trx)
  return rows
}

/** Locks the webhook before its deliveries, as removing it does. */
async function keepOutcome(
  trx: Trx,
  networkId: string,
  delivery: Taken,
  outcome: Outcome,
  now: Date,
): Promise<void> {
  const webhook = await trx
    .selectFrom('webhook')
    .select(['enabled', 'failing_since'])
    .where('network_id', '=', networkId)
    .where('id', '=', delivery.webhook_id)
    .forUpdate()
    .executeTakeFirst()
  if (!webhook) return
  const arrived = outcome.error === null
  // 410 says that nobody wants it any more (Standard Webhooks).
  const gone = outcome.status === 410
  const pause = pausesMs[delivery.attempts - 1]
  const over = gone || pause === undefined
  let update = trx
    .updateTable('webhook_delivery')
    .set({
      state: arrived ? 'delivered' : over ? 'failed' : 'waiting',
      response_status: outcome.status,
      response: outcome.response,
      error: outcome.error,
      next_at: new Date(now.getTime() + (pause ?? 0)),
      delivered_at: arrived ? now : null,
    })
    .where('network_id', '=', networkId)
    .where('id', '=', delivery.id)
    .where('state', '=', 'waiting')
  // Taken for lost in the meantime, it is another's to try; if it did arrive, it did.
  if (!arrived) update = update.where('attempts', '=', delivery.attempts)
  const kept = await update.executeTakeFirst()
  if (kept.numUpdatedRows === 0n) return
  const since = arrived ? null : (webhook.failing_since ?? now)
  const off = webhook.enabled && since !== null && (gone || now.getTime() - since.getTime() >= patienceMs)
  if (!off && since?.getTime() === webhook.failing_since?.getTime()) return
  await trx
    .updateTable('webhook')
    .set({ failing_since: since, ...(off && { enabled: false }) })
    .where('network_id', '=', networkId)
    .where('id', '=', delivery.webhook_id)
    .execute()
  if (!off) return
  await endWaiting(trx, networkId, delivery.webhook_id)
  await recordChange(trx, networkId, worker, {
    action: 'webhook.disabled',
    subject: { type: 'webhook', id: delivery.webhook_id },
    before: { enabled: true },
    after: { enabled: false, reason: gone ? 'gone' : 'failing', failingSince: since },
  })
}

/** Nobody looks for what arrived, or did not, a month ago. A thousand at a time, so that no round is held up. */
async function forgetOld(trx: Trx, networkId: string, now: Date): Promise<void> {
  await sql`
    delete from webhook_delivery where network_id = ${networkId} and id in (
      select id from webhook_delivery
      where network_id = ${networkId} and state <> 'waiting' and created_at < ${new Date(now.getTime() - keptMs)}
      limit 1000
    )`.execute(trx)
}

/** PostgreSQL counts microseconds: what was due in the millisecond that it is would seem to be still to come. */
function momentOf({ now }: DeliverOptions): Date {
  return now ? now() : new Date(Date.now() + 1)
}
