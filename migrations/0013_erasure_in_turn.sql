-- Two who are the last administrators of a network and erase their accounts at the same moment: each saw the other still
-- there, and both went. The mandates are locked first now, always in one order; the second waits, and looks again.
-- Links to sign in and messages sent to the address before there was an account go with it as well.

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
  -- As the library writes it: {"email":"…"}.
  delete from account_verification where value in (mine.id::text, '{"email":' || to_json(mine.email) || '}');
  delete from account where id = mine.id;
end
$$;
