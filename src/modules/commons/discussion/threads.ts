import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { isId } from '#kernel/ids.ts'
import type { Selector } from '#modules/commons/discussion/passage.ts'
import type { Path } from '#modules/commons/templates/template.ts'

export const threadStates = ['open', 'resolved', 'accepted', 'declined'] as const
export type ThreadState = (typeof threadStates)[number]

export interface Comment {
  id: string
  personId: string | null
  /** Null for whoever has gone. */
  name: string | null
  /** Markdown; '' where it was taken back. */
  body: string
  createdAt: Date
  editedAt: Date | null
  /** Taken back by its author: it stays because others answered it. */
  removed: boolean
}

/** A comment with what was answered to it. */
export interface Thread extends Comment {
  /** Null: about the whole page. */
  path: Path | null
  /** `exact` '': about the whole answer. */
  selector: Selector
  kind: 'comment' | 'suggestion'
  /** Of a suggestion: what it would have instead of the passage. */
  replacement: string | null
  state: ThreadState
  audience: 'network' | 'writers'
  decidedBy: string | null
  decidedAt: Date | null
  answers: Comment[]
}

/** Whose eyes it is for. */
export interface Reader {
  personId: string | null
  /** Whether they see also what is said between those who write. */
  amongWriters: boolean
}

export const pageSize = 30
export const mostAnswers = 100

/** The threads of a document, open ones first, then the latest first. @param after key of the last one seen */
export async function listThreads(
  trx: Trx,
  networkId: string,
  documentId: string,
  reader: Reader,
  {
    after = null,
    most = pageSize,
    openOnly = false,
  }: { after?: string | null; most?: number; openOnly?: boolean } = {},
): Promise<{ threads: Thread[]; next: string | null }> {
  const [closed, id] = keyOf(after)
  const found = await readThreads(
    trx,
    networkId,
    sql`
      select id, (state <> 'open')::int as closed from commons_comment
      where network_id = ${networkId} and document_id = ${documentId} and parent_id is null
        and ${visibleTo(reader)}
        ${openOnly ? sql`and state = 'open'` : sql``}
        ${id === null ? sql`` : sql`and ((state <> 'open')::int > ${closed} or (state <> 'open')::int = ${closed} and id < ${id}::uuid)`}
      order by closed, id desc limit ${most + 1}`,
  )
  const threads = found.slice(0, most)
  const last = threads.at(-1)
  return { threads, next: found.length > most && last ? `${last.state === 'open' ? 0 : 1}.${last.id}` : null }
}

export async function findThread(
  trx: Trx,
  networkId: string,
  documentId: string,
  reader: Reader,
  id: string,
): Promise<Thread | null> {
  if (!isId(id)) return null
  const [thread] = await readThreads(
    trx,
    networkId,
    sql`
      select id, 0 as closed from commons_comment
      where network_id = ${networkId} and document_id = ${documentId} and id = ${id}::uuid and parent_id is null
        and ${visibleTo(reader)}`,
  )
  return thread ?? null
}

/** How many threads are open, and how many there are. */
export async function countThreads(
  trx: Trx,
  networkId: string,
  documentId: string,
  reader: Reader,
): Promise<{ open: number; all: number }> {
  const { rows } = await sql<{ open: number; all: number }>`
    select count(*) filter (where state = 'open') as open, count(*) as all from commons_comment
    where network_id = ${networkId} and document_id = ${documentId} and parent_id is null and ${visibleTo(reader)}`.execute(
    trx,
  )
  return { open: rows[0]?.open ?? 0, all: rows[0]?.all ?? 0 }
}

function visibleTo({ personId, amongWriters }: Reader) {
  return amongWriters
    ? sql<boolean>`true`
    : sql<boolean>`(audience = 'network' or person_id = ${personId}::uuid)`
}

function keyOf(after: string | null): [number, string | null] {
  const [closed, id = ''] = (after ?? '').split('.')
  return isId(id) ? [closed === '1' ? 1 : 0, id] : [0, null]
}

async function readThreads(trx: Trx, networkId: string, roots: ReturnType<typeof sql>): Promise<Thread[]> {
  const { rows } = await sql<Row>`
    with root as materialized (${roots})
    select one.id, one.parent_id, one.path, one.quote, one.prefix, one.suffix, one.kind, one.body, one.replacement,
      one.state, one.audience, one.person_id, one.created_at, one.edited_at, one.removed_at, one.decided_at,
      person.name, decider.name as decided_by
    from root
    cross join lateral (
      select * from commons_comment where network_id = ${networkId} and id = root.id
      union all
      (select * from commons_comment where network_id = ${networkId} and parent_id = root.id order by id limit ${mostAnswers})
    ) one
    left join person on person.network_id = ${networkId} and person.id = one.person_id
    left join person decider on decider.network_id = ${networkId} and decider.id = one.decided_by
    order by root.closed, root.id desc, one.id`.execute(trx)
  const threads = new Map<string, Thread>()
  for (const row of rows) {
    if (row.parent_id === null) threads.set(row.id, asThread(row))
    else threads.get(row.parent_id)?.answers.push(asComment(row))
  }
  return [...threads.values()]
}

interface Row {
  id: string
  parent_id: string | null
  path: string | null
  quote: string
  prefix: string
  suffix: string
  kind: 'comment' | 'suggestion'
  body: string
  replacement: string | null
  state: ThreadState
  audience: 'network' | 'writers'
  person_id: string | null
  created_at: Date
  edited_at: Date | null
  removed_at: Date | null
  decided_at: Date | null
  name: string | null
  decided_by: string | null
}

function asThread(row: Row): Thread {
  return {
    ...asComment(row),
    path: row.path,
    selector: { exact: row.quote, prefix: row.prefix, suffix: row.suffix },
    kind: row.kind,
    replacement: row.replacement,
    state: row.state,
    audience: row.audience,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    answers: [],
  }
}

function asComment(row: Row): Comment {
  return {
    id: row.id,
    personId: row.person_id,
    name: row.name,
    body: row.body,
    createdAt: row.created_at,
    editedAt: row.edited_at,
    removed: row.removed_at !== null,
  }
}
