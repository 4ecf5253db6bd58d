import { sql } from 'kysely'
import { announceWork } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import type { Entry } from '#modules/network/index.ts'
import { dropFiles, encloseFiles } from '#modules/threads/enclosures.ts'
import { markSeen } from '#modules/threads/following.ts'
import { calledIn } from '#modules/threads/mentions.ts'
import { keptThread, type OpenedThread, type ThreadSubjects } from '#modules/threads/opening.ts'
import { callable } from '#modules/threads/people.ts'
import type { MessageInput } from '#modules/threads/schema.ts'
import { tellingQueue } from '#modules/threads/telling-queue.ts'
import { recordChange } from '#platform/audit/record.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

/** Why something was not said: the field, and the key of a message. */
export interface MessageProblem {
  field: 'body' | ''
  message: MessageKey
}

/** By which way it came. */
export interface Saying {
  /** What it answers, of the same thread. */
  parentId: string | null
  linkOrigin: string
  /** Of one that came by mail: what tells it from all others. */
  mailId?: Buffer
}

/**
 * Says something in a thread. Those who hear of it are written to afterwards, by a job.
 * @returns the id; of what came by mail a second time, null
 * @throws AppError 'not-found' for an answer to what is not there, 'forbidden'
 */
export async function say(
  trx: Trx,
  subjects: ThreadSubjects,
  entry: Entry,
  thread: OpenedThread,
  input: MessageInput,
  { parentId, linkOrigin, mailId }: Saying,
): Promise<{ id: string | null; problem?: never } | { id?: never; problem: MessageProblem }> {
  const { network, actor, personId } = entry
  if (!thread.found.mayWrite) throw new AppError('forbidden')
  if (thread.closedAt) return { problem: { field: '', message: 'threads.error.closed' } }
  const threadId = await keptThread(trx, entry, thread)
  if (parentId !== null) await answerable(trx, network.id, threadId, parentId)
  const id = newId()
  const { rows } = await sql`
    insert into thread_message
      (network_id, thread_id, id, parent_id, person_id, mandate_id, body, origin, mail_id, link_origin)
    values (${network.id}, ${threadId}::uuid, ${id}, ${parentId}::uuid, ${personId}::uuid, ${actor.mandateId}::uuid,
      ${input.body}, ${actor.origin === 'job' ? 'command' : actor.origin}, ${mailId ?? null}, ${linkOrigin})
    on conflict (network_id, thread_id, mail_id) where mail_id is not null do nothing
    returning id`.execute(trx)
  if (rows.length === 0) return { id: null }
  await callPeople(trx, subjects, entry, thread, { id, body: input.body, called: input.called })
  await encloseFiles(trx, entry, id, input.files)
  await markSeen(trx, entry, threadId, id)
  await announceWork(trx, tellingQueue)
  const { type, id: subjectId } = thread.subject
  await recordChange(trx, network.id, actor, {
    action: 'message.added',
    subject: { type: 'message', id },
    after: { subject_type: type, subject_id: subjectId, parent_id: parentId },
  })
  return { id }
}

export interface OwnMessage {
  id: string
  threadId: string
  body: string
  isOwn: boolean
}

/**
 * A message that one may write anew, one's own; or take back: those who run what the thread is about, any.
 * @throws AppError 'not-found', 'forbidden'
 */
export async function findMessage(
  trx: Trx,
  entry: Entry,
  thread: OpenedThread,
  id: string,
  need: 'read' | 'change' | 'removal',
): Promise<OwnMessage> {
  const { rows } =
    isId(id) && thread.id !== null
      ? await sql<{ id: string; body: string; person_id: string | null }>`
          select id, body, person_id from thread_message
          where network_id = ${entry.network.id} and thread_id = ${thread.id}::uuid and id = ${id}::uuid
            and removed_at is null`.execute(trx)
      : { rows: [] }
  const [row] = rows
  if (!row || thread.id === null) throw new AppError('not-found')
  const isOwn = entry.personId !== null && row.person_id === entry.personId
  const may = need === 'read' || isOwn || (need === 'removal' && thread.found.mayRun)
  if (!may) throw new AppError('forbidden')
  return { id, threadId: thread.id, body: row.body, isOwn }
}

