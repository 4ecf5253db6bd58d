-- Finding a date together, and meetings that come again.

-- When could we meet? Dates are proposed, people say which suit them, one becomes a meeting.
create table date_poll (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  group_id uuid,
  title text not null check (length(title) between 1 and 200),
  -- Markdown; it becomes what the meeting is about.
  about text not null default '' check (length(about) <= 5000),
  -- Of the place, as in the tz database: dates are proposed in it.
  time_zone text not null,
  -- How long the meeting will last.
  minutes smallint not null check (minutes between 5 and 1440),
  place text not null default '' check (length(place) <= 200),
  video_url text check (length(video_url) <= 1000),
  -- Who may see and answer it: the group, the network, whoever has the address.
  visibility text not null default 'network' check (visibility in ('group', 'network', 'public')),
  -- Whether each sees what the others answered, or those alone who run it.
  open_answers boolean not null default true,
  closes_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'settled', 'cancelled')),
  -- What it came to.
  meeting_id uuid,
  -- When those asked are reminded, once; and how far the telling of each has come, by the id of a person.
  remind_at timestamptz,
  asked_at timestamptz,
  asked_through uuid,
  reminded_at timestamptz,
  reminded_through uuid,
  -- With what links in mails begin.
  link_origin text not null,
  created_by uuid,
  created_at timestamptz not null default now(),
  primary key (network_id, id),
  foreign key (network_id, group_id) references network_group (network_id, id) on delete cascade,
  foreign key (network_id, meeting_id) references meeting (network_id, id) on delete set null (meeting_id),
  foreign key (network_id, created_by) references person (network_id, id) on delete set null (created_by),
  check (visibility <> 'group' or group_id is not null)
);
create index date_poll_group on date_poll (network_id, group_id, id) where group_id is not null;
create index date_poll_closing on date_poll (network_id, closes_at, id);
create index date_poll_ask on date_poll (created_at) where state = 'open' and asked_at is null;
create index date_poll_remind on date_poll (remind_at) where state = 'open' and reminded_at is null;

create table date_option (
  network_id uuid not null,
  poll_id uuid not null,
  id uuid not null,
  starts_at timestamptz not null,
  -- The one chosen.
  chosen boolean not null default false,
  primary key (network_id, poll_id, id),
  unique (network_id, poll_id, starts_at),
  foreign key (network_id, poll_id) references date_poll (network_id, id) on delete cascade
);

-- Who answered: a person of the network, or somebody who had the address.
create table date_answer (
  network_id uuid not null,
  poll_id uuid not null,
  id uuid not null,
  person_id uuid,
  -- The organisation they answer for.
  organisation_id uuid,
  -- Of those who are no person of the network, as they wrote it.
  name text not null default '' check (length(name) <= 200),
  email text check (email = lower(email) and length(email) <= 254),
  locale text not null default 'fr' check (locale in ('fr', 'en', 'es', 'pt')),
  -- By which they find their answer again.
  token_hash bytea,
  remark text not null default '' check (length(remark) <= 500),
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  primary key (network_id, poll_id, id),
  foreign key (network_id, poll_id) references date_poll (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade,
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id)
);
create unique index date_answer_person on date_answer (network_id, poll_id, person_id) where person_id is not null;
create unique index date_answer_email on date_answer (network_id, poll_id, email) where person_id is null;
create index date_answer_of on date_answer (network_id, person_id) where person_id is not null;

create table date_vote (
  network_id uuid not null,
  poll_id uuid not null,
  answer_id uuid not null,
  option_id uuid not null,
  vote text not null check (vote in ('yes', 'maybe', 'no')),
  primary key (network_id, poll_id, answer_id, option_id),
  foreign key (network_id, poll_id, answer_id) references date_answer (network_id, poll_id, id) on delete cascade,
  foreign key (network_id, poll_id, option_id) references date_option (network_id, poll_id, id) on delete cascade
);
create index date_vote_option on date_vote (network_id, poll_id, option_id);

