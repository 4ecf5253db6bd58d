-- A file that was put into a page being written is seen by those who write and review it, until the page that shows it is
-- shared; taken back, it is theirs again.

alter table file drop constraint file_visibility_check;
alter table file add constraint file_visibility_check check (visibility in ('public', 'network', 'document'));

-- The page it was put into. A page that is erased takes its files with it; should one be left, nobody sees it but its sender.
alter table file add column document_id uuid,
  add foreign key (network_id, document_id) references commons_document (network_id, id)
    on delete set null (document_id);
create index file_document on file (network_id, document_id) where document_id is not null;
grant update (document_id) on file to cordee_app;

-- On every page and in every list, whoever wrote the query: as modules/commons/writing/documents.ts says who reads a draft.
-- What acts in nobody's name cleans up; the queries of files show it nothing. Each query within is worked out once.
create policy of_document on file as restrictive for select to cordee_app using (
  visibility <> 'document'
  or (app_inside() and (
    app_account() is null
    or uploaded_by = app_account()
    or document_id in (
      select author.document_id from commons_author author
      join person on person.network_id = author.network_id and person.id = author.person_id
      where author.network_id = app_network() and person.account_id = app_account())
    -- Those who review, of what waits for them: the ones that were named, else those who help to run the network.
    or document_id in (
      select review.document_id from commons_review review
      where review.network_id = app_network() and review.decision is null
        and case when exists (select from commons_reviewer where network_id = app_network())
          then exists (
            select from commons_reviewer reviewer
            join person on person.network_id = reviewer.network_id and person.id = reviewer.person_id
            where reviewer.network_id = app_network() and person.account_id = app_account())
          else exists (
            select from mandate
            join person on person.network_id = mandate.network_id and person.id = mandate.person_id
            join network on network.id = mandate.network_id
            where mandate.network_id = app_network() and person.account_id = app_account()
              and mandate.role in ('facilitator', 'administrator')
              and (now() at time zone network.time_zone)::date
                between mandate.valid_from and coalesce(mandate.valid_until, 'infinity'))
        end)
    -- Those who help to run the network, of pages that they may write in: what is shared, and what is nobody's.
    or document_id in (
      select document.id from commons_document document
      where document.network_id = app_network()
        and (
          exists (select from commons_item item where item.network_id = document.network_id and item.id = document.id)
          or document.state = 'withdrawn' and not exists (
            select from commons_author author
            where author.network_id = document.network_id and author.document_id = document.id))
        and exists (
          select from mandate
          join person on person.network_id = mandate.network_id and person.id = mandate.person_id
          join network on network.id = mandate.network_id
          where mandate.network_id = app_network() and person.account_id = app_account()
            and mandate.role in ('facilitator', 'administrator')
            and (now() at time zone network.time_zone)::date
              between mandate.valid_from and coalesce(mandate.valid_until, 'infinity')))
  ))
);

-- Who takes a page back is not always one of those who see its files from then on, and nobody may make a row into one that
-- they do not see: hence by the owner's rights.
create function commons_close_files(network uuid, files uuid[]) returns setof uuid
  language sql volatile security definer
  set search_path = pg_catalog, public, pg_temp
as $$
  update public.file set visibility = 'document'
  where network_id = commons_close_files.network and network_id = public.app_network() and public.app_inside()
    and id = any (files) and document_id is not null and purpose = 'attachment' and visibility <> 'document'
  returning id
$$;
revoke execute on function commons_close_files from public;
grant execute on function commons_close_files to cordee_app;
