-- What search reads of a page: its heading weighs more than its text. PostgreSQL keeps no more than a megabyte of lexemes
-- a page; of a page with more, the last part cannot be searched.
create function commons_heading(config regconfig, title text, tags text) returns tsvector
  language plpgsql immutable
as $$
begin
  loop
    begin
      return setweight(to_tsvector(config, title), 'A') || setweight(to_tsvector('public.cordee_en', tags), 'B') ||
        case when config = 'public.cordee_en'::regconfig then '' else setweight(to_tsvector(config, tags), 'B') end;
    exception when program_limit_exceeded then
      tags := left(tags, length(tags) / 2);
    end;
  end loop;
end
$$;

create function commons_vector(heading tsvector, fr text, en text, es text, pt text, simple text) returns tsvector
  language plpgsql immutable
as $$
declare
  share real := 1;
begin
  loop
    begin
      return heading ||
        to_tsvector('public.cordee_fr', left(fr, (length(fr) * share)::integer)) ||
        to_tsvector('public.cordee_en', left(en, (length(en) * share)::integer)) ||
        to_tsvector('public.cordee_es', left(es, (length(es) * share)::integer)) ||
        to_tsvector('public.cordee_pt', left(pt, (length(pt) * share)::integer)) ||
        to_tsvector('public.cordee_simple', left(simple, (length(simple) * share)::integer));
    exception when program_limit_exceeded then
      share := case when share < 0.05 then 0 else share * 0.7 end;
    end;
  end loop;
end
$$;

-- Search under row-level security. PostgreSQL lets no operator that is not leakproof (@@, &&, %) reach an index ahead
-- of a policy, so a search by the application role would read every row. These functions run as the owner, apply the
-- tenant and the audience themselves, and give back only keys and numbers; what is shown is then read under the policies.
-- They go by the indexes even for common words: the planner, which does not count what unpacking a page's lexemes
-- costs, would read every row (measured on 100,000 pages: 420 ms instead of 110). One worker each: what a second
-- one saves it takes to start, and others search at the same time.

-- The condition of a search, as SQL over commons_item. All of: a text query (null: any), each group of facets (any one
-- of a group), a box (west, south, east, north in degrees; west > east crosses the antimeridian).
create function commons_condition(query tsquery, facet_groups jsonb, box double precision[]) returns text
  language plpgsql stable
  set search_path = pg_catalog, public, pg_temp
as $$
declare
  condition text := format('network_id = %L', app_network());
  facet_group jsonb;
begin
  if not app_inside() then
    condition := condition || ' and visibility = ''public''';
  end if;
  if query is not null then
    condition := condition || format(' and search @@ %L::tsquery', query);
  end if;
  for facet_group in select value from jsonb_array_elements(coalesce(facet_groups, '[]'))
  loop
    condition := condition || format(' and facets && %L::text[]', array(select jsonb_array_elements_text(facet_group)));
  end loop;
  if box is not null then
    condition := condition || format(' and latitude between %L and %L', box[2], box[4]) || case
      when box[1] <= box[3] then format(' and longitude between %L and %L', box[1], box[3])
      else format(' and (longitude >= %L or longitude <= %L)', box[1], box[3])
    end;
  end if;
  return condition;
end
$$;

-- Items that match, with what the list is to be sorted by ('relevance', 'recent', 'title', 'updated'; null: nothing) and
-- null for the rest. Beyond `rank_limit` matches only title and tags are weighed. `most`: only so many, the lowest keys.
create function commons_match(
  query tsquery, facet_groups jsonb, box double precision[], rank_limit integer, sort text default null, most integer default null
)
  returns table (item_id uuid, relevance real, newest_first smallint, title text, updated_at timestamptz(3))
  language plpgsql stable security definer
  set search_path = pg_catalog, public, pg_temp
  set enable_seqscan = off
  set max_parallel_workers_per_gather = 0
as $$
declare
  condition text := commons_condition(query, facet_groups, box);
  weight text := '0::real';
  matches bigint;
