-- Networks that belong to others: a federation and its regions, a continental network and its national ones.

create table affiliation (
  -- The network that asked.
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  -- The one it asked, by the address that was typed. Null where that leads to no network: whoever asks is not told which.
  address text not null check (length(address) between 1 and 63),
  other_id uuid references network (id) on delete set null,
  -- Which of the two is to belong to the other: whoever asked, or whoever was asked.
  asked_as text not null check (asked_as in ('member', 'parent')),
  member_id uuid generated always as (case asked_as when 'member' then network_id else other_id end) stored,
  parent_id uuid generated always as (case asked_as when 'parent' then network_id else other_id end) stored,
  kind text not null check (kind in ('region', 'national', 'local', 'partner')),
  -- On which level the one that belongs works.
  level text not null check (level in ('continental', 'national', 'regional', 'local')),
  -- What it is entrusted with, in words.
  mandate text not null default '' check (length(mandate) <= 2000),
  valid_from date not null,
  valid_until date,
  state text not null default 'asked' check (state in ('asked', 'accepted', 'declined', 'withdrawn')),
  created_at timestamptz not null default now(),
  answered_at timestamptz,
  primary key (network_id, id),
  check (other_id <> network_id),
  check (valid_until >= valid_from)
);
create unique index affiliation_waiting on affiliation (network_id, address) where state = 'asked';
create index affiliation_other on affiliation (other_id) where other_id is not null;
create index affiliation_member on affiliation (member_id) where state = 'accepted';
create index affiliation_parent on affiliation (parent_id) where state = 'accepted';

alter table affiliation enable row level security;
alter table affiliation force row level security;
create policy owner on affiliation to current_user using (true) with check (true);
-- Those at work in either of the two; everyone what both agreed on, where both are public.
create policy sides on affiliation for select to cordee_app
  using (app_inside() and app_network() in (network_id, other_id));
create policy shown on affiliation for select to cordee_app
  using (
    state = 'accepted'
    and exists (select from network where network.id = affiliation.network_id and visibility = 'public')
    and exists (select from network where network.id = affiliation.other_id and visibility = 'public')
  );
create policy asked on affiliation for insert to cordee_app
  with check (network_id = app_network() and app_inside() and state = 'asked');
create policy answered on affiliation for update to cordee_app
  using (app_inside() and app_network() in (network_id, other_id))
  with check (app_inside() and app_network() in (network_id, other_id));
grant select, insert on affiliation to cordee_app;
grant update (state, valid_until, answered_at) on affiliation to cordee_app;

-- What a policy cannot say, since it sees the row before or after and never both: whoever was asked answers, whoever
-- asked takes back (what was declined as well: a private network does not say so), and either ends, earlier than it was to.
create function affiliation_moves() returns trigger
  language plpgsql
  set search_path = public, pg_catalog, pg_temp
as $$
begin
  if new.valid_until is not distinct from old.valid_until and (
    (old.state = 'asked' and new.state in ('accepted', 'declined') and app_network() = old.other_id)
    or (old.state in ('asked', 'declined') and new.state = 'withdrawn' and app_network() = old.network_id)
  ) then
    return new;
  end if;
  if old.state = 'accepted' and new.state = 'accepted' and new.valid_until <= coalesce(old.valid_until, 'infinity') then
    return new;
  end if;
  raise exception 'not for this network to change' using errcode = 'insufficient_privilege';
end
$$;
create trigger affiliation_moves before update on affiliation
  for each row when (current_user = 'cordee_app') execute function affiliation_moves();

-- Whether a network would come to belong to itself, through others, if it belonged to the parent in that time; of the
-- affiliations that whoever asks can see.
create function affiliation_circle(member uuid, parent uuid, since date, until date) returns boolean
  language sql stable
  set search_path = public, pg_catalog, pg_temp
as $$
  with recursive above (id, span) as (
    select parent, daterange(since, until, '[]')
    union
    select a.parent_id, above.span * daterange(a.valid_from, a.valid_until, '[]')
    from above
    join affiliation a on a.member_id = above.id
    where a.state = 'accepted' and a.parent_id is not null
      and above.span && daterange(a.valid_from, a.valid_until, '[]')
  )
  select exists (select from above where id = member)
$$;

