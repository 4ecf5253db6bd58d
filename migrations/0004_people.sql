-- People: accounts by which they sign in, and who they are in each network: persons, organisations, mandates.

create function app_account() returns uuid
  language sql stable
  return nullif(current_setting('app.account_id', true), '')::uuid;

-- The connections by which people sign in say so; all others see of accounts no more than the one at work.
create function app_signing_in() returns boolean
  language sql stable
  return coalesce(current_setting('app.door', true), '') = 'accounts';

-- What the installation knows of itself: one row, made at the first start.
create table installation (
  only_row boolean primary key default true check (only_row),
  -- Signs cookies and links. Whoever has it can sign in as anyone.
  secret bytea not null check (length(secret) >= 32),
  created_at timestamptz not null default now()
);
-- Not the secret for the application's role: whoever reads it can be everyone.
grant select (created_at) on installation to cordee_app;

create table account (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  email text not null unique check (email = lower(email) and length(email) <= 254),
  email_verified boolean not null default false,
  image text,
  locale text not null default 'fr' check (locale in ('fr', 'en', 'es', 'pt')),
  time_zone text not null default 'Europe/Paris',
  two_factor_enabled boolean default false,
  platform_administrator boolean not null default false,
  -- Invented for the demonstration: anyone may sign in as this person.
  demonstration boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table account_session (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  -- Never filled: what a person sees of a session is the device and the day.
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index account_session_account on account_session (account_id);
create index account_session_expiry on account_session (expires_at);

-- A way to prove who one is: a password (provider 'credential'), or an account with an OpenID provider.
create table account_identity (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  provider_id text not null,
  subject text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider_id, subject)
);
create index account_identity_account on account_identity (account_id);

-- What was sent out to be brought back: links to sign in, to verify an address, to choose a new password.
create table account_verification (
  id uuid primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index account_verification_identifier on account_verification (identifier);
create index account_verification_expiry on account_verification (expires_at);

create table account_passkey (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  name text,
  public_key text not null,
  credential_id text not null unique,
  counter bigint not null,
  device_type text not null,
  backed_up boolean not null,
  transports text,
  aaguid text,
  created_at timestamptz default now()
);
create index account_passkey_account on account_passkey (account_id);

create table account_two_factor (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  secret text not null,
  backup_codes text not null,
  verified boolean default true,
  failed_verification_count integer default 0,
  locked_until timestamptz
);
create index account_two_factor_account on account_two_factor (account_id);

do $$
declare
  name text;
begin
  foreach name in array array['account', 'account_session', 'account_identity', 'account_verification', 'account_passkey',
    'account_two_factor']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner on %I to current_user using (true) with check (true)', name);
    execute format('create policy door on %I to cordee_app using (app_signing_in()) with check (app_signing_in())', name);
    execute format('grant select, insert, update, delete on %I to cordee_app', name);
  end loop;
end
$$;
create policy own on account for select to cordee_app using (id = app_account());

-- How a network presents itself and lets people in.
alter table network
  add column languages text[] not null default array['fr', 'en', 'es', 'pt']
    check (cardinality(languages) > 0 and languages <@ array['fr', 'en', 'es', 'pt']),
  add column accent text check (accent ~ '^#[0-9a-f]{6}$'),
  add column logo_file_id uuid,
  add column contact_email text check (length(contact_email) <= 254),
  add column sign_up text not null default 'invitation' check (sign_up in ('invitation', 'request', 'open')),
  -- Where it is open: only to addresses of these domains; none, to all.
  add column sign_up_domains text[] not null default '{}';

-- A person of a network, with or without an account. Erasing the account leaves the person, without a name.
create table person (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  account_id uuid references account (id) on delete set null,
  name text not null check (length(name) between 1 and 200),
  email text check (email = lower(email) and length(email) <= 254),
  erased_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (network_id, id),
  unique (network_id, account_id),
  unique (network_id, email)
);
create index person_account on person (account_id) where account_id is not null;
create index person_name on person (network_id, name collate name_order, id);

-- One organisation in several networks is one organisation: known to all, seen by those it is a member of.
create table organisation (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  country text check (country ~ '^[A-Z]{2}$'),
  website text check (length(website) <= 500),
  created_at timestamptz not null default now()
);

create table membership (
  network_id uuid not null references network (id) on delete cascade,
  organisation_id uuid not null references organisation (id),
  valid_from date not null default current_date,
  valid_until date,
  primary key (network_id, organisation_id),
  check (valid_until >= valid_from)
);
create index membership_organisation on membership (organisation_id);

-- What a person is entrusted with: in which role, for which organisation, from when until when. All that people do
-- counts for them and for the organisation of the mandate under which they do it.
create table mandate (
  network_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  organisation_id uuid,
  role text not null check (role in ('member', 'facilitator', 'administrator')),
  title text not null default '' check (length(title) <= 200),
  valid_from date not null default current_date,
  valid_until date,
  created_at timestamptz not null default now(),
  primary key (network_id, id),
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade,
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id),
  check (valid_until >= valid_from)
);
create index mandate_person on mandate (network_id, person_id);
create index mandate_organisation on mandate (network_id, organisation_id);

create table invitation (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  email text not null check (email = lower(email) and length(email) <= 254),
  name text not null default '' check (length(name) <= 200),
  role text not null check (role in ('member', 'facilitator', 'administrator')),
  organisation_id uuid,
  title text not null default '' check (length(title) <= 200),
  locale text not null check (locale in ('fr', 'en', 'es', 'pt')),
  token_hash bytea not null,
  invited_by uuid,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (network_id, id),
  unique (network_id, token_hash),
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id)
);
create index invitation_recent on invitation (network_id, created_at desc, id);