/** Writes one's message anew; what it said before is kept. */
export async function changeMessage(
  trx: Trx,
  entry: Entry,
  message: OwnMessage,
  body: string,
): Promise<void> {
  if (body === message.body) return
  const networkId = entry.network.id
  await sql`
    insert into thread_message_version (network_id, message_id, number, body)
    select ${networkId}, ${message.id}::uuid, coalesce(max(number), 0) + 1, ${message.body}
    from thread_message_version where network_id = ${networkId} and message_id = ${message.id}::uuid`.execute(
    trx,
  )
  await sql`
    update thread_message set body = ${body}, edited_at = now()
    where network_id = ${networkId} and id = ${message.id}::uuid`.execute(trx)
  await recordChange(trx, networkId, entry.actor, {
    action: 'message.changed',
    subject: { type: 'message', id: message.id },
  })
}

/**
 * Takes a message back: its place stays, without words, files and what it said before; who took it back is kept.
 * @returns the keys to remove from storage once the transaction is kept, by removeBytes()
 */
export async function removeMessage(trx: Trx, entry: Entry, message: OwnMessage): Promise<string[]> {
  const networkId = entry.network.id
  const keys = await dropFiles(trx, networkId, message.id)
  await sql`
    delete from thread_message_version where network_id = ${networkId} and message_id = ${message.id}::uuid`.execute(
    trx,
  )
  await sql`
    delete from thread_mention where network_id = ${networkId} and message_id = ${message.id}::uuid`.execute(
    trx,
  )
  await sql`
    update thread_message set body = '', removed_at = now(), removed_by = ${entry.personId}::uuid,
      told_at = coalesce(told_at, now())
    where network_id = ${networkId} and id = ${message.id}::uuid`.execute(trx)
  await recordChange(trx, networkId, entry.actor, {
    action: 'message.removed',
    subject: { type: 'message', id: message.id },
    before: { own: message.isOwn },
  })
  return keys
}

export interface Version {
  number: number
  body: string
  replacedAt: Date
}

/** What a message said before, the oldest first. */
export async function versionsOf(trx: Trx, networkId: string, messageId: string): Promise<Version[]> {
  const { rows } = await sql<Version>`
    select number, body, replaced_at as "replacedAt" from (
      select * from thread_message_version
      where network_id = ${networkId} and message_id = ${messageId}::uuid
      order by number desc limit 50
    ) latest order by number`.execute(trx)
  return rows
}

async function answerable(trx: Trx, networkId: string, threadId: string, id: string): Promise<void> {
  const { rows } = isId(id)
    ? await sql`
        select from thread_message
        where network_id = ${networkId} and thread_id = ${threadId}::uuid and id = ${id}::uuid`.execute(trx)
    : { rows: [] }
  if (rows.length === 0) throw new AppError('not-found')
}

/** Those named with an @ and those chosen, as far as they hear of the thread. */
async function callPeople(
  trx: Trx,
  subjects: ThreadSubjects,
  { network, personId }: Entry,
  thread: OpenedThread,
  { id, body, called }: { id: string; body: string; called: string[] },
): Promise<void> {
  if (called.length === 0 && !body.includes('@')) return
  const people = await callable(trx, subjects, network.id, thread.subject)
  const chosen = new Set([...calledIn(body, people), ...called])
  const told = people.filter(one => chosen.has(one.personId) && one.personId !== personId)
  if (told.length === 0) return
  await sql`
    insert into thread_mention (network_id, message_id, person_id)
    select ${network.id}, ${id}, unnest(${told.map(one => one.personId)}::uuid[])`.execute(trx)
}
