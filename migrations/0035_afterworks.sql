-- Afterworks: series that live by demand, what is proposed and voted, introductions followed to joint projects, tools taken up,
-- and what those who came thought.

create table afterwork_series (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  slug text not null check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) between 2 and 80),
  name text not null check (length(name) between 1 and 200),
  summary text not null default '' check (length(summary) <= 1000),
  -- Markdown.
  about text not null default '' check (length(about) <= 20000),
  town text not null default '' check (length(town) <= 200),
  rhythm text not null check (rhythm in ('monthly', 'quarterly')),
  visibility text not null default 'public' check (visibility in ('network', 'public')),
  -- Nobody confirmed the next one in time: it has lapsed, until somebody does. Ended by those who run it: for good.
  state text not null default 'active' check (state in ('active', 'lapsed', 'ended')),
  -- The last day on which the next edition can be confirmed.
  confirm_by date not null,
  -- The day its cycles are counted from, so that the 31st is the 31st again after a shorter month.
  anchor date not null,
  -- As many organisations have to want it.
  confirmations smallint not null default 1 check (confirmations between 1 and 50),
  -- Counters against targets, in distinct organisations; since when they count.
  aware_target integer check (aware_target between 1 and 1000000),
  adopted_target integer check (adopted_target between 1 and 1000000),
  counted_from date not null default current_date,
  -- With what links in mails begin.
  link_origin text not null check (link_origin ~ '^https?://[^/]+$'),
  created_by uuid,
  created_at timestamptz not null default now(),
  primary key (network_id, id),
  unique (network_id, slug),
  foreign key (network_id, created_by) references person (network_id, id) on delete set null (created_by)
);

-- An edition is a meeting; the number says which of the series it is.
create table afterwork_edition (
  network_id uuid not null,
  series_id uuid not null,
  meeting_id uuid not null,
  number integer not null check (number > 0),
  theme text not null default '' check (length(theme) <= 300),
  primary key (network_id, meeting_id),
  unique (network_id, series_id, number),
  foreign key (network_id, series_id) references afterwork_series (network_id, id) on delete cascade,
  foreign key (network_id, meeting_id) references meeting (network_id, id) on delete cascade
);

-- Who wants the next edition: an organisation once in each cycle, which is named by its last day.
create table afterwork_confirmation (
  network_id uuid not null,
  series_id uuid not null,
  cycle date not null,
  organisation_id uuid not null,
  person_id uuid,
  created_at timestamptz not null default now(),
  primary key (network_id, series_id, cycle, organisation_id),
  foreign key (network_id, series_id) references afterwork_series (network_id, id) on delete cascade,
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id),
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id)
);

create table afterwork_proposal (
  network_id uuid not null,
  series_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('theme', 'place', 'date')),
  text text not null default '' check (length(text) <= 300),
  details text not null default '' check (length(details) <= 2000),
  starts_at timestamptz,
  proposed_by uuid,
  organisation_id uuid,
  -- Taken for an edition, or put aside by those who run the series.
  state text not null default 'open' check (state in ('open', 'chosen', 'declined')),
  created_at timestamptz not null default now(),
  primary key (network_id, id),
  unique (network_id, series_id, id),
  foreign key (network_id, series_id) references afterwork_series (network_id, id) on delete cascade,
  foreign key (network_id, proposed_by) references person (network_id, id) on delete set null (proposed_by),
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id),
  check ((kind = 'date') = (starts_at is not null)),
  check (kind = 'date' or length(text) > 0)
);
create index afterwork_proposal_series on afterwork_proposal (network_id, series_id, kind, state);

-- One vote of a person for a proposal; organisations are counted, each once however many of its people voted.
create table afterwork_vote (
  network_id uuid not null,
  proposal_id uuid not null,
  person_id uuid not null,
  organisation_id uuid,
  primary key (network_id, proposal_id, person_id),
  foreign key (network_id, proposal_id) references afterwork_proposal (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade,
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id)
);

