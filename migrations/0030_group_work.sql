-- What goes on in groups: who asks to come in and who is invited, what is brought about, which files are theirs.

-- How somebody or an organisation was in a group before they were in it anew: the row of `group_member` or
-- `group_organisation` is of the latest stay.
create table group_stay (
  network_id uuid not null,
  group_id uuid not null,
  id uuid not null,
  person_id uuid,
  organisation_id uuid,
  role text check (role in ('member', 'facilitator', 'coordinator')),
  valid_from date not null,
  valid_until date not null,
  primary key (network_id, group_id, id),
  foreign key (network_id, group_id) references network_group (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade,
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id),
  check (person_id is not null or organisation_id is not null)
);
create index group_stay_person on group_stay (network_id, person_id) where person_id is not null;
create index group_stay_organisation on group_stay (network_id, organisation_id) where organisation_id is not null;

create index group_member_organisation on group_member (network_id, group_id, organisation_id)
  where organisation_id is not null;
create index group_member_running on group_member (network_id, group_id) where role <> 'member';

create table group_request (
  network_id uuid not null,
  group_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  -- For which they want to come in; null: for themselves.
  organisation_id uuid,
  -- [{ question, answer }], as they were asked that day.
  answers jsonb not null default '[]',
  state text not null default 'waiting' check (state in ('waiting', 'accepted', 'declined', 'withdrawn')),
  -- What they are told with the answer.
  word text not null default '' check (length(word) <= 2000),
  decided_by uuid,
  decided_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (network_id, group_id, id),
  foreign key (network_id, group_id) references network_group (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade,
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id),
  foreign key (network_id, decided_by) references person (network_id, id) on delete set null (decided_by)
);
create unique index group_request_waiting on group_request (network_id, group_id, person_id) where state = 'waiting';
create index group_request_person on group_request (network_id, person_id);

