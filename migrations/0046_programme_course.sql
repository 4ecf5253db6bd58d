-- Programmes: who may act for an organisation, who is late, what else changes their course; where answers to a mail go.

-- Where answers to what somebody wrote to somebody go: an address of theirs, which they gave for it.
alter table mail_message
  add column reply_to text check (reply_to ~ '^[!-~]+@[!-~]+$' and length(reply_to) <= 254);
create index mail_message_reply_to on mail_message (lower(reply_to)) where reply_to is not null;

-- Whoever erases their account is not answered any more either.
create or replace function mail_forget(account uuid) returns void
  language sql security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  delete from mail_preference where account_id = account and (account = app_account() or app_signing_in());
  update mail_message set reply_to = null
    where lower(reply_to) in (
      select lower(one.email) from account one where one.id = mail_forget.account
      union all
      select lower(person.email) from person where person.account_id = mail_forget.account and person.email is not null
    ) and (mail_forget.account = app_account() or app_signing_in());
  delete from mail_message where account_id = account and (account = app_account() or app_signing_in());
$$;

alter table programme_change drop constraint programme_change_kind_check;
alter table programme_change add constraint programme_change_kind_check check (
  kind in ('made', 'moved', 'paused', 'resumed', 'shortened', 'capsule_added', 'step_added', 'mode_changed', 'reordered', 'changed',
    'undone')
);

-- For which organisations people act in groups today: the one they are in a group for, else those of the group for which they
-- hold a mandate. A group may have somebody there for an organisation without a mandate for it; whose mandate for it is over,
-- no longer acts for it. Groups null: in all of theirs.
create or replace function programme_acting(people uuid[], groups uuid[])
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
    select coalesce(bool_or(own.valid_until < clock.today), false)
      and not bool_or(clock.today between own.valid_from and coalesce(own.valid_until, 'infinity')) as is_over
    from mandate own
    where own.network_id = app_network() and own.person_id = member.person_id and own.organisation_id = member.organisation_id
  ) mandated
  cross join lateral (
    select member.organisation_id where member.organisation_id is not null and not mandated.is_over
    union
    select mandate.organisation_id from mandate
    where (member.organisation_id is null or mandated.is_over) and mandate.network_id = app_network()
      and mandate.person_id = member.person_id and mandate.organisation_id is not null
      and clock.today between mandate.valid_from and coalesce(mandate.valid_until, 'infinity')
  ) acting
  join group_organisation present on present.network_id = app_network() and present.group_id = member.group_id
    and present.organisation_id = acting.organisation_id
    and clock.today between present.valid_from and coalesce(present.valid_until, 'infinity')
$$;

-- As 0038 has it, but for who is late, and asked like that of all other modules: its plan is kept, nothing is set anew, and a
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
  -- Organisations that are late with a step as `progress/attention.ts` has it: something of it lacks after its last day, or after the
  -- one that was agreed. What is done of a kind is asked where `programme_said`, `meetings_attended` and `tasks_done` ask.
  return query
    with led as materialized (
      select p.id, p.name, p.group_id, g.name as place, timezone(p.time_zone, $2)::date as day
      from programme p
      join network_group g on g.network_id = tenant and g.id = p.group_id and g.archived_at is null
      where p.network_id = tenant and p.state = 'running' and p.group_id in (
        select m.group_id from group_member m
        where m.network_id = tenant and m.person_id = any(here) and m.role <> 'member'
          and today between m.valid_from and coalesce(m.valid_until, 'infinity')
      )
    ),
    -- What is over, or was agreed to be by now; with the organisations that have done it. Lists are compared with no more than
    -- what one step is about, however many programmes there are.
    asked as materialized (
      select led.id, led.group_id, led.day, s.id as step_id, s.due_on, array(
          select said.organisation_id from programme_fulfilment said
          where said.network_id = tenant and said.expectation_id = expectation.id
        ) || case expectation.kind when 'attendance' then array(
          select came.organisation_id from registration came
          join meeting held on held.network_id = tenant and held.id = came.meeting_id and held.state <> 'cancelled'
          where came.network_id = tenant and came.meeting_id = s.meeting_id and came.organisation_id is not null
            and came.present and came.state <> 'withdrawn'
        ) when 'task' then array(
          select task.organisation_id from task
          where task.network_id = tenant and task.origin_id = expectation.id and task.organisation_id is not null
            and task.state = 'done'
        ) end as done, array(
          select agreed.organisation_id from programme_arrangement agreed
          where agreed.network_id = tenant and agreed.programme_id = led.id and agreed.step_id = s.id
        ) as arranged
      from led
      join programme_step s on s.network_id = tenant and s.programme_id = led.id and s.dropped_at is null
      join programme_expectation expectation on expectation.network_id = tenant and expectation.programme_id = led.id
        and expectation.step_id = s.id and not expectation.optional
      where s.due_on < led.day or exists (
        select from programme_arrangement agreed
        where agreed.network_id = tenant and agreed.programme_id = led.id and agreed.step_id = s.id
          and agreed.due_on < led.day
      )
    ),
    behind as (
      select asked.id, member.organisation_id, asked.due_on
      from asked
      join group_organisation member on member.network_id = tenant and member.group_id = asked.group_id
        and today between member.valid_from and coalesce(member.valid_until, 'infinity')
      where asked.due_on < asked.day and asked.due_on >= member.valid_from
        and member.organisation_id <> all(asked.done) and member.organisation_id <> all(asked.arranged)
      union all
      select asked.id, agreed.organisation_id, agreed.due_on
      from asked
      join programme_arrangement agreed on agreed.network_id = tenant and agreed.programme_id = asked.id
        and agreed.step_id = asked.step_id and agreed.kind = 'later' and agreed.due_on < asked.day
      join group_organisation member on member.network_id = tenant and member.group_id = asked.group_id
        and member.organisation_id = agreed.organisation_id
        and today between member.valid_from and coalesce(member.valid_until, 'infinity')
      where cardinality(asked.arranged) > 0 and agreed.organisation_id <> all(asked.done)
    ),
    counted as materialized (
      select behind.id, count(distinct behind.organisation_id)::integer as number, max(behind.due_on) as since
      from behind group by behind.id
    )
    select leader.person_id, 'programme_late', led.id, led.id::text, led.name, led.place, counted.number, null::timestamptz,
      timezone(zone, (counted.since + 1)::timestamp)
    from counted
    join led on led.id = counted.id
    join group_member leader on leader.network_id = tenant and leader.group_id = led.group_id and leader.person_id = any(here)
      and leader.role <> 'member' and today between leader.valid_from and coalesce(leader.valid_until, 'infinity');
end
$$;

-- Nobody else asked it.
drop function waiting_people;
