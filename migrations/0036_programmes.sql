-- Programmes: months of a group's work, in capsules and steps; what each step expects, and who has done it.

-- A network's own templates. Those that come with the program are files, in `templates/programmes`.
create table programme_template (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  key text not null check (key ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(key) between 2 and 80),
  version integer not null check (version >= 1),
  -- What the file says, as it was read.
  content jsonb not null,
  state text not null default 'draft' check (state in ('draft', 'published', 'retired')),
  created_by uuid,
  created_at timestamptz not null default now(),
  primary key (network_id, id),
  unique (network_id, key, version),
  foreign key (network_id, created_by) references person (network_id, id) on delete set null (created_by)
);

create table programme (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  group_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  about text not null default '' check (length(about) <= 10000),
  language text not null default 'fr' check (language in ('fr', 'en', 'es', 'pt')),
  -- From which template it was made; what that said then stays with it.
  template_key text not null,
  template_version integer not null,
  template jsonb not null,
  starts_on date not null,
  ends_on date not null,
  -- Whose public holidays no meeting falls on: ISO 3166-1, and a part of the country where that has its own.
  country text check (country ~ '^[A-Z]{2}$'),
  subdivision text check (length(subdivision) <= 10),
  time_zone text not null,
  -- [{ from, until, name }], ISO days, both included: weeks in which nothing is held and nothing is due.
  closures jsonb not null default '[]',
  state text not null default 'running' check (state in ('running', 'paused', 'ended', 'undone')),
  paused_on date,
  -- Whether networks that this one belongs to see its presence and completion, in counts and without organisations' names.
  shared boolean not null default false,
  -- Grows with every change of its course; whoever changes it says which one they have seen.
  revision integer not null default 0,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (network_id, id),
  foreign key (network_id, group_id) references network_group (network_id, id) on delete cascade,
  foreign key (network_id, created_by) references person (network_id, id) on delete set null (created_by),
  check (ends_on >= starts_on),
  check ((state = 'paused') = (paused_on is not null))
);
create index programme_group on programme (network_id, group_id, starts_on);
create index programme_running on programme (network_id, id) where state = 'running';

create table programme_capsule (
  network_id uuid not null,
  programme_id uuid not null,
  id uuid not null,
  -- As the template names it; one that was added later has a key of its own.
  key text not null check (length(key) between 1 and 80),
  position integer not null,
  title text not null check (length(title) between 1 and 200),
  -- What this one is about: a theme of a framework, in words.
  theme text not null default '' check (length(theme) <= 300),
  aim text not null default '' check (length(aim) <= 10000),
  primary key (network_id, programme_id, id),
  unique (network_id, programme_id, key),
  foreign key (network_id, programme_id) references programme (network_id, id) on delete cascade
);

create table programme_step (
  network_id uuid not null,
  programme_id uuid not null,
  id uuid not null,
  capsule_id uuid not null,
  key text not null check (length(key) between 1 and 80),
  -- Within its capsule.
  position integer not null,
  title text not null check (length(title) between 1 and 200),
  aim text not null default '' check (length(aim) <= 10000),
  mode text not null check (mode in ('video', 'own_work', 'in_person')),
  -- Between these days, both included; a meeting is on the last.
  opens_on date not null,
  due_on date not null,
  -- Days from the programme's start that the template or a change gave it, before holidays and closed weeks moved it.
  planned_on date not null,
  -- What it takes of somebody's time; of a meeting, how long it lasts.
  minutes integer not null default 60 check (minutes between 5 and 6000),
  -- At which the meeting begins, by the clocks of the programme.
  begins_at time,
  meeting_id uuid,
  tutor_id uuid,
  -- Left out when the programme was shortened; what was done of it stays.
  dropped_at timestamptz,
  primary key (network_id, programme_id, id),
  unique (network_id, programme_id, key),
  foreign key (network_id, programme_id, capsule_id) references programme_capsule (network_id, programme_id, id) on delete cascade,
  foreign key (network_id, meeting_id) references meeting (network_id, id) on delete set null (meeting_id),
  foreign key (network_id, tutor_id) references person (network_id, id) on delete set null (tutor_id),
  check (due_on >= opens_on)
);
create index programme_step_capsule on programme_step (network_id, programme_id, capsule_id, position);
create index programme_step_meeting on programme_step (network_id, meeting_id) where meeting_id is not null;
create index programme_step_tutor on programme_step (network_id, tutor_id) where tutor_id is not null;
create index programme_step_days on programme_step (network_id, due_on) where dropped_at is null;

