import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { isId } from '#kernel/ids.ts'
import type { Fields } from '#platform/audit/record.ts'

/** An entry of the audit log. Whose the ids are is to be looked up by those who may know. */
export interface Change {
  /** Its place in the network's chain: 1, 2, 3 … */
  seq: number
  at: Date
  actor: Actor
  action: string
  subject: { type: string; id: string }
  before: Fields | null
  after: Fields | null
  /** SHA-256, in hexadecimal: see `audit_hash` in the migration. */
  previousHash: string
  hash: string
}

export interface ChangeFilter {
  /** An action, or, ending with a dot, what actions begin with: 'member.'. */
  action?: string | undefined
  accountId?: string | undefined
  subject?: { type: string; id?: string | undefined } | undefined
  /** From this moment on. */
  from?: Date | undefined
  /** Before this moment. */
  to?: Date | undefined
  /** The `next` of the page before. */
  after?: number | undefined
}

export interface ChangePage {
  changes: Change[]
  /** Where the next page begins; null at the end. */
  next: number | null
}

/** Newest first. An id that is none finds nothing. */
export async function listChanges(
  trx: Trx,
  networkId: string,
  filter: ChangeFilter,
  limit: number,
): Promise<ChangePage> {
  if (filter.accountId !== undefined && !isId(filter.accountId)) return { changes: [], next: null }
  let query = trx.selectFrom('audit_entry').selectAll().where('network_id', '=', networkId)
  const { action, accountId, subject, from, to, after } = filter
  if (action?.endsWith('.')) {
    // The character after the dot: a range the index knows, which `like` with a parameter is not.
    query = query.where('action', '>=', action).where('action', '<', `${action.slice(0, -1)}/`)
  } else if (action) query = query.where('action', '=', action)
  if (accountId) query = query.where('account_id', '=', accountId)
  if (subject) query = query.where('subject_type', '=', subject.type)
  if (subject?.id !== undefined) query = query.where('subject_id', '=', subject.id)
  if (from) query = query.where('at', '>=', from)
  if (to) query = query.where('at', '<', to)
  if (after !== undefined) query = query.where('seq', '<', after)
  const rows = await query
    .orderBy('seq', 'desc')
    .limit(limit + 1)
    .execute()
  const changes = rows.slice(0, limit).map(asChange)
  return { changes, next: rows.length > limit ? (changes.at(-1)?.seq ?? null) : null }
}

/** How a long reading reads: in a transaction of its caller's, or in a short one each time. */
export type Reading = <T>(work: (trx: Trx) => Promise<T>) => Promise<T>

const batchChanges = 500

/** Everything the filter lets through, newest first, with one batch in memory and nothing held between two. */
export async function* streamChanges(
  read: Reading,
  networkId: string,
  filter: ChangeFilter,
): AsyncGenerator<Change> {
  let after = filter.after
  do {
    const page: ChangePage = await read(trx =>
      listChanges(trx, networkId, { ...filter, after }, batchChanges),
    )
    yield* page.changes
    after = page.next ?? undefined
  } while (after !== undefined)
}

/** The actions that were ever recorded here, for a choice in a form: found by hopping along the index. */
export async function knownActions(trx: Trx, networkId: string): Promise<string[]> {
  const { rows } = await sql<{ action: string }>`
    with recursive known (action) as (
      (select action from audit_entry where network_id = ${networkId} order by action limit 1)
      union all
      select (
        select action from audit_entry
        where network_id = ${networkId} and action > known.action order by action limit 1
      ) from known where known.action is not null
    )
    select action from known where action is not null limit 1000`.execute(trx)
  return rows.map(row => row.action)
}

function asChange(row: {
  seq: number | string
  at: Date
  account_id: string | null
  mandate_id: string | null
  token_id: string | null
  origin: string
  action: string
  subject_type: string
  subject_id: string
  before: unknown
  after: unknown
  previous_hash: Buffer
  hash: Buffer
}): Change {
  return {
    seq: Number(row.seq),
    at: row.at,
    actor: {
      accountId: row.account_id,
      mandateId: row.mandate_id,
      tokenId: row.token_id,
      origin: row.origin as Actor['origin'],
    },
    action: row.action,
    subject: { type: row.subject_type, id: row.subject_id },
    before: row.before as Fields | null,
    after: row.after as Fields | null,
    previousHash: row.previous_hash.toString('hex'),
    hash: row.hash.toString('hex'),
  }
}
