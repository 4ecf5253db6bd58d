-- How far a programme is: for whom people act in it, what an organisation proposes to catch up with, and the numbers that a
-- network lets those see that it belongs to.

-- Until when an organisation would like to catch up with a step; gone once it is answered.
create table programme_proposal (
  network_id uuid not null,
  programme_id uuid not null,
  step_id uuid not null,
  organisation_id uuid not null,
  due_on date not null,
  reason text not null default '' check (length(reason) <= 1000),
  proposed_by uuid,
  proposed_at timestamptz not null default now(),
  primary key (network_id, programme_id, step_id, organisation_id),
  foreign key (network_id, programme_id, step_id) references programme_step (network_id, programme_id, id) on delete cascade,
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id),
  foreign key (network_id, proposed_by) references person (network_id, id) on delete set null (proposed_by)
);

-- A shared programme in numbers, as its network wrote them down: no other network ever reads more of it. Of fewer than five
-- organisations there are none.
create table programme_count (
  network_id uuid not null,
  programme_id uuid not null,
  organisations integer check (organisations >= 5),
  steps integer not null,
  steps_over integer not null,
  done integer,
  due integer,
  present integer,
  held integer,
  counted_at timestamptz not null default now(),
  primary key (network_id, programme_id),
  foreign key (network_id, programme_id) references programme (network_id, id) on delete cascade,
  check (num_nulls(organisations, done, due, present, held) in (0, 5)),
  check (done <= due and present <= held)
);
create index programme_shared on programme (network_id, id) where shared;

do $$
declare
  name text;
begin
  foreach name in array array['programme_proposal', 'programme_count']
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

-- For which organisations people act in groups today: the one they are in a group for, else those of the group for which they
-- hold a mandate. Groups null: in all of theirs.
create function programme_acting(people uuid[], groups uuid[])
  returns table (group_id uuid, person_id uuid, organisation_id uuid)
  language sql stable
  set search_path = public, pg_catalog, pg_temp
as $$
  with clock as (select (now() at time zone time_zone)::date as today from network where id = app_network())
  select member.group_id, member.person_id, acting.organisation_id
  from clock
  join group_member member on member.network_id = app_network() and member.person_id = any(people)
    and (groups is null or member.group_id = any(groups))
    and clock.today between member.valid_from and coalesce(member.valid_until, 'infinity')
  cross join lateral (
    select member.organisation_id where member.organisation_id is not null
    union
    select mandate.organisation_id from mandate
    where member.organisation_id is null and mandate.network_id = member.network_id
      and mandate.person_id = member.person_id and mandate.organisation_id is not null
      and clock.today between mandate.valid_from and coalesce(mandate.valid_until, 'infinity')
  ) acting
  join group_organisation present on present.network_id = member.network_id and present.group_id = member.group_id
    and present.organisation_id = acting.organisation_id
    and clock.today between present.valid_from and coalesce(present.valid_until, 'infinity')
$$;

-- Shared programmes of the networks that belong today to the one at work, as they wrote them down.
create function affiliated_programmes() returns table (
    network_id uuid, programme_id uuid, name text, state text, starts_on date, ends_on date, organisations integer,
    steps integer, steps_over integer, done integer, due integer, present integer, held integer, counted_at timestamptz
  )
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  with member as (
    select distinct a.member_id as id
    from network own
    join affiliation a on a.parent_id = own.id and a.state = 'accepted'
      and (now() at time zone own.time_zone)::date between a.valid_from and coalesce(a.valid_until, 'infinity')
    where app_inside() and own.id = app_network()
  )
  select programme.network_id, programme.id, programme.name, programme.state, programme.starts_on, programme.ends_on,
    counted.organisations, counted.steps, counted.steps_over, counted.done, counted.due, counted.present, counted.held,
    counted.counted_at
  from member
  join programme on programme.network_id = member.id and programme.shared and programme.state <> 'undone'
  join programme_count counted on counted.network_id = programme.network_id and counted.programme_id = programme.id
$$;

-- Shared programmes whose numbers were not written down for a while, in every network: nothing of them but where they are.
create function programmes_to_count(before timestamptz, most integer)
  returns table (network_id uuid, id uuid)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select programme.network_id, programme.id
  from programme
  left join programme_count counted on counted.network_id = programme.network_id and counted.programme_id = programme.id
  where programme.shared and programme.state <> 'undone' and coalesce(counted.counted_at, '-infinity') < before
  order by programme.network_id, programme.id limit most
$$;

revoke all on function programme_acting, affiliated_programmes, programmes_to_count from public;
grant execute on function programme_acting, affiliated_programmes, programmes_to_count to cordee_app;

