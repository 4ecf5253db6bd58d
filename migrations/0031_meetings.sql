-- Meetings: when, where, of which group, who comes, who came, what was decided.

create table meeting (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  group_id uuid,
  title text not null check (length(title) between 1 and 200),
  -- Markdown; what it is about, and what to read before.
  about text not null default '' check (length(about) <= 20000),
  preparation text not null default '' check (length(preparation) <= 20000),
  language text not null default 'fr' check (language in ('fr', 'en', 'es', 'pt')),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  -- Of the place, as in the tz database: times are shown in it first.
  time_zone text not null,
  -- A place, an address for video, or both.
  place text not null default '' check (length(place) <= 200),
  address text not null default '' check (length(address) <= 500),
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  video_url text check (length(video_url) <= 1000),
  host_organisation_id uuid,
  host_person_id uuid,
  state text not null default 'draft' check (state in ('draft', 'scheduled', 'cancelled', 'held')),
  visibility text not null default 'network' check (visibility in ('group', 'network', 'public')),
  -- No capacity: as many as come. Guests: how many each who registers may bring.
  capacity integer check (capacity between 1 and 100000),
  guests smallint not null default 0 check (guests between 0 and 10),
  registration_until timestamptz,
  -- RFC 5545: the UID is `<id>@<host>` and never changes; SEQUENCE grows with every change that calendars must hear of.
  sequence integer not null default 0,
  cancellation text not null default '' check (length(cancellation) <= 2000),
  -- Whoever registers takes the next number, under a lock of this row: the order of the waiting list.
  last_number integer not null default 0,
  -- Written together while it is held, then published as minutes.
  notes text not null default '' check (length(notes) <= 200000),
  notes_revision integer not null default 0,
  minutes text not null default '' check (length(minutes) <= 200000),
  minutes_published_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (network_id, id),
  foreign key (network_id, group_id) references network_group (network_id, id) on delete cascade,
  foreign key (network_id, host_organisation_id) references membership (network_id, organisation_id),
  foreign key (network_id, host_person_id) references person (network_id, id) on delete set null (host_person_id),
  foreign key (network_id, created_by) references person (network_id, id) on delete set null (created_by),
  check (ends_at > starts_at),
  check ((latitude is null) = (longitude is null))
);
create index meeting_time on meeting (network_id, starts_at, id);
create index meeting_group on meeting (network_id, group_id, starts_at) where group_id is not null;

alter table task add foreign key (network_id, meeting_id) references meeting (network_id, id) on delete set null (meeting_id);
create index task_meeting on task (network_id, meeting_id) where meeting_id is not null;

-- The agenda, timed; contributions that participants propose stand in it once they are accepted.
create table agenda_item (
  network_id uuid not null,
  meeting_id uuid not null,
  id uuid not null,
  position integer not null,
  title text not null check (length(title) between 1 and 300),
  details text not null default '' check (length(details) <= 10000),
  minutes smallint check (minutes between 1 and 1440),
  speaker text not null default '' check (length(speaker) <= 200),
  proposed_by uuid,
  state text not null default 'accepted' check (state in ('proposed', 'accepted', 'declined')),
  primary key (network_id, meeting_id, id),
  foreign key (network_id, meeting_id) references meeting (network_id, id) on delete cascade,
  foreign key (network_id, proposed_by) references person (network_id, id) on delete set null (proposed_by)
);

-- Who comes: a person of the network, a guest of one, or somebody of the public; and whether they came.
create table registration (
  network_id uuid not null,
  meeting_id uuid not null,
  id uuid not null,
  -- The order in which they came.
  number integer not null,
  person_id uuid,
  -- The organisation it counts for.
  organisation_id uuid,
  guest_of uuid,
  -- Of those who are no person of the network, as they wrote them.
  name text not null default '' check (length(name) <= 200),
  email text check (email = lower(email) and length(email) <= 254),
  organisation_name text not null default '' check (length(organisation_name) <= 200),
  locale text not null default 'fr' check (locale in ('fr', 'en', 'es', 'pt')),
  state text not null check (state in ('registered', 'waiting', 'withdrawn')),
  attends text not null default 'place' check (attends in ('place', 'video')),
  access_needs text not null default '' check (length(access_needs) <= 1000),
  -- Whether they may be in pictures; null where nobody asked.
  photo_consent boolean,
  -- By which a registration is found by whoever holds its link or code, without an account.
  token_hash bytea,
  -- What happened at the door; null until somebody says so.
  present boolean,
  arrived_at timestamptz,
  checked_by text check (checked_by in ('code', 'list', 'sheet', 'walk_in', 'video')),
  created_at timestamptz not null default now(),
  withdrawn_at timestamptz,
  primary key (network_id, meeting_id, id),
  unique (network_id, meeting_id, number),
  foreign key (network_id, meeting_id) references meeting (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id),
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id),
  foreign key (network_id, meeting_id, guest_of) references registration (network_id, meeting_id, id) on delete cascade
);
create unique index registration_once on registration (network_id, meeting_id, person_id)
  where person_id is not null and state <> 'withdrawn';
create unique index registration_token on registration (network_id, token_hash) where token_hash is not null;
create index registration_state on registration (network_id, meeting_id, state, number);
create index registration_person on registration (network_id, person_id, meeting_id) where person_id is not null;
create index registration_organisation on registration (network_id, organisation_id, meeting_id)
  where organisation_id is not null;

do $$
declare
  name text;
begin
  foreach name in array array['meeting', 'agenda_item', 'registration']
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
create policy readers on meeting for select to cordee_app
  using (network_id = app_network() and visibility = 'public' and state <> 'draft');
create policy readers on agenda_item for select to cordee_app
  using (network_id = app_network() and state = 'accepted' and exists (
    select from meeting where meeting.network_id = agenda_item.network_id and meeting.id = agenda_item.meeting_id
  ));
