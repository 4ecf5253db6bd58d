-- An import keeps its pages batch by batch, and derives what concerns them all once for many (decision 0033).

-- Items whose words are not yet counted as they now stand. A page and its mark are kept together, so that whatever ends an
-- import in between, the next one counts what is left.
create table commons_uncounted (
  network_id uuid not null,
  item_id uuid not null,
  -- The state whose words are counted, and for whom; null while there is none.
  counted_version integer,
  counted_visibility text check (counted_visibility in ('public', 'network')),
  primary key (network_id, item_id),
  foreign key (network_id, item_id) references commons_item (network_id, id) on delete cascade,
  check ((counted_version is null) = (counted_visibility is null))
);
alter table commons_uncounted enable row level security;
alter table commons_uncounted force row level security;
create policy tenant on commons_uncounted to cordee_app
  using (network_id = app_network() and app_inside()) with check (network_id = app_network() and app_inside());
create policy owner on commons_uncounted to current_user using (true) with check (true);
grant select, insert, update, delete on commons_uncounted to cordee_app;

-- Keys that nobody reads in alphabetical order are compared byte by byte: by the rules of a language that takes longer
-- than all else an index does with them.
alter table commons_word alter column word type text collate "C";
alter table commons_item alter column facets type text[] collate "C";

-- Lexemes hardly compress, and ranking reads them of every page that matches: they are kept as they are.
alter table commons_item alter column search set storage external;

-- Entries wait in a list, to go into the index many at once and in its order: a third of the work. The list is emptied
-- at the end of each import and when it reaches so many kB, so that a search never has much of it to read. That of the
-- words is emptied by who fills it.
alter index commons_item_search set (fastupdate = on, gin_pending_list_limit = 4096);
alter index commons_item_facets set (fastupdate = on, gin_pending_list_limit = 1024);
alter index commons_item_fingerprint set (fastupdate = on, gin_pending_list_limit = 1024);
alter index commons_word_trigrams set (fastupdate = on, gin_pending_list_limit = 32768);

-- Puts into the indexes what waits for it; only their owner may.
create function commons_settle() returns void
  language sql volatile security definer
  set search_path = pg_catalog, public, pg_temp
as $$
  select gin_clean_pending_list('public.commons_item_search'::regclass),
    gin_clean_pending_list('public.commons_item_facets'::regclass),
    gin_clean_pending_list('public.commons_item_fingerprint'::regclass)
$$;

-- Words are written by their owner alone and many in one statement: a policy and a foreign key looked at for each of thirty
-- thousand take three times as long as the words. That the network exists is looked at once instead; its words go with it.
alter table commons_word drop constraint commons_word_network_id_fkey;
revoke insert, update on commons_word from cordee_app;

create function commons_forget_words() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp
as $$
begin
  delete from public.commons_word where network_id = old.id;
  return null;
end
$$;
create trigger commons_forget_words after delete on network for each row execute function commons_forget_words();

-- Moves the counters of the tenant's words.
create function commons_count_words(words text[], written text[], pages integer[], public_pages integer[]) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, public, pg_temp
as $$
declare
  tenant uuid := app_network();
begin
  if not app_inside() then
    raise insufficient_privilege using message = 'words are counted inside a network';
  end if;
  perform from public.network where id = tenant for key share;
  if not found then
    raise foreign_key_violation using message = 'words are counted inside a network';
  end if;
  insert into public.commons_word as known (network_id, word, written, pages, public_pages)
  select tenant, change.word, change.written, change.pages, change.public_pages
  from unnest(words, written, pages, public_pages) as change (word, written, pages, public_pages)
  order by change.word collate "C"
  on conflict (network_id, word) do update set
    written = case when known.written = known.word then excluded.written else known.written end,
    pages = known.pages + excluded.pages, public_pages = known.public_pages + excluded.public_pages;
  perform gin_clean_pending_list('public.commons_word_trigrams'::regclass);
end
$$;

-- Pairs of items with a fingerprint band in common, for the items named; of an item copied a thousand times, fifty. One
-- statement, planned once. Without scans of the table or of a B-tree, whose rows would each have their bands compared.
create or replace function commons_band_pairs(ids uuid[])
  returns table (item_id uuid, other_id uuid)
  language plpgsql stable security definer
  set search_path = pg_catalog, public, pg_temp
  set enable_seqscan = off
  set enable_indexscan = off
as $$
declare
  tenant uuid := app_network();
begin
  if tenant is null or not app_inside() then
    return;
  end if;
  return query
    select distinct least(named.id, meeting.id), greatest(named.id, meeting.id)
    from public.commons_item named
    cross join lateral (
      select other.id from public.commons_item other
      where other.network_id = tenant and other.fingerprint && named.fingerprint and other.id <> named.id
      limit 50
    ) meeting
    where named.network_id = tenant and named.id = any (ids);
end
$$;

revoke all on function commons_settle, commons_count_words, commons_forget_words from public;
grant execute on function commons_settle, commons_count_words to cordee_app;
