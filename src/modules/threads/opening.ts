import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { FoundSubject, ThreadSubject } from '#http/module.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import type { Entry } from '#modules/network/index.ts'
import type { Wish } from '#modules/threads/schema.ts'
import { recordChange } from '#platform/audit/record.ts'

/** What people speak about, by kind. */
export type ThreadSubjects = Record<string, ThreadSubject>

export interface SubjectRef {
  type: string
  id: string
}

/** A thread, to someone who may read it. */
export interface OpenedThread {
  subject: SubjectRef
  found: FoundSubject
  /** Null until something is said in it, or wished of it. */
  id: string | null
  closedAt: Date | null
  /** What the reader wants of it; null: they have not said. */
  wish: Wish | null
  /** The last message they have had before them. */
  seenId: string | null
}

/**
 * The thread about something, for whoever may read what it is about.
 * @throws AppError 'not-found'
 */
export async function openThread(
  trx: Trx,
  subjects: ThreadSubjects,
  entry: Entry,
  subject: SubjectRef,
): Promise<OpenedThread> {
  const kind = Object.hasOwn(subjects, subject.type) ? subjects[subject.type] : undefined
  const found = kind && isId(subject.id) ? await kind.find(trx, entry, subject.id) : null
  if (!found) throw new AppError('not-found')
  const { rows } = await sql<Omit<OpenedThread, 'subject' | 'found'>>`
    select thread.id, thread.closed_at as "closedAt", follower.wish, follower.seen_id as "seenId"
    from thread
    left join thread_follower follower on follower.network_id = thread.network_id and follower.thread_id = thread.id
      and follower.person_id = ${entry.personId}::uuid
    where thread.network_id = ${entry.network.id} and thread.subject_type = ${subject.type}
      and thread.subject_id = ${subject.id}::uuid`.execute(trx)
  const [row] = rows
  return { subject, found, ...(row ?? { id: null, closedAt: null, wish: null, seenId: null }) }
}

/** The id of a thread, which comes to be with the first word said in it. */
export async function keptThread(trx: Trx, entry: Entry, thread: OpenedThread): Promise<string> {
  if (thread.id !== null) return thread.id
  const { type, id } = thread.subject
  await sql`
    insert into thread (network_id, id, subject_type, subject_id)
    values (${entry.network.id}, ${newId()}, ${type}, ${id}::uuid)
    on conflict (network_id, subject_type, subject_id) do nothing`.execute(trx)
  const { rows } = await sql<{ id: string }>`
    select id from thread
    where network_id = ${entry.network.id} and subject_type = ${type} and subject_id = ${id}::uuid`.execute(
    trx,
  )
  const kept = rows[0]?.id
  if (kept === undefined) throw new Error('A thread that was kept is not there')
  return kept
}

/** Closes a thread, or opens it again: nothing more is said in one that is closed. @throws AppError 'forbidden' */
export async function closeThread(
  trx: Trx,
  entry: Entry,
  thread: OpenedThread,
  closed: boolean,
): Promise<string> {
  if (!thread.found.mayRun) throw new AppError('forbidden')
  const id = await keptThread(trx, entry, thread)
  await sql`
    update thread set closed_at = ${closed ? sql`coalesce(closed_at, now())` : null},
      closed_by = ${closed ? entry.personId : null}::uuid
    where network_id = ${entry.network.id} and id = ${id}::uuid`.execute(trx)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: closed ? 'thread.closed' : 'thread.opened',
    subject: { type: 'thread', id },
  })
  return id
}

/** Forgets what was said about something that is no more. To be called where it is erased. */
export async function removeThread(trx: Trx, networkId: string, { type, id }: SubjectRef): Promise<void> {
  await sql`
    delete from thread where network_id = ${networkId} and subject_type = ${type} and subject_id = ${id}::uuid`.execute(
    trx,
  )
}
