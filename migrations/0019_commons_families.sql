-- Families of tags tended by a curator (decision 0040). What pages write stays as it is; in which family a spelling stands,
-- and under which other ones, is decided here. Every decision is kept, and can be undone.

create table commons_family_rule (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  -- In the order in which they were taken: of two about the same, the later counts.
  number integer not null check (number > 0),
  kind text not null,
  action text not null check (action in ('merge', 'spelling', 'name', 'parent', 'hidden')),
  -- The family that it is about; of a spelling the one that its letters alone would give it.
  key text not null check (length(key) between 1 and 200),
  written text,
  -- The family merged into, that of the spelling, or the one above; null: none above.
  into_key text check (length(into_key) between 1 and 200),
  -- By language.
  labels jsonb,
  hidden boolean,
  -- Whether the public had read the key that goes: who kept a link to it still finds.
  seen boolean not null default false,
  person_id uuid,
  mandate_id uuid,
  decided_at timestamptz not null default now(),
  undone_at timestamptz,
  undone_by uuid,
  primary key (network_id, id),
  unique (network_id, number),
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id),
  foreign key (network_id, undone_by) references person (network_id, id) on delete set null (undone_by),
  check (case action
    when 'merge' then into_key is not null
    when 'spelling' then written is not null and into_key is not null
    when 'name' then labels is not null
    when 'hidden' then hidden is not null
    else true
  end)
);
create index commons_family_rule_key on commons_family_rule (network_id, kind, key, number desc);

-- Derived from the rules: keys that are no longer families of their own, and where they lead. By it a search that was
-- kept, or a link, goes on finding.
create table commons_alias (
  network_id uuid not null references network (id) on delete cascade,
  kind text not null,
  key text not null,
  into_key text not null,
  seen boolean not null,
  primary key (network_id, kind, key)
);
create index commons_alias_into on commons_alias (network_id, kind, into_key);

-- Derived from the rules as well.
alter table commons_facet add column labels jsonb, add column hidden boolean not null default false;

-- Items that stand under facets about which something was decided are filed anew, in the order of their keys.
create table commons_family_work (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  facets text[] collate "C" not null,
  -- How far it is; null before the first.
  after_id uuid,
  done integer not null default 0,
  total integer not null,
  created_at timestamptz not null default now(),
  primary key (network_id, id)
);

-- Look-alikes are proposed to the curator.
create index commons_facet_trigrams on commons_facet using gin (network_id, kind, key gin_trgm_ops) with (fastupdate = off);

do $$
declare
  name text;
begin
  foreach name in array array['commons_family_rule', 'commons_alias', 'commons_family_work']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner on %I to current_user using (true) with check (true)', name);
    execute format(
      'create policy tenant on %I to cordee_app using (network_id = app_network() and app_inside()) '
      'with check (network_id = app_network() and app_inside())', name);
  end loop;
end
$$;
create policy readers on commons_alias for select to cordee_app using (network_id = app_network() and seen);
grant select, insert, update on commons_family_rule to cordee_app;
grant select, insert, update, delete on commons_alias, commons_family_work to cordee_app;

-- As before (0003), but that a key leads to its family, and a family to those that are being merged into it: until the
-- last item is filed anew some stand under the one, some under the other, and a search for either finds them all.
create or replace function commons_condition(query tsquery, facet_groups jsonb, box double precision[]) returns text
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
    condition := condition || format(' and facets && %L::text[]', commons_families(array(select jsonb_array_elements_text(facet_group))));
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

-- The facets asked for, with those under which the same items stand or still stand.
create function commons_families(asked text[]) returns text[]
  language sql stable
  set search_path = pg_catalog, public, pg_temp
as $$
  with given as (
    select facet, split_part(facet, ':', 1) as kind, substr(facet, strpos(facet, ':') + 1) as key from unnest(asked) as facet
  ), found as (
    select given.kind, coalesce(alias.into_key, given.key) as key
    from given left join commons_alias alias
      on alias.network_id = app_network() and alias.kind = given.kind and alias.key = given.key and (alias.seen or app_inside())
  )
  select array(
    select facet from given
    union
    select kind || ':' || key from found
    union
    select alias.kind || ':' || alias.key
    from found
    join commons_alias alias on alias.network_id = app_network() and alias.kind = found.kind and alias.into_key = found.key
    join commons_facet facet on facet.network_id = alias.network_id and facet.kind = alias.kind and facet.key = alias.key
      and facet.items > 0
  )
$$;

-- Families whose keys look alike, the likest first, for a curator. A key that is no family of its own any longer has no items.
create function commons_alike(tag_kind text, keys text[], most integer)
  returns table (key text, other text, likeness real)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
  set pg_trgm.similarity_threshold = 0.45
as $$
  select asked.key, near.key, near.likeness
  from unnest(keys) as asked (key)
  cross join lateral (
    select facet.key, similarity(facet.key, asked.key) as likeness
    from commons_facet facet
    where app_inside() and facet.network_id = app_network() and facet.kind = tag_kind and facet.key % asked.key
      and facet.key <> asked.key and facet.items > 0
    order by similarity(facet.key, asked.key) desc, facet.items desc, facet.key
    limit most
  ) near
$$;

-- Networks in which something waits to be filed anew, for whoever takes up what another left.
create function commons_family_networks() returns setof uuid
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select distinct network_id from commons_family_work
$$;

revoke all on function commons_families, commons_alike, commons_family_networks from public;
grant execute on function commons_alike, commons_family_networks to cordee_app;
