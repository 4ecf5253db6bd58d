-- Words that participants leave about a programme: what is taken back goes whole, nothing of it is kept.

alter table programme_quote drop column withdrawn_at;
create index programme_quote_person on programme_quote (network_id, person_id) where person_id is not null;

-- Words go with the account of whoever wrote them, also those that nobody is named under.
create function programme_quotes_forget_person() returns trigger
  language plpgsql security definer
  set search_path = public, pg_catalog, pg_temp
as $$
begin
  delete from programme_quote where network_id = new.network_id and person_id = new.id;
  return null;
end
$$;
create trigger programme_quotes_forget_person after update of erased_at on person
  for each row when (new.erased_at is not null) execute function programme_quotes_forget_person();
revoke all on function programme_quotes_forget_person from public;
