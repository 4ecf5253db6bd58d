-- What accounts need beyond signing in: the devices they know, and their end.

-- The library reserves some rows by a key of its own making, which is no UUID.
alter table account_verification alter column id type text;

-- Kinds of device (browser and system) on which an account was opened, so that a new one is told by mail.
create table account_device (
  account_id uuid not null references account (id) on delete cascade,
  device text not null check (length(device) <= 100),
  since timestamptz not null default now(),
  primary key (account_id, device)
);
alter table account_device enable row level security;
alter table account_device force row level security;
create policy own on account_device to cordee_app
  using (account_id = app_account()) with check (account_id = app_account());
create policy owner on account_device to current_user using (true) with check (true);
grant select, insert on account_device to cordee_app;

-- The networks that know an account at work: where it is a person, was one with a key, or asked to be.
create function account_networks() returns setof uuid
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select network_id from person where account_id = app_account()
  union
  select network_id from api_token where account_id = app_account()
  union
  select network_id from join_request where account_id = app_account()
  order by 1
$$;

-- The networks that the account at work administers, and nobody else with an account does.
create function account_sole_administrations() returns table (slug text, name jsonb, locale text)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select n.slug, n.name, n.locale
  from networks_of(app_account()) mine
  join network n on n.id = mine.network_id
  where mine.role = 'administrator' and not exists (
    select from person p
    join mandate m on m.network_id = p.network_id and m.person_id = p.id
    where p.network_id = n.id and p.account_id is not null and p.account_id <> app_account()
      and m.role = 'administrator'
      and (now() at time zone n.time_zone)::date between m.valid_from and coalesce(m.valid_until, 'infinity')
  )
  order by n.slug
$$;

-- Whether anyone may ask for an account, or only those invited.
create function sign_up_is_open() returns boolean
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select exists (select from network where sign_up in ('open', 'request'))
$$;

-- Erases the account at work. Its people stay where they did something, under a word in place of their name; so do the
-- files they gave. Invitations to the address go: they say no more than the address.
create function account_erase(neutral text) returns void
  language plpgsql volatile security definer
  set search_path = public, pg_catalog, pg_temp
as $$
declare
  mine account;
begin
  select * into strict mine from account where id = app_account() for update;
  if exists (select from account_sole_administrations()) then
    raise exception 'a network would be without an administrator' using errcode = 'restrict_violation';
  end if;
  update person set name = neutral, email = null, erased_at = now(), account_id = null where account_id = mine.id;
  update mandate m set valid_until = greatest(m.valid_from, current_date)
    from person p
    where p.network_id = m.network_id and p.id = m.person_id and p.erased_at = now()
      and coalesce(m.valid_until, 'infinity') > current_date;
  delete from invitation where email = mine.email;
  delete from account_verification where value = mine.id::text;
  delete from account where id = mine.id;
end
$$;

-- What has come to its end: sessions, what was sent out and not brought back, accounts whose address nobody proved.
create function account_prune() returns void
  language sql volatile security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  delete from account_session where expires_at < now();
  delete from account_verification where expires_at < now();
  delete from account where not email_verified and not demonstration and created_at < now() - interval '7 days'
    and not exists (select from person where account_id = account.id);
$$;

revoke all on function account_networks, account_sole_administrations, sign_up_is_open, account_erase, account_prune
  from public;
grant execute on function account_networks, account_sole_administrations, sign_up_is_open, account_erase, account_prune
  to cordee_app;
