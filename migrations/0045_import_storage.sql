-- Less work for each page that comes in (decision 0033). Pages as they were written are kept as they are: of their few kB
-- compression saves half, and takes as long as all other columns together. What resembles a facet's name waits in a list to go into
-- its index many at once; the list is emptied with the others.
alter table commons_version alter column source set storage external;
alter index commons_facet_trigrams set (fastupdate = on, gin_pending_list_limit = 1024);

create or replace function commons_settle() returns void
  language sql volatile security definer
  set search_path = pg_catalog, public, pg_temp
as $$
  select gin_clean_pending_list('public.commons_item_search'::regclass),
    gin_clean_pending_list('public.commons_item_facets'::regclass),
    gin_clean_pending_list('public.commons_item_fingerprint'::regclass),
    gin_clean_pending_list('public.commons_facet_trigrams'::regclass)
$$;
