-- Collectives, what was left: who comes to every date of a series, whom a meeting was proposed to, and what visitors of
-- afterworks thought.

-- Who registered for a series: dates that are added to it later take them in as well, in the order in which they came.
create table series_registration (
  network_id uuid not null,
  series_id uuid not null,
  person_id uuid not null,
  organisation_id uuid,
  locale text not null default 'fr' check (locale in ('fr', 'en', 'es', 'pt')),
  attends text not null default 'place' check (attends in ('place', 'video')),
  access_needs text not null default '' check (length(access_needs) <= 1000),
  photo_consent boolean,
  -- Those they bring, by name.
  guests text[] not null default '{}' check (cardinality(guests) <= 10),
  since timestamptz not null default clock_timestamp(),
  primary key (network_id, series_id, person_id),
  foreign key (network_id, series_id) references meeting_series (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade,
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id)
);
create index series_registration_person on series_registration (network_id, person_id);

-- To whom a meeting was proposed by mail: nobody is asked twice.
create table meeting_invitation (
  network_id uuid not null,
  meeting_id uuid not null,
  person_id uuid not null,
  invited_by uuid,
  invited_at timestamptz not null default now(),
  primary key (network_id, meeting_id, person_id),
  foreign key (network_id, meeting_id) references meeting (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade,
  foreign key (network_id, invited_by) references person (network_id, id) on delete set null (invited_by)
);
create index meeting_invitation_person on meeting_invitation (network_id, person_id);
create index meeting_invitation_by on meeting_invitation (network_id, invited_by) where invited_by is not null;

do $$
declare
  name text;
begin
  foreach name in array array['series_registration', 'meeting_invitation']
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

-- What somebody said of themselves goes with their account; with their wish to come to what is added later.
create function series_forget_person() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp
as $$
begin
  delete from public.series_registration where network_id = new.network_id and person_id = new.id;
  return null;
end
$$;
create trigger series_forget_person after update of erased_at on person
  for each row when (new.erased_at is not null) execute function series_forget_person();
revoke all on function series_forget_person from public;

-- Visitors who came are asked as well, by the link of their registration.
create or replace function afterworks_to_ask(at timestamptz, most integer)
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
        and (r.person_id is not null or r.email is not null)
        and not exists (
          select from satisfaction_request q
          where q.network_id = r.network_id and q.meeting_id = r.meeting_id and q.registration_id = r.id
        )
    )
  order by m.ends_at, m.id limit most
$$;

-- Which organisations of affiliated networks, of those that may be taken over, new ones of an import seem to be, and by what:
-- their numbers and addresses are compared here and not told. Nothing is merged by this: people decide.
create function affiliated_resembling(import uuid, most integer)
  returns table (line integer, name text, id uuid, offered text, town text, network_id uuid, reason text, value text)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  with offered as materialized (
    select distinct on (a.id) a.id, a.network_id, o.name, o.name_folded, o.town,
      substring(lower(o.website) from '^(?:https?://)?(?:www[.])?([^/:?#]+)') as domain
    from affiliated_organisations() a join organisation o on o.id = a.id
    order by a.id, a.network_id
  ), given as materialized (
    select l.position, l.line, l.entry, l.entry -> 'organisation' ->> 'name' as name,
      substring(lower(l.entry -> 'organisation' ->> 'website') from '^(?:https?://)?(?:www[.])?([^/:?#]+)') as domain
    from organisation_import_line l
    where app_inside() and l.network_id = app_network() and l.import_id = import
      and l.state = 'ready' and l.decision = 'new' and exists (select from offered)
  ), alike as (
    select given.position, i.organisation_id as id, 1 as weight, i.scheme as reason, i.value
    from given
    cross join lateral jsonb_to_recordset(given.entry -> 'identifiers') as number (scheme text, value text)
    join organisation_identifier i on i.scheme = number.scheme and i.value = number.value and i.scheme <> 'other'
    union all
    select given.position, offered.id, 2, 'name', '' from given
    join offered on offered.name_folded = lower(unaccent(given.name))
    union all
    select given.position, offered.id, 3, 'website', given.domain from given join offered on offered.domain = given.domain
  )
  select distinct on (given.position) given.line, given.name, offered.id, offered.name, offered.town, offered.network_id,
    alike.reason, alike.value
  from alike
  join given on given.position = alike.position
  join offered on offered.id = alike.id
  order by given.position, alike.weight, offered.id
  limit most
$$;
revoke all on function affiliated_resembling from public;
grant execute on function affiliated_resembling to cordee_app;