-- The same of all affiliations, for one of the two when it answers.
create function affiliation_circle_anywhere(member uuid, parent uuid, since date, until date) returns boolean
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select app_inside() and app_network() in (member, parent) and affiliation_circle(member, parent, since, until)
$$;

-- What a network lets those affiliated with it have; nothing, where it said nothing.
create table network_sharing (
  network_id uuid primary key references network (id) on delete cascade,
  -- Its organisations may be taken over, as the organisations they are.
  organisations boolean not null default false,
  -- Which of its numbers those see to whom it belongs.
  numbers text[] not null default '{}'
    check (numbers <@ array['organisations', 'people', 'groups', 'meetings'])
);
alter table network_sharing enable row level security;
alter table network_sharing force row level security;
create policy owner on network_sharing to current_user using (true) with check (true);
create policy tenant on network_sharing to cordee_app
  using (network_id = app_network() and app_inside()) with check (network_id = app_network() and app_inside());
grant select, insert, update on network_sharing to cordee_app;

-- The networks affiliated today with the one at work, on either side, and whether both let organisations be taken over.
create function affiliated_today() returns table (network_id uuid, shares_organisations boolean)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select distinct other.id,
    coalesce((select s.organisations from network_sharing s where s.network_id = other.id), false)
    and coalesce((select s.organisations from network_sharing s where s.network_id = own.id), false)
  from network own
  join affiliation a on own.id in (a.network_id, a.other_id)
  join network other on other.id in (a.network_id, a.other_id) and other.id <> own.id
  where app_inside() and own.id = app_network() and a.state = 'accepted'
    and (now() at time zone own.time_zone)::date between a.valid_from and coalesce(a.valid_until, 'infinity')
$$;

-- Organisations of affiliated networks that could be taken over: where both networks let it be, or where the account at
-- work holds a mandate for the organisation there. With the organisation of one's own that it may be, and by what.
create function affiliated_organisations() returns table (
    network_id uuid, id uuid, name text, country text, town text, own_mandate boolean, same_as uuid, same_by text
  )
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select a.network_id, o.id, o.name, o.country, o.town, held.so, coalesce(registered.id, named.id),
    case when registered.id is not null then registered.scheme when named.id is not null then 'name' end
  from affiliated_today() a
  join network n on n.id = a.network_id
  join membership m on m.network_id = a.network_id
    and (now() at time zone n.time_zone)::date between m.valid_from and coalesce(m.valid_until, 'infinity')
  join organisation o on o.id = m.organisation_id
  left join membership ours on ours.network_id = app_network() and ours.organisation_id = o.id
  cross join lateral (
    select exists (
      select from mandate
      join person on person.network_id = mandate.network_id and person.id = mandate.person_id
      where mandate.network_id = a.network_id and mandate.organisation_id = o.id and person.account_id = app_account()
        and (now() at time zone n.time_zone)::date
          between mandate.valid_from and coalesce(mandate.valid_until, 'infinity')
    ) as so
  ) held
  left join lateral (
    select mine.organisation_id as id, i.scheme
    from organisation_identifier i
    join organisation_identifier known on known.scheme = i.scheme and known.value = i.value
    join membership mine on mine.network_id = app_network() and mine.organisation_id = known.organisation_id
    where i.organisation_id = o.id
    order by i.scheme, mine.organisation_id
    limit 1
  ) registered on true
  left join (
    select min(o.id::text)::uuid as id, lower(unaccent(o.name)) as name
    from membership mine join organisation o on o.id = mine.organisation_id
    where mine.network_id = app_network()
    group by 2
  ) named on named.name = lower(unaccent(o.name))
  where ours.organisation_id is null and (a.shares_organisations or held.so)
$$;

-- Makes an organisation of an affiliated network a member of the one at work, as the organisation it is. In place of one of
-- its own that is the same, if there is one: what hangs on that one hangs on the other from then on.
create function affiliated_organisation_take(wanted uuid, instead_of uuid, from_day date) returns void
  language plpgsql volatile security definer
  set search_path = public, pg_catalog, pg_temp
as $$
declare
  reference record;