-- Someone with an account who asks to be let in.
create table join_request (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  account_id uuid not null references account (id) on delete cascade,
  name text not null,
  email text not null,
  organisation_name text not null default '' check (length(organisation_name) <= 200),
  message text not null default '' check (length(message) <= 2000),
  state text not null default 'waiting' check (state in ('waiting', 'accepted', 'declined')),
  decided_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (network_id, id)
);
create unique index join_request_waiting on join_request (network_id, account_id) where state = 'waiting';
create index join_request_recent on join_request (network_id, created_at desc, id);

-- A key may be a person's own: it then can do no more than that person.
alter table api_token
  add column account_id uuid references account (id) on delete cascade,
  add column created_by uuid;
create index api_token_account on api_token (network_id, account_id);

do $$
declare
  name text;
begin
  foreach name in array array['person', 'membership', 'mandate', 'invitation', 'join_request']
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

alter table organisation enable row level security;
alter table organisation force row level security;
create policy owner on organisation to current_user using (true) with check (true);
create policy seen on organisation for select to cordee_app using (
  app_inside() and exists (
    select from membership where membership.network_id = app_network() and membership.organisation_id = organisation.id
  )
);
create policy brought on organisation for insert to cordee_app with check (app_inside());
create policy tended on organisation for update to cordee_app using (
  app_inside() and exists (
    select from membership where membership.network_id = app_network() and membership.organisation_id = organisation.id
  )
);
grant select, insert, update on organisation to cordee_app;

-- A network is known to all by its address; it is changed from inside alone, and founded by the owner.
alter table network enable row level security;
alter table network force row level security;
create policy owner on network to current_user using (true) with check (true);
create policy known on network for select to cordee_app using (true);
create policy tended on network for update to cordee_app using (id = app_network() and app_inside());
grant update (name, summary, visibility, locale, time_zone, languages, accent, logo_file_id, contact_email, sign_up,
  sign_up_domains) on network to cordee_app;

-- What an account is in a network today: asked before it is let in, hence by the owner's rights. No row: nothing.
create function standing_of(account uuid, network uuid)
  returns table (person_id uuid, role text, mandates jsonb)
  language plpgsql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select p.id,
    (array['member', 'facilitator', 'administrator'])[max(array_position(array['member', 'facilitator', 'administrator'], m.role))],
    jsonb_agg(jsonb_build_object(
      'id', m.id, 'role', m.role, 'title', m.title, 'organisationId', m.organisation_id, 'organisation', o.name
    ) order by array_position(array['administrator', 'facilitator', 'member'], m.role), m.created_at, m.id)
  from person p
  join network n on n.id = p.network_id
  join mandate m on m.network_id = p.network_id and m.person_id = p.id
  left join organisation o on o.id = m.organisation_id
  where p.account_id = account and p.network_id = network
    and (now() at time zone n.time_zone)::date between m.valid_from and coalesce(m.valid_until, 'infinity')
  group by p.id;
end
$$;

-- The networks an account is at home in, with its role in each.
create function networks_of(account uuid)
  returns table (network_id uuid, role text)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select p.network_id, s.role
  from person p cross join lateral standing_of(account, p.network_id) s
  where p.account_id = account
$$;

-- Whether an account runs the installation. One of the demonstration does for as long as there is nothing else.
create function is_platform_administrator(account uuid) returns boolean
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select exists (
    select from account a
    where a.id = account and a.platform_administrator
      and (not a.demonstration or not exists (select from network where demonstration is null))
  )
$$;

revoke all on function standing_of, networks_of, is_platform_administrator from public;
grant execute on function standing_of, networks_of, is_platform_administrator to cordee_app;

-- The invented people as whom anyone may sign in.
create function demonstration_people()
  returns table (account_id uuid, name text, platform_administrator boolean, mandates jsonb)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select a.id, a.name, a.platform_administrator, coalesce(jsonb_agg(jsonb_build_object(
      'network', n.slug, 'networkName', n.name, 'role', m.role, 'title', m.title, 'organisation', o.name
    ) order by n.slug, m.valid_from) filter (where m.id is not null), '[]')
  from account a
  left join person p on p.account_id = a.id
  left join network n on n.id = p.network_id and n.demonstration is not null
  left join mandate m on m.network_id = n.id and m.person_id = p.id
  left join organisation o on o.id = m.organisation_id
  where a.demonstration
  group by a.id
  order by a.created_at, a.id
$$;
revoke all on function demonstration_people from public;
grant execute on function demonstration_people to cordee_app;