-- A step that begins after another: where that one moves, this one is proposed to move along.
create table programme_dependency (
  network_id uuid not null,
  programme_id uuid not null,
  step_id uuid not null,
  after_id uuid not null,
  -- Least days between the last day of the one and the first of the other.
  gap_days integer not null default 0 check (gap_days between 0 and 400),
  primary key (network_id, programme_id, step_id, after_id),
  foreign key (network_id, programme_id, step_id) references programme_step (network_id, programme_id, id) on delete cascade,
  foreign key (network_id, programme_id, after_id) references programme_step (network_id, programme_id, id) on delete cascade,
  check (step_id <> after_id)
);

create table programme_expectation (
  network_id uuid not null,
  programme_id uuid not null,
  id uuid not null,
  step_id uuid not null,
  position integer not null,
  -- As a module declares it in its manifest.
  kind text not null check (kind ~ '^[a-z][a-z_]*$'),
  title text not null check (length(title) between 1 and 300),
  -- As that module reads it.
  settings jsonb not null default '{}',
  optional boolean not null default false,
  primary key (network_id, programme_id, id),
  foreign key (network_id, programme_id, step_id) references programme_step (network_id, programme_id, id) on delete cascade
);
create index programme_expectation_step on programme_expectation (network_id, programme_id, step_id, position);

-- What organisations say they have done, of the kinds that no other module sees for itself.
create table programme_fulfilment (
  network_id uuid not null,
  programme_id uuid not null,
  id uuid not null,
  expectation_id uuid not null,
  organisation_id uuid not null,
  -- Who did it; null once they are forgotten, or where a sheet said nobody's name.
  person_id uuid,
  done_on date not null,
  -- How long it took, where they say so.
  minutes integer check (minutes between 1 and 60000),
  note text not null default '' check (length(note) <= 5000),
  file_id uuid,
  url text check (length(url) <= 1000),
  entered_by text not null default 'own' check (entered_by in ('own', 'facilitator', 'sheet', 'phone')),
  created_by uuid,
  created_at timestamptz not null default now(),
  primary key (network_id, programme_id, id),
  foreign key (network_id, programme_id, expectation_id)
    references programme_expectation (network_id, programme_id, id) on delete cascade,
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id),
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id),
  foreign key (network_id, file_id) references file (network_id, id) on delete set null (file_id),
  foreign key (network_id, created_by) references person (network_id, id) on delete set null (created_by)
);
create unique index programme_fulfilment_once on programme_fulfilment
  (network_id, programme_id, expectation_id, organisation_id, person_id) where person_id is not null;
create index programme_fulfilment_organisation on programme_fulfilment (network_id, organisation_id);
create index programme_fulfilment_person on programme_fulfilment (network_id, person_id) where person_id is not null;
create index programme_fulfilment_file on programme_fulfilment (network_id, file_id) where file_id is not null;

-- What was agreed with an organisation about a step it missed or came too late for.
create table programme_arrangement (
  network_id uuid not null,
  programme_id uuid not null,
  step_id uuid not null,
  organisation_id uuid not null,
  kind text not null check (kind in ('later', 'waived')),
  -- Until when it catches up.
  due_on date,
  reason text not null default '' check (length(reason) <= 1000),
  made_by uuid,
  made_at timestamptz not null default now(),
  primary key (network_id, programme_id, step_id, organisation_id),
  foreign key (network_id, programme_id, step_id) references programme_step (network_id, programme_id, id) on delete cascade,
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id),
  foreign key (network_id, made_by) references person (network_id, id) on delete set null (made_by),
  check ((kind = 'later') = (due_on is not null))
);

-- What participants said of it, and who may read that.
create table programme_quote (
  network_id uuid not null,
  programme_id uuid not null,
  id uuid not null,
  step_id uuid,
  organisation_id uuid,
  person_id uuid,
  body text not null check (length(body) between 1 and 2000),
  -- 'group': its people alone; 'report': also whoever is given the report.
  consent text not null default 'group' check (consent in ('group', 'report')),
  signed_as text not null default 'nobody' check (signed_as in ('nobody', 'organisation', 'person')),
  created_at timestamptz not null default now(),
  withdrawn_at timestamptz,
  primary key (network_id, programme_id, id),
  foreign key (network_id, programme_id) references programme (network_id, id) on delete cascade,
  foreign key (network_id, programme_id, step_id)
    references programme_step (network_id, programme_id, id) on delete set null (step_id),
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id),
  -- Words are somebody's own: they go with them.
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade
);

