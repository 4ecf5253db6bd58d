import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Role } from '#http/policies.ts'

/** What waits for somebody in the commons of a network. */
export interface Waiting {
  /** Pages they write in which something is not published yet: the three written in last. */
  pages: { id: string; title: string; language: string; pending: number }[]
  /** Pages of others that wait for their review. */
  reviews: number
  /** What came since they last looked, in what they follow. */
  news: number
}

/** In one statement: the door of a network is opened again and again. */
export async function waitingFor(
  trx: Trx,
  networkId: string,
  { personId, role }: { personId: string; role: Role },
): Promise<Waiting> {
  const runs = role === 'facilitator' || role === 'administrator'
  const { rows } = await sql<Waiting>`
    select
      (select coalesce(jsonb_agg(jsonb_build_object(
          'id', one.id, 'title', one.title, 'language', one.language, 'pending', one.pending
        ) order by one.written_at desc, one.id desc), '[]')
       from (
         select document.id, document.title, document.language, document.written_at, (
           select count(*) from commons_answer answer
           where answer.network_id = document.network_id and answer.document_id = document.id
         ) as pending
         from commons_document document
         -- An array: whoever it is for, their pages are looked up, and not all pages of the network by when.
         where document.network_id = ${networkId}::uuid and document.id = any(array(
           select document_id from commons_author
           where network_id = ${networkId}::uuid and person_id = ${personId}::uuid
         )) and exists (
           select from commons_answer answer
           where answer.network_id = document.network_id and answer.document_id = document.id
         )
         order by document.written_at desc, document.id desc
         limit 3
       ) one) as pages,
      -- As 'mayReview' has it.
      (select count(*) from commons_review review
       where review.network_id = ${networkId}::uuid and review.decision is null
         and case
           when exists (select from commons_reviewer where network_id = ${networkId}::uuid)
           then exists (
             select from commons_reviewer where network_id = ${networkId}::uuid and person_id = ${personId}::uuid
           )
           else ${runs}
         end
         and not exists (
           select from commons_author mine
           where mine.network_id = review.network_id and mine.document_id = review.document_id
             and mine.person_id = ${personId}::uuid
         )) as reviews,
      (select count(distinct (news.item_id, news.version))
       from commons_follower follower
       join commons_news news on news.network_id = follower.network_id and news.person_id = follower.person_id
         and news.at > follower.looked_at
       where follower.network_id = ${networkId}::uuid and follower.person_id = ${personId}::uuid
         and exists (
           select from commons_item item where item.network_id = news.network_id and item.id = news.item_id
         )) as news`.execute(trx)
  return rows[0] ?? { pages: [], reviews: 0, news: 0 }
}
