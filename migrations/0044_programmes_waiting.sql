-- What programmes wait for, as 0038 has it, but asked like that of all other modules: its plan is kept, nothing is set anew, and a
-- network without programmes is not asked further.

create or replace function programmes_waiting(people uuid[], at timestamptz) returns setof waiting_row
  language plpgsql stable
as $$
#variable_conflict use_column
declare
  tenant uuid := app_network();
  zone text;
  today date;
  here uuid[];
  running uuid[];
begin
  -- Most networks have none under way: they are asked no further.
  if not exists (select from programme p where p.network_id = tenant and p.state in ('running', 'paused')) then
    return;
  end if;
  select w.zone, w.today, w.here, w.running into zone, today, here, running from waiting_here(people, $2) w;
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

drop function waiting_people;