-- "I would like to meet": asked, agreed by the other, then led through its stages.
create table introduction (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  -- At which edition they met, where there was one.
  meeting_id uuid,
  asker_id uuid,
  asker_organisation_id uuid,
  asked_id uuid,
  asked_organisation_id uuid,
  message text not null default '' check (length(message) <= 2000),
  state text not null default 'asked' check (state in ('asked', 'agreed', 'declined', 'withdrawn', 'closed')),
  stage text not null default 'introduction' check (stage in ('introduction', 'conversation', 'synergy', 'joint_project')),
  -- Of a synergy or joint project: what it is, and the local authority it serves.
  title text not null default '' check (length(title) <= 300),
  description text not null default '' check (length(description) <= 10000),
  local_authority text not null default '' check (length(local_authority) <= 300),
  created_at timestamptz not null default now(),
  primary key (network_id, id),
  foreign key (network_id, meeting_id) references meeting (network_id, id) on delete set null (meeting_id),
  foreign key (network_id, asker_id) references person (network_id, id) on delete set null (asker_id),
  foreign key (network_id, asked_id) references person (network_id, id) on delete set null (asked_id),
  foreign key (network_id, asker_organisation_id) references membership (network_id, organisation_id),
  foreign key (network_id, asked_organisation_id) references membership (network_id, organisation_id),
  check (asker_id <> asked_id)
);
create index introduction_asker on introduction (network_id, asker_id);
create index introduction_asked on introduction (network_id, asked_id, state);
create unique index introduction_once on introduction (network_id, least(asker_id, asked_id), greatest(asker_id, asked_id))
  where state in ('asked', 'agreed') and asker_id is not null and asked_id is not null;

create table introduction_step (
  network_id uuid not null,
  introduction_id uuid not null,
  id uuid not null,
  stage text not null check (stage in ('introduction', 'conversation', 'synergy', 'joint_project', 'closed')),
  note text not null default '' check (length(note) <= 2000),
  person_id uuid,
  at timestamptz not null default now(),
  primary key (network_id, introduction_id, id),
  foreign key (network_id, introduction_id) references introduction (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id)
);

-- A tool or framework that an organisation took up: said by one of its people, with what shows it.
create table adoption (
  network_id uuid not null,
  series_id uuid not null,
  id uuid not null,
  organisation_id uuid not null,
  tool text not null check (length(tool) between 1 and 200),
  evidence text not null default '' check (length(evidence) <= 2000),
  person_id uuid,
  on_day date not null default current_date,
  primary key (network_id, id),
  unique (network_id, series_id, organisation_id, tool),
  foreign key (network_id, series_id) references afterwork_series (network_id, id) on delete cascade,
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id),
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id)
);

-- What those who came thought. Not anonymous, and said so: those who run it see who wrote what, the others sums alone.
create table satisfaction (
  network_id uuid not null,
  meeting_id uuid not null,
  registration_id uuid not null,
  rating smallint not null check (rating between 1 and 5),
  again boolean,
  liked text not null default '' check (length(liked) <= 2000),
  better text not null default '' check (length(better) <= 2000),
  answered_at timestamptz not null default now(),
  primary key (network_id, meeting_id, registration_id),
  foreign key (network_id, meeting_id, registration_id) references registration (network_id, meeting_id, id) on delete cascade
);

-- Who was asked what they thought: once.
create table satisfaction_request (
  network_id uuid not null,
  meeting_id uuid not null,
  registration_id uuid not null,
  asked_at timestamptz not null default now(),
  primary key (network_id, meeting_id, registration_id),
  foreign key (network_id, meeting_id, registration_id) references registration (network_id, meeting_id, id) on delete cascade
);

do $$
declare
  name text;