begin
  if app_network() is null then
    return;
  end if;
  if query is not null and rank_limit is not null then
    execute 'select count(*) from (select from commons_item where ' || condition || format(' limit %s) few', rank_limit + 1)
      into matches;
    weight := format('4 * ts_rank(heading_search, %L::tsquery)', query);
    if matches <= rank_limit then
      weight := weight || format(' + ts_rank_cd(search, %L::tsquery, 1)', query);
    end if;
    weight := '(' || weight || ')::real';
  end if;
  return query execute format(
    'select id, %s, %s, %s, %s from commons_item where %s %s', weight,
    case when sort = 'recent' then 'newest_first' else 'null::smallint' end,
    case when sort = 'title' then 'title' else 'null::text' end,
    case when sort = 'updated' then 'updated_at' else 'null::timestamptz(3)' end,
    condition, case when most is null then '' else format('order by network_id, id limit %s', most) end
  );
end
$$;

-- How many of the items that match carry each facet of some kinds: the `most` commonest of each kind, and those chosen.
create function commons_counts(query tsquery, facet_groups jsonb, kinds text[], most integer, chosen text[])
  returns table (facet text, items bigint)
  language plpgsql stable security definer
  set search_path = pg_catalog, public, pg_temp
  set enable_seqscan = off
  set max_parallel_workers_per_gather = 0
as $$
begin
  if app_network() is null then
    return;
  end if;
  return query execute format(
    'select facet, items from (
       select facet, items, row_number() over (partition by split_part(facet, '':'', 1) order by items desc, facet) as place
       from (
         select facet, count(*) as items from (select unnest(facets) as facet from commons_item where %s) each group by facet
       ) counted
       where split_part(facet, '':'', 1) = any ($1)
     ) ranked
     where place <= $2 or facet = any ($3)
     order by place', commons_condition(query, facet_groups, null)
  ) using kinds, most, chosen;
end
$$;

-- For each unknown word, the known words that look like it, nearest first. The public is told no word that only pages
-- hidden from it have.
create function commons_spellings(unknown text[])
  returns table (typed text, word text, written text, pages integer, likeness real)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select typed, near.word, near.written, near.pages, near.likeness
  from unnest(unknown) as typed
  cross join lateral (
    select w.word, w.written, case when app_inside() then w.pages else w.public_pages end as pages,
      similarity(w.word, typed) as likeness
    from commons_word w
    where w.network_id = app_network() and w.word % typed and abs(length(w.word) - length(typed)) <= 2
      and case when app_inside() then w.pages else w.public_pages end > 0
    order by similarity(w.word, typed) desc, w.pages desc
    limit 8
  ) near
  where not exists (
    select from commons_word k
    where k.network_id = app_network() and k.word = typed and case when app_inside() then k.pages else k.public_pages end > 0
  )
$$;

-- For each word, on how many pages it stands: rare words say what a page is about.
create function commons_word_pages(words text[])
  returns table (word text, pages integer)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select w.word, case when app_inside() then w.pages else w.public_pages end
  from commons_word w where w.network_id = app_network() and w.word = any (words)
$$;

-- Pairs of items with a fingerprint band in common, for the items named; of an item copied a thousand times, fifty.
create function commons_band_pairs(ids uuid[])
  returns table (item_id uuid, other_id uuid)
  language plpgsql stable security definer
  set search_path = pg_catalog, public, pg_temp
  set enable_seqscan = off
as $$
declare
  named record;
begin
  if not app_inside() then
    return;
  end if;
  for named in select id, fingerprint from commons_item where network_id = app_network() and id = any (ids)
  loop
    return query execute
      'select least(id, $1), greatest(id, $1) from commons_item
       where network_id = $2 and fingerprint && $3 and id <> $1 limit 50'
      using named.id, app_network(), named.fingerprint;
  end loop;
end
$$;

revoke all on function
  commons_condition, commons_match, commons_counts, commons_spellings, commons_word_pages, commons_band_pairs from public;
grant execute on function commons_match, commons_counts, commons_spellings, commons_word_pages, commons_band_pairs
  to cordee_app;
