import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { isId } from '#kernel/ids.ts'
import { keepFiles } from '#modules/files/index.ts'
import type { Group } from '#modules/groups/opening.ts'
import type { Entry } from '#modules/network/index.ts'
import { asFile, type StoredFile } from '#platform/files/files.ts'

export interface GroupFile extends StoredFile {
  sender: string | null
}

/** The files of a group, the latest first. Who may not see them finds none: the database says so. */
export async function listGroupFiles(
  trx: Trx,
  networkId: string,
  groupId: string,
  { after, limit = 50 }: { after?: string | undefined; limit?: number } = {},
): Promise<{ files: GroupFile[]; next: string | null }> {
  const rows = await trx
    .selectFrom('file')
    .leftJoin('person', join =>
      join
        .onRef('person.network_id', '=', 'file.network_id')
        .onRef('person.account_id', '=', 'file.uploaded_by'),
    )
    .selectAll('file')
    .select('person.name as sender')
    .where('file.network_id', '=', networkId)
    .where('file.group_id', '=', groupId)
    .where('file.state', '=', 'ready')
    .$if(after !== undefined && isId(after), query => query.where('file.id', '<', after ?? ''))
    .orderBy('file.id', 'desc')
    .limit(limit + 1)
    .execute()
  const files = rows.slice(0, limit).map(row => ({ ...asFile(row), sender: row.sender }))
  return { files, next: rows.length > limit ? (files.at(-1)?.id ?? null) : null }
}

/**
 * Keeps what was received for good, as the group's: for the network, or for the group alone where the group is so.
 * @param visibility 'group': for the group alone, whoever sees the group
 */
export async function keepGroupFiles(
  trx: Trx,
  entry: Entry,
  group: Group,
  files: StoredFile[],
  visibility: 'network' | 'group' = 'network',
): Promise<void> {
  if (files.length === 0) return
  const ids = files.map(file => file.id)
  await sql`
    update file set group_id = ${group.id}::uuid
    where network_id = ${entry.network.id}::uuid and id = any (${ids}::uuid[])`.execute(trx)
  await keepFiles(trx, entry, files, visibility)
}
