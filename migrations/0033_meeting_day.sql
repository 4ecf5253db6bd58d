-- The day of a meeting and after: at the door, notes, decisions, minutes, small groups, attendance.

alter table registration
  -- Of the code that is shown at the door: reading it lets nobody in, those who run the meeting do.
  add column check_in_code text not null default substr(replace(gen_random_uuid()::text, '-', ''), 1, 20)
    check (check_in_code ~ '^[0-9a-f]{20}$'),
  -- Of a sheet signed by half-days: those that were signed, from 0, and how long they last; null where it was whole.
  add column half_days smallint[] check (cardinality(half_days) between 1 and 60),
  add column attended_minutes integer check (attended_minutes between 0 and 100000),
  add constraint registration_half_days check ((half_days is null) = (attended_minutes is null));
create unique index registration_code on registration (network_id, check_in_code);
create index registration_present on registration (network_id, meeting_id, number) where present;

alter table meeting
  add column next_meeting_id uuid,
  -- Those of a public meeting, where somebody said that everyone may read them.
  add column minutes_public boolean not null default false,
  -- Of the poster at the door: where people say by themselves that they have come.
  add column door_key text not null default substr(replace(gen_random_uuid()::text, '-', ''), 1, 20)
    check (door_key ~ '^[0-9a-f]{20}$'),
  -- Grows with each saving of the draft of the minutes.
  add column minutes_revision integer not null default 0,
  add constraint meeting_next_fkey foreign key (network_id, next_meeting_id) references meeting (network_id, id) on delete set null (next_meeting_id);
create unique index meeting_door on meeting (network_id, door_key);

-- How long those who were there all the time were there: a meeting of several days is not held at night. One expression, so
-- that it becomes part of the queries that ask for it.
create function attended_minutes(starts timestamptz, ends timestamptz, zone text) returns integer
  language sql immutable parallel safe
  as $$
    select (case when (ends at time zone zone)::time > (starts at time zone zone)::time
      then extract(epoch from (ends at time zone zone)::time - (starts at time zone zone)::time) / 60
        * ((ends at time zone zone)::date - (starts at time zone zone)::date + 1)
      else extract(epoch from ends - starts) / 60 end)::integer
  $$;
grant execute on function attended_minutes(timestamptz, timestamptz, text) to cordee_app;

-- Notes as each saving left them: what two writers began with is needed to put together what they made of it.
create table meeting_notes (
  network_id uuid not null,
  meeting_id uuid not null,
  revision integer not null,
  text text not null check (length(text) <= 200000),
  person_id uuid,
  written_at timestamptz not null default now(),
  primary key (network_id, meeting_id, revision),
  foreign key (network_id, meeting_id) references meeting (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id)
);

-- What was decided; a task where somebody is to do something.
create table meeting_decision (
  network_id uuid not null,
  meeting_id uuid not null,
  id uuid not null,
  text text not null check (length(text) between 1 and 2000),
  owner_id uuid,
  due_on date,
  task_id uuid,
  created_by uuid,
  created_at timestamptz not null default now(),
  primary key (network_id, meeting_id, id),
  foreign key (network_id, meeting_id) references meeting (network_id, id) on delete cascade,
  foreign key (network_id, owner_id) references person (network_id, id) on delete set null (owner_id),
  foreign key (network_id, task_id) references task (network_id, id) on delete set null (task_id),
  foreign key (network_id, created_by) references person (network_id, id) on delete set null (created_by)
);

-- Minutes as they were published, each time.
create table meeting_minutes (
  network_id uuid not null,
  meeting_id uuid not null,
  version integer not null check (version >= 1),
  text text not null check (length(text) between 1 and 200000),
  published_by uuid,
  published_at timestamptz not null default now(),
  primary key (network_id, meeting_id, version),
  foreign key (network_id, meeting_id) references meeting (network_id, id) on delete cascade,
  foreign key (network_id, published_by) references person (network_id, id) on delete set null (published_by)
);

-- Small groups of a meeting, as drawn last: who sits where in each round.
create table breakout (
  network_id uuid not null,
  meeting_id uuid not null,
  seed integer not null,
  tables smallint not null check (tables between 1 and 500),
  rounds smallint not null check (rounds between 1 and 6),
  drawn_by uuid,
  drawn_at timestamptz not null default now(),
  primary key (network_id, meeting_id),
  foreign key (network_id, meeting_id) references meeting (network_id, id) on delete cascade,
  foreign key (network_id, drawn_by) references person (network_id, id) on delete set null (drawn_by)
);

create table breakout_seat (
  network_id uuid not null,
  meeting_id uuid not null,
  registration_id uuid not null,
  round smallint not null check (round between 1 and 6),
  seat_table smallint not null check (seat_table between 1 and 500),
  -- Stays at its table when the rest is drawn again.
  locked boolean not null default false,
  primary key (network_id, meeting_id, registration_id, round),
  foreign key (network_id, meeting_id) references breakout (network_id, meeting_id) on delete cascade,
  foreign key (network_id, meeting_id, registration_id)
    references registration (network_id, meeting_id, id) on delete cascade
);

do $$
declare
  name text;
begin
  foreach name in array array['meeting_notes', 'meeting_decision', 'meeting_minutes', 'breakout', 'breakout_seat']
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
-- Published minutes of a public meeting, where everyone may read them.
create policy readers on meeting_minutes for select to cordee_app
  using (network_id = app_network() and exists (
    select from meeting where meeting.network_id = meeting_minutes.network_id
      and meeting.id = meeting_minutes.meeting_id and meeting.minutes_public and meeting.visibility = 'public'));
