import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { Log } from '#kernel/log.ts'
import { addressHash } from '#platform/mail/address.ts'
import { isSilenceable, type Kind, type SilenceableKind } from '#platform/mail/cadence.ts'
import { asHtml, asText, contentOf, conversationOf, type Sender } from '#platform/mail/content.ts'
import { wishOf } from '#platform/mail/queue.ts'
import { silencePath } from '#platform/mail/silence.ts'
import { lanes, type Outcome, type Transport } from '#platform/mail/transport.ts'

export interface Sending {
  db: Db
  log: Log
  /** Null without a server: what is due then goes to the outbox. */
  transport: Transport | null
  /** Address the mail comes from. */
  from: string
  /** Signs the links that turn mail off. */
  secret: string | Buffer
  now: () => Date
}

/** So many of one network, then the next one's turn. */
const mostInARow = 20

const minute = 60_000
const hour = 60 * minute

/** Pauses after each failed try, two days in all; then the message has failed. */
const pauses = [
  minute,
  5 * minute,
  15 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  12 * hour,
  20 * hour,
] as const

/**
 * Sends all that is due. Each message is locked, sent and marked in one transaction, so that any number of workers send
 * it once. Only if the program ends between the server's yes and the commit is it sent again, with the same Message-ID.
 */
export async function sendDue(sending: Sending, signal: AbortSignal): Promise<void> {
  if (!sending.transport) return fillOutbox(sending)
  const transport = sending.transport
  const run = { away: false }
  await Promise.all(Array.from({ length: lanes }, () => sendInTurn(sending, transport, run, signal)))
}

async function sendInTurn(
  sending: Sending,
  transport: Transport,
  run: { away: boolean },
  signal: AbortSignal,
): Promise<void> {
  for (let found = true; found; ) {
    found = false
    for (const { networkId, invented } of await networksDue(sending)) {
      // Anyone can be an invented person: what those write reaches nobody.
      if (invented) {
        await putOut(sending, networkId)
        continue
      }
      for (let sent = 0; sent < mostInARow; sent++) {
        if (run.away || signal.aborted) return
        const outcome = await sendNext(sending, transport, networkId)
        if (!outcome) break
        found = true
        if (outcome.result === 'later' && outcome.away) run.away = true
      }
    }
  }
}

/** @returns what became of the network's next message, or null when none is due that nobody else is sending */
async function sendNext(
  { db, log, from, secret, now }: Sending,
  transport: Transport,
  networkId: string,
): Promise<Outcome | { result: 'silenced' } | null> {
  return inTenant(db, { networkId, audience: 'network' }, async trx => {
    const message = await trx
      .selectFrom('mail_message')
      .selectAll()
      .where('network_id', '=', networkId)
      .where('state', '=', 'waiting')
      .where('due_at', '<=', now())
      .orderBy(sql`kind <> 'security'`)
      .orderBy('due_at')
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst()
    if (!message) return null
    const mark = (values: Mark) => markMessage(trx, networkId, message.id, values)
    const kind = message.kind as Kind
    const wish = await wishOf(trx, { accountId: message.account_id, address: message.address }, kind)
    if (wish === 'bounced' || wish === 'never') {
      await mark({ state: 'silenced', secrets: null, error: wish === 'never' ? 'silenced' : wish })
      return { result: 'silenced' }
    }
    const domain = from.slice(from.lastIndexOf('@') + 1)
    const conversation = conversationOf(message)
    const messageId = `<${conversation?.message ?? message.id}@${domain}>`
    const outcome = await writeAndSend(async () => {
      const path = silencePathOf(secret, message, kind)
      const silenceUrl = path && message.base_url + path
      const content = contentOf(message, await senderOf(trx, networkId), silenceUrl)
      return transport.send({
        messageId,
        fromName: content.network,
        to: { name: message.name, address: message.address },
        subject: content.subject,
        text: asText(content),
        html: asHtml(content),
        silenceUrl: content.silence?.url ?? null,
        calendar: content.calendar,
        date: message.created_at,
        replyTo: message.reply_to ?? replyToOf(message.secrets),
        conversation: conversation && {
          thread: `<${conversation.thread}@${domain}>`,
          parent: conversation.parent && `<${conversation.parent}@${domain}>`,
          list: `${conversation.thread}.threads.${domain}`,
        },
      })
    })
    const attempts = message.attempts + 1
    if (outcome.result === 'sent') {
      await mark({
        state: 'sent',
        secrets: null,
        attempts,
        error: null,
        sent_at: now(),
        message_id: messageId,
      })
      return outcome
    }
    const pause = outcome.result === 'later' ? pauses[message.attempts] : undefined
    log.warn({ network: networkId, mail: message.id, attempts, outcome: outcome.result }, 'mail not sent')
    if (pause !== undefined) {
      await mark({ attempts, error: outcome.error, due_at: new Date(now().getTime() + pause) })
    } else {
      await mark({ state: 'failed', secrets: null, attempts, error: outcome.error })
      if (outcome.result === 'refused' && outcome.addressFault)
        await noteBounce(trx, message.address, outcome.error, now())
    }
    return outcome
  })
}