begin
  if not exists (select from affiliated_organisations() where id = wanted) then
    raise exception 'no organisation to take over' using errcode = 'insufficient_privilege';
  end if;
  if instead_of is null then
    insert into membership (network_id, organisation_id, valid_from) values (app_network(), wanted, from_day);
    return;
  end if;
  insert into membership
    select (jsonb_populate_record(own, jsonb_build_object('organisation_id', wanted))).*
    from membership own where own.network_id = app_network() and own.organisation_id = instead_of;
  if not found then
    raise exception 'no organisation of one''s own' using errcode = 'insufficient_privilege';
  end if;
  for reference in
    select c.conrelid::regclass as table_name, own.attname as column_name
    from pg_constraint c
    cross join lateral unnest(c.conkey, c.confkey) as pair (own, other)
    join pg_attribute own on own.attrelid = c.conrelid and own.attnum = pair.own
    join pg_attribute other on other.attrelid = c.confrelid and other.attnum = pair.other
    where c.contype = 'f' and c.confrelid = 'membership'::regclass and other.attname = 'organisation_id'
  loop
    execute format('update %s set %I = $1 where network_id = $2 and %I = $3',
      reference.table_name, reference.column_name, reference.column_name)
      using wanted, app_network(), instead_of;
  end loop;
  delete from membership where network_id = app_network() and organisation_id = instead_of;
  insert into organisation_identifier (organisation_id, scheme, value)
    select wanted, i.scheme, i.value from organisation_identifier i
    where i.organisation_id = instead_of and not exists (
      select from organisation_identifier known where known.organisation_id = wanted and known.scheme = i.scheme
    );
  if not exists (select from membership where organisation_id = instead_of) then
    update organisation set parent_id = wanted where parent_id = instead_of and id <> wanted;
    delete from organisation where id = instead_of;
  end if;
end
$$;

-- The numbers of the networks that belong today to the one at work: of each those it shares, null what it does not.
-- Organisations whose membership is in force, people who hold a mandate in force, groups that are not archived and not for
-- their members alone, meetings of the last twelve months that were held.
create function affiliated_numbers() returns table (
    network_id uuid, organisations bigint, people bigint, groups bigint, meetings bigint
  )
  -- Groups and meetings come with later files: this language looks for its tables when it is called.
  language plpgsql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  with shared as (
    select distinct n.id, (now() at time zone n.time_zone)::date as today, s.numbers
    from network own
    join affiliation a on a.parent_id = own.id and a.state = 'accepted'
      and (now() at time zone own.time_zone)::date between a.valid_from and coalesce(a.valid_until, 'infinity')
    join network n on n.id = a.member_id
    left join network_sharing s on s.network_id = n.id
    where app_inside() and own.id = app_network()
  )
  select shared.id,
    case when 'organisations' = any (numbers) then (
      select count(*) from membership m
      where m.network_id = shared.id and today between m.valid_from and coalesce(m.valid_until, 'infinity')) end,
    case when 'people' = any (numbers) then (
      select count(distinct m.person_id) from mandate m
      where m.network_id = shared.id and today between m.valid_from and coalesce(m.valid_until, 'infinity')) end,
    case when 'groups' = any (numbers) then (
      select count(*) from network_group g
      where g.network_id = shared.id and g.archived_at is null and g.visibility <> 'group') end,
    case when 'meetings' = any (numbers) then (
      select count(*) from meeting m
      where m.network_id = shared.id and m.state in ('scheduled', 'held')
        and m.ends_at <= now() and m.starts_at > now() - interval '1 year') end
  from shared;
end
$$;

-- How many organisations there are in all networks that share their number of them, each once.
create function affiliated_distinct_organisations() returns bigint
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select count(distinct m.organisation_id)
  from affiliated_numbers() shared
  join network n on n.id = shared.network_id
  join membership m on m.network_id = shared.network_id
    and (now() at time zone n.time_zone)::date between m.valid_from and coalesce(m.valid_until, 'infinity')
  where shared.organisations is not null
$$;

revoke all on function affiliation_moves, affiliation_circle, affiliation_circle_anywhere, affiliated_today,
  affiliated_organisations, affiliated_organisation_take, affiliated_numbers, affiliated_distinct_organisations
  from public;
grant execute on function affiliation_circle, affiliation_circle_anywhere, affiliated_today, affiliated_organisations,
  affiliated_organisation_take, affiliated_numbers, affiliated_distinct_organisations to cordee_app;