create table group_invitation (
  network_id uuid not null,
  group_id uuid not null,
  id uuid not null,
  -- Somebody of the network, or somebody new by their address and the invitation into the network that they got.
  person_id uuid,
  email text check (email = lower(email) and length(email) <= 254),
  invitation_id uuid,
  message text not null default '' check (length(message) <= 2000),
  state text not null default 'waiting' check (state in ('waiting', 'accepted', 'declined', 'revoked')),
  invited_by uuid,
  created_at timestamptz not null default now(),
  answered_at timestamptz,
  primary key (network_id, group_id, id),
  foreign key (network_id, group_id) references network_group (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade,
  foreign key (network_id, invitation_id) references invitation (network_id, id) on delete cascade,
  foreign key (network_id, invited_by) references person (network_id, id) on delete set null (invited_by),
  check ((person_id is null) = (invitation_id is not null)),
  check ((invitation_id is null) = (email is null))
);
create unique index group_invitation_waiting on group_invitation (network_id, group_id, person_id)
  where state = 'waiting' and person_id is not null;
create unique index group_invitation_address on group_invitation (network_id, group_id, email)
  where state = 'waiting' and email is not null;
create index group_invitation_person on group_invitation (network_id, person_id) where person_id is not null;
create index group_invitation_network on group_invitation (network_id, invitation_id) where invitation_id is not null;
-- For whoever just came in: which of those that wait are theirs.
create index group_invitation_new on group_invitation (network_id, id) where state = 'waiting' and invitation_id is not null;

-- What a group wants to have made by when; a file of the network, an address (of a page of the commons too), or nothing yet.
create table deliverable (
  network_id uuid not null,
  group_id uuid not null,
  id uuid not null,
  title text not null check (length(title) between 1 and 300),
  details text not null default '' check (length(details) <= 10000),
  due_on date,
  state text not null default 'planned' check (state in ('planned', 'drafting', 'delivered', 'dropped')),
  file_id uuid,
  url text check (length(url) <= 1000),
  delivered_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  primary key (network_id, group_id, id),
  foreign key (network_id, group_id) references network_group (network_id, id) on delete cascade,
  foreign key (network_id, file_id) references file (network_id, id) on delete set null (file_id),
  foreign key (network_id, created_by) references person (network_id, id) on delete set null (created_by)
);
create index deliverable_file on deliverable (network_id, file_id) where file_id is not null;

-- A file may be a group's.
alter table file add column group_id uuid,
  add foreign key (network_id, group_id) references network_group (network_id, id) on delete set null (group_id);
create index file_group on file (network_id, group_id, id) where group_id is not null;
grant update (group_id) on file to cordee_app;

do $$
declare
  name text;
begin
  foreach name in array array['group_stay', 'group_request', 'group_invitation', 'deliverable']
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

-- The file of a group that is seen by its members alone is read by them, and by those who help to run the network: on
-- every page and in every list, whoever wrote the query. What acts in nobody's name (jobs, keys of the network) goes by
-- its scopes. The queries within name nothing of the row: each is worked out once, however many files are looked at.
create policy of_group on file as restrictive for select to cordee_app using (
  group_id is null
  or visibility = 'public'
  or (app_inside() and (
    app_account() is null
    or group_id in (
      select id from network_group where network_id = app_network() and network_group.visibility <> 'group')
    or group_id in (
      select member.group_id from group_member member
      join person on person.network_id = member.network_id and person.id = member.person_id
      join network on network.id = member.network_id
      where member.network_id = app_network() and person.account_id = app_account()
        and (now() at time zone network.time_zone)::date between member.valid_from and coalesce(member.valid_until, 'infinity'))
    or exists (
      select from mandate
      join person on person.network_id = mandate.network_id and person.id = mandate.person_id
      join network on network.id = mandate.network_id
      where mandate.network_id = app_network() and person.account_id = app_account()
        and mandate.role in ('facilitator', 'administrator')
        and (now() at time zone network.time_zone)::date between mandate.valid_from and coalesce(mandate.valid_until, 'infinity'))
  ))
);

-- What visitors see of a public group beside its own words: the organisations that are in it, and who holds a role. They see
-- neither people nor organisations otherwise, hence by the owner's rights, and for groups that are public alone.
create function public_group_face(network uuid, one_group uuid) returns jsonb
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  with one as (
    select g.network_id, g.id, (now() at time zone n.time_zone)::date as today
    from network_group g join network n on n.id = g.network_id
    where g.network_id = public_group_face.network and g.id = one_group
      and g.visibility = 'public' and n.visibility = 'public'
  ), organisations as (
    select o.name, o.website from one
    join group_organisation go on go.network_id = one.network_id and go.group_id = one.id
      and one.today between go.valid_from and coalesce(go.valid_until, 'infinity')
    join membership m on m.network_id = go.network_id and m.organisation_id = go.organisation_id
      and one.today between m.valid_from and coalesce(m.valid_until, 'infinity')
    join organisation o on o.id = go.organisation_id
  ), people as (
    select p.name, gm.role, o.name as organisation from one
    join group_member gm on gm.network_id = one.network_id and gm.group_id = one.id and gm.role <> 'member'
      and one.today between gm.valid_from and coalesce(gm.valid_until, 'infinity')
    join person p on p.network_id = gm.network_id and p.id = gm.person_id and p.erased_at is null
    left join organisation o on o.id = gm.organisation_id
    where exists (
      select from mandate m where m.network_id = gm.network_id and m.person_id = gm.person_id
        and one.today between m.valid_from and coalesce(m.valid_until, 'infinity'))
  )
  select jsonb_build_object(
    'organisations', (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'website', website)), '[]')
      from (select name, website from organisations order by name collate name_order limit 300) shown),
    'count', (select count(*) from organisations),
    'people', (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'role', role, 'organisation', organisation)), '[]')
      from (select * from people order by name collate name_order limit 50) shown)
  ) from one
$$;
revoke all on function public_group_face from public;
grant execute on function public_group_face to cordee_app;

-- Whoever erases their account leaves their groups: what they asked and were asked goes, what they had to do is nobody's, and
-- that they were there stays, without a name.
create function groups_forget_person() returns trigger
  language plpgsql security definer
  set search_path = public, pg_catalog, pg_temp
as $$
declare
  today date := (select (now() at time zone time_zone)::date from network where id = new.network_id);
begin
  delete from group_request where network_id = new.network_id and person_id = new.id;
  delete from group_invitation where network_id = new.network_id and person_id = new.id;
  update task set owner_id = null where network_id = new.network_id and owner_id = new.id and state = 'open';
  delete from group_member where network_id = new.network_id and person_id = new.id and valid_from >= today;
  update group_member set valid_until = today - 1
    where network_id = new.network_id and person_id = new.id and coalesce(valid_until, 'infinity') >= today;
  return null;
end
$$;
create trigger groups_forget_person after update of erased_at on person
  for each row when (old.erased_at is null and new.erased_at is not null) execute function groups_forget_person();
revoke all on function groups_forget_person from public;