begin
  foreach name in array array['afterwork_series', 'afterwork_edition', 'afterwork_confirmation', 'afterwork_proposal',
    'afterwork_vote', 'introduction', 'introduction_step', 'adoption', 'satisfaction',
    'satisfaction_request']
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
create policy readers on afterwork_series for select to cordee_app
  using (network_id = app_network() and visibility = 'public');
create policy readers on afterwork_edition for select to cordee_app
  using (network_id = app_network() and exists (
    select from afterwork_series series
    where series.network_id = afterwork_edition.network_id and series.id = afterwork_edition.series_id
  ));

-- Series whose cycle is over, in every network: for the job that sees whether they go on. Nothing of them but where they are.
create function afterworks_due(most integer)
  returns table (network_id uuid, id uuid)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select series.network_id, series.id
  from afterwork_series series join network on network.id = series.network_id
  where series.state = 'active' and series.confirm_by < (now() at time zone network.time_zone)::date
  order by series.confirm_by, series.id limit most
$$;
revoke all on function afterworks_due from public;
grant execute on function afterworks_due to cordee_app;
create index afterwork_series_due on afterwork_series (confirm_by) where state = 'active';

-- One name however it is written: without accents, capitals, signs and double spaces.
create function afterwork_fold(name text) returns text
  language sql stable
as $$ select trim(regexp_replace(lower(unaccent(name)), '[^[:alnum:]]+', ' ', 'g')) $$;

-- What a counter of a series counts, organisation by organisation; for the two functions below alone. Aware: of which somebody
-- came to an edition that has been. One of the network counts once, however many of its people came to however many editions;
-- one that those who came only wrote is told by its name, and is the network's where that is the name of one.
create function afterwork_counted(series uuid, counter text)
  returns table (key text, id uuid, name text, times integer, first date)
  language sql stable
as $$
  with counted as (
    select s.counted_from, n.time_zone from afterwork_series s join network n on n.id = s.network_id
    where s.network_id = app_network() and s.id = $1
  ),
  came as (
    select r.meeting_id, (m.starts_at at time zone counted.time_zone)::date as day, r.organisation_id,
      r.organisation_name as written, afterwork_fold(r.organisation_name) as folded
    from counted
    join afterwork_edition e on e.network_id = app_network() and e.series_id = $1
    join meeting m on m.network_id = e.network_id and m.id = e.meeting_id
    join registration r on r.network_id = m.network_id and r.meeting_id = m.id
    where m.state in ('scheduled', 'held') and m.starts_at <= now()
      and (m.starts_at at time zone counted.time_zone)::date >= counted.counted_from
      and r.present and r.state <> 'withdrawn'
  ),
  written as (
    select distinct came.folded from came where came.organisation_id is null and came.folded <> ''
  ),
  named as (
    select written.folded, min(o.id::text)::uuid as id
    from written
    join membership on membership.network_id = app_network()
    join organisation o on o.id = membership.organisation_id and afterwork_fold(o.name) = written.folded
    group by written.folded
  ),
  told as (
    select coalesce(came.organisation_id, named.id) as id, came.folded, came.written, came.meeting_id, came.day
    from came left join named on came.organisation_id is null and named.folded = came.folded
    where came.organisation_id is not null or came.folded <> ''
  )
  select coalesce(told.id::text, told.folded), told.id, min(coalesce(o.name, told.written)),
    count(distinct told.meeting_id)::integer, min(told.day)
  from told left join organisation o on o.id = told.id
  where $2 = 'aware'
  group by coalesce(told.id::text, told.folded), told.id
  union all
  select a.organisation_id::text, a.organisation_id, o.name, count(*)::integer, min(a.on_day)
  from counted
  join adoption a on a.network_id = app_network() and a.series_id = $1 and a.on_day >= counted.counted_from
  join organisation o on o.id = a.organisation_id
  where $2 = 'adopted'
  group by a.organisation_id, o.name
$$;

-- The same for those inside: by the rights of the owner, since row by row under policies a name is compared with all others.
create function afterwork_organisations(series uuid, counter text)
  returns table (key text, id uuid, name text, times integer, first date)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$ select * from afterwork_counted($1, $2) where app_inside() $$;

