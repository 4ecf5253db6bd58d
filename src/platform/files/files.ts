import { type Selectable, sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { File as FileTable } from '#db/types.ts'
import { objectKeys, type Storage } from '#platform/files/storage.ts'

/** An attachment is the network's, and listed; an enclosure is part of something that says who reads it. */
export type FilePurpose = 'attachment' | 'enclosure' | 'logo' | 'portrait' | 'import'
/** 'document': those who write or review the page of the commons that it was put into; 'group': the people of the group. */
export type FileVisibility = 'public' | 'network' | 'document' | 'group'

export interface StoredFile {
  /** The nil UUID for what belongs to the installation as a whole. */
  networkId: string
  id: string
  name: string
  mediaType: string
  bytes: number
  /** In hexadecimal. */
  sha256: string
  /** In pixels, of images; null for everything else. */
  width: number | null
  height: number | null
  purpose: FilePurpose
  visibility: FileVisibility
  uploadedBy: string | null
  attachedAt: Date | null
  createdAt: Date
}

export interface FileUsage {
  bytes: number
  files: number
}

/** The latest first. @param options.after id of the last file already shown */
export async function listFiles(
  trx: Trx,
  networkId: string,
  options: { purpose?: FilePurpose; after?: string; limit?: number } = {},
): Promise<{ files: StoredFile[]; next: string | null }> {
  const { purpose, after, limit = 50 } = options
  const rows = await trx
    .selectFrom('file')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('state', '=', 'ready')
    .$if(purpose !== undefined, query => query.where('purpose', '=', purpose ?? ''))
    .$if(after !== undefined, query => query.where('id', '<', after ?? ''))
    // Ids begin with the time.
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const files = rows.slice(0, limit).map(asFile)
  return { files, next: rows.length > limit ? (files.at(-1)?.id ?? null) : null }
}

/** @returns null for one that is not there, not yet there, or not for this reader */
export async function findFile(trx: Trx, networkId: string, id: string): Promise<StoredFile | null> {
  const row = await trx
    .selectFrom('file')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .where('state', '=', 'ready')
    .executeTakeFirst()
  return row ? asFile(row) : null
}

/**
 * Notes that something refers to the file from now on, in the transaction in which it does: else it is swept away after
 * a day. @returns false when there is no such file
 */
export async function attachFile(trx: Trx, networkId: string, id: string): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('file')
    .set({ attached_at: sql`coalesce(attached_at, now())` })
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .where('state', '=', 'ready')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/**
 * Forgets a file. @returns the keys to remove from storage once the transaction is kept, by removeObjects(); what is not
 * removed then, because the program died or a backup that knows the file is being made, cleanFiles() removes.
 */
export async function removeFile(trx: Trx, networkId: string, id: string): Promise<string[]> {
  return forgetFiles(trx, networkId, [id])
}

export async function removeObjects(storage: Storage, keys: string[]): Promise<void> {
  for (const key of keys) await storage.remove(key)
}

/** How much a network keeps, uploads under way included, previews not. */
export async function usage(trx: Trx, networkId: string): Promise<FileUsage> {
  const row = await trx
    .selectFrom('file_usage')
    .select(['bytes', 'files'])
    .where('network_id', '=', networkId)
    .executeTakeFirst()
  return { bytes: Number(row?.bytes ?? 0), files: row?.files ?? 0 }
}

/** All files of a network, to be done before the network itself is erased; done again, it goes on where it was cut off. */
export async function removeNetworkFiles(db: Db, storage: Storage, networkId: string): Promise<void> {
  const removable = await inTenant(db, { networkId, audience: 'network' }, async trx => {
    const free = await noBackupUnderWay(trx)
    await trx.deleteFrom('file').where('network_id', '=', networkId).execute()
    await trx.deleteFrom('file_usage').where('network_id', '=', networkId).execute()
    return free
  })
  if (!removable) return
  for await (const { key } of storage.list(networkId)) await storage.remove(key)
}

/** Removes rows and what they count for. @returns the keys that may be removed from storage after the commit */
export async function forgetFiles(trx: Trx, networkId: string, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const free = await noBackupUnderWay(trx)
  const gone = await trx
    .deleteFrom('file')
    .where('network_id', '=', networkId)
    .where('id', 'in', ids)
    .returning(['id', 'bytes', 'width'])
    .execute()
  if (gone.length === 0) return []
  const bytes = gone.reduce((sum, row) => sum + Number(row.bytes), 0)
  await trx
    .updateTable('file_usage')
    .set({ bytes: sql`bytes - ${bytes}`, files: sql`files - ${gone.length}` })
    .where('network_id', '=', networkId)
    .execute()
  return free ? gone.flatMap(({ id, width }) => objectKeys({ networkId, id, isImage: width !== null })) : []
}

/**
 * A backup holds this lock shared for as long as it reads: what its snapshot speaks of must stay until it has been read.
 * Taken here to the end of the transaction, it also makes a backup wait until the rows are gone for it as well.
 * Not waited for: who does not get it leaves the object to cleanFiles().
 */
export async function noBackupUnderWay(trx: Trx): Promise<boolean> {
  const { rows } = await sql<{ free: boolean }>`select pg_try_advisory_xact_lock(4207007) as free`.execute(
    trx,
  )
  return rows[0]?.free === true
}

export function asFile(row: Selectable<FileTable>): StoredFile {
  return {
    networkId: row.network_id,
    id: row.id,
    name: row.name,
    mediaType: row.media_type,
    bytes: Number(row.bytes),
    sha256: row.sha256.toString('hex'),
    width: row.width,
    height: row.height,
    purpose: row.purpose as FilePurpose,
    visibility: row.visibility as FileVisibility,
    uploadedBy: row.uploaded_by,
    attachedAt: row.attached_at,
    createdAt: row.created_at,
  }
}
