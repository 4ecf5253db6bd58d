import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import type { Entry } from '#modules/network/index.ts'
import { findFile, removeFile, type StoredFile } from '#platform/files/files.ts'
import { receiveFile } from '#platform/files/receiving.ts'
import type { Storage } from '#platform/files/storage.ts'

/** Takes in a file for a message that is yet to be said; swept away after a day if it never is. @throws FileError */
export function receiveEnclosure(
  { db, storage }: { db: Db; storage: Storage },
  { tenant, actor }: Entry,
  name: string,
  content: AsyncIterable<Uint8Array>,
): Promise<StoredFile> {
  const file = { name, purpose: 'enclosure', visibility: 'network', uploadedBy: actor.accountId } as const
  return receiveFile(db, storage, tenant, file, content)
}

/** Files received before by whoever speaks, that nothing holds yet; the others are passed over. */
export async function waitingFiles(
  trx: Trx,
  { network, actor }: Entry,
  ids: string[],
): Promise<{ id: string; name: string }[]> {
  if (ids.length === 0 || actor.accountId === null) return []
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from file
    where network_id = ${network.id} and id = any(${ids}::uuid[]) and purpose = 'enclosure' and state = 'ready'
      and attached_at is null and uploaded_by = ${actor.accountId}::uuid
    order by array_position(${ids}::uuid[], id)`.execute(trx)
  return rows
}

/** Puts files into a message, for good. */
export async function encloseFiles(trx: Trx, entry: Entry, messageId: string, ids: string[]): Promise<void> {
  const files = (await waitingFiles(trx, entry, ids)).map(({ id }) => id)
  if (files.length === 0) return
  await sql`
    update file set attached_at = now() where network_id = ${entry.network.id} and id = any(${files}::uuid[])`.execute(
    trx,
  )
  await sql`
    insert into thread_file (network_id, message_id, file_id, position)
    select ${entry.network.id}, ${messageId}, id, place
    from unnest(${files}::uuid[]) with ordinality as enclosed (id, place)`.execute(trx)
}

/** A file of a message. @throws AppError 'not-found' */
export async function enclosedFile(
  trx: Trx,
  networkId: string,
  messageId: string,
  id: string,
): Promise<StoredFile> {
  const { rows } = isId(id)
    ? await sql`
        select from thread_file
        where network_id = ${networkId} and message_id = ${messageId}::uuid and file_id = ${id}::uuid`.execute(
        trx,
      )
    : { rows: [] }
  const file = rows.length > 0 ? await findFile(trx, networkId, id) : null
  if (!file) throw new AppError('not-found')
  return file
}

/** Forgets the files of a message. @returns the keys to remove from storage after the commit */
export async function dropFiles(trx: Trx, networkId: string, messageId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    delete from thread_file where network_id = ${networkId} and message_id = ${messageId}::uuid
    returning file_id as id`.execute(trx)
  const keys: string[] = []
  for (const { id } of rows) keys.push(...(await removeFile(trx, networkId, id)))
  return keys
}
