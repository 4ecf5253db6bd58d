import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { recordChange } from '#platform/audit/record.ts'

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
 * What a page that is taken out showed is for the network alone again, where someone who wrote in it or published it had
 * sent it; unless another page that everyone may read shows it too.
 */
export async function closeAttachments(
  trx: Trx,
  actor: Actor,
  { networkId, id }: { networkId: string; id: string },
  files: string[],
): Promise<void> {
  if (files.length === 0) return
  const { rows } = await sql<{ id: string }>`
    select file.id from file
    where file.network_id = ${networkId}::uuid and file.id = any(${files}::uuid[])
      and file.purpose = 'attachment' and file.visibility = 'public'
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
  const ours = rows.map(row => row.id)
  if (ours.length === 0) return
  const kept = await shownElsewhere(trx, networkId, ours)
  const closing = ours.filter(file => !kept.has(file))
  if (closing.length === 0) return
  await trx
    .updateTable('file')
    .set({ visibility: 'network' })
    .where('network_id', '=', networkId)
    .where('id', '=', sql<string>`any(${closing}::uuid[])`)
    .execute()
  for (const file of closing) {
    await recordChange(trx, networkId, actor, {
      action: 'file.closed',
      subject: { type: 'file', id: file },
      before: { visibility: 'public' },
      after: { visibility: 'network' },
    })
  }
}

/** Of these files, those that some state of a page shows that everyone may read. The page itself is gone by then. */
async function shownElsewhere(trx: Trx, networkId: string, files: string[]): Promise<Set<string>> {
  // Read once for all the files together: every public page has to be looked into, which only a picture is reason for.
  const { rows } = await sql<{ id: string }>`
    select distinct found.match[1] as id
    from commons_version version
    join commons_item item on item.network_id = version.network_id and item.id = version.item_id
    cross join lateral regexp_matches(version.source, '/files/(' || ${files.join('|')} || ')', 'g') as found (match)
    where version.network_id = ${networkId}::uuid and version.visibility = 'public' and item.visibility = 'public'
      and version.source like '%/files/%'`.execute(trx)
  return new Set(rows.map(row => row.id))
}

const idPattern = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'
