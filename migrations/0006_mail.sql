-- Mail: what is to be sent is written in the transaction that gives rise to it, and sent afterwards by a job.

create table mail_message (
  -- The nil UUID for what the installation itself writes; hence no reference to the network.
  network_id uuid not null,
  id uuid not null,
  account_id uuid,
  address text not null check (address ~ '^[!-~]+@[!-~]+$' and length(address) <= 254),
  name text not null check (name !~ '[[:cntrl:]]'),
  locale text not null check (locale in ('fr', 'en', 'es', 'pt')),
  time_zone text,
  kind text not null check (kind in ('security', 'invitation', 'membership', 'work', 'administration', 'digest')),
  template text not null,
  params jsonb not null,
  -- What lets its bearer in: links with tokens. Erased as soon as the message is on its way, or never will be.
  secrets jsonb,
  -- Where its links lead.
  base_url text not null,
  state text not null check (
    state in ('waiting', 'held', 'gathered', 'outbox', 'sent', 'failed', 'silenced', 'cancelled')
  ),
  attempts integer not null default 0,
  error text,
  due_at timestamptz not null,
  created_at timestamptz not null,
  sent_at timestamptz,
  message_id text,
  -- The digest that took the message in; it is the platform's.
  digest_id uuid,
  primary key (network_id, id),
  check (secrets is null or state in ('waiting', 'held', 'outbox'))
);
create index mail_message_due on mail_message (network_id, due_at) where state = 'waiting';
create index mail_message_held on mail_message (account_id, due_at) where state = 'held';
create index mail_message_account on mail_message (account_id) where account_id is not null;
create index mail_message_done on mail_message (created_at) where state not in ('waiting', 'held');

alter table mail_message enable row level security;
alter table mail_message force row level security;
create policy tenant on mail_message to cordee_app
  using (network_id = app_network() and app_inside()) with check (network_id = app_network() and app_inside());
create policy owner on mail_message to current_user using (true) with check (true);
grant select, insert, update on mail_message to cordee_app;

-- How often an account wants which kind of mail; no row: as the message proposes. Of all its networks alike.
create table mail_preference (
  account_id uuid not null references account (id) on delete cascade,
  kind text not null check (kind in ('invitation', 'membership', 'work', 'administration')),
  cadence text not null check (cadence in ('now', 'daily', 'weekly', 'never')),
  primary key (account_id, kind)
);
alter table mail_preference enable row level security;
alter table mail_preference force row level security;
create policy own on mail_preference to cordee_app
  using (account_id = app_account()) with check (account_id = app_account());
create policy owner on mail_preference to current_user using (true) with check (true);
grant select, insert, update, delete on mail_preference to cordee_app;

-- Kinds of mail that the holder of an address refused without having an account.
create table mail_silence (
  address_hash bytea not null,
  kind text not null check (kind in ('invitation', 'membership', 'work', 'administration')),
  since timestamptz not null default now(),
  primary key (address_hash, kind)
);
grant select, insert on mail_silence to cordee_app;

-- Addresses that a server said do not exist: nothing more goes there, but what concerns the safety of an account,
-- until the address is verified again.
create table mail_bounce (
  address_hash bytea primary key,
  since timestamptz not null default now(),
  reason text not null
);
grant select, insert, delete on mail_bounce to cordee_app;

-- What stands against, or governs, a kind of mail to someone: 'bounced', a cadence, or null. By the owner's rights,
-- since who writes is seldom who receives.
create function mail_wish(account uuid, hash bytea, wanted text) returns text
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select case
    when exists (select from mail_bounce where address_hash = hash) then 'bounced'
    else coalesce(
      (select cadence from mail_preference where account_id = account and kind = wanted),
      (select 'never' from mail_silence where address_hash = hash and kind = wanted)
    )
  end
$$;

-- The networks with something to send: those with urgent mail first, then those that have waited longest. The messages
-- themselves are then read network by network, under the policy.
create function mail_networks_due(at timestamptz) returns setof uuid
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select network_id from mail_message
  where state = 'waiting' and due_at <= at
  group by network_id
  order by bool_or(kind = 'security') desc, min(due_at)
  limit 200
$$;

create function mail_accounts_due(at timestamptz) returns setof uuid
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select account_id from mail_message
  where state = 'held' and due_at <= at
  group by account_id
  order by min(due_at)
  limit 200
$$;

-- Takes what is held for an account, from all its networks, into a digest: each message once, whoever else asks. What
-- was silenced in the meantime is silent. For the platform alone, whose mail a digest is.
create function mail_gather(account uuid, at timestamptz, digest uuid)
  returns table (
    network_id uuid, network_name jsonb, network_locale text, address text, name text, locale text, time_zone text,
    kind text, template text, params jsonb, secrets jsonb, base_url text, created_at timestamptz
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
    where m.account_id = account and m.state = 'held' and m.due_at <= at
      and exists (
        select from mail_preference p where p.account_id = account and p.kind = m.kind and p.cadence = 'never'
      );
  update mail_message m
    set digest_id = digest
    where m.account_id = account and m.state = 'held' and m.due_at <= at;
  return query
    select m.network_id, n.name, n.locale, m.address, m.name, m.locale, m.time_zone, m.kind, m.template, m.params,
      m.secrets, m.base_url, m.created_at
    from mail_message m left join network n on n.id = m.network_id
    where m.account_id = account and m.state = 'held' and m.digest_id = digest
    order by m.created_at, m.id;
  update mail_message m
    set state = 'gathered', secrets = null
    where m.account_id = account and m.state = 'held' and m.digest_id = digest;
end
$$;

-- What nobody will ask for any more: 30 days after it was written, 7 in the outbox, or with its network.
create function mail_prune(at timestamptz) returns integer
  language sql security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  with gone as (
    delete from mail_message where (network_id, id) in (
      select network_id, id from mail_message
      where state not in ('waiting', 'held')
        and created_at < at - case state when 'outbox' then interval '7 days' else interval '30 days' end
      union all
      select network_id, id from mail_message m
      where network_id <> '00000000-0000-0000-0000-000000000000'
        and not exists (select from network where network.id = m.network_id)
      limit 10000
    )
    returning 1
  )
  select count(*)::integer from gone
$$;

-- How the mail of the whole installation fares.
create function mail_health(at timestamptz)
  returns table (waiting integer, oldest timestamptz, overdue integer, failed integer)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select count(*) filter (where state = 'waiting')::integer,
    min(created_at) filter (where state = 'waiting'),
    count(*) filter (where state = 'waiting' and due_at < at - interval '1 hour')::integer,
    count(*) filter (where state = 'failed' and created_at > at - interval '3 days')::integer
  from mail_message
  where state = 'waiting' or (state = 'failed' and created_at > at - interval '3 days')
$$;

-- What the mail knows of an account that is being erased: by the account itself, or by the door at which it signs in.
create function mail_forget(account uuid) returns void
  language sql security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  delete from mail_preference where account_id = account and (account = app_account() or app_signing_in());
  delete from mail_message where account_id = account and (account = app_account() or app_signing_in());
$$;

revoke all on function mail_wish, mail_networks_due, mail_accounts_due, mail_gather, mail_prune, mail_health, mail_forget
  from public;
grant execute on function mail_wish, mail_networks_due, mail_accounts_due, mail_gather, mail_prune, mail_health,
  mail_forget to cordee_app;
