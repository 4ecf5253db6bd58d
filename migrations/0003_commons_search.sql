-- Search under row-level security. PostgreSQL lets no operator that is not leakproof (@@, &&, %) reach an index ahead
-- of a policy, so a search by the application role would read every row. These functions run as the owner, apply the
-- tenant and the audience themselves, and give back only keys and numbers; what is shown is then read under the policies.

-- Items that match all of: a text query (null: any), each group of facets (any one of a group), a box
-- (west, south, east, north in degrees; west > east crosses the antimeridian), a list of keys.
-- `relevance` is 0 without a query or a `rank_limit`; beyond `rank_limit` matches only title and tags are weighed.
create function commons_match(query tsquery, facet_groups jsonb, box double precision[], rank_limit integer)
  returns table (item_id uuid, relevance real)
  language plpgsql stable security definer
  set search_path = pg_catalog, public, pg_temp
as $$
declare
  filter text := '';
  relevance text := '0::real';
  facet_group jsonb;
  matches bigint;
begin
  if app_network() is null then
    return;
  end if;
  filter := format('network_id = %L', app_network());
  if not app_inside() then
    filter := filter || ' and visibility = ''public''';
  end if;
  if query is not null then
    filter := filter || format(' and search @@ %L::tsquery', query);
  end if;
  for facet_group in select value from jsonb_array_elements(coalesce(facet_groups, '[]'))
  loop
    filter := filter || format(' and facets && %L::text[]', array(select jsonb_array_elements_text(facet_group)));
  end loop;
  if box is not null then
    filter := filter || format(' and latitude between %L and %L', box[2], box[4]) || case
      when box[1] <= box[3] then format(' and longitude between %L and %L', box[1], box[3])
      else format(' and (longitude >= %L or longitude <= %L)', box[1], box[3])
    end;
  end if;
  if query is not null and rank_limit is not null then
    execute 'select count(*) from (select from commons_item where ' || filter || format(' limit %s) few', rank_limit + 1)
      into matches;
    relevance := format('4 * ts_rank(heading_search, %L::tsquery)', query);
    if matches <= rank_limit then
      relevance := relevance || format(' + ts_rank_cd(search, %L::tsquery, 1)', query);
    end if;
    relevance := '(' || relevance || ')::real';
  end if;
  return query execute 'select id, ' || relevance || ' from commons_item where ' || filter;
end
$$;

-- For each unknown word, the known words that look like it, nearest first.
create function commons_spellings(unknown text[])
  returns table (typed text, word text, written text, pages integer, likeness real)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select typed, near.word, near.written, near.pages, near.likeness
  from unnest(unknown) as typed
  cross join lateral (
    select w.word, w.written, w.pages, similarity(w.word, typed) as likeness
    from commons_word w
    where w.network_id = app_network() and w.word % typed and abs(length(w.word) - length(typed)) <= 2
    order by similarity(w.word, typed) desc, w.pages desc
    limit 8
  ) near
  where not exists (select from commons_word k where k.network_id = app_network() and k.word = typed and k.pages > 0)
$$;

-- For each word, on how many pages it stands: rare words say what a page is about.
create function commons_word_pages(words text[])
  returns table (word text, pages integer)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select w.word, w.pages from commons_word w where w.network_id = app_network() and w.word = any (words)
$$;

-- Pairs of items with a fingerprint band in common, for the items named.
create function commons_band_pairs(ids uuid[])
  returns table (item_id uuid, other_id uuid)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select distinct least(item.id, other.id), greatest(item.id, other.id)
  from commons_item item
  join commons_item other
    on other.network_id = item.network_id and other.fingerprint && item.fingerprint and other.id <> item.id
  where item.network_id = app_network() and item.id = any (ids) and app_inside()
$$;

revoke all on function commons_match, commons_spellings, commons_word_pages, commons_band_pairs from public;
grant execute on function commons_match, commons_spellings, commons_word_pages, commons_band_pairs to cordee_app;
