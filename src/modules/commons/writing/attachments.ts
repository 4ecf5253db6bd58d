import type { Trx } from '#db/database.ts'
import { baseSource } from '#modules/commons/writing/answers.ts'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'
import { openFiles } from '#modules/files/index.ts'
import type { Entry } from '#modules/network/index.ts'

/**
 * Files that a page shows to everyone are for everyone, where one of its authors sent them, or whoever publishes it. What
 * others put there for the network alone stays so: a link to it opens nothing.
 */
export async function openAttachments(trx: Trx, entry: Entry, document: CommonsDocument): Promise<void> {
  const { network, actor } = entry
  const source = await baseSource(trx, document)
  const ids = [...source.matchAll(fileAddress)]
    .filter(([, slug]) => slug === network.slug)
    .map(([, , id = '']) => id)
  if (ids.length === 0) return
  const authors = document.authors.map(({ personId }) => personId)
  const accounts =
    authors.length === 0
      ? []
      : await trx
          .selectFrom('person')
          .select('account_id')
          .where('network_id', '=', network.id)
          .where('id', 'in', authors)
          .execute()
  const senders = [...accounts.map(row => row.account_id), actor.accountId].filter(id => id !== null)
  await openFiles(trx, entry, [...new Set(ids)].slice(0, mostFiles), senders)
}

const fileAddress = /\/[a-z]{2}\/([a-z0-9-]+)\/files\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/g

const mostFiles = 200
