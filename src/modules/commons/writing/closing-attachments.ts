import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { recordChange } from '#platform/audit/record.ts'
import type { FileVisibility } from '#platform/files/files.ts'

/** The files that a page shows, in any state it has had: to be asked before it is taken out, with all of them. */
export async function shownFiles(trx: Trx, networkId: string, itemId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct found.match[1] as id
    from commons_version version
    join network on network.id = version.network_id
    cross join lateral regexp_matches(version.source, '/[a-z]{2}/' || network.slug || '/files/' || ${idPattern}, 'g')
      as found (match)
    where version.network_id = ${networkId}::uuid and version.item_id = ${itemId}::uuid`.execute(trx)
  return rows.map(row => row.id)
}

/**
 * What a page that is taken out, or shown to fewer, showed is for those alone for whom another page shows it; shown by none,
 * it is the network's again, or of those who write the page that it was put into. Only what someone sent who wrote in the
 * page or published it: what others put there stays as they left it.
 */
export async function closeAttachments(
  trx: Trx,
  actor: Actor,
  { networkId, id }: { networkId: string; id: string },
  files: string[],
): Promise<void> {
  if (files.length === 0) return
  const { rows } = await sql<{ id: string; visibility: FileVisibility; isOfPage: boolean }>`
    select file.id, file.visibility, file.document_id is not null as "isOfPage" from file
    where file.network_id = ${networkId}::uuid and file.id = any(${files}::uuid[])
      and file.purpose = 'attachment' and file.visibility <> 'document'
      and file.uploaded_by in (
        select account_id from person
        where person.network_id = ${networkId}::uuid and person.id in (
          select person_id from commons_author where network_id = ${networkId}::uuid and document_id = ${id}::uuid
          union all
          select person_id from commons_change where network_id = ${networkId}::uuid and document_id = ${id}::uuid
          union all
          select person_id from commons_publication where network_id = ${networkId}::uuid and document_id = ${id}::uuid
        )
      )`.execute(trx)
  if (rows.length === 0) return
  const shown = await shownBy(
    trx,
    networkId,
    rows.map(row => row.id),
  )
  const closing = rows
    .map(row => ({ ...row, after: shown.get(row.id) ?? kept(row.isOfPage) }))
    .filter(row => reach[row.after] < reach[row.visibility])
  const to = (after: FileVisibility) => closing.filter(row => row.after === after).map(row => row.id)
  await sql`
    update file set visibility = 'network'
    where network_id = ${networkId}::uuid and id = any(${to('network')}::uuid[])`.execute(trx)
  await sql`select commons_close_files(${networkId}::uuid, ${to('document')}::uuid[])`.execute(trx)
  for (const file of closing) {
    await recordChange(trx, networkId, actor, {
      action: 'file.closed',
      subject: { type: 'file', id: file.id },
      before: { visibility: file.visibility },
      after: { visibility: file.after },
    })
  }
}

function kept(isOfPage: boolean): FileVisibility {
  return isOfPage ? 'document' : 'network'
}

const reach: Record<FileVisibility, number> = { document: 0, group: 0, network: 1, public: 2 }

/** Of these files, those that some state of a page that is shared shows, and to whom. A page taken out is gone by then. */
async function shownBy(
  trx: Trx,
  networkId: string,
  files: string[],
): Promise<Map<string, 'public' | 'network'>> {
  // Read once for all the files together: every page has to be looked into, which only a picture is reason for.
  const { rows } = await sql<{ id: string; isPublic: boolean }>`
    select found.match[1] as id,
      bool_or(version.visibility = 'public' and item.visibility = 'public') as "isPublic"
    from commons_version version
    join commons_item item on item.network_id = version.network_id and item.id = version.item_id
    cross join lateral regexp_matches(version.source, '/files/(' || ${files.join('|')} || ')', 'g') as found (match)
    where version.network_id = ${networkId}::uuid and version.source like '%/files/%'
    group by found.match[1]`.execute(trx)
  return new Map(rows.map(row => [row.id, row.isPublic ? 'public' : 'network']))
}

const idPattern = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'
