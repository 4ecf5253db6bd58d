import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { LoggedChange, Publication } from '#modules/commons/history/sittings.ts'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'

export interface LoggedHistory {
  changes: LoggedChange[]
  publications: Publication[]
  /** The key of the next page. */
  next: number | null
}

const pageSize = 400
const mostPublications = 200

/** What was logged of a document, the latest first. @param before the key of the page; null at first */
export async function readHistory(
  trx: Trx,
  { networkId, id, revision }: Pick<CommonsDocument, 'networkId' | 'id' | 'revision'>,
  before: number | null,
): Promise<LoggedHistory> {
  // A stretch in which a page of them stands, where they stand close: without an end to it, the planner, who cannot know
  // what the policy lets through, would read and sort them all.
  const last = Math.min(before ?? revision + 1, revision + 1)
  const close = await readChanges(trx, networkId, id, Math.max(0, last - 5 * pageSize), last)
  const rows =
    close.length > pageSize || last <= 5 * pageSize ? close : await readChanges(trx, networkId, id, 0, last)
  const changes = rows.slice(0, pageSize).map(row => ({
    revision: row.revision,
    path: row.path,
    personId: row.person_id,
    changedAt: row.changed_at,
  }))
  const next = rows.length > pageSize ? (changes.at(-1)?.revision ?? null) : null
  return { changes, publications: await publicationsBetween(trx, networkId, id, next, before), next }
}

interface ChangeRow {
  revision: number
  path: string
  person_id: string | null
  changed_at: Date
}

async function readChanges(
  trx: Trx,
  networkId: string,
  documentId: string,
  from: number,
  before: number,
): Promise<ChangeRow[]> {
  const { rows } = await sql<ChangeRow>`
    select revision, path, person_id, changed_at from commons_change
    where network_id = ${networkId} and document_id = ${documentId}::uuid
      and revision >= ${from}::bigint and revision < ${before}::bigint
    order by revision desc limit ${pageSize + 1}`.execute(trx)
  return rows
}

/** What people are called, by id. Whoever is not in it has gone. */
export async function namesOf(
  trx: Trx,
  networkId: string,
  ids: Iterable<string | null>,
): Promise<Map<string, string>> {
  const wanted = [...new Set(ids)].filter(id => id !== null)
  if (wanted.length === 0) return new Map()
  const rows = await trx
    .selectFrom('person')
    .select(['id', 'name'])
    .where('network_id', '=', networkId)
    .where('id', '=', sql<string>`any(${wanted}::uuid[])`)
    .execute()
  return new Map(rows.map(row => [row.id, row.name]))
}

/** Those made after what stands on the page before, the latest first. */
async function publicationsBetween(
  trx: Trx,
  networkId: string,
  documentId: string,
  from: number | null,
  before: number | null,
): Promise<Publication[]> {
  const { rows } = await sql<{
    version: number
    revision: number
    visibility: 'public' | 'network'
    person_id: string | null
    published_at: Date
  }>`
    select version, revision, visibility, person_id, published_at from commons_publication
    where network_id = ${networkId} and document_id = ${documentId}
      and revision >= ${from ?? 0}::bigint and revision < ${before ?? 2 ** 53}::bigint
    order by revision desc, version desc limit ${mostPublications}`.execute(trx)
  return rows.map(row => ({
    version: row.version,
    revision: row.revision,
    visibility: row.visibility,
    personId: row.person_id,
    publishedAt: row.published_at,
  }))
}
