-- Organisations brought in from a file as people keep them: how the file is read, what was found in each of its lines,
-- what was decided, and what became of it, so that it can be told and taken back.

create table organisation_import (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  -- Of the file, as its sender calls it.
  name text not null check (length(name) between 1 and 200),
  -- Kept until the import has ended; then nobody needs it any more.
  file_id uuid,
  state text not null check (state in ('mapping', 'checking', 'checked', 'importing', 'done', 'undone', 'failed')),
  -- Which sheet, where its headings are, what its columns and their values mean.
  reading jsonb not null,
  -- What is shown of the file before it is read whole: its sheets, its first lines, what its columns hold.
  preview jsonb not null,
  counts jsonb not null default '{}',
  -- Of the last try: a code, and what it speaks of.
  failure jsonb,
  -- Who are written to once it has ended: a locale and the origin of the link; null: nobody.
  invitations jsonb,
  created_by uuid,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (network_id, id),
  foreign key (network_id, file_id) references file (network_id, id) on delete set null (file_id),
  foreign key (network_id, created_by) references person (network_id, id) on delete set null (created_by)
);

-- One organisation of the file, from one line or several that follow one another.
create table organisation_import_line (
  network_id uuid not null,
  import_id uuid not null,
  position integer not null check (position >= 0),
  -- As a spreadsheet numbers it.
  line integer not null,
  -- What was understood of it. Its contact people are left out once they were brought in.
  entry jsonb not null,
  state text not null check (state in ('ready', 'refused', 'passed')),
  -- What is wrong with it or worth a remark: column, code and what it speaks of.
  problems jsonb not null default '[]',
  -- Which organisations of the network or earlier lines it may be, each with its reasons.
  proposals jsonb not null default '[]',
  -- Another one, or the same: which keeps what it has, is completed, or becomes as the file says. Null: to be decided.
  decision text check (decision in ('new', 'complete', 'overwrite', 'leave')),
  -- The same as that organisation, or as that of an earlier line.
  same_as uuid,
  same_as_position integer,
  outcome text check (outcome in ('created', 'changed', 'unchanged', 'merged', 'refused', 'passed')),
  organisation_id uuid,
  -- What to take back: fields as they were and as they became, identifiers that are new. New people and mandates have the ids
  -- given to them in the entry.
  undoing jsonb,
  primary key (network_id, import_id, position),
  foreign key (network_id, import_id) references organisation_import (network_id, id) on delete cascade
);
create index organisation_import_line_undecided on organisation_import_line (network_id, import_id, position)
  where state = 'ready' and decision is null;

-- What a column, or a value in it, meant the last time: the next file of the network is read by it.
create table organisation_import_word (
  network_id uuid not null references network (id) on delete cascade,
  -- 'column', or the field of which it is a value.
  about text not null check (length(about) <= 40),
  -- In small letters without accents.
  written text not null check (length(written) <= 200),
  meaning text not null check (length(meaning) <= 60),
  primary key (network_id, about, written)
);

do $$
declare
  name text;
begin
  foreach name in array array['organisation_import', 'organisation_import_line', 'organisation_import_word']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner on %I to current_user using (true) with check (true)', name);
    execute format(
      'create policy tenant on %I to cordee_app using (network_id = app_network() and app_inside()) '
      'with check (network_id = app_network() and app_inside())', name);
    execute format('grant select, insert, update, delete on %I to cordee_app', name);
  end loop;
end
$$;

-- An organisation that was created by an import which is taken back, and is no network's any more, goes. The application
-- itself removes none: it cannot know whose else they are.
create function forget_imported_organisations(of_import uuid) returns integer
  language sql security definer set search_path = public, pg_catalog, pg_temp
  as $$
    with gone as (
      delete from organisation
      where id in (
        select organisation_id from organisation_import_line
        where network_id = app_network() and app_inside() and import_id = of_import and outcome = 'created'
      ) and not exists (select from membership where membership.organisation_id = organisation.id)
      returning 1
    )
    select count(*)::integer from gone
  $$;
revoke all on function forget_imported_organisations(uuid) from public;
grant execute on function forget_imported_organisations(uuid) to cordee_app;
