-- The digest of whoever asks, as it would be written now: what `waiting_digests_take` gives of those who are due, of their own
-- account alone; and how often they have it. Nobody is taken.
create function waiting_digest_reader()
  returns table (
    account_id uuid, address text, name text, locale text, time_zone text, since timestamptz, silenced text[], cadence text
  )
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select a.id, a.email, a.name, a.locale, a.time_zone, coalesce(d.looked_at, a.created_at),
    array(select s.kind from waiting_silence s where s.account_id = a.id),
    case coalesce(p.cadence, 'weekly') when 'now' then 'daily' else coalesce(p.cadence, 'weekly') end
  from account a
  left join waiting_digest d on d.account_id = a.id
  left join mail_preference p on p.account_id = a.id and p.kind = 'waiting'
  where a.id = app_account()
$$;

revoke all on function waiting_digest_reader from public;
grant execute on function waiting_digest_reader to cordee_app;

-- A task that a sheet said was done is done at noon of that day, by the clocks of its programme. Taken back, it is to be done
-- again; of another day, it was done on that. One that somebody finished themselves is left alone.
create function sheet_task_follows() returns trigger
  language plpgsql
  set search_path = public, pg_catalog, pg_temp
as $$
begin
  update task
    set state = case when tg_op = 'DELETE' then 'open' else 'done' end,
      done_at = case when tg_op <> 'DELETE' then (new.done_on + time '12:00') at time zone programme.time_zone end
    from programme
    where programme.network_id = old.network_id and programme.id = old.programme_id
      and task.network_id = old.network_id and task.origin_id = old.expectation_id
      and task.organisation_id = old.organisation_id and task.state = 'done'
      and task.done_at = (old.done_on + time '12:00') at time zone programme.time_zone;
  return null;
end
$$;
create trigger sheet_task_taken_back after delete on programme_fulfilment
  for each row when (old.entered_by = 'sheet' and old.person_id is null) execute function sheet_task_follows();
create trigger sheet_task_of_another_day after update of done_on on programme_fulfilment
  for each row when (old.entered_by = 'sheet' and old.person_id is null and old.done_on <> new.done_on)
  execute function sheet_task_follows();
