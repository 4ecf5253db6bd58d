-- The audit log: who did what, under which mandate, and what it was before and after. Rows are only ever added, and
-- each is chained to the one before it by a hash. It names people by id alone: erasing a person takes their name from
-- where the ids lead, and leaves the chain whole.

create table audit_entry (
  -- The nil id for what concerns the installation as a whole, hence no foreign key.
  network_id uuid not null,
  seq bigint not null check (seq > 0),
  -- Milliseconds: all that JavaScript can say, and what the hash is taken over.
  at timestamptz(3) not null,
  account_id uuid,
  mandate_id uuid,
  token_id uuid,
  origin text not null check (origin in ('page', 'api', 'command', 'job')),
  -- In C order, so that a prefix is found by index.
  action text collate "C" not null check (action ~ '^[a-z0-9-]+(\.[a-z0-9-]+)+$' and length(action) <= 100),
  subject_type text not null check (subject_type ~ '^[a-z0-9-]+$' and length(subject_type) <= 100),
  subject_id text not null check (length(subject_id) between 1 and 200),
  before jsonb check (jsonb_typeof(before) = 'object'),
  after jsonb check (jsonb_typeof(after) = 'object'),
  previous_hash bytea not null check (length(previous_hash) = 32),
  hash bytea not null check (length(hash) = 32),
  primary key (network_id, seq)
);

create index audit_entry_action on audit_entry (network_id, action, seq);
create index audit_entry_account on audit_entry (network_id, account_id, seq) where account_id is not null;
create index audit_entry_subject on audit_entry (network_id, subject_type, subject_id, seq);
create index audit_entry_at on audit_entry (network_id, at);

-- The end of each network's chain: what the next entry is chained to, and by which a last row that went is missed.
create table audit_head (
  network_id uuid primary key,
  seq bigint not null,
  hash bytea not null
);

alter table audit_entry enable row level security;
alter table audit_entry force row level security;
create policy tenant on audit_entry to cordee_app
  using (network_id = app_network() and app_inside()) with check (network_id = app_network() and app_inside());
create policy owner on audit_entry to current_user using (true) with check (true);
grant select on audit_entry to cordee_app;

alter table audit_head enable row level security;
alter table audit_head force row level security;
create policy tenant on audit_head to cordee_app
  using (network_id = app_network() and app_inside()) with check (network_id = app_network() and app_inside());
create policy owner on audit_head to current_user using (true) with check (true);
grant select on audit_head to cordee_app;

-- SHA-256 over an entry's canonical text: the JSON array of its columns, as jsonb writes it (keys sorted, numbers as
-- they were given), with the moment in UTC to the millisecond and the hash of the entry before it in hexadecimal.
create function audit_hash(entry audit_entry) returns bytea
  language sql stable
  set search_path = pg_catalog, public, pg_temp
  return sha256(convert_to(jsonb_build_array(
    entry.network_id, entry.seq, to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    entry.account_id, entry.mandate_id, entry.token_id, entry.origin, entry.action, entry.subject_type, entry.subject_id,
    entry.before, entry.after, encode(entry.previous_hash, 'hex')
  )::text, 'UTF8'));

-- The one way in. The end of the chain stays locked until the transaction ends, so writers of one network queue here:
-- without that there is no chain without gaps.
create function audit_append(
  to_network uuid, by_account uuid, by_mandate uuid, by_token uuid, come_from text,
  done text, done_to_type text, done_to_id text, was jsonb, became jsonb
) returns audit_entry
  language plpgsql volatile security definer
  set search_path = pg_catalog, public, pg_temp
as $$
declare
  head audit_head;
  entry audit_entry;
begin
  if to_network is distinct from app_network() or not app_inside() then
    raise exception 'not the network at work' using errcode = 'insufficient_privilege';
  end if;
  if by_account is distinct from nullif(current_setting('app.account_id', true), '')::uuid
    and coalesce(current_setting('app.account_id', true), '') <> '' then
    raise exception 'not the account at work' using errcode = 'insufficient_privilege';
  end if;
  insert into audit_head (network_id, seq, hash) values (to_network, 0, decode(repeat('00', 32), 'hex'))
    on conflict (network_id) do nothing;
  select * into strict head from audit_head where network_id = to_network for update;
  entry.network_id := to_network;
  entry.seq := head.seq + 1;
  entry.at := date_trunc('milliseconds', clock_timestamp());
  entry.account_id := by_account;
  entry.mandate_id := by_mandate;
  entry.token_id := by_token;
  entry.origin := come_from;
  entry.action := done;
  entry.subject_type := done_to_type;
  entry.subject_id := done_to_id;
  entry.before := was;
  entry.after := became;
  entry.previous_hash := head.hash;
  entry.hash := audit_hash(entry);
  insert into audit_entry select entry.*;
  update audit_head set seq = entry.seq, hash = entry.hash where network_id = to_network;
  return entry;
end
$$;

-- What was written stays as it was, for the owner too. The only rows that may go are those of a network that is gone.
create function audit_refuse() returns trigger
  language plpgsql
  set search_path = pg_catalog, public, pg_temp
as $$
begin
  if tg_op = 'DELETE' then
    if old.network_id <> '00000000-0000-0000-0000-000000000000'
      and not exists (select from network where id = old.network_id) then
      return old;
    end if;
  elsif tg_op = 'TRUNCATE' then
    -- Restoring a backup empties tables that are empty already.
    if tg_table_name = 'audit_entry' and not exists (select from audit_entry)
      or tg_table_name = 'audit_head' and not exists (select from audit_head) then
      return null;
    end if;
  end if;
  raise exception 'the audit log is only ever added to' using errcode = 'restrict_violation';
end
$$;

create trigger audit_entry_stays before update or delete on audit_entry for each row execute function audit_refuse();
create trigger audit_entry_is_kept before truncate on audit_entry for each statement execute function audit_refuse();
create trigger audit_head_stays before delete on audit_head for each row execute function audit_refuse();
create trigger audit_head_is_kept before truncate on audit_head for each statement execute function audit_refuse();

-- Forgets what was done in a network that no longer exists. For the owner, who erases networks.
create function audit_forget(gone uuid) returns bigint
  language plpgsql volatile
  set search_path = pg_catalog, public, pg_temp
as $$
declare
  forgotten bigint;
begin
  if gone = '00000000-0000-0000-0000-000000000000' or exists (select from network where id = gone) then
    raise exception 'the network exists' using errcode = 'restrict_violation';
  end if;
  delete from audit_entry where network_id = gone;
  get diagnostics forgotten = row_count;
  delete from audit_head where network_id = gone;
  return forgotten;
end
$$;

revoke all on function audit_append, audit_refuse, audit_forget, audit_hash from public;
grant execute on function audit_append, audit_hash to cordee_app;
