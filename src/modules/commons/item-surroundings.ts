import type { Trx } from '#db/database.ts'
import { rank } from '#http/policies.ts'
import { type CollectionName, collectionsOfItem } from '#modules/commons/collections/entries.ts'
import { type Discussion, discussionOf } from '#modules/commons/discussion/discussion.ts'
import { followingsOf } from '#modules/commons/following/followings.ts'
import type { Item } from '#modules/commons/items.ts'
import { type Link, linksOf } from '#modules/commons/links/links.ts'
import { type Translation, translationsOf } from '#modules/commons/translations/translations.ts'
import { type CommonsDocument, findDocument, isAuthor } from '#modules/commons/writing/documents.ts'
import type { Entry } from '#modules/network/index.ts'

/** What people of the network have put round an item, as far as the reader may see it. */
export interface ItemSurroundings {
  links: Link[]
  translations: Translation[]
  collections: { held: CollectionName[]; open: CollectionName[] }
  /** For members alone. */
  discussion: Discussion | null
  mayWrite: boolean
  /** Who writes it, for members alone. */
  authors: CommonsDocument['authors']
  /** By which the reader hears of its versions, and of its authors: by the id of what is followed. */
  following: Map<string, string>
}

export async function surroundingsOf(trx: Trx, entry: Entry, item: Item): Promise<ItemSurroundings> {
  const { network, role, personId } = entry
  const isMember = role !== 'visitor'
  const document = isMember ? await findDocument(trx, network.id, item.id) : null
  const authors = document?.authors ?? []
  return {
    links: await linksOf(trx, network.id, item.id),
    translations: await translationsOf(trx, network.id, item.id),
    collections: await collectionsOfItem(trx, network.id, item.id, personId),
    discussion: isMember ? await discussionOf(trx, entry, item.id) : null,
    mayWrite: rank(role) >= rank('facilitator') || (document !== null && isAuthor(entry, document)),
    authors,
    following:
      personId === null
        ? new Map()
        : await followingsOf(trx, { networkId: network.id, personId }, [
            item.id,
            ...authors.map(author => author.personId),
          ]),
  }
}
