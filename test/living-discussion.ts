import { newId } from '#kernel/ids.ts'
import type { TestApp } from './app.ts'
import type { TestNetwork } from './factories.ts'

/** Something that someone said of a document which everyone in the network may read. @returns its id */
export async function aCommentOn(
  { database }: TestApp,
  network: TestNetwork,
  document: string,
  { own, account }: { own: string; account: string },
): Promise<string> {
  const id = newId()
  // What was taken out of the commons has none.
  if (document === '') return id
  await database.asOwner(
    `insert into commons_comment (network_id, id, document_id, kind, body, audience, person_id)
     select $1, $2, $3, 'comment', $4, 'network', id from person where network_id = $1 and account_id = $5`,
    [network.id, id, document, own, account],
  )
  return id
}
