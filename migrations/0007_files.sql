-- Files: what people attach, logos, portraits, archives to import. A row here is the only way to an object in storage.
create table file (
  -- A network, or the nil UUID for what belongs to the installation as a whole: hence no foreign key.
  network_id uuid not null,
  id uuid not null,
  name text not null check (length(name) between 1 and 200),
  -- As its content shows, never as it was called.
  media_type text not null,
  bytes bigint not null check (bytes > 0),
  sha256 bytea not null check (length(sha256) = 32),
  -- Of images, in pixels: those have previews as well.
  width integer check (width > 0),
  height integer check (height > 0),
  state text not null default 'uploading' check (state in ('uploading', 'ready')),
  purpose text not null check (purpose in ('attachment', 'logo', 'portrait', 'import')),
  visibility text not null check (visibility in ('public', 'network')),
  -- An account, by its id alone: erasing a person erases nothing else.
  uploaded_by uuid,
  -- When something began to refer to it. What nothing refers to is swept away after a day.
  attached_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (network_id, id),
  check ((width is null) = (height is null))
);

create index file_unattached on file (created_at) where attached_at is null;

-- How much each network keeps: a counter, so that a limit holds when several upload at once, and costs one row.
create table file_usage (
  network_id uuid primary key,
  bytes bigint not null check (bytes >= 0),
  files integer not null check (files >= 0)
);

do $$
declare
  name text;
begin
  foreach name in array array['file', 'file_usage']
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

create policy readers on file for select to cordee_app
  using (network_id = app_network() and visibility = 'public' and state = 'ready' and attached_at is not null);

-- What a file is does not change once it is there: only its name, who may read it, and how far it has come.
grant select, insert, delete on file to cordee_app;
grant update (name, visibility, state, attached_at) on file to cordee_app;
grant select, insert, update, delete on file_usage to cordee_app;

-- Uploads that came to no end within the hour, and files that nothing refers to after a day, of all networks. Runs as
-- the owner, since the application sees one network at a time; it tells keys, and nothing of what is in them.
create function file_abandoned(at timestamptz, most integer) returns table (network_id uuid, id uuid)
  language sql stable security definer
  set search_path = pg_catalog, public, pg_temp
as $$
  select file.network_id, file.id from public.file
  where attached_at is null
    and created_at < at - interval '1 hour'
    and (state = 'uploading' or created_at < at - interval '1 day')
  order by created_at
  limit most
$$;

-- Networks that are no more, and whose files went unnoticed: erasing a network erases them first, and may be cut off.
create function file_ownerless() returns setof uuid
  language sql stable security definer
  set search_path = pg_catalog, public, pg_temp
as $$
  select usage.network_id from public.file_usage usage
  where usage.network_id <> '00000000-0000-0000-0000-000000000000'
    and not exists (select from public.network where network.id = usage.network_id)
$$;

revoke execute on function file_abandoned, file_ownerless from public;
grant execute on function file_abandoned, file_ownerless to cordee_app;
