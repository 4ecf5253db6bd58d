-- Webhooks: others are told of what is written into the audit log, by a signed request to an address they gave.

create table webhook (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  url text not null check (length(url) <= 2000),
  -- In clear, because each message is signed with it (docs/decisions/0025-webhooks.md). Only the sender reads it.
  secret text not null,
  -- '*', actions, or what actions begin with ('member.').
  actions text[] not null check (cardinality(actions) between 1 and 50),
  enabled boolean not null default true,
  -- The id alone, so that erasing a person leaves the webhook at work.
  created_by uuid,
  -- Since when nothing has arrived; null while all is well.
  failing_since timestamptz,
  created_at timestamptz(3) not null default now(),
  primary key (network_id, id)
);

create table webhook_delivery (
  network_id uuid not null,
  -- Also the `webhook-id` of the message, the same at every try.
  id uuid not null,
  webhook_id uuid not null,
  action text not null,
  payload jsonb not null,
  attempts integer not null default 0,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  response_status smallint,
  -- The first characters of what came back.
  response text check (length(response) <= 500),
  -- Why the last try failed: a code, `webhook.error.<code>`.
  error text,
  -- The next try, or, while one is under way, when it counts as lost.
  next_at timestamptz not null default now(),
  created_at timestamptz(3) not null default now(),
  delivered_at timestamptz,
  primary key (network_id, id),
  foreign key (network_id, webhook_id) references webhook (network_id, id) on delete cascade
);

create index webhook_delivery_due on webhook_delivery (network_id, next_at) where state = 'waiting';
create index webhook_delivery_recent on webhook_delivery (network_id, webhook_id, created_at desc, id desc);
create index webhook_delivery_old on webhook_delivery (network_id, created_at) where state <> 'waiting';

alter table webhook enable row level security;
alter table webhook force row level security;
create policy tenant on webhook to cordee_app
  using (network_id = app_network() and app_inside()) with check (network_id = app_network() and app_inside());
create policy owner on webhook to current_user using (true) with check (true);
grant select, insert, update, delete on webhook to cordee_app;

alter table webhook_delivery enable row level security;
alter table webhook_delivery force row level security;
create policy tenant on webhook_delivery to cordee_app
  using (network_id = app_network() and app_inside()) with check (network_id = app_network() and app_inside());
create policy owner on webhook_delivery to current_user using (true) with check (true);
grant select, insert, update, delete on webhook_delivery to cordee_app;

-- Where something is to be sent, except in those named: ids of networks, the one waiting longest first, and nothing of
-- what it is. All else is done in each network's own name.
create function webhook_due(moment timestamptz, most integer, besides uuid[]) returns setof uuid
  language sql stable security definer
  set search_path = pg_catalog, public, pg_temp
as $$
  select network_id from webhook_delivery where state = 'waiting' and next_at <= moment and network_id <> all (besides)
  group by network_id order by min(next_at) limit most
$$;

revoke all on function webhook_due from public;
grant execute on function webhook_due to cordee_app;
