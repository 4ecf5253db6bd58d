-- A draft is its authors' alone: with the last of them it goes, and the files that were put into it. What was shared stays.
create function commons_forget_drafts() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp
as $$
declare
  own uuid[];
begin
  select array_agg(document.id) into own
    from public.commons_author author
    join public.commons_document document
      on document.network_id = author.network_id and document.id = author.document_id
    where author.network_id = new.network_id and author.person_id = new.id and document.state = 'draft'
      and not exists (
        select from public.commons_author other
        join public.person on person.network_id = other.network_id and person.id = other.person_id
        where other.network_id = author.network_id and other.document_id = author.document_id
          and person.erased_at is null);
  -- What nothing refers to is swept away with its bytes, and counted off.
  update public.file set attached_at = null
    where network_id = new.network_id and document_id = any (own) and visibility = 'document';
  delete from public.commons_document where network_id = new.network_id and id = any (own);
  return null;
end
$$;
create trigger commons_forget_drafts after update of erased_at on person
  for each row when (old.erased_at is null and new.erased_at is not null) execute function commons_forget_drafts();
revoke all on function commons_forget_drafts from public;
