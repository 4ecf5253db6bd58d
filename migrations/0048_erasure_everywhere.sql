-- Rooms that came after the account's erasure: what it takes there, and the places it leaves to others.

-- What is still to come is given up, with the guests somebody brings: others move up. What was, stays, without a name.
create or replace function meetings_forget_person() returns trigger
  language plpgsql security definer
  set search_path = public, pg_catalog, pg_temp
as $$
begin
  update registration r set state = 'withdrawn', withdrawn_at = now()
    from meeting m, registration host
    where host.network_id = new.network_id and host.person_id = new.id and host.state <> 'withdrawn'
      and m.network_id = host.network_id and m.id = host.meeting_id and m.starts_at > now()
      and r.network_id = host.network_id and r.meeting_id = host.meeting_id and host.id in (r.id, r.guest_of)
      and r.state <> 'withdrawn';
  update registration set access_needs = '', photo_consent = null, token = null
    where network_id = new.network_id and person_id = new.id;
  update registration r set name = '', access_needs = '', photo_consent = null
    where r.network_id = new.network_id and exists (
      select from registration host
      where host.network_id = r.network_id and host.meeting_id = r.meeting_id and host.id = r.guest_of
        and host.person_id = new.id
    );
  delete from calendar_token where network_id = new.network_id and person_id = new.id;
  return null;
end
$$;

-- What was written to them goes; that an organisation was called stays. Nor does anyone need to know what they were told.
create function programmes_forget_person() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp
as $$
begin
  update public.programme_nudge set message = '–' where network_id = new.network_id and person_id = new.id;
  delete from public.waiting_told where network_id = new.network_id and person_id = new.id;
  return null;
end
$$;
create trigger programmes_forget_person after update of erased_at on person
  for each row when (old.erased_at is null and new.erased_at is not null) execute function programmes_forget_person();
revoke all on function programmes_forget_person from public;

-- Whoever has an account may have come to a meeting or answered about a date as a visitor as well, by the same address. It is
-- theirs: nobody signs in before their address is proven.
create function forget_visitor(gone text, neutral text) returns void
  language plpgsql volatile
  set search_path = public, pg_catalog, pg_temp
as $$
begin
  delete from registration_request where email = gone;
  delete from date_answer where person_id is null and email = gone;
  update registration r set state = 'withdrawn', withdrawn_at = now()
    from meeting m, registration host
    where host.person_id is null and host.email = gone and host.state <> 'withdrawn'
      and m.network_id = host.network_id and m.id = host.meeting_id and m.starts_at > now()
      and r.network_id = host.network_id and r.meeting_id = host.meeting_id and host.id in (r.id, r.guest_of)
      and r.state <> 'withdrawn';
  update registration r set name = '', access_needs = '', photo_consent = null
    from registration host
    where host.person_id is null and host.email = gone
      and r.network_id = host.network_id and r.meeting_id = host.meeting_id and r.guest_of = host.id;
  update registration
    set name = neutral, email = null, organisation_name = '', access_needs = '', photo_consent = null, token = null
    where person_id is null and email = gone;
end
$$;
revoke all on function forget_visitor from public;

create or replace function account_erase(neutral text) returns void
  language plpgsql volatile security definer
  set search_path = public, pg_catalog, pg_temp
as $$
declare
  mine account;
begin
  select * into strict mine from account where id = app_account() for update;
  perform from mandate
    where role = 'administrator' and network_id in (
      select p.network_id from person p join mandate m on m.network_id = p.network_id and m.person_id = p.id
      where p.account_id = mine.id and m.role = 'administrator'
    )
    order by network_id, id for update;
  if exists (select from account_sole_administrations()) then
    raise exception 'a network would be without an administrator' using errcode = 'restrict_violation';
  end if;
  update person set name = neutral, email = null, erased_at = now(), account_id = null where account_id = mine.id;
  update mandate m set valid_until = greatest(m.valid_from, current_date)
    from person p
    where p.network_id = m.network_id and p.id = m.person_id and p.erased_at = now()
      and coalesce(m.valid_until, 'infinity') > current_date;
  delete from invitation where email = mine.email;
  delete from mail_message where address = mine.email;
  perform forget_visitor(mine.email, neutral);
  -- As the library writes it: {"email":"…"}.
  delete from account_verification where value in (mine.id::text, '{"email":' || to_json(mine.email) || '}');
  delete from account where id = mine.id;
end
$$;
