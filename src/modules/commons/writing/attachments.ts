import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { baseSource } from '#modules/commons/writing/answers.ts'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'
import { keepFiles, openFiles } from '#modules/files/index.ts'
import type { Entry } from '#modules/network/index.ts'
import type { StoredFile } from '#platform/files/files.ts'

/** Keeps files that were put into a page: seen by those who write and review it, until the page that shows them is shared. */
export async function keepInDocument(
  trx: Trx,
  entry: Entry,
  documentId: string,
  files: StoredFile[],
): Promise<void> {
  if (files.length === 0) return
  await trx
    .updateTable('file')
    .set({ document_id: documentId })
    .where('network_id', '=', entry.network.id)
    .where(
      'id',
      'in',
      files.map(file => file.id),
    )
    .execute()
  await keepFiles(trx, entry, files, 'document')
}

/** Files that nobody sees but those who write the page. */
export async function filesHeldBy(
  trx: Trx,
  { networkId, id }: Pick<CommonsDocument, 'networkId' | 'id'>,
): Promise<string[]> {
  const rows = await trx
    .selectFrom('file')
    .select('id')
    .where('network_id', '=', networkId)
    .where('document_id', '=', id)
    .where('visibility', '=', 'document')
    .execute()
  return rows.map(file => file.id)
}

/**
 * Files that a page shows are for those for whom it is, where someone who writes it sent them, or whoever publishes it. What
 * others put there stays as they left it: a link to it opens nothing.
 */
export async function openAttachments(
  trx: Trx,
  entry: Entry,
  document: CommonsDocument,
  visibility: 'public' | 'network',
): Promise<void> {
  const { network, actor } = entry
  const source = await baseSource(trx, document)
  const ids = [...source.matchAll(fileAddress)]
    .filter(([, slug]) => slug === network.slug)
    .map(([, , id = '']) => id)
  if (ids.length === 0) return
  const { rows } = await sql<{ account_id: string | null }>`
    select account_id from person
    where person.network_id = ${network.id}::uuid and person.id in (
      select person_id from commons_author where network_id = ${network.id}::uuid and document_id = ${document.id}::uuid
      union all
      select person_id from commons_change where network_id = ${network.id}::uuid and document_id = ${document.id}::uuid
    )`.execute(trx)
  const senders = [...rows.map(row => row.account_id), actor.accountId].filter(id => id !== null)
  await openFiles(trx, entry, [...new Set(ids)].slice(0, mostFiles), senders, visibility)
}

const fileAddress = /\/[a-z]{2}\/([a-z0-9-]+)\/files\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/g

const mostFiles = 200
