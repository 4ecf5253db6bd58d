import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import type { Finding } from '#db/examination.ts'
import { isId } from '#kernel/ids.ts'
import type { Kind } from '#platform/mail/cadence.ts'
import { asHtml, asText, contentOf, subjectOf, templateOf, type Written } from '#platform/mail/content.ts'
import { queueMail, type Recipient } from '#platform/mail/queue.ts'
import { senderOf } from '#platform/mail/sending.ts'

export type MailState =
  | 'waiting'
  | 'held'
  | 'gathered'
  | 'outbox'
  | 'sent'
  | 'failed'
  | 'silenced'
  | 'cancelled'

export interface MailSummary {
  id: string
  state: MailState
  kind: Kind
  to: { name: string; address: string }
  /** Where answers go, where somebody gave their address for it. */
  replyTo: string | null
  subject: string
  attempts: number
  /** What the server said last; 'silenced' or 'bounced' for what was not sent at all. */
  error: string | null
  createdAt: Date
  dueAt: Date
  sentAt: Date | null
}

export interface MailBody {
  summary: MailSummary
  /** Null for mail about the safety of an account, unless there is no server and it lies in the outbox. */
  body: { text: string; html: string } | null
}

const pageSize = 50

/** The network's messages, the latest first. `next` is the cursor of the page after, null on the last one. */
export async function listOutbox(
  trx: Trx,
  networkId: string,
  cursor: string | null,
): Promise<{ messages: MailSummary[]; next: string | null }> {
  const rows = await messages(trx, networkId)
    .$if(cursor !== null && isId(cursor), query => query.where('id', '<', cursor))
    .orderBy('id', 'desc')
    .limit(pageSize + 1)
    .execute()
  const sender = await senderOf(trx, networkId)
  const shown = rows.slice(0, pageSize)
  return {
    messages: shown.map(row => asSummary(row, subjectOf(row, sender))),
    next: rows.length > pageSize ? (shown.at(-1)?.id ?? null) : null,
  }
}

/** One message as it reads; null when there is none. Links that let someone in are shown from the outbox alone. */
export async function readMessage(trx: Trx, networkId: string, id: string): Promise<MailBody | null> {
  if (!isId(id)) return null
  const row = await messages(trx, networkId).where('id', '=', id).executeTakeFirst()
  if (!row) return null
  const whole = row.state === 'outbox'
  const content = contentOf(whole ? row : { ...row, secrets: null }, await senderOf(trx, networkId), null)
  return {
    summary: asSummary(row, content.subject),
    body: whole || row.kind !== 'security' ? { text: asText(content), html: asHtml(content) } : null,
  }
}

/**
 * Has a message tried again at once, with the pauses from the beginning.
 * @returns 'spent' for one whose links were erased when it failed: it can only be written anew
 */
export async function retryMessage(
  trx: Trx,
  networkId: string,
  id: string,
  now = new Date(),
): Promise<'queued' | 'spent' | 'not-found'> {
  if (!isId(id)) return 'not-found'
  const row = await messages(trx, networkId).where('id', '=', id).forUpdate().executeTakeFirst()
  if (!row || !['waiting', 'failed', 'outbox', 'cancelled'].includes(row.state)) return 'not-found'
  if (row.secrets === null && templateOf(row.template).secrets.length > 0) return 'spent'
  await trx
    .updateTable('mail_message')
    .set({ state: 'waiting', attempts: 0, error: null, due_at: now })
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .execute()
  return 'queued'
}

/** Takes back what has not gone. @returns false when it has, or when there is no such message */
export async function cancelMessage(trx: Trx, networkId: string, id: string): Promise<boolean> {
  if (!isId(id)) return false
  const { numUpdatedRows } = await trx
    .updateTable('mail_message')
    .set({ state: 'cancelled', secrets: null })
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'held'])
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Writes to whoever set the mail up, so that they see it arrive. @returns its id */
export async function sendTestMessage(
  trx: Trx,
  { networkId, to, baseUrl, now = new Date() }: SendTest,
): Promise<string> {
  const params = { at: now.toISOString() }
  return queueMail(trx, { networkId, to, template: 'test-message', params, baseUrl, now })
}

interface SendTest {
  networkId: string
  to: Recipient
  baseUrl: string
  now?: Date
}

/** Whether mail leaves: none late by an hour, none given up in three days. */
export async function mailHealth(db: Db, now = new Date()): Promise<Finding[]> {
  const { rows } = await sql<{ waiting: number; oldest: Date | null; overdue: number; failed: number }>`
    select * from mail_health(${now})`.execute(db)
  const { waiting = 0, oldest = null, overdue = 0, failed = 0 } = rows[0] ?? {}
  const since = oldest ? ` (${oldest.toISOString()})` : ''
  return [
    { check: 'mail-waiting', holds: overdue === 0, detail: `${waiting}${since}` },
    { check: 'mail-failed', holds: failed === 0, detail: `${failed}` },
  ]
}

/** Forgets what the mail knows of an account, in a transaction that names it: to be called when it is erased. */
export async function forgetMailOf(trx: Trx, accountId: string): Promise<void> {
  await sql`select mail_forget(${accountId})`.execute(trx)
}

function messages(trx: Trx, networkId: string) {
  return trx.selectFrom('mail_message').selectAll().where('network_id', '=', networkId)
}

type Row = Written & {
  id: string
  state: string
  kind: string
  address: string
  reply_to: string | null
  attempts: number
  error: string | null
  created_at: Date
  due_at: Date
  sent_at: Date | null
}

function asSummary(row: Row, subject: string): MailSummary {
  return {
    id: row.id,
    state: row.state as MailState,
    kind: row.kind as Kind,
    to: { name: row.name, address: row.address },
    replyTo: row.reply_to,
    subject,
    attempts: row.attempts,
    error: row.error,
    createdAt: row.created_at,
    dueAt: row.due_at,
    sentAt: row.sent_at,
  }
}
