import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { isId } from '#kernel/ids.ts'
import type { Entry } from '#modules/network/index.ts'
import type { OpenedThread } from '#modules/threads/opening.ts'

export const pageSize = 30

/**
 * What is new is counted so far; beyond it is “more”. With a larger limit the
 * planner, which takes the policy for a filter of few rows, sorts the whole thread.
 */
export const mostCounted = 30

export interface Message {
  id: string
  personId: string | null
  /** Null for somebody who has gone, and for a key of the network. */
  name: string | null
  body: string
  origin: 'page' | 'api' | 'mail' | 'command'
  createdAt: Date
  editedAt: Date | null
  /** Taken back; by somebody else than who said it where that is so. */
  removedAt: Date | null
  removedBy: string | null
  answers: { id: string; name: string | null; body: string; removed: boolean } | null
  called: string[]
  files: { id: string; name: string; bytes: number; width: number | null }[]
}

export interface Page {
  /** The latest last. */
  messages: Message[]
  /** Before which of them others stand, and after which; null: there are none. */
  earlier: string | null
  later: string | null
}

/** Which page: the latest, those before a message, or those from one on. */
export interface PageWanted {
  before?: string | undefined
  from?: string | undefined
}

/** What is said in a thread, by pages. */
export async function readMessages(
  trx: Trx,
  networkId: string,
  threadId: string | null,
  wanted: PageWanted = {},
  size = pageSize,
): Promise<Page> {
  if (threadId === null) return { messages: [], earlier: null, later: null }
  const from = wanted.from !== undefined && isId(wanted.from) ? wanted.from : null
  const before = from === null && wanted.before !== undefined && isId(wanted.before) ? wanted.before : null
  const { rows } = await sql<Message>`
    with page as materialized (
      select * from thread_message
      where network_id = ${networkId} and thread_id = ${threadId}::uuid
        ${from === null ? sql`` : sql`and id >= ${from}::uuid`}
        ${before === null ? sql`` : sql`and id < ${before}::uuid`}
      order by id ${from === null ? sql`desc` : sql`asc`} limit ${size + 1}
    )
    select page.id, page.person_id as "personId", person.name, page.body, page.origin, page.created_at as "createdAt",
      page.edited_at as "editedAt", page.removed_at as "removedAt",
      case when page.removed_by is distinct from page.person_id then remover.name end as "removedBy",
      case when parent.id is not null then jsonb_build_object(
        'id', parent.id, 'name', speaker.name, 'body', left(parent.body, 600), 'removed', parent.removed_at is not null
      ) end as answers,
      coalesce(called.names, '[]') as called, coalesce(enclosed.files, '[]') as files
    from page
    left join person on person.network_id = ${networkId} and person.id = page.person_id and person.erased_at is null
    left join person remover on remover.network_id = ${networkId} and remover.id = page.removed_by
      and remover.erased_at is null
    left join thread_message parent on parent.network_id = ${networkId} and parent.id = page.parent_id
    left join person speaker on speaker.network_id = ${networkId} and speaker.id = parent.person_id
      and speaker.erased_at is null
    left join lateral (
      select jsonb_agg(someone.name order by someone.name collate name_order) as names
      from thread_mention mention
      join person someone on someone.network_id = ${networkId} and someone.id = mention.person_id
        and someone.erased_at is null
      where mention.network_id = ${networkId} and mention.message_id = page.id
    ) called on true
    left join lateral (
      select jsonb_agg(
        jsonb_build_object('id', file.id, 'name', file.name, 'bytes', file.bytes, 'width', file.width)
        order by thread_file.position
      ) as files
      from thread_file
      join file on file.network_id = ${networkId} and file.id = thread_file.file_id
      where thread_file.network_id = ${networkId} and thread_file.message_id = page.id
    ) enclosed on true
    order by page.id`.execute(trx)
  const more = rows.length > size
  const messages = from === null ? rows.slice(more ? 1 : 0) : rows.slice(0, size)
  const first = messages[0]?.id ?? null
  const last = messages.at(-1)?.id ?? null
  return {
    messages,
    earlier:
      from === null
        ? more
          ? first
          : null
        : (await isThere(trx, networkId, threadId, '<', first))
          ? first
          : null,
    later:
      from !== null
        ? more
          ? last
          : null
        : before !== null && (await isThere(trx, networkId, threadId, '>', last))
          ? last
          : null,
  }
}

/** How many messages of others there are after the last one somebody has seen; one more than `mostCounted` where there are more. */
export async function countNew(
  trx: Trx,
  { network, personId }: Entry,
  { id, seenId }: Pick<OpenedThread, 'id' | 'seenId'>,
): Promise<number> {
  if (id === null || seenId === null || personId === null) return 0
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from (
      select from thread_message
      where network_id = ${network.id} and thread_id = ${id}::uuid and id > ${seenId}::uuid
        and removed_at is null and person_id is distinct from ${personId}::uuid
      order by id limit ${mostCounted + 1}
    ) message`.execute(trx)
  return rows[0]?.count ?? 0
}

async function isThere(
  trx: Trx,
  networkId: string,
  threadId: string,
  side: '<' | '>',
  id: string | null,
): Promise<boolean> {
  if (id === null) return false
  const { rows } = await sql`
    select from thread_message
    where network_id = ${networkId} and thread_id = ${threadId}::uuid and id ${sql.raw(side)} ${id}::uuid
    order by id limit 1`.execute(trx)
  return rows.length > 0
}
