-- The commons: learning plans, solutions, experiments and their kin, as pages whose source is kept byte for byte.

create table commons_item (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  slug text not null,
  file_name text not null,
  visibility text not null check (visibility in ('public', 'network')),
  type text,
  title text not null,
  summary text not null,
  language text,
  year smallint,
  -- What "newest first" sorts by: one direction, no nulls, so that a page of a list starts by an index.
  newest_first smallint not null generated always as (coalesce(-year, 0)) stored,
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  -- Everything one can narrow by, as 'kind:key': 'type:solution', 'country:CI', 'sdg:7', 'theme:solution mapping'.
  facets text[] not null,
  -- MinHash bands of the text: two pages that share one are compared word by word.
  fingerprint integer[] not null,
  -- Title and tags alone, small enough to stay in the row: what ranking reads when many pages match.
  heading_search tsvector not null,
  search tsvector not null,
  version integer not null check (version > 0),
  content_hash bytea not null,
  created_at timestamptz not null default now(),
  -- Milliseconds: all that a cursor written by JavaScript can say.
  updated_at timestamptz(3) not null default now(),
  primary key (network_id, id),
  unique (network_id, slug),
  unique (network_id, file_name),
  check ((latitude is null) = (longitude is null))
);

-- Without a list of pending entries, which every search would read to its end: pages are read far more than written.
create index commons_item_search on commons_item using gin (network_id, search) with (fastupdate = off);
create index commons_item_facets on commons_item using gin (network_id, facets) with (fastupdate = off);
create index commons_item_fingerprint on commons_item using gin (network_id, fingerprint) with (fastupdate = off);
create index commons_item_recent on commons_item (network_id, newest_first, id);
create index commons_item_title on commons_item (network_id, title collate name_order, id);
create index commons_item_updated on commons_item (network_id, updated_at desc, id);
create index commons_item_place on commons_item (network_id, longitude, latitude) where longitude is not null;

-- Every state a page has had. The source is the truth: all else is derived from it and can be built again.
create table commons_version (
  network_id uuid not null,
  item_id uuid not null,
  number integer not null check (number > 0),
  -- As the item was while this was its state: what was kept inside stays inside when a later version goes out.
  visibility text not null check (visibility in ('public', 'network')),
  title text not null,
  source text not null,
  content_hash bytea not null,
  import_id uuid,
  created_at timestamptz not null default now(),
  primary key (network_id, item_id, number),
  foreign key (network_id, item_id) references commons_item (network_id, id) on delete cascade
);

-- The values one can narrow by, with how many items carry them (in all, and in public); 'item:all' counts every item,
-- 'item:located' those with a country.
create table commons_facet (
  network_id uuid not null references network (id) on delete cascade,
  kind text not null,
  key text not null,
  label text not null,
  items integer not null default 0,
  public_items integer not null default 0,
  primary key (network_id, kind, key)
);

-- How people wrote a value, and the family it was reconciled into.
create table commons_spelling (
  network_id uuid not null,
  kind text not null,
  written text not null,
  key text not null,
  items integer not null default 0,
  primary key (network_id, kind, written),
  foreign key (network_id, kind, key) references commons_facet (network_id, kind, key) on delete cascade
);
create index commons_spelling_key on commons_spelling (network_id, kind, key);

-- The words of the corpus, for the search to forgive a typing error. Half of each block is left free: a count that
-- changes then stays in its block, and no index has to be told.
create table commons_word (
  network_id uuid not null references network (id) on delete cascade,
  word text not null,
  written text not null,
  pages integer not null default 0,
  public_pages integer not null default 0,
  primary key (network_id, word)
) with (fillfactor = 50);
create index commons_word_trigrams on commons_word using gin (network_id, word gin_trgm_ops);

-- Items not yet compared with their likes since they last changed. Not a mark on the item: taking it off would write the
-- item anew into each of its indexes.
create table commons_uncompared (
  network_id uuid not null,
  item_id uuid not null,
  primary key (network_id, item_id),
  foreign key (network_id, item_id) references commons_item (network_id, id) on delete cascade
);

-- Pages that resemble each other: proposed, never merged by the machine.
create table commons_resemblance (
  network_id uuid not null,
  item_id uuid not null,
  other_id uuid not null,
  resemblance real not null check (resemblance between 0 and 1),
  found_at timestamptz not null default now(),
  primary key (network_id, item_id, other_id),
  foreign key (network_id, item_id) references commons_item (network_id, id) on delete cascade,
  foreign key (network_id, other_id) references commons_item (network_id, id) on delete cascade,
  check (item_id < other_id)
);
create index commons_resemblance_other on commons_resemblance (network_id, other_id);

create table commons_import (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  origin text not null,
  visibility text not null check (visibility in ('public', 'network')),
  state text not null check (state in ('waiting', 'running', 'finished', 'failed')),
  read integer not null default 0,
  created integer not null default 0,
  changed integer not null default 0,
  unchanged integer not null default 0,
  refused integer not null default 0,
  problems integer not null default 0,
  failure jsonb,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (network_id, id)
);
create index commons_import_recent on commons_import (network_id, created_at desc, id);

-- What an import did not understand, by file and line. The page is kept all the same.
create table commons_problem (
  network_id uuid not null,
  import_id uuid not null,
  position integer not null,
  file_name text not null,
  line integer,
  severity text not null check (severity in ('refused', 'warning', 'note')),
  code text not null,
  detail jsonb not null default '{}',
  primary key (network_id, import_id, position),
  foreign key (network_id, import_id) references commons_import (network_id, id) on delete cascade
);

do $$
declare
  name text;
begin
  foreach name in array array['commons_item', 'commons_version', 'commons_facet', 'commons_spelling', 'commons_word',
    'commons_uncompared', 'commons_resemblance', 'commons_import', 'commons_problem']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner on %I to current_user using (true) with check (true)', name);
    execute format('grant select, insert, update, delete on %I to cordee_app', name);
  end loop;
  -- A network's own people see and write all that is its.
  foreach name in array array['commons_item', 'commons_version', 'commons_facet', 'commons_spelling', 'commons_word',
    'commons_uncompared', 'commons_resemblance', 'commons_import', 'commons_problem']
  loop
    execute format(
      'create policy tenant on %I to cordee_app using (network_id = app_network() and app_inside()) '
      'with check (network_id = app_network() and app_inside())', name);
  end loop;
end
$$;

-- The public reads what is public and writes nothing: a policy for all commands would let it delete what it sees.
create policy readers on commons_item for select to cordee_app
  using (network_id = app_network() and visibility = 'public');

create policy readers on commons_version for select to cordee_app
  using (
    network_id = app_network()
    and visibility = 'public'
    and exists (
      select from commons_item item
      where item.network_id = commons_version.network_id and item.id = commons_version.item_id
    )
  );

create policy readers on commons_facet for select to cordee_app
  using (network_id = app_network() and public_items > 0);