-- A word by hand to those who need one, and why.
create table programme_nudge (
  network_id uuid not null,
  programme_id uuid not null,
  id uuid not null,
  step_id uuid,
  organisation_id uuid,
  person_id uuid not null,
  message text not null check (length(message) between 1 and 2000),
  sent_by uuid,
  sent_at timestamptz not null default now(),
  primary key (network_id, programme_id, id),
  foreign key (network_id, programme_id) references programme (network_id, id) on delete cascade,
  foreign key (network_id, programme_id, step_id)
    references programme_step (network_id, programme_id, id) on delete set null (step_id),
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id),
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade,
  foreign key (network_id, sent_by) references person (network_id, id) on delete set null (sent_by)
);
create index programme_nudge_person on programme_nudge (network_id, person_id, sent_at);

-- Its course, change by change: what was before, so that the last can be undone.
create table programme_change (
  network_id uuid not null,
  programme_id uuid not null,
  revision integer not null,
  kind text not null check (
    kind in ('made', 'moved', 'paused', 'resumed', 'shortened', 'capsule_added', 'reordered', 'changed', 'undone')
  ),
  -- What is put back when it is undone.
  before jsonb not null default '{}',
  reason text not null default '' check (length(reason) <= 1000),
  made_by uuid,
  made_at timestamptz not null default now(),
  undone_at timestamptz,
  primary key (network_id, programme_id, revision),
  foreign key (network_id, programme_id) references programme (network_id, id) on delete cascade,
  foreign key (network_id, made_by) references person (network_id, id) on delete set null (made_by)
);

-- A task may be one organisation's, and stand for something else: what a step of a programme expects of it.
alter table task
  add column organisation_id uuid,
  add column origin_id uuid,
  add foreign key (network_id, organisation_id) references membership (network_id, organisation_id);
create unique index task_origin on task (network_id, origin_id, organisation_id) nulls not distinct
  where origin_id is not null;
create index task_organisation on task (network_id, organisation_id) where organisation_id is not null;

do $$
declare
  name text;
begin
  foreach name in array array['programme_template', 'programme', 'programme_capsule', 'programme_step',
    'programme_dependency', 'programme_expectation', 'programme_fulfilment', 'programme_arrangement',
    'programme_quote', 'programme_nudge', 'programme_change']
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

-- Who has fulfilled what, of the kinds that each module sees for itself. They share one shape: given what is looked at
-- (meetings, or expectations), who did it for which organisation, and when.

create function programme_said(subjects uuid[])
  returns table (subject_id uuid, organisation_id uuid, person_id uuid, done_on date)
  language sql stable
  set search_path = public, pg_catalog, pg_temp
as $$
  select expectation_id, organisation_id, person_id, done_on from programme_fulfilment
  where network_id = app_network() and expectation_id = any(subjects)
$$;
create index programme_fulfilment_expectation on programme_fulfilment (network_id, expectation_id)
  include (organisation_id, person_id, done_on);

create function meetings_attended(subjects uuid[])
  returns table (subject_id uuid, organisation_id uuid, person_id uuid, done_on date)
  language sql stable
  set search_path = public, pg_catalog, pg_temp
as $$
  select meeting.id, registration.organisation_id, registration.person_id,
    (meeting.starts_at at time zone meeting.time_zone)::date
  from registration
  join meeting on meeting.network_id = registration.network_id and meeting.id = registration.meeting_id
  where registration.network_id = app_network() and registration.meeting_id = any(subjects)
    and registration.present and registration.state <> 'withdrawn' and registration.organisation_id is not null
    and meeting.state <> 'cancelled'
$$;

create function tasks_done(subjects uuid[])
  returns table (subject_id uuid, organisation_id uuid, person_id uuid, done_on date)
  language sql stable
  set search_path = public, pg_catalog, pg_temp
as $$
  select task.origin_id, task.organisation_id, task.owner_id, (task.done_at at time zone network.time_zone)::date
  from task
  join network on network.id = task.network_id
  where task.network_id = app_network() and task.origin_id = any(subjects) and task.organisation_id is not null
    and task.state = 'done'
$$;
revoke all on function programme_said, meetings_attended, tasks_done from public;
grant execute on function programme_said, meetings_attended, tasks_done to cordee_app;

-- A network that goes takes its programmes along first: a step that loses its meeting and its tutor in turn would be looked
-- at for its capsule, which is gone by then.
create function programmes_forget_network() returns trigger
  language plpgsql security definer
  set search_path = public, pg_catalog, pg_temp
as $$
begin
  delete from programme where network_id = old.id;
  return old;
end
$$;
create trigger programmes_forget_network before delete on network
  for each row execute function programmes_forget_network();
revoke all on function programmes_forget_network from public;
