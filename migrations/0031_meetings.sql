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
  -- Whoever is to receive it is asked; where they withdraw, another is sought. Null: nobody was asked.
  host_state text check (host_state in ('asked', 'confirmed', 'sought')),
  state text not null default 'draft' check (state in ('draft', 'scheduled', 'cancelled', 'held')),
  visibility text not null default 'network' check (visibility in ('group', 'network', 'public')),
  -- No capacity: as many as come. Guests: how many each who registers may bring.
  capacity integer check (capacity between 1 and 100000),
  guests smallint not null default 0 check (guests between 0 and 10),
  -- Whether pictures will be taken: those who register are asked.
  photos boolean not null default false,
  -- Before this moment; where it is null, until it begins.
  registration_until timestamptz,
  -- RFC 5545: the UID is `<id>@<host>` and never changes; SEQUENCE grows with every change that calendars must hear of.
  sequence integer not null default 0,
  -- With what links in mails begin, as `https://cordee.example`; the host of the UID.
  link_origin text not null default 'http://localhost' check (link_origin ~ '^https?://[^/]+$'),
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
create index meeting_host on meeting (network_id, host_person_id) where host_person_id is not null;
create index meeting_host_organisation on meeting (network_id, host_organisation_id) where host_organisation_id is not null;
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
  -- What those who decided said of it.
  answer text not null default '' check (length(answer) <= 1000),
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
  -- Ends the link by which whoever has no account finds their registration again. Kept as it is, not as a hash: every mail
  -- about the registration has it, and it opens this one registration and nothing else.
  token text check (token ~ '^[A-Za-z0-9_-]{32}$'),
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
create unique index registration_token on registration (network_id, token) where token is not null;
create unique index registration_visitor on registration (network_id, meeting_id, email)
  where person_id is null and email is not null and state <> 'withdrawn';
create index registration_guests on registration (network_id, meeting_id, guest_of) where guest_of is not null;
-- With what is counted of each meeting: lists need not look at the rows.
create index registration_state on registration (network_id, meeting_id, state, number) include (attends);
create index registration_person on registration (network_id, person_id, meeting_id) where person_id is not null;
create index registration_organisation on registration (network_id, organisation_id, meeting_id)
  where organisation_id is not null;

-- Somebody of the public who asked to come and has not yet followed the link of the mail: counted nowhere.
create table registration_request (
  network_id uuid not null,
  meeting_id uuid not null,
  id uuid not null,
  email text not null check (email = lower(email) and length(email) <= 254),
  -- As it will stand in the registration.
  terms jsonb not null,
  locale text not null check (locale in ('fr', 'en', 'es', 'pt')),
  token_hash bytea not null,
  expires_at timestamptz not null,
  primary key (network_id, meeting_id, id),
  foreign key (network_id, meeting_id) references meeting (network_id, id) on delete cascade
);
create unique index registration_request_token on registration_request (network_id, token_hash);
create index registration_request_expiry on registration_request (expires_at);

-- What somebody was told of a meeting as it was then: nobody is told the same twice.
create table meeting_notice (
  network_id uuid not null,
  meeting_id uuid not null,
  -- A registration, or a person who is told for another reason: as host, as the one who runs it.
  recipient_id uuid not null,
  kind text not null check (kind in ('changed', 'cancelled', 'reminder', 'host_withdrew')),
  sequence integer not null,
  primary key (network_id, meeting_id, recipient_id, kind, sequence),
  foreign key (network_id, meeting_id) references meeting (network_id, id) on delete cascade
);

-- Where somebody's calendars can be read without signing in: SHA-256 of what the address has.
create table calendar_token (
  network_id uuid not null,
  person_id uuid not null,
  token_hash bytea not null,
  since timestamptz not null default now(),
  primary key (network_id, person_id),
  unique (network_id, token_hash),
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade
);

do $$
declare
  name text;
begin
  foreach name in array array['meeting', 'agenda_item', 'registration', 'registration_request', 'meeting_notice',
    'calendar_token']
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

