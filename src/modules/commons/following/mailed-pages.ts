import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/**
 * Takes a page that leaves the commons out of the mail that names it: what has not gone yet does not tell of it any more, nor
 * does what the network keeps of what has gone. A message that told of nothing else is not sent.
 * @param slug last word of the page's address
 */
export async function takeOutOfMail(trx: Trx, networkId: string, slug: string): Promise<void> {
  await sql`
    with address as (
      select '/' || network.slug || '/commons/' || ${slug}::text as ending from network where network.id = ${networkId}::uuid
    ), kept as (
      select message.id,
        coalesce(
          jsonb_agg(told.section || jsonb_build_object('entries', told.entries) order by told.place)
            filter (where jsonb_array_length(told.entries) > 0),
          '[]'
        ) as sections,
        sum(jsonb_array_length(told.section -> 'entries') - jsonb_array_length(told.entries))::integer as gone
      from mail_message message
      cross join address
      cross join lateral (
        select section.value as section, section.ordinality as place, (
          select coalesce(jsonb_agg(entry.value order by entry.ordinality), '[]')
          from jsonb_array_elements(section.value -> 'entries') with ordinality as entry
          where right(entry.value ->> 'url', length(address.ending)) <> address.ending
        ) as entries
        from jsonb_array_elements(message.params -> 'sections') with ordinality as section
      ) told
      where message.network_id = ${networkId}::uuid and message.template = 'following-news'
      group by message.id
    )
    update mail_message message
    set params = message.params || jsonb_build_object(
        'sections', kept.sections, 'count', greatest((message.params ->> 'count')::integer - kept.gone, 0)),
      state = case
        when kept.sections = '[]' and message.state in ('waiting', 'held', 'outbox') then 'cancelled' else message.state
      end
    from kept
    where message.network_id = ${networkId}::uuid and message.id = kept.id and kept.gone > 0`.execute(trx)
}
