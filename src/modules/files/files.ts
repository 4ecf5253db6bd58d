import { type SqlBool, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { type FileKind, fileKinds, kindOf } from '#modules/files/kinds.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'
import { asFile, type FileVisibility, findFile, removeFile, type StoredFile } from '#platform/files/files.ts'

export interface ListedFile extends StoredFile {
  /** Who sent it, where the reader may know: not for the public, and not once they are gone. */
  sender: string | null
}

export interface FilesQuery {
  /** Words of the name. */
  q: string
  kind: FileKind | null
}

/** How many files there are of each kind that there is, in the order in which kinds are offered. */
export type KindCounts = { kind: FileKind; count: number }[]

/**
 * What people attached, the latest first: logos, portraits and archives to import have their own places.
 * @param page.after id of the last file already shown
 */
export async function searchFiles(
  trx: Trx,
  networkId: string,
  query: FilesQuery,
  page: { after?: string | undefined; limit?: number } = {},
): Promise<{ files: ListedFile[]; counts: KindCounts; next: string | null }> {
  const { after, limit = 50 } = page
  const byType = await attachments(trx, networkId, query)
    .select(['file.media_type', sql<number>`count(*)::int`.as('count')])
    .groupBy('file.media_type')
    .execute()
  const types = byType
    .map(row => row.media_type)
    .filter(type => query.kind === null || kindOf(type) === query.kind)
  const rows =
    types.length === 0
      ? []
      : await attachments(trx, networkId, query)
          .leftJoin('person', join =>
            join
              .onRef('person.network_id', '=', 'file.network_id')
              .onRef('person.account_id', '=', 'file.uploaded_by'),
          )
          .selectAll('file')
          .select('person.name as sender')
          .where('file.media_type', 'in', types)
          .$if(after !== undefined && isId(after), builder => builder.where('file.id', '<', after ?? ''))
          // Ids begin with the time.
          .orderBy('file.id', 'desc')
          .limit(limit + 1)
          .execute()
  const files = rows.slice(0, limit).map(row => ({ ...asFile(row), sender: row.sender }))
  const counts = fileKinds.map(kind => ({
    kind,
    count: byType.filter(row => kindOf(row.media_type) === kind).reduce((sum, row) => sum + row.count, 0),
  }))
  return {
    files,
    counts: counts.filter(({ count }) => count > 0),
    next: rows.length > limit ? (files.at(-1)?.id ?? null) : null,
  }
}

/** @throws AppError 'not-found': for what is not there, or not for this reader, or no attachment */
export async function attachment(trx: Trx, networkId: string, id: string): Promise<StoredFile> {
  const file = isId(id) ? await findFile(trx, networkId, id) : null
  if (file?.purpose !== 'attachment') throw new AppError('not-found')
  if (['document', 'group'].includes(file.visibility) && !(await isSomeone(trx)))
    throw new AppError('not-found')
  return file
}

/** Keeps what was just received for good: else it is swept away after a day. */
export async function keepFiles(
  trx: Trx,
  { network, actor }: Entry,
  files: StoredFile[],
  visibility: FileVisibility,
): Promise<void> {
  if (files.length === 0) return
  await trx
    .updateTable('file')
    .set({ attached_at: sql`now()`, visibility })
    .where('network_id', '=', network.id)
    .where(
      'id',
      'in',
      files.map(file => file.id),
    )
    .execute()
  for (const file of files) {
    await recordChange(trx, network.id, actor, {
      action: 'file.added',
      subject: { type: 'file', id: file.id },
      after: { ...described(file), visibility },
    })
  }
}

/** Lets the network, or everyone, read files that fewer could read, of those that one of these accounts sent. */
export async function openFiles(
  trx: Trx,
  { network, actor }: Entry,
  ids: string[],
  senders: string[],
  visibility: 'public' | 'network',
): Promise<void> {
  if (visibility === 'public' && network.visibility === 'private') return
  if (ids.length === 0 || senders.length === 0) return
  const { rows } = await sql<{ id: string; before: string }>`
    update file set visibility = ${visibility}
    from file before
    where file.network_id = ${network.id}::uuid and file.id = any (${ids}::uuid[])
      and file.uploaded_by = any (${senders}::uuid[]) and file.purpose = 'attachment'
      and file.visibility = any (${visibility === 'public' ? ['network', 'document'] : ['document']}::text[])
      and before.network_id = file.network_id and before.id = file.id
    returning file.id, before.visibility as before`.execute(trx)
  for (const { id, before } of rows) {
    await recordChange(trx, network.id, actor, {
      action: 'file.opened',
      subject: { type: 'file', id },
      before: { visibility: before },
      after: { visibility },
    })
  }
}

/** Those who sent it and the administrators; a key of the network, what such keys sent. */
export function mayRemove({ role, actor }: Pick<Entry, 'role' | 'actor'>, file: StoredFile): boolean {
  if (role === 'visitor') return false
  return role === 'administrator' || file.uploadedBy === actor.accountId
}

/**
 * @returns the keys to remove from storage once the transaction is kept, by removeBytes()
 * @throws AppError 'not-found', 'forbidden'
 */
export async function dropFile(trx: Trx, entry: Entry, id: string): Promise<string[]> {
  const { network, actor } = entry
  const file = await attachment(trx, network.id, id)
  if (!mayRemove(entry, file)) throw new AppError('forbidden')
  const keys = await removeFile(trx, network.id, file.id)
  await recordChange(trx, network.id, actor, {
    action: 'file.removed',
    subject: { type: 'file', id: file.id },
    before: { ...described(file), visibility: file.visibility },
  })
  return keys
}

/** In a private network nothing is for everyone, whatever the file was made for before the network became so. */
export function openTo(network: Entry['network'], file: StoredFile): StoredFile {
  return network.visibility === 'private' ? { ...file, visibility: 'network' } : file
}

function attachments(trx: Trx, networkId: string, query: FilesQuery) {
  const words = query.q.trim().split(/\s+/).filter(Boolean).slice(0, 8)
  return (
    trx
      .selectFrom('file')
      .where('file.network_id', '=', networkId)
      .where('file.state', '=', 'ready')
      .where('file.purpose', '=', 'attachment')
      .where('file.attached_at', 'is not', null)
      // The database shows them to those alone who may read the page, or are of the group; a key of the network is nobody who does.
      .where(sql<SqlBool>`(file.visibility not in ('document', 'group') or app_account() is not null)`)
      .$if(words.length > 0, builder =>
        builder.where(({ and }) =>
          and(words.map(word => sql<SqlBool>`unaccent(file.name) ilike unaccent(${containing(word)})`)),
        ),
      )
  )
}

async function isSomeone(trx: Trx): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`select app_account() is not null as is`.execute(trx)
  return rows[0]?.is === true
}

function containing(word: string): string {
  return `%${word.replace(/[\\%_]/g, '\\$&')}%`
}

/** Not by its name, which may say who someone is, and the log forgets nothing. */
function described({ mediaType, bytes }: StoredFile): { mediaType: string; bytes: number } {
  return { mediaType, bytes }
}
