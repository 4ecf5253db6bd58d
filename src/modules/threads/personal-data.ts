import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

interface Held {
  messages: { about: string; id: string; text: string; by: string; at: Date; before: string[] }[]
  followed: { about: string; id: string; wish: string | null }[]
}

/** For the archive of somebody's own data: what they said in threads, and what they want of them. */
export async function personalData(
  trx: Trx,
  networkId: string,
  accountId: string,
): Promise<Record<string, unknown>> {
  const { rows } = await sql<{ held: Held }>`
    with me as (
      select id from person where network_id = ${networkId}::uuid and account_id = ${accountId}::uuid
    )
    select json_build_object(
      'messages', (
        select coalesce(json_agg(json_build_object('about', thread.subject_type, 'id', thread.subject_id,
          'text', message.body, 'by', message.origin, 'at', message.created_at, 'before', array(
            select body from thread_message_version version
            where version.network_id = ${networkId}::uuid and version.message_id = message.id order by number
          )) order by message.id), '[]')
        from thread_message message
        join thread on thread.network_id = message.network_id and thread.id = message.thread_id
        where message.network_id = ${networkId}::uuid and message.person_id in (select id from me)
          and message.removed_at is null
      ),
      'followed', (
        select coalesce(json_agg(json_build_object('about', thread.subject_type, 'id', thread.subject_id,
          'wish', follower.wish) order by thread.created_at), '[]')
        from thread_follower follower
        join thread on thread.network_id = follower.network_id and thread.id = follower.thread_id
        where follower.network_id = ${networkId}::uuid and follower.person_id in (select id from me)
      )
    ) as held`.execute(trx)
  return { threads: rows[0]?.held ?? { messages: [], followed: [] } }
}
