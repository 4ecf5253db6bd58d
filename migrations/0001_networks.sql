-- The ground: extensions, text search, networks. Runs as the owner; the application is the role cordee_app,
-- which owns nothing and cannot bypass row-level security.
create extension if not exists unaccent;
create extension if not exists pg_trgm;
create extension if not exists btree_gin;

grant usage on schema public to cordee_app;

-- One text search configuration for each language of the interface: accents fold before the stemmer, so that
-- "énergie" and "energie" meet. `cordee_simple` serves every other language: words as they are, accents folded.
do $$
declare
  pair text[];
begin
  foreach pair slice 1 in array array[['fr', 'french'], ['en', 'english'], ['es', 'spanish'], ['pt', 'portuguese'], ['simple', 'simple']]
  loop
    execute format('create text search configuration cordee_%s (copy = %s)', pair[1], pair[2]);
    execute format(
      'alter text search configuration cordee_%s alter mapping for hword, hword_part, word with unaccent, %s',
      pair[1], case when pair[2] = 'simple' then 'simple' else pair[2] || '_stem' end
    );
  end loop;
end
$$;

-- Names as people sort them: É beside E, 2 before 10, quotes and brackets passed over. The default collation would put
-- "École" after "zoo".
create collation if not exists name_order (provider = icu, locale = 'und-u-ka-shifted-kn-true');

-- The tenant of the current transaction. After a commit the setting reads '' rather than NULL.
create function app_network() returns uuid
  language sql stable
  return nullif(current_setting('app.network_id', true), '')::uuid;

-- 'network' when the reader works inside the network, anything else is the public.
create function app_inside() returns boolean
  language sql stable
  return coalesce(current_setting('app.audience', true), '') = 'network';

-- Networks are the directory of tenants, known to every node: a reference table.
create table network (
  id uuid primary key,
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) between 2 and 63),
  name jsonb not null,
  summary jsonb not null default '{}',
  visibility text not null check (visibility in ('public', 'private')),
  locale text not null check (locale in ('fr', 'en', 'es', 'pt')),
  time_zone text not null,
  -- Invented for the demonstration, and whether all of it is there yet.
  demonstration text check (demonstration in ('loading', 'loaded')),
  created_at timestamptz not null default now()
);

grant select on network to cordee_app;

-- Keys by which the programmes of others act for a network. The secret itself is never stored.
create table api_token (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  name text not null check (length(name) between 1 and 120),
  secret_hash bytea not null,
  scopes text[] not null check (cardinality(scopes) > 0),
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  primary key (network_id, id),
  unique (network_id, secret_hash)
);

alter table api_token enable row level security;
alter table api_token force row level security;
create policy tenant on api_token to cordee_app
  using (network_id = app_network() and app_inside()) with check (network_id = app_network() and app_inside());
create policy owner on api_token to current_user using (true) with check (true);
grant select, insert, update, delete on api_token to cordee_app;

-- Counters of the rate limiter, shared by every process; losing them in a crash costs nothing.
create unlogged table rate_limit (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);
grant select, insert, update, delete on rate_limit to cordee_app;
