-- What meetings wait for, as 0037 has it, but that whoever is to receive one is asked once it is announced.

create or replace function meetings_waiting(people uuid[], at timestamptz) returns setof waiting_row
  language plpgsql stable
as $$
#variable_conflict use_column
declare
  tenant uuid := app_network();
  zone text;
  today date;
  here uuid[];
  running uuid[];
  soon uuid[];
begin
  select w.zone, w.today, w.here, w.running into zone, today, here, running from waiting_here(people, $2) w;
  if here is null then
    return;
  end if;
  return query
    select meeting.host_person_id, 'meeting_host', meeting.id, null::text, meeting.title, null::text, null::integer,
      meeting.starts_at, meeting.created_at
    from meeting
    where meeting.network_id = tenant and meeting.host_person_id = any(here) and meeting.host_state = 'asked'
      and meeting.state = 'scheduled' and meeting.ends_at > $2;
  if exists (select from agenda_item item where item.network_id = tenant and item.state = 'proposed') then
    -- What participants would like to contribute: those who run the meeting say yes or no.
    return query
      with proposed as materialized (
        select item.meeting_id, count(*)::integer as number, max(item.id::text)::uuid as latest
        from agenda_item item
        where item.network_id = tenant and item.state = 'proposed'
        group by item.meeting_id
      )
      select one.id, 'contribution', meeting.id, null::text, meeting.title, null::text, proposed.number, meeting.starts_at,
        id_moment(proposed.latest)
      from proposed
      join meeting on meeting.network_id = tenant and meeting.id = proposed.meeting_id and meeting.state = 'scheduled'
        and meeting.starts_at > $2 - interval '31 days' and meeting.ends_at > $2
      cross join lateral (
        select unnest(running)
        union
        select person from unnest(array[meeting.created_by, meeting.host_person_id]) person where person = any(here)
        union
        select own.person_id from group_member own
        where own.network_id = tenant and own.group_id = meeting.group_id and own.role <> 'member'
          and own.person_id = any(here) and today between own.valid_from and coalesce(own.valid_until, 'infinity')
      ) one (id)
      order by meeting.starts_at limit 20 * cardinality(here);
  end if;
  if exists (select from date_poll poll where poll.network_id = tenant and poll.state = 'open') then
    -- When could we meet? Of a group its people are asked, of the network everyone.
    return query
      select asked.id, 'date_poll', poll.id, null::text, poll.title, g.name, null::integer, poll.closes_at, poll.created_at
      from (
        select one.id, p.id as poll_id
        from unnest(here) one (id)
        cross join (
          select open.id from date_poll open
          where open.network_id = tenant and open.state = 'open' and open.closes_at > $2 and open.group_id is null
          order by open.closes_at limit 20
        ) p
        union all
        select own.person_id, p.id
        from group_member own
        join date_poll p on p.network_id = tenant and p.group_id = own.group_id and p.state = 'open' and p.closes_at > $2
        where own.network_id = tenant and own.person_id = any(here)
          and today between own.valid_from and coalesce(own.valid_until, 'infinity')
      ) asked
      join date_poll poll on poll.network_id = tenant and poll.id = asked.poll_id
      left join network_group g on g.network_id = tenant and g.id = poll.group_id
      where not exists (
        select from date_answer answer
        where answer.network_id = tenant and answer.poll_id = poll.id and answer.person_id = asked.id
      );
    -- All have answered who will: a date is to be chosen.
    return query
      select one.id, 'date_choice', poll.id, null::text, poll.title, poll.place, null::integer, null::timestamptz, poll.closes_at
      from (
        select p.id, p.title, case when g.visibility <> 'group' then g.name end as place, p.group_id, p.created_by, p.closes_at
        from date_poll p
        left join network_group g on g.network_id = tenant and g.id = p.group_id
        where p.network_id = tenant and p.state = 'open' and p.closes_at <= $2
        order by p.closes_at desc limit 500
      ) poll
      cross join lateral (
        select unnest(running)
        union
        select poll.created_by where poll.created_by = any(here)
        union
        select own.person_id from group_member own
        where own.network_id = tenant and own.group_id = poll.group_id and own.role <> 'member'
          and own.person_id = any(here) and today between own.valid_from and coalesce(own.valid_until, 'infinity')
      ) one (id);
  end if;
  if exists (
    select from meeting m
    where m.network_id = tenant and m.starts_at between $2 - interval '45 days' and $2 + interval '7 days'
  ) then
    -- Minutes that were begun and not published. Of a group's meeting those who run the group, not all who run the network.
    return query
      select one.id, 'minutes', meeting.id, null::text, meeting.title, meeting.place, null::integer, null::timestamptz,
        meeting.ends_at
      from (
        select m.id, m.title, case when g.visibility <> 'group' then g.name end as place, m.group_id, m.created_by, m.ends_at
        from meeting m
        left join network_group g on g.network_id = tenant and g.id = m.group_id
        where m.network_id = tenant and m.starts_at between $2 - interval '45 days' and $2
          and m.ends_at between $2 - interval '31 days' and $2 and m.state in ('scheduled', 'held')
          and m.minutes_published_at is null and (octet_length(m.notes) > 0 or octet_length(m.minutes) > 0)
        order by m.starts_at desc limit 500
      ) meeting
      cross join lateral (
        select unnest(running) where meeting.group_id is null
        union
        select meeting.created_by where meeting.created_by = any(here)
        union
        select own.person_id from group_member own
        where own.network_id = tenant and own.group_id = meeting.group_id and own.role <> 'member'
          and own.person_id = any(here) and today between own.valid_from and coalesce(own.valid_until, 'infinity')
      ) one (id);
    -- What there is to read before a meeting of the next seven days, for those who come. An array: their registrations for these
    -- are looked up, and not all of them.
    select array_agg(m.id) into soon
    from meeting m
    where m.network_id = tenant and m.starts_at > $2 and m.starts_at <= $2 + interval '7 days' and m.state = 'scheduled'
      and octet_length(m.preparation) > 0;
    return query
      select one.id, 'preparation', meeting.id, null::text, meeting.title, case when g.visibility <> 'group' then g.name end,
        null::integer, meeting.starts_at, greatest(meeting.starts_at - interval '7 days', came.created_at)
      from unnest(here) one (id)
      join registration came on came.network_id = tenant and came.person_id = one.id and came.meeting_id = any(soon)
        and came.state = 'registered'
      join meeting on meeting.network_id = tenant and meeting.id = came.meeting_id
      left join network_group g on g.network_id = tenant and g.id = meeting.group_id;
  end if;
  if exists (select from group_member own where own.network_id = tenant and own.person_id = any(here)) then
    -- Do you come? Meetings of one's groups in the next fortnight. Those of a programme are asked about by the programme. What is
    -- not there is looked up one by one (`offset 0`): a plan made for all people would read all registrations.
    return query
      select own.person_id, 'registration', m.id, null::text, m.title, g.name, null::integer,
        coalesce(m.registration_until, m.starts_at), greatest(m.starts_at - interval '14 days', m.created_at)
      from unnest(here) one (id)
      join group_member own on own.network_id = tenant and own.person_id = one.id
        and today between own.valid_from and coalesce(own.valid_until, 'infinity')
      join network_group g on g.network_id = tenant and g.id = own.group_id and g.archived_at is null
      join meeting m on m.network_id = tenant and m.group_id = own.group_id and m.state = 'scheduled'
        and m.starts_at > $2 and m.starts_at <= $2 + interval '14 days' and coalesce(m.registration_until, m.starts_at) > $2
      where m.created_by is distinct from own.person_id and m.host_person_id is distinct from own.person_id
        and not exists (
          select from registration known
          where known.network_id = tenant and known.person_id = own.person_id and known.meeting_id = m.id offset 0
        )
        and not exists (
          select from programme_step step
          where step.network_id = tenant and step.meeting_id = m.id and step.dropped_at is null offset 0
        )
      order by m.starts_at limit 20 * cardinality(here);
  end if;
end
$$;