create index programme_step_meeting_day on programme_step (network_id, due_on) where meeting_id is not null and dropped_at is null;

-- What programmes wait for: readings and documents of steps that are open or were over a short while ago; whether one comes to
-- their meetings; what it was agreed to catch up with; and for those who run them, what organisations propose, and who is late.
-- Tasks show themselves.
create function programmes_waiting(people uuid[], at timestamptz) returns setof waiting_row
  language plpgsql stable
  set search_path = public, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  tenant uuid := app_network();
  zone text := (select n.time_zone from network n where n.id = app_network());
  today date := timezone(zone, $2)::date;
  here uuid[];
  running uuid[];
begin
  select w.here, w.running into here, running from waiting_people(people, today) w;
  if here is null then
    return;
  end if;
  return query
    with acting as materialized (
      select a.group_id, a.person_id, a.organisation_id from programme_acting(here, null) a
    ),
    underway as materialized (
      select p.id, p.name, p.group_id
      from programme p
      join network_group g on g.network_id = tenant and g.id = p.group_id and g.archived_at is null
      where p.network_id = tenant and p.state = 'running' and p.group_id in (select acting.group_id from acting)
    ),
    mine as materialized (
      select p.id as programme_id, p.group_id, s.id, s.title, capsule.title || ' – ' || s.title as place, s.opens_on, s.due_on,
        o.organisation_id, arrangement.due_on as until
      from underway p
      join programme_step s on s.network_id = tenant and s.programme_id = p.id and s.dropped_at is null and s.opens_on <= today
      join programme_capsule capsule on capsule.network_id = tenant and capsule.programme_id = p.id and capsule.id = s.capsule_id
      join (select distinct acting.group_id, acting.organisation_id from acting) o on o.group_id = p.group_id
      join group_organisation member on member.network_id = tenant and member.group_id = o.group_id
        and member.organisation_id = o.organisation_id
      left join programme_arrangement arrangement on arrangement.network_id = tenant and arrangement.programme_id = p.id
        and arrangement.step_id = s.id and arrangement.organisation_id = o.organisation_id
      where case
        when arrangement.kind = 'waived' then false
        when arrangement.kind = 'later' then arrangement.due_on >= today - 90
        else s.due_on >= today - 90 and s.due_on >= member.valid_from
      end
    ),
    lacking as (
      select mine.programme_id, mine.group_id, mine.id, mine.title, mine.place, mine.opens_on, mine.due_on, mine.until,
        mine.organisation_id, count(*)::integer as number, min(expectation.title) as thing
      from mine
      join programme_expectation expectation on expectation.network_id = tenant and expectation.programme_id = mine.programme_id
        and expectation.step_id = mine.id and not expectation.optional
        and (expectation.kind in ('reading', 'document') or mine.until is not null and expectation.kind = 'attendance')
      where not exists (
        select from programme_fulfilment said
        where said.network_id = tenant and said.expectation_id = expectation.id
          and said.organisation_id = mine.organisation_id
      ) and not (expectation.kind = 'attendance' and exists (
        select from programme_step held join registration came on came.network_id = tenant and came.meeting_id = held.meeting_id
          and came.organisation_id = mine.organisation_id and came.present and came.state <> 'withdrawn'
        where held.network_id = tenant and held.programme_id = mine.programme_id and held.id = mine.id
      ))
      group by mine.programme_id, mine.group_id, mine.id, mine.title, mine.place, mine.opens_on, mine.due_on, mine.until,
        mine.organisation_id
    )
    select acting.person_id, case when lacking.until is null then 'programme_step' else 'programme_catch_up' end, lacking.id,
      -- One thing is called by its name, several by their step.
      lacking.programme_id::text, case max(lacking.number) when 1 then min(lacking.thing) else lacking.title end,
      lacking.place, max(lacking.number),
      day_end(coalesce(lacking.until, lacking.due_on), zone), timezone(zone, lacking.opens_on::timestamp)
    from lacking
    join acting on acting.group_id = lacking.group_id and acting.organisation_id = lacking.organisation_id
    group by acting.person_id, lacking.id, lacking.programme_id, lacking.title, lacking.place, lacking.until, lacking.due_on,
      lacking.opens_on;
  -- Do you come? Of the next fortnight, where nobody of one's organisation has said so yet.
  return query
    with coming as materialized (
      select m.id, m.title, p.name, p.group_id, m.created_by, m.host_person_id, m.starts_at, m.created_at,
        coalesce(m.registration_until, m.starts_at) as until
      from programme_step s
      join programme p on p.network_id = tenant and p.id = s.programme_id and p.state = 'running'
      join meeting m on m.network_id = tenant and m.id = s.meeting_id and m.state = 'scheduled'
        and m.starts_at > $2 and m.starts_at <= $2 + interval '14 days' and coalesce(m.registration_until, m.starts_at) > $2
      join network_group g on g.network_id = tenant and g.id = p.group_id and g.archived_at is null
      where s.network_id = tenant and s.dropped_at is null and s.meeting_id is not null
        and s.due_on between today - 1 and today + 16
    )
    select member.person_id, 'programme_meeting', coming.id, null::text, coming.title, coming.name, null::integer, coming.until,
      greatest(coming.starts_at - interval '14 days', coming.created_at)
    from coming
    join group_member member on member.network_id = tenant and member.group_id = coming.group_id and member.person_id = any(here)
      and today between member.valid_from and coalesce(member.valid_until, 'infinity')
    where coming.created_by is distinct from member.person_id and coming.host_person_id is distinct from member.person_id
      and not exists (
        select from registration known
        where known.network_id = tenant and known.meeting_id = coming.id and known.person_id = member.person_id
      )
      and not exists (
        select from programme_acting(array[member.person_id], array[member.group_id]) acting
        join registration known on known.network_id = tenant and known.meeting_id = coming.id
          and known.organisation_id = acting.organisation_id and known.state <> 'withdrawn'
      );
  -- For those who run the group; where nobody does, for those who help to run the network.
  return query
    with proposed as materialized (
      select one.programme_id, count(*)::integer as number, max(one.proposed_at) as since
      from programme_proposal one where one.network_id = tenant group by one.programme_id limit 500
    ), led as (
      select proposed.number, proposed.since, p.id, p.name, g.name as place, array(
        select m.person_id from group_member m
        where m.network_id = tenant and m.group_id = g.id and m.role <> 'member'
          and today between m.valid_from and coalesce(m.valid_until, 'infinity')
      ) as leaders
      from proposed
      join programme p on p.network_id = tenant and p.id = proposed.programme_id and p.state in ('running', 'paused')
      join network_group g on g.network_id = tenant and g.id = p.group_id and g.archived_at is null
    )
    select one.id, 'programme_proposal', led.id, led.id::text, led.name, led.place, led.number, null::timestamptz, led.since
    from led join unnest(here) one (id)
      on one.id = any(led.leaders) or cardinality(led.leaders) = 0 and one.id = any(running);
  -- Organisations that lack what could be read or handed in a week ago and longer.
  return query
    with late as materialized (
      select p.id, p.name, p.group_id, g.name as place, member.organisation_id, max(s.due_on) as since
      from programme p
      join network_group g on g.network_id = tenant and g.id = p.group_id and g.archived_at is null
      join programme_step s on s.network_id = tenant and s.programme_id = p.id and s.dropped_at is null
        and s.due_on between today - 90 and today - 7
      join group_organisation member on member.network_id = tenant and member.group_id = p.group_id
        and member.valid_from <= s.due_on and coalesce(member.valid_until, 'infinity') >= today
      join programme_expectation expectation on expectation.network_id = tenant and expectation.programme_id = p.id
        and expectation.step_id = s.id and not expectation.optional and expectation.kind in ('reading', 'document')
      where p.network_id = tenant and p.state = 'running'
        and p.group_id in (
          select m.group_id from group_member m
          where m.network_id = tenant and m.person_id = any(here) and m.role <> 'member'
            and today between m.valid_from and coalesce(m.valid_until, 'infinity')
        )
        and not exists (
          select from programme_fulfilment said
          where said.network_id = tenant and said.expectation_id = expectation.id
            and said.organisation_id = member.organisation_id
        )
        and not exists (
          select from programme_arrangement arrangement
          where arrangement.network_id = tenant and arrangement.programme_id = p.id and arrangement.step_id = s.id
            and arrangement.organisation_id = member.organisation_id
        )
      group by p.id, p.name, p.group_id, g.name, member.organisation_id
    )
    select leader.person_id, 'programme_late', late.id, late.id::text, late.name, late.place,
      count(distinct late.organisation_id)::integer, null::timestamptz, timezone(zone, (max(late.since) + 7)::timestamp)
    from late
    join group_member leader on leader.network_id = tenant and leader.group_id = late.group_id and leader.person_id = any(here)
      and leader.role <> 'member' and today between leader.valid_from and coalesce(leader.valid_until, 'infinity')
    group by leader.person_id, late.id, late.name, late.place;
end
$$;
revoke all on function programmes_waiting from public;
grant execute on function programmes_waiting to cordee_app;
