import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

interface Written {
  pages: { title: string; state: string; since: Date }[]
  comments: { about: string; kind: string; text: string; replacement: string | null; at: Date }[]
  collections: { title: string; state: string; since: Date }[]
  translations: { language: string; title: string | null; state: string; at: Date }[]
  links: { kind: string; note: string; at: Date }[]
}

/** For the archive of somebody's own data: what they write and what they follow. */
export async function personalData(trx: Trx, networkId: string, accountId: string) {
  const followings = await trx
    .selectFrom('commons_following')
    .innerJoin('person', join =>
      join
        .onRef('person.network_id', '=', 'commons_following.network_id')
        .onRef('person.id', '=', 'commons_following.person_id'),
    )
    .select([
      'kind',
      'query',
      'subject_id',
      'commons_following.name',
      'cadence',
      'commons_following.created_at',
    ])
    .where('commons_following.network_id', '=', networkId)
    .where('person.account_id', '=', accountId)
    .execute()
  return { followings, written: await writtenBy(trx, networkId, accountId) }
}

/** What somebody writes in the commons of a network: the words that are theirs alone, and the names of what is everyone's. */
async function writtenBy(trx: Trx, networkId: string, accountId: string): Promise<Written> {
  const { rows } = await sql<{ written: Written }>`
    with me as (
      select id from person where network_id = ${networkId}::uuid and account_id = ${accountId}::uuid
    )
    select json_build_object(
      'pages', (
        select coalesce(json_agg(json_build_object('title', document.title, 'state', document.state,
          'since', author.added_at) order by author.added_at), '[]')
        from commons_author author
        join commons_document document
          on document.network_id = author.network_id and document.id = author.document_id
        where author.network_id = ${networkId}::uuid and author.person_id in (select id from me)
      ),
      'comments', (
        select coalesce(json_agg(json_build_object('about', document.title, 'kind', comment.kind, 'text', comment.body,
          'replacement', comment.replacement, 'at', comment.created_at) order by comment.created_at), '[]')
        from commons_comment comment
        join commons_document document
          on document.network_id = comment.network_id and document.id = comment.document_id
        where comment.network_id = ${networkId}::uuid and comment.person_id in (select id from me)
      ),
      'collections', (
        select coalesce(json_agg(json_build_object('title', collection.title, 'state', collection.state,
          'since', keeper.added_at) order by keeper.added_at), '[]')
        from commons_collection_keeper keeper
        join commons_collection collection
          on collection.network_id = keeper.network_id and collection.id = keeper.collection_id
        where keeper.network_id = ${networkId}::uuid and keeper.person_id in (select id from me)
      ),
      'translations', (
        select coalesce(json_agg(json_build_object('language', language, 'title', title, 'state', state,
          'at', written_at) order by written_at), '[]')
        from commons_translation
        where network_id = ${networkId}::uuid and person_id in (select id from me)
      ),
      'links', (
        select coalesce(json_agg(json_build_object('kind', kind, 'note', note, 'at', created_at)
          order by created_at), '[]')
        from commons_link
        where network_id = ${networkId}::uuid and person_id in (select id from me)
      )
    ) as written`.execute(trx)
  return rows[0]?.written ?? { pages: [], comments: [], collections: [], translations: [], links: [] }
}
