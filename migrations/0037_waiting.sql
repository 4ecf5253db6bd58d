-- What waits for people: to prepare, to answer, to confirm, to finish. One function for each module, all of one shape, so that
-- what waits in the whole network is asked in one statement, for one person as for hundreds (decision 0068).

create type waiting_row as (
  person_id uuid,
  -- As a module declares it in its manifest.
  kind text,
  -- What it is about, which with the kind says what it is: it is told once.
  subject_id uuid,
  -- What its address needs beside that.
  slug text,
  -- What it is called, and where it is at home.
  title text,
  place text,
  -- How many, of what is counted.
  number integer,
  -- The last moment; of a day, its last second where the network is. Null: it has no date.
  due_at timestamptz,
  -- Since when it waits; of what is counted, the latest.
  since timestamptz
);

-- The last second of a day, by the clocks of a zone.
create function day_end(day date, zone text) returns timestamptz
  language sql immutable parallel safe
  return timezone(zone, (day + 1)::timestamp) - interval '1 second';

-- When an id was made: its first 48 bits are milliseconds (RFC 9562, version 7).
create function id_moment(id uuid) returns timestamptz
  language sql immutable parallel safe
  return to_timestamp(('x' || substr(replace(id::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0);

-- The day it is where the network is, and its zone; of these people those at home in the network on that day, those who help
-- to run it, those who administer it: null where there are none. For the functions below, and those of other modules that tell what waits.
create function waiting_here(people uuid[], at timestamptz)
  returns table (zone text, today date, here uuid[], running uuid[], administering uuid[])
  language sql stable
as $$
  -- Plain, so that it becomes part of what asks it.
  select n.time_zone, timezone(n.time_zone, $2)::date,
    array_agg(distinct m.person_id) filter (where m.person_id is not null),
    array_agg(distinct m.person_id) filter (where m.role <> 'member'),
    array_agg(distinct m.person_id) filter (where m.role = 'administrator')
  from network n
  left join mandate m on m.network_id = n.id and m.person_id = any($1)
    and timezone(n.time_zone, $2)::date between m.valid_from and coalesce(m.valid_until, 'infinity')
  where n.id = app_network()
  group by n.id
$$;

-- The same of a day, for those who know it.
create function waiting_people(people uuid[], today date)
  returns table (here uuid[], running uuid[], administering uuid[])
  language sql stable
as $$
  select w.here, w.running, w.administering
  from network n cross join lateral waiting_here($1, timezone(n.time_zone, $2 + time '12:00')) w
  where n.id = app_network()
$$;

-- Of functions that are asked at every door, the plans are kept, and nothing is set anew: they run as whoever asks, and by
-- their path. What a network has none of is looked for once, and not for each.

create index agenda_item_proposed on agenda_item (network_id, meeting_id) where state = 'proposed';
create index date_poll_open on date_poll (network_id, closes_at) where state = 'open';
create index group_invitation_open on group_invitation (network_id) where state = 'waiting';
create index group_request_open on group_request (network_id, group_id) where state = 'waiting';

create function network_waiting(people uuid[], at timestamptz) returns setof waiting_row
  language plpgsql stable
as $$
#variable_conflict use_column
declare
  tenant uuid := app_network();
  zone text;
  today date;
  here uuid[];
  running uuid[];
  administering uuid[];
begin
  select w.zone, w.today, w.here, w.running, w.administering into zone, today, here, running, administering from waiting_here(people, $2) w;
  if administering is null then
    return;
  end if;
  return query
    select one.id, 'join_request', r.id, null::text, r.name, nullif(r.organisation_name, ''), null::integer,
      null::timestamptz, r.created_at
    from unnest(administering) one (id)
    cross join (
      select request.* from join_request request
      where request.network_id = tenant and request.state = 'waiting'
      order by request.created_at limit 20
    ) r;
  return query
    select one.id, 'affiliation', asked.id, null::text, asked.name, null::text, null::integer, null::timestamptz,
      asked.created_at
    from unnest(administering) one (id)
    cross join (
      select a.id, coalesce(n.name ->> n.locale, n.slug) as name, a.created_at
      from affiliation a join network n on n.id = a.network_id
      where a.other_id = tenant and a.state = 'asked'
      order by a.created_at limit 20
    ) asked;
end
$$;

create function groups_waiting(people uuid[], at timestamptz) returns setof waiting_row
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
  select w.zone, w.today, w.here, w.running into zone, today, here, running from waiting_here(people, $2) w;
  if here is null then
    return;
  end if;
  -- What is theirs to do, in groups they may know of.
  return query
    select one.id, 'task', t.id, null::text, t.title, t.place, null::integer, day_end(t.due_on, zone), t.created_at
    from unnest(here) one (id)
    cross join lateral (
      select task.id, task.title, task.due_on, task.created_at, g.name as place
      from task
      left join network_group g on g.network_id = task.network_id and g.id = task.group_id
      where task.network_id = tenant and task.owner_id = one.id and task.state = 'open'
        and (task.group_id is null or g.archived_at is null and (
          g.visibility <> 'group' or one.id = any(running) or exists (
            select from group_member own
            where own.network_id = tenant and own.group_id = task.group_id and own.person_id = one.id
              and today between own.valid_from and coalesce(own.valid_until, 'infinity')
          )
        ))
      order by task.due_on, task.id limit 200
    ) t;
  if exists (select from group_member own where own.network_id = tenant and own.person_id = any(here)) then
    -- What is an organisation's to do and nobody's in particular: whoever is in the group for it.
    return query
      select one.id, 'task', t.id, null::text, t.title, t.place, null::integer, day_end(t.due_on, zone), t.created_at
      from unnest(here) one (id)
      cross join lateral (
        select task.id, task.title, task.due_on, task.created_at, g.name as place
        from group_member own
        join network_group g on g.network_id = tenant and g.id = own.group_id and g.archived_at is null
        join task on task.network_id = tenant and task.group_id = own.group_id and task.state = 'open'
          and task.owner_id is null and task.organisation_id is not null
        where own.network_id = tenant and own.person_id = one.id
          and today between own.valid_from and coalesce(own.valid_until, 'infinity')
          and (task.organisation_id = own.organisation_id or exists (
            select from mandate m
            where m.network_id = tenant and m.person_id = one.id and m.organisation_id = task.organisation_id
              and today between m.valid_from and coalesce(m.valid_until, 'infinity')
          ))
        order by task.due_on, task.id limit 50
      ) t;
  end if;
  if exists (select from group_request request where request.network_id = tenant and request.state = 'waiting') then
    -- Who wants to come in: those who run the group are asked; where nobody does, those who help to run the network.
    return query
      with asking as materialized (
        select request.group_id, count(*)::integer as number, max(request.created_at) as since
        from group_request request
        where request.network_id = tenant and request.state = 'waiting'
        group by request.group_id order by max(request.created_at) desc limit 500
      ), asked as materialized (
        select asking.*, g.slug, g.name, array(
          select m.person_id from group_member m
          where m.network_id = tenant and m.group_id = g.id and m.role <> 'member'
            and today between m.valid_from and coalesce(m.valid_until, 'infinity')
            and exists (
              select from mandate
              where mandate.network_id = tenant and mandate.person_id = m.person_id
                and today between mandate.valid_from and coalesce(mandate.valid_until, 'infinity')
            )
        ) as leaders
        from asking join network_group g on g.network_id = tenant and g.id = asking.group_id and g.archived_at is null
      )
      select one.id, 'group_request', asked.group_id, asked.slug, asked.name, null::text, asked.number, null::timestamptz,
        asked.since
      from asked join unnest(here) one (id)
        on one.id = any(asked.leaders) or cardinality(asked.leaders) = 0 and one.id = any(running);
  end if;
  if exists (select from group_invitation i where i.network_id = tenant and i.state = 'waiting') then
    -- Whom a group invites: by their person, or by the invitation by which they came into the network (the log alone says whose).
    return query
      select invited.person_id, 'group_invitation', invited.id, g.slug, g.name, inviter.name, null::integer, null::timestamptz,
        invited.created_at
      from (
        select i.person_id, i.id, i.group_id, i.invited_by, i.created_at
        from group_invitation i
        where i.network_id = tenant and i.person_id = any(here) and i.state = 'waiting'
        union all
        select (entry.after ->> 'person_id')::uuid, i.id, i.group_id, i.invited_by, i.created_at
        from group_invitation i
        join invitation on invitation.network_id = tenant and invitation.id = i.invitation_id and invitation.accepted_at is not null
        join audit_entry entry on entry.network_id = tenant and entry.subject_type = 'invitation'
          and entry.subject_id = i.invitation_id::text and entry.action = 'invitation.accepted'
          and entry.after ->> 'person_id' = any(here::text[])
        where i.network_id = tenant and i.state = 'waiting' and i.invitation_id is not null
      ) invited
      join network_group g on g.network_id = tenant and g.id = invited.group_id and g.archived_at is null
      left join person inviter on inviter.network_id = tenant and inviter.id = invited.invited_by;
  end if;
end
$$;

create function meetings_waiting(people uuid[], at timestamptz) returns setof waiting_row
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
      and meeting.state in ('draft', 'scheduled') and meeting.ends_at > $2;
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

create function afterworks_waiting(people uuid[], at timestamptz) returns setof waiting_row
  language plpgsql stable
as $$
#variable_conflict use_column
declare
  tenant uuid := app_network();
  zone text;
  today date;
  here uuid[];
begin
  select w.zone, w.today, w.here into zone, today, here from waiting_here(people, $2) w;
  if here is null then
    return;
  end if;
  return query
    select i.asked_id, 'introduction', i.id, null::text, asker.name, organisation.name, null::integer, null::timestamptz,
      i.created_at
    from introduction i
    join person asker on asker.network_id = tenant and asker.id = i.asker_id
    left join organisation on organisation.id = i.asker_organisation_id
    where i.network_id = tenant and i.asked_id = any(here) and i.state = 'asked'
    order by i.id limit 20 * cardinality(here);
  if not exists (select from afterwork_series series where series.network_id = tenant) then
    return;
  end if;
  -- A fortnight before a series lapses: those who have wanted it before, while too few want the next.
  return query
    select before.person_id, 'series_lapsing', series.id, series.slug, series.name, null::text, null::integer,
      day_end(series.confirm_by, zone), day_end(series.confirm_by - 15, zone)
    from afterwork_series series
    join (
      select distinct c.series_id, c.person_id from afterwork_confirmation c
      where c.network_id = tenant and c.person_id = any(here)
    ) before on before.series_id = series.id
    where series.network_id = tenant and series.state = 'active' and series.confirm_by <= today + 14
      and series.confirmations > (
        select count(*) from afterwork_confirmation said
        where said.network_id = tenant and said.series_id = series.id and said.cycle = series.confirm_by
      )
      and not exists (
        select from afterwork_confirmation own
        where own.network_id = tenant and own.series_id = series.id and own.cycle = series.confirm_by
          and own.person_id = before.person_id
      )
      and not exists (
        select from afterwork_edition edition
        join meeting on meeting.network_id = tenant and meeting.id = edition.meeting_id
        where edition.network_id = tenant and edition.series_id = series.id
          and meeting.state = 'scheduled' and meeting.starts_at > $2
      );
  -- What one thought of the editions of the last fortnight to which one came.
  return query
    select came.person_id, 'opinion', meeting.id, null::text, meeting.title, null::text, null::integer, null::timestamptz,
      meeting.ends_at
    from meeting
    join afterwork_edition edition on edition.network_id = tenant and edition.meeting_id = meeting.id
    join registration came on came.network_id = tenant and came.meeting_id = meeting.id and came.present
      and came.state <> 'withdrawn' and came.person_id = any(here)
    where meeting.network_id = tenant and meeting.state in ('scheduled', 'held')
      and meeting.starts_at between $2 - interval '30 days' and $2 and meeting.ends_at between $2 - interval '15 days' and $2
      and not exists (
        select from satisfaction said
        where said.network_id = tenant and said.meeting_id = came.meeting_id and said.registration_id = came.id
      );
end
$$;

drop function commons_waiting(uuid, boolean);
create function commons_waiting(people uuid[], at timestamptz) returns setof waiting_row
  language plpgsql stable
as $$
#variable_conflict use_column
declare
  tenant uuid := app_network();
  zone text;
  today date;
  here uuid[];
  running uuid[];
  reviewing uuid[];
begin
  select w.zone, w.today, w.here, w.running into zone, today, here, running from waiting_here(people, $2) w;
  if here is null then
    return;
  end if;
  if exists (select from commons_author own where own.network_id = tenant and own.person_id = any(here)) then
    -- Pages they write in which something is not published yet: the three written in last.
    return query
      select one.id, 'draft', page.id, null::text, page.title, null::text, page.pending, null::timestamptz, id_moment(page.id)
      from unnest(here) one (id)
      cross join lateral (
        select document.id, document.title, (
          select count(*)::integer from commons_answer answer
          where answer.network_id = tenant and answer.document_id = document.id
        ) as pending
        from commons_document document
        -- An array: whoever it is for, their pages are looked up, and not all pages of the network by when.
        where document.network_id = tenant and document.id = any(array(
          select own.document_id from commons_author own
          where own.network_id = tenant and own.person_id = one.id
        )) and exists (
          select from commons_answer answer
          where answer.network_id = tenant and answer.document_id = document.id
        )
        order by document.written_at desc, document.id desc limit 3
      ) page;
    -- Consents of their pages that run out within a month, or have run out and are not settled: one line for each page.
    return query
      select own.person_id, 'consent', document.id, null::text, document.title, null::text, count(*)::integer,
        day_end(min(consent.valid_until), zone), day_end(min(consent.valid_until) - 31, zone)
      from commons_author own
      join commons_consent consent on consent.network_id = tenant and consent.document_id = own.document_id
      join commons_document document on document.network_id = tenant and document.id = own.document_id
      where own.network_id = tenant and own.person_id = any(here) and consent.settled_at is null
        and (consent.ended_at is not null or consent.valid_until < today + 30)
      group by own.person_id, document.id, document.title;
  end if;
  if exists (select from commons_review review where review.network_id = tenant and review.decision is null) then
    -- As 'mayReview' has it.
    select array_agg(reviewer.person_id) into reviewing from commons_reviewer reviewer where reviewer.network_id = tenant;
    if reviewing is null then
      reviewing := running;
  end if;
  return query
    select one.id, 'review', tenant, null::text, null::text, null::text, asked.number, null::timestamptz, asked.since
    from unnest(here) one (id)
    cross join lateral (
      select count(*)::integer as number, max(review.asked_at) as since
      from commons_review review
      where review.network_id = tenant and review.decision is null and not exists (
        select from commons_author mine
        where mine.network_id = tenant and mine.document_id = review.document_id and mine.person_id = one.id
      )
    ) asked
    where one.id = any(reviewing) and asked.number > 0;
  end if;
  return query
    select one.id, 'news', one.id, null::text, null::text, null::text, came.number, null::timestamptz, came.since
    from unnest(here) one (id)
    join commons_follower follower on follower.network_id = tenant and follower.person_id = one.id
    cross join lateral (
      select count(distinct (news.item_id, news.version))::integer as number, max(news.at) as since
      from commons_news news
      where news.network_id = tenant and news.person_id = one.id and news.at > follower.looked_at
        and exists (
          select from commons_item item where item.network_id = tenant and item.id = news.item_id
        )
    ) came
    where came.number > 0;
end
$$;

create function threads_waiting(people uuid[], at timestamptz) returns setof waiting_row
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
  select w.zone, w.today, w.here, w.running into zone, today, here, running from waiting_here(people, $2) w;
  if here is null then
    return;
  end if;
  if not exists (select from thread where thread.network_id = tenant) then
    return;
  end if;
  return query
    with heard as (
      -- What they follow or have opened…
      select follower.person_id, follower.thread_id, follower.seen_id, coalesce(follower.wish, 'all') as wish
      from thread_follower follower
      where follower.network_id = tenant and follower.person_id = any(here)
      union all
      -- … what they were called to by name…
      select distinct mention.person_id, message.thread_id, null::uuid, 'mentions'
      from thread_mention mention
      join thread_message message on message.network_id = tenant and message.id = mention.message_id
      where mention.network_id = tenant and mention.person_id = any(here) and message.created_at > $2 - interval '60 days'
        and not exists (
          select from thread_follower follower
          where follower.network_id = tenant and follower.thread_id = message.thread_id
            and follower.person_id = mention.person_id
        )
      union all
      -- … and what is said in their groups.
      select own.person_id, thread.id, null::uuid, 'all'
      from group_member own
      join thread on thread.network_id = tenant and thread.subject_type = 'group' and thread.subject_id = own.group_id
      where own.network_id = tenant and own.person_id = any(here)
        and today between own.valid_from and coalesce(own.valid_until, 'infinity')
        and not exists (
          select from thread_follower follower
          where follower.network_id = tenant and follower.thread_id = thread.id and follower.person_id = own.person_id
        )
    ), unread as (
      select heard.person_id, heard.thread_id, called.name as caller, called.id as called_id,
        coalesce(called.id, latest.id) as latest_id
      from heard
      left join lateral (
        select message.id, author.name
        from thread_mention mention
        join thread_message message on message.network_id = tenant and message.id = mention.message_id
          and message.thread_id = heard.thread_id and message.removed_at is null
        left join person author on author.network_id = tenant and author.id = message.person_id and author.erased_at is null
        where mention.network_id = tenant and mention.person_id = heard.person_id
          and message.person_id is distinct from heard.person_id
          and (heard.seen_id is null or message.id > heard.seen_id) and message.created_at > $2 - interval '60 days'
        order by message.id desc limit 1
      ) called on heard.wish <> 'none'
      left join lateral (
        select message.id from thread_message message
        where message.network_id = tenant and message.thread_id = heard.thread_id and message.removed_at is null
          and message.person_id is distinct from heard.person_id and message.created_at > $2 - interval '30 days'
          and (heard.seen_id is null or message.id > heard.seen_id)
        order by message.id desc limit 1
      ) latest on heard.wish = 'all'
      where called.id is not null or latest.id is not null
    ), seen as (
      -- What it is about, for those who may still know of it; every kind of thing that people speak about stands here.
      select distinct on (unread.person_id, unread.thread_id) unread.person_id, thread.subject_type, thread.subject_id,
        unread.caller, unread.called_id, unread.latest_id, subject.title
      from unread
      join thread on thread.network_id = tenant and thread.id = unread.thread_id and thread.closed_at is null
      cross join lateral (
        select g.name as title, g.id as group_id, true as known from network_group g
        where thread.subject_type = 'group' and g.network_id = tenant and g.id = thread.subject_id
        union all
        select task.title, task.group_id,
          task.group_id is not null or unread.person_id in (task.owner_id, task.created_by) or unread.person_id = any(running)
        from task where thread.subject_type = 'task' and task.network_id = tenant and task.id = thread.subject_id
        union all
        select d.title, d.group_id, true from deliverable d
        where thread.subject_type = 'deliverable' and d.network_id = tenant and d.id = thread.subject_id
        union all
        select m.title, case when m.visibility = 'group' then m.group_id end, m.state <> 'draft' from meeting m
        where thread.subject_type = 'meeting' and m.network_id = tenant and m.id = thread.subject_id
        union all
        select other.name, null, i.state in ('agreed', 'closed') from introduction i
        join person other on other.network_id = tenant and other.id in (i.asker_id, i.asked_id)
          and other.id <> unread.person_id
        where thread.subject_type = 'introduction' and i.network_id = tenant and i.id = thread.subject_id
          and unread.person_id in (i.asker_id, i.asked_id)
      ) subject
      left join network_group g on g.network_id = tenant and g.id = subject.group_id
      where subject.known and (g.id is null or g.visibility <> 'group' or unread.person_id = any(running) or exists (
        select from group_member own
        where own.network_id = tenant and own.group_id = g.id and own.person_id = unread.person_id
          and today between own.valid_from and coalesce(own.valid_until, 'infinity')
      ))
      order by unread.person_id, unread.thread_id, unread.called_id nulls last
    ), ranked as (
      select seen.*, row_number() over (partition by seen.person_id, seen.called_id is null order by seen.latest_id desc) as place,
        count(*) over (partition by seen.person_id, seen.called_id is null)::integer as number
      from seen
    )
    select ranked.person_id, case when ranked.called_id is null then 'discussion' else 'mention' end, ranked.subject_id,
      ranked.subject_type, ranked.title, ranked.caller, case when ranked.called_id is null then ranked.number end,
      null::timestamptz, id_moment(ranked.latest_id)
    from ranked
    -- By name, each; the others are counted, and the latest leads to them.
    where ranked.place <= case when ranked.called_id is null then 1 else 20 end;
end
$$;

revoke all on function waiting_here, waiting_people, network_waiting, groups_waiting, meetings_waiting, afterworks_waiting, commons_waiting,
  threads_waiting from public;
grant execute on function day_end, id_moment, waiting_here, waiting_people, network_waiting, groups_waiting, meetings_waiting,
  afterworks_waiting, commons_waiting, threads_waiting to cordee_app;

-- What somebody does not want to see among what waits, nor in the digest of it; in all their networks.
create table waiting_silence (
  account_id uuid not null references account (id) on delete cascade,
  kind text not null check (kind ~ '^[a-z][a-z_]*$' and length(kind) <= 60),
  since timestamptz not null default now(),
  primary key (account_id, kind)
);
alter table waiting_silence enable row level security;
alter table waiting_silence force row level security;
create policy owner on waiting_silence to current_user using (true) with check (true);
create policy own on waiting_silence to cordee_app
  using (account_id = app_account()) with check (account_id = app_account());
grant select, insert, delete on waiting_silence to cordee_app;

-- What a digest told somebody of: once when it is new, once when it is due soon, once when it is late.
create table waiting_told (
  network_id uuid not null,
  person_id uuid not null,
  kind text not null,
  subject_id uuid not null,
  stage text not null check (stage in ('new', 'soon', 'late')),
  -- Told anew where its date was moved since, or more has come to what is counted.
  due_at timestamptz,
  told_at timestamptz not null,
  primary key (network_id, person_id, kind, subject_id, stage),
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade
);
create index waiting_told_at on waiting_told (told_at);
alter table waiting_told enable row level security;
alter table waiting_told force row level security;
create policy owner on waiting_told to current_user using (true) with check (true);
create policy tenant on waiting_told to cordee_app
  using (network_id = app_network() and app_inside()) with check (network_id = app_network() and app_inside());
grant select, insert, update on waiting_told to cordee_app;

-- When each account was last looked at for a digest: it is due again when a Monday (or a day) has come to seven o'clock since.
create table waiting_digest (
  account_id uuid primary key references account (id) on delete cascade,
  -- One of their networks: those of one network are taken together.
  near_id uuid not null,
  looked_at timestamptz not null
);
create index waiting_digest_near on waiting_digest (near_id, account_id);
alter table waiting_digest enable row level security;
alter table waiting_digest force row level security;
create policy owner on waiting_digest to current_user using (true) with check (true);
-- Nobody is written to in the middle of a week because this file came.
insert into waiting_digest (account_id, near_id, looked_at)
  select account_id, min(network_id::text)::uuid, now() from person where account_id is not null group by account_id;

-- The last seven o'clock in the morning before a moment, in a time zone; weekly, that of a Monday.
create function waiting_slot(at timestamptz, zone text, cadence text) returns timestamptz
  language plpgsql stable
  set search_path = public, pg_catalog, pg_temp
as $$
begin
  return timezone(zone, date_trunc(case cadence when 'weekly' then 'week' else 'day' end, timezone(zone, at) - interval '7 hours')
    + interval '7 hours');
exception when invalid_parameter_value then
  -- A zone that this database does not know must not hold up the others.
  return waiting_slot(at, 'UTC', cadence);
end
$$;

-- The accounts whose digest is due: weekly unless they said otherwise. What o'clock it is, is worked out once for each zone.
create function waiting_digests_due(at timestamptz) returns setof uuid
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  with slot as materialized (
    select zone.time_zone, wish.cadence, waiting_slot($1, zone.time_zone, wish.cadence) as at
    from (select distinct time_zone from account) zone cross join (values ('daily'), ('weekly')) wish (cadence)
  )
  select d.account_id
  from waiting_digest d
  join account a on a.id = d.account_id
  left join mail_preference p on p.account_id = a.id and p.kind = 'waiting'
  join slot on slot.time_zone = a.time_zone
    and slot.cadence = case coalesce(p.cadence, 'weekly') when 'now' then 'daily' else coalesce(p.cadence, 'weekly') end
  where d.looked_at < slot.at
$$;

-- Those who have come since. New ones are written to on the next day for it.
create function waiting_digests_enrol() returns void
  language sql volatile security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  insert into waiting_digest (account_id, near_id, looked_at)
    select p.account_id, min(p.network_id::text)::uuid, greatest(min(p.created_at), min(a.created_at))
    from person p join account a on a.id = p.account_id
    where not exists (select from waiting_digest d where d.account_id = p.account_id)
    group by p.account_id
    on conflict do nothing
$$;

-- Takes some of them, whom nobody else takes at the same time; kept with what is written to them, or not at all. With the
-- last look at them, and the kinds they do not want to see. For the platform alone, whose mail a digest is.
create function waiting_digests_take(at timestamptz, most integer, besides uuid[])
  returns table (
    account_id uuid, address text, name text, locale text, time_zone text, since timestamptz, silenced text[]
  )
  language plpgsql volatile security definer
  set search_path = public, pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  if app_network() is distinct from '00000000-0000-0000-0000-000000000000'::uuid or not app_inside() then
    raise exception 'Digests are made by the platform';
  end if;
  return query
  with due as (
    select d.account_id, d.looked_at
    from waiting_digest d
    where d.account_id in (select waiting_digests_due(at)) and d.account_id <> all(besides)
    order by d.near_id, d.account_id
    limit most
    for update of d skip locked
  ), taken as (
    update waiting_digest d set looked_at = $1 from due where d.account_id = due.account_id
    returning d.account_id, due.looked_at
  )
  select a.id, a.email, a.name, a.locale, a.time_zone, taken.looked_at,
    array(select s.kind from waiting_silence s where s.account_id = a.id)
  from taken join account a on a.id = taken.account_id;
end
$$;

-- Where these accounts are at home today, and as whom.
create function waiting_homes(accounts uuid[])
  returns table (
    account_id uuid, network_id uuid, person_id uuid, slug text, network_name jsonb, network_locale text, time_zone text
  )
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select p.account_id, p.network_id, p.id, n.slug, n.name, n.locale, n.time_zone
  from person p join network n on n.id = p.network_id
  where p.account_id = any(accounts) and exists (
    select from mandate m
    where m.network_id = p.network_id and m.person_id = p.id
      and timezone(n.time_zone, now())::date between m.valid_from and coalesce(m.valid_until, 'infinity')
  )
  order by p.network_id
$$;

-- Where that leads of which these accounts had mail: a digest need not say it again.
create function waiting_mailed(accounts uuid[], since timestamptz) returns table (account_id uuid, url text)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select distinct m.account_id, m.params ->> 'url'
  from mail_message m
  where m.network_id = app_network() and app_inside() and m.account_id = any(accounts) and m.created_at > since
    and m.state in ('waiting', 'outbox', 'sent', 'gathered') and m.params ? 'url'
$$;

-- Told so long ago that it may be told again.
create function waiting_forget(at timestamptz) returns void
  language sql volatile security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  delete from waiting_told where told_at < at - interval '400 days'
$$;

-- Takes what is held for these accounts into the digest given for each, as `mail_gather` does for one.
create function mail_gather_all(accounts uuid[], digests uuid[], at timestamptz)
  returns table (
    account_id uuid, network_id uuid, network_name jsonb, network_locale text, address text, name text, locale text,
    time_zone text, kind text, template text, params jsonb, secrets jsonb, base_url text, created_at timestamptz
  )
  language plpgsql security definer
  set search_path = public, pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  if app_network() is distinct from '00000000-0000-0000-0000-000000000000'::uuid or not app_inside() then
    raise exception 'Digests are made by the platform';
  end if;
  update mail_message m
    set state = 'silenced', secrets = null, error = 'silenced'
    where m.account_id = any(accounts) and m.state = 'held' and m.due_at <= at
      and exists (
        select from mail_preference p where p.account_id = m.account_id and p.kind = m.kind and p.cadence = 'never'
      );
  update mail_message m
    set digest_id = wanted.digest
    from unnest(accounts, digests) wanted (account, digest)
    where m.account_id = wanted.account and m.state = 'held' and m.due_at <= at;
  return query
    select m.account_id, m.network_id, n.name, n.locale, m.address, m.name, m.locale, m.time_zone, m.kind, m.template,
      m.params, m.secrets, m.base_url, m.created_at
    from mail_message m left join network n on n.id = m.network_id
    where m.account_id = any(accounts) and m.state = 'held' and m.digest_id = any(digests)
    order by m.created_at, m.id;
  update mail_message m
    set state = 'gathered', secrets = null
    where m.account_id = any(accounts) and m.state = 'held' and m.digest_id = any(digests);
end
$$;

-- Whose digest of what waits is due gets what is held along with it: one mail, not two (decision 0069). Where that does not
-- come within the hour, what is held goes by itself.
create or replace function mail_accounts_due(at timestamptz) returns setof uuid
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select m.account_id from mail_message m
  where m.state = 'held' and m.due_at <= at
    and (m.due_at <= at - interval '1 hour' or m.account_id not in (select waiting_digests_due(at)))
  group by m.account_id
  order by min(m.due_at)
  limit 200
$$;

revoke all on function waiting_slot, waiting_digests_due, waiting_digests_enrol, waiting_digests_take, waiting_homes,
  waiting_mailed, waiting_forget, mail_gather_all from public;
grant execute on function waiting_digests_enrol, waiting_digests_take, waiting_homes, waiting_mailed, waiting_forget,
  mail_gather_all to cordee_app;

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
    execute format('alter table %I add constraint %I check (kind in (%s, ''waiting''))', name, name || '_kind_check', kinds);
  end loop;
end
$$;
