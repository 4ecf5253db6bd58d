-- Groups of a network: collectives, clubs, working groups, axes, committees; who is in them, and what they have to do.

create table network_group (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  slug text not null check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) between 2 and 80),
  kind text not null check (kind in ('collective', 'club', 'working_group', 'axis', 'committee')),
  parent_id uuid,
  name text not null check (length(name) between 1 and 200),
  summary text not null default '' check (length(summary) <= 1000),
  -- Markdown.
  charter text not null default '' check (length(charter) <= 50000),
  objectives text not null default '' check (length(objectives) <= 10000),
  -- Who sees that it exists and what it does: its members alone, the network, everyone.
  visibility text not null default 'network' check (visibility in ('group', 'network', 'public')),
  joining text not null default 'request' check (joining in ('invitation', 'request', 'open')),
  -- What whoever asks to join is asked: texts, in order.
  questions jsonb not null default '[]',
  starts_on date,
  ends_on date,
  archived_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  primary key (network_id, id),
  unique (network_id, slug),
  foreign key (network_id, parent_id) references network_group (network_id, id),
  foreign key (network_id, created_by) references person (network_id, id) on delete set null (created_by),
  check (parent_id <> id),
  check (ends_on >= starts_on)
);
create index network_group_parent on network_group (network_id, parent_id) where parent_id is not null;
create index network_group_name on network_group (network_id, name collate name_order, id);

-- The organisations that are in a group, from when until when.
create table group_organisation (
  network_id uuid not null,
  group_id uuid not null,
  organisation_id uuid not null,
  valid_from date not null default current_date,
  valid_until date,
  primary key (network_id, group_id, organisation_id),
  foreign key (network_id, group_id) references network_group (network_id, id) on delete cascade,
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id),
  check (valid_until >= valid_from)
);
create index group_organisation_of on group_organisation (network_id, organisation_id);

-- The people who are in a group: for an organisation of theirs, or for themselves.
create table group_member (
  network_id uuid not null,
  group_id uuid not null,
  person_id uuid not null,
  organisation_id uuid,
  role text not null default 'member' check (role in ('member', 'facilitator', 'coordinator')),
  valid_from date not null default current_date,
  valid_until date,
  created_at timestamptz not null default now(),
  primary key (network_id, group_id, person_id),
  foreign key (network_id, group_id) references network_group (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade,
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id),
  check (valid_until >= valid_from)
);
create index group_member_person on group_member (network_id, person_id);

-- What somebody is to do by when: of a group, born perhaps of a decision of a meeting.
create table task (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  group_id uuid,
  -- The meeting it was decided at; the foreign key comes with meetings.
  meeting_id uuid,
  title text not null check (length(title) between 1 and 300),
  details text not null default '' check (length(details) <= 10000),
  owner_id uuid,
  due_on date,
  state text not null default 'open' check (state in ('open', 'done', 'dropped')),
  done_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  primary key (network_id, id),
  foreign key (network_id, group_id) references network_group (network_id, id) on delete cascade,
  foreign key (network_id, owner_id) references person (network_id, id) on delete set null (owner_id),
  foreign key (network_id, created_by) references person (network_id, id) on delete set null (created_by)
);
create index task_group on task (network_id, group_id, state, due_on);
create index task_owner on task (network_id, owner_id, due_on) where state = 'open';

do $$
declare
  name text;
begin
  foreach name in array array['network_group', 'group_organisation', 'group_member', 'task']
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
create policy readers on network_group for select to cordee_app
  using (network_id = app_network() and visibility = 'public');