-- How many come to each of these meetings, and how many wait: the public may know so much of those it may see.
create function meeting_counts(meetings uuid[])
  returns table (meeting_id uuid, registered integer, seated integer, waiting integer)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select m.id, counted.registered, counted.seated, counted.waiting
  from unnest(meetings) wanted (id)
  join meeting m on m.network_id = app_network() and m.id = wanted.id
    and (app_inside() or (m.visibility = 'public' and m.state <> 'draft'))
  cross join lateral (
    select count(*) filter (where r.state = 'registered')::integer as registered,
      count(*) filter (
        where r.state = 'registered' and (r.attends = 'place' or m.place || m.address = '' and m.video_url is not null)
      )::integer as seated,
      count(*) filter (where r.state = 'waiting')::integer as waiting
    from registration r
    where r.network_id = m.network_id and r.meeting_id = m.id and r.state in ('registered', 'waiting')
  ) counted
$$;

-- Meetings of whose day those who come are to be reminded: those of the next `ahead`, somebody of which was not. Of all
-- networks; runs as the owner, since the application sees one network at a time, and tells keys and nothing else.
create function meetings_to_remind_of(at timestamptz, ahead interval, most integer)
  returns table (network_id uuid, id uuid)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select m.network_id, m.id
  from meeting m
  where m.state = 'scheduled' and m.starts_at > at and m.starts_at <= at + ahead
    and exists (
      select from registration r
      where r.network_id = m.network_id and r.meeting_id = m.id and r.state = 'registered' and r.guest_of is null
        and r.created_at < m.starts_at - ahead
        and not exists (
          select from meeting_notice n
          where n.network_id = r.network_id and n.meeting_id = r.meeting_id and n.recipient_id = r.id
            and n.kind = 'reminder' and n.sequence = m.sequence
        )
    )
  order by m.starts_at, m.id
  limit most
$$;

-- Forgets what was for one day alone: requests nobody confirmed, and access needs a month after the meeting.
create function meetings_forget(at timestamptz) returns void
  language sql volatile security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  delete from registration_request where expires_at < at;
  update registration r set access_needs = ''
    from meeting m
    where m.network_id = r.network_id and m.id = r.meeting_id and r.access_needs <> ''
      and m.ends_at between at - interval '60 days' and at - interval '30 days';
$$;

revoke all on function meeting_counts, meetings_to_remind_of, meetings_forget from public;
grant execute on function meeting_counts, meetings_to_remind_of, meetings_forget to cordee_app;

-- What somebody said about themselves goes with their account; that they were there remains, without a name.
create function meetings_forget_person() returns trigger
  language plpgsql security definer
  set search_path = public, pg_catalog, pg_temp
as $$
begin
  update registration set access_needs = '', photo_consent = null where network_id = new.network_id and person_id = new.id;
  update registration r set name = '', access_needs = '', photo_consent = null
    where r.network_id = new.network_id and exists (
      select from registration host
      where host.network_id = r.network_id and host.meeting_id = r.meeting_id and host.id = r.guest_of
        and host.person_id = new.id
    );
  delete from calendar_token where network_id = new.network_id and person_id = new.id;
  return null;
end
$$;
create trigger meetings_forget_person after update of erased_at on person
  for each row when (new.erased_at is not null) execute function meetings_forget_person();
revoke all on function meetings_forget_person from public;

-- A kind of mail of its own, to be turned off by itself, beside whatever kinds there are by now.
do $$
declare
  name text;
  kinds text;
begin
  foreach name in array array['mail_message', 'mail_preference', 'mail_silence']
  loop
    select string_agg(distinct quote_literal(match.parts[1]), ', ') into kinds
      from pg_constraint, regexp_matches(pg_get_constraintdef(oid), '''([a-z_]+)''', 'g') match (parts)
      where conname = name || '_kind_check';
    execute format('alter table %I drop constraint %I', name, name || '_kind_check');
    execute format('alter table %I add constraint %I check (kind in (%s, ''meeting''))', name, name || '_kind_check', kinds);
  end loop;
end
$$;
