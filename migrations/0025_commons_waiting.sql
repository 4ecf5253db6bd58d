-- What waits for somebody in the commons of the network at work: asked whenever its door is opened by someone signed in,
-- hence in a language whose plans are kept. Under the policies of whoever asks.
create function commons_waiting(who uuid, runs boolean)
  returns table (pages jsonb, reviews bigint, news bigint)
  language plpgsql stable
  set search_path = public, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  tenant uuid := app_network();
begin
  return query
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
       where document.network_id = tenant and document.id = any(array(
         select document_id from commons_author
         where network_id = tenant and person_id = who
       )) and exists (
         select from commons_answer answer
         where answer.network_id = document.network_id and answer.document_id = document.id
       )
       order by document.written_at desc, document.id desc
       limit 3
     ) one) as pages,
    -- As 'mayReview' has it.
    (select count(*) from commons_review review
     where review.network_id = tenant and review.decision is null
       and case
         when exists (select from commons_reviewer where network_id = tenant)
         then exists (
           select from commons_reviewer where network_id = tenant and person_id = who
         )
         else runs
       end
       and not exists (
         select from commons_author mine
         where mine.network_id = review.network_id and mine.document_id = review.document_id
           and mine.person_id = who
       )) as reviews,
    (select count(distinct (news.item_id, news.version))
     from commons_follower follower
     join commons_news news on news.network_id = follower.network_id and news.person_id = follower.person_id
       and news.at > follower.looked_at
     where follower.network_id = tenant and follower.person_id = who
       and exists (
         select from commons_item item where item.network_id = news.network_id and item.id = news.item_id
       )) as news;
end
$$;
revoke all on function commons_waiting from public;
grant execute on function commons_waiting to cordee_app;