-- Meetings that come again: each date is a meeting of its own.
create table meeting_series (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  group_id uuid,
  visibility text not null default 'network' check (visibility in ('group', 'network', 'public')),
  -- What its next dates are made of, as a meeting is described.
  terms jsonb not null,
  -- The rhythm, in the local time of the place: `every` so many weeks, months, quarters or years from the first day on,
  -- by the day of the month, by its weekday in the month (the third Tuesday), or by its last one.
  starts_on date not null,
  starts_at time not null,
  minutes smallint not null check (minutes between 5 and 1440),
  time_zone text not null,
  repeats text not null check (repeats in ('week', 'month', 'quarter', 'year')),
  every smallint not null check (every between 1 and 52),
  repeats_by text not null default 'day' check (repeats_by in ('day', 'weekday', 'last-weekday')),
  -- It has an end: a last day, or a number of meetings.
  until date,
  times smallint check (times between 1 and 120),
  skipped date[] not null default '{}',
  ended_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  primary key (network_id, id),
  foreign key (network_id, group_id) references network_group (network_id, id) on delete cascade,
  foreign key (network_id, created_by) references person (network_id, id) on delete set null (created_by),
  check ((until is null) <> (times is null)),
  check (until >= starts_on)
);
create index meeting_series_group on meeting_series (network_id, group_id, id) where group_id is not null;

alter table meeting
  add column series_id uuid,
  -- The day the rhythm gave it; it stays when the meeting is moved.
  add column series_date date,
  -- What the series last gave it: where the meeting differs, it was changed on its own.
  add column series_given jsonb,
  add constraint meeting_series_fkey foreign key (network_id, series_id) references meeting_series (network_id, id)
    on delete set null (series_id),
  -- Checked at the end of a statement: moving a whole series, one date takes the place of the next.
  add constraint meeting_series_once unique (network_id, series_id, series_date) deferrable initially immediate;

do $$
declare
  name text;
begin
  foreach name in array array['date_poll', 'date_option', 'date_answer', 'date_vote', 'meeting_series']
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
create policy readers on date_poll for select to cordee_app
  using (network_id = app_network() and visibility = 'public');
create policy readers on meeting_series for select to cordee_app
  using (network_id = app_network() and visibility = 'public');

-- Polls of which people have still to be told: that they are asked, or that they have not answered. Of all networks; runs
-- as the owner, since the application sees one network at a time, and tells keys and nothing else.
create function date_polls_due(at timestamptz, most integer)
  returns table (network_id uuid, id uuid, about text)
  language sql stable security definer
  set search_path = pg_catalog, public, pg_temp
as $$
  (select poll.network_id, poll.id, 'asked'
   from public.date_poll poll
   where poll.state = 'open' and poll.asked_at is null and poll.closes_at > at
   order by poll.created_at limit most)
  union all
  (select poll.network_id, poll.id, 'reminded'
   from public.date_poll poll
   where poll.state = 'open' and poll.reminded_at is null and poll.remind_at <= at and poll.closes_at > at
   order by poll.remind_at limit most)
$$;

-- Forgets visitors, of whose answers nobody has any more use three months after the poll closed.
create function date_polls_forget(at timestamptz) returns void
  language sql volatile security definer
  set search_path = pg_catalog, public, pg_temp
as $$
  delete from public.date_answer answer
  using public.date_poll poll
  where poll.network_id = answer.network_id and poll.id = answer.poll_id and answer.person_id is null
    and poll.closes_at < at - interval '90 days'
$$;

-- When somebody could have come goes with their account.
create function date_polls_forget_person() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp
as $$
begin
  delete from public.date_answer where network_id = new.network_id and person_id = new.id;
  return null;
end
$$;
create trigger date_polls_forget_person after update of erased_at on person
  for each row when (new.erased_at is not null) execute function date_polls_forget_person();
revoke all on function date_polls_due, date_polls_forget, date_polls_forget_person from public;
grant execute on function date_polls_due, date_polls_forget to cordee_app;

-- What a series gives each of its dates, as the meeting has it now.
create function meeting_terms(m meeting) returns jsonb
  language sql stable
as $$
  select jsonb_build_object(
    'title', m.title, 'about', m.about, 'preparation', m.preparation, 'language', m.language,
    'time', array[extract(epoch from m.starts_at), extract(epoch from m.ends_at)], 'timeZone', m.time_zone,
    'place', array[m.place, m.address], 'position', array[m.latitude, m.longitude], 'video', m.video_url,
    'host', array[m.host_organisation_id, m.host_person_id], 'visibility', m.visibility,
    'capacity', m.capacity, 'guests', m.guests, 'photos', m.photos)
$$;
grant execute on function meeting_terms(meeting) to cordee_app;
