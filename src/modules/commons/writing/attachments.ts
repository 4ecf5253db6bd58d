import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { baseSource } from '#modules/commons/writing/answers.ts'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'
import { openFiles } from '#modules/files/index.ts'
import type { Entry } from '#modules/network/index.ts'

/**
 * Files that a page shows to everyone are for everyone, where someone who writes it sent them, or whoever publishes it. What
 * others put there for the network alone stays so: a link to it opens nothing.
 */
export async function openAttachments(trx: Trx, entry: Entry, document: CommonsDocument): Promise<void> {
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
  await openFiles(trx, entry, [...new Set(ids)].slice(0, mostFiles), senders)
}

const fileAddress = /\/[a-z]{2}\/([a-z0-9-]+)\/files\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/g

const mostFiles = 200