function replyToOf(secrets: unknown): string | null {
  const replyTo = (secrets as { replyTo?: unknown } | null)?.replyTo
  return typeof replyTo === 'string' ? replyTo : null
}

/** A message that cannot be written will not be better later, and must not stand in the way of the others. */
async function writeAndSend(send: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await send()
  } catch (error) {
    return { result: 'refused', error: String(error), addressFault: false }
  }
}

/** Where the kinds a message is about are turned off; null for what cannot be. */
export function silencePathOf(
  secret: string | Buffer,
  message: { account_id: string | null; address: string; locale: string; params: unknown },
  kind: Kind,
): string | null {
  const kinds: SilenceableKind[] =
    kind === 'digest'
      ? (message.params as { kinds: string[] }).kinds.filter(isSilenceable)
      : isSilenceable(kind)
        ? [kind]
        : []
  if (kinds.length === 0) return null
  const { address, locale } = message
  return silencePath(secret, { accountId: message.account_id, address, locale }, kinds)
}

/** The network as mail names it; null for the installation itself. */
export async function senderOf(trx: Trx, networkId: string): Promise<Sender> {
  const network = await trx
    .selectFrom('network')
    .select(['name', 'locale', 'time_zone'])
    .where('id', '=', networkId)
    .executeTakeFirst()
  return network ?? null
}

async function networksDue({ db, now }: Sending): Promise<{ networkId: string; invented: boolean }[]> {
  const { rows } = await sql<{ networkId: string; invented: boolean }>`
    select due.id as "networkId", network.demonstration is not null as invented
    from mail_networks_due(${now()}) with ordinality as due (id, turn) left join network on network.id = due.id
    order by due.turn`.execute(db)
  return rows
}

/** Without a server, what is due is kept whole where people can read it. */
async function fillOutbox(sending: Sending): Promise<void> {
  for (const { networkId } of await networksDue(sending)) await putOut(sending, networkId)
}

async function putOut(sending: Sending, networkId: string): Promise<void> {
  await inTenant(sending.db, { networkId, audience: 'network' }, trx =>
    trx
      .updateTable('mail_message')
      .set({ state: 'outbox' })
      .where('network_id', '=', networkId)
      .where('state', '=', 'waiting')
      .where('due_at', '<=', sending.now())
      .execute(),
  )
}

interface Mark {
  state?: 'sent' | 'failed' | 'silenced'
  secrets?: null
  attempts?: number
  error?: string | null
  due_at?: Date
  sent_at?: Date
  message_id?: string
}

async function markMessage(trx: Trx, networkId: string, id: string, values: Mark): Promise<void> {
  await trx
    .updateTable('mail_message')
    .set(values)
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .execute()
}

async function noteBounce(trx: Trx, address: string, error: string, since: Date): Promise<void> {
  // The codes alone: servers like to repeat the address, which is not to be kept.
  const reason = /^\d{3}(?:[ -]\d\.\d+\.\d+)?/.exec(error)?.[0] ?? ''
  await trx
    .insertInto('mail_bounce')
    .values({ address_hash: addressHash(address), reason, since })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}
