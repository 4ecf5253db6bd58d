import type { Trx } from '#db/database.ts'

export interface WrittenPage {
  slug: string
  title: string
  language: string | null
}

const mostShown = 10

/** The shared pages that somebody is an author of, the latest first: drafts are their authors' alone. */
export function writtenPages(trx: Trx, networkId: string, personId: string): Promise<WrittenPage[]> {
  return trx
    .selectFrom('commons_author as author')
    .innerJoin('commons_document as document', join =>
      join
        .onRef('document.network_id', '=', 'author.network_id')
        .onRef('document.id', '=', 'author.document_id'),
    )
    .innerJoin('commons_item as item', join =>
      join.onRef('item.network_id', '=', 'document.network_id').onRef('item.id', '=', 'document.id'),
    )
    .select(['item.slug', 'item.title', 'item.language'])
    .where('author.network_id', '=', networkId)
    .where('author.person_id', '=', personId)
    .where('document.state', 'in', ['network', 'public'])
    .orderBy('document.written_at', 'desc')
    .orderBy('document.id', 'desc')
    .limit(mostShown)
    .execute()
}