-- How many, and nothing else: the public may know so much of the series it may read.
create function afterwork_counts(series uuid)
  returns table (aware integer, adopted integer, introductions integer, joint_projects integer, editions integer)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  with edition as (
    select e.meeting_id
    from afterwork_series s
    join network n on n.id = s.network_id
    join afterwork_edition e on e.network_id = s.network_id and e.series_id = s.id
    join meeting m on m.network_id = e.network_id and m.id = e.meeting_id
    where s.network_id = app_network() and s.id = $1 and m.state in ('scheduled', 'held') and m.starts_at <= now()
      and (m.starts_at at time zone n.time_zone)::date >= s.counted_from
  ),
  agreed as (
    select i.stage from introduction i
    where i.network_id = app_network() and i.meeting_id in (select edition.meeting_id from edition)
      and i.state in ('agreed', 'closed')
  )
  select
    (select count(*)::integer from afterwork_counted($1, 'aware')),
    (select count(*)::integer from afterwork_counted($1, 'adopted')),
    (select count(*)::integer from agreed),
    (select count(*)::integer from agreed where stage = 'joint_project'),
    (select count(*)::integer from edition)
  from afterwork_series s
  where s.network_id = app_network() and s.id = $1 and (app_inside() or s.visibility = 'public')
$$;

-- Editions of the day before and the fortnight, of which somebody who came was not asked what they thought: from nine in
-- the morning, where they were held. Of all networks, and nothing of them but where they are.
create function afterworks_to_ask(at timestamptz, most integer)
  returns table (network_id uuid, id uuid)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select m.network_id, m.id
  from meeting m join afterwork_edition e on e.network_id = m.network_id and e.meeting_id = m.id
  where m.state in ('scheduled', 'held') and m.ends_at between at - interval '15 days' and at
    and (at at time zone m.time_zone)::date > (m.ends_at at time zone m.time_zone)::date
    and (at at time zone m.time_zone)::time >= '09:00'
    and exists (
      select from registration r
      where r.network_id = m.network_id and r.meeting_id = m.id and r.present and r.state <> 'withdrawn'
        and r.person_id is not null
        and not exists (
          select from satisfaction_request q
          where q.network_id = r.network_id and q.meeting_id = r.meeting_id and q.registration_id = r.id
        )
    )
  order by m.ends_at, m.id limit most
$$;
create index introduction_meeting on introduction (network_id, meeting_id) where meeting_id is not null;

revoke all on function afterwork_fold, afterwork_counted, afterwork_organisations, afterwork_counts, afterworks_to_ask from public;
grant execute on function afterwork_organisations, afterwork_counts, afterworks_to_ask to cordee_app;

-- What somebody said goes with their account, and what still waited for an answer is over; what came of an introduction stays
-- with the other.
create function afterworks_forget_person() returns trigger
  language plpgsql security definer
  set search_path = public, pg_catalog, pg_temp
as $$
begin
  update introduction set message = '' where network_id = new.network_id and asker_id = new.id;
  update introduction set state = 'withdrawn'
    where network_id = new.network_id and asker_id = new.id and state = 'asked';
  update introduction set state = 'declined'
    where network_id = new.network_id and asked_id = new.id and state = 'asked';
  update introduction_step set note = '' where network_id = new.network_id and person_id = new.id;
  update satisfaction s set liked = '', better = ''
    from registration r
    where s.network_id = new.network_id and r.network_id = s.network_id and r.meeting_id = s.meeting_id
      and r.id = s.registration_id and r.person_id = new.id;
  delete from afterwork_vote where network_id = new.network_id and person_id = new.id;
  return null;
end
$$;
create trigger afterworks_forget_person after update of erased_at on person
  for each row when (new.erased_at is not null) execute function afterworks_forget_person();
revoke all on function afterworks_forget_person from public;
