-- Threads: what people say to each other about something of the network, by page and by mail. What it is about says who reads
-- and who writes; here it is a kind and an id (decision 0054).

create table thread (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  subject_type text not null check (subject_type ~ '^[a-z]+(-[a-z]+)*$' and length(subject_type) <= 40),
  subject_id uuid not null,
  closed_at timestamptz,
  closed_by uuid,
  created_at timestamptz not null default now(),
  primary key (network_id, id),
  unique (network_id, subject_type, subject_id),
  foreign key (network_id, closed_by) references person (network_id, id) on delete set null (closed_by)
);

create table thread_message (
  network_id uuid not null,
  thread_id uuid not null,
  -- Begins with the time, hence the order.
  id uuid not null,
  -- What it answers.
  parent_id uuid,
  person_id uuid,
  mandate_id uuid,
  -- Markdown; empty once it was taken back.
  body text not null check (length(body) <= 20000),
  origin text not null check (origin in ('page', 'api', 'mail', 'command')),
  -- SHA-256 of the Message-ID it came with: what is sent twice is kept once.
  mail_id bytea,
  -- With what the links of mail about it begin.
  link_origin text not null check (link_origin ~ '^https?://[^/]+$'),
  created_at timestamptz not null default now(),
  edited_at timestamptz,
  removed_at timestamptz,
  removed_by uuid,
  -- How far those who hear of it were written to, by person; null and told: all of them.
  told_after uuid,
  told_at timestamptz,
  primary key (network_id, id),
  unique (network_id, thread_id, id),
  foreign key (network_id, thread_id) references thread (network_id, id) on delete cascade,
  foreign key (network_id, parent_id) references thread_message (network_id, id) on delete set null (parent_id),
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id),
  foreign key (network_id, removed_by) references person (network_id, id) on delete set null (removed_by)
);
create unique index thread_message_mail on thread_message (network_id, thread_id, mail_id) where mail_id is not null;
create index thread_message_person on thread_message (network_id, person_id) where person_id is not null;
create index thread_message_parent on thread_message (network_id, parent_id) where parent_id is not null;
create index thread_message_untold on thread_message (network_id, id) where told_at is null;

-- What a message said before it was written anew.
create table thread_message_version (
  network_id uuid not null,
  message_id uuid not null,
  number integer not null,
  body text not null,
  replaced_at timestamptz not null default now(),
  primary key (network_id, message_id, number),
  foreign key (network_id, message_id) references thread_message (network_id, id) on delete cascade
);

-- Whom it is addressed to by name: they hear of it at once.
create table thread_mention (
  network_id uuid not null,
  message_id uuid not null,
  person_id uuid not null,
  primary key (network_id, message_id, person_id),
  foreign key (network_id, message_id) references thread_message (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade
);
create index thread_mention_person on thread_mention (network_id, person_id);

create table thread_file (
  network_id uuid not null,
  message_id uuid not null,
  file_id uuid not null,
  position smallint not null,
  primary key (network_id, message_id, file_id),
  foreign key (network_id, message_id) references thread_message (network_id, id) on delete cascade,
  foreign key (network_id, file_id) references file (network_id, id) on delete cascade
);
create index thread_file_of on thread_file (network_id, file_id);

-- What somebody wants of a thread, and how far they have read it.
create table thread_follower (
  network_id uuid not null,
  thread_id uuid not null,
  person_id uuid not null,
  -- Null: they have not said; who is among those it is about then hears all.
  wish text check (wish in ('all', 'mentions', 'none')),
  -- The last message they have had before them.
  seen_id uuid,
  primary key (network_id, thread_id, person_id),
  foreign key (network_id, thread_id) references thread (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade
);
create index thread_follower_person on thread_follower (network_id, person_id);

-- Addresses to which one person can answer one message.
create table thread_reply_address (
  network_id uuid not null,
  -- SHA-256 of the secret half of the address.
  token_hash bytea not null check (length(token_hash) = 32),
  message_id uuid not null,
  person_id uuid not null,
  expires_at timestamptz not null,
  -- When its holder was last told by mail that an answer was not taken: not for every message of a loop.
  refused_at timestamptz,
  primary key (network_id, token_hash),
  foreign key (network_id, message_id) references thread_message (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade
);
create index thread_reply_address_message on thread_reply_address (network_id, message_id);
create index thread_reply_address_person on thread_reply_address (network_id, person_id);
create index thread_reply_address_end on thread_reply_address (network_id, expires_at);

do $$
declare
  name text;
begin
  foreach name in array array['thread', 'thread_message', 'thread_message_version', 'thread_mention', 'thread_file',
    'thread_follower', 'thread_reply_address']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner on %I to current_user using (true) with check (true)', name);
    execute format(
      'create policy tenant on %I to cordee_app using (network_id = app_network() and app_inside()) '
      'with check (network_id = app_network() and app_inside())', name);
    execute format('grant select, insert on %I to cordee_app', name);
  end loop;
end
$$;
grant update (closed_at, closed_by), delete on thread to cordee_app;
grant update (body, edited_at, removed_at, removed_by, told_after, told_at) on thread_message to cordee_app;
grant delete on thread_message_version, thread_mention, thread_file to cordee_app;
grant update (wish, seen_id), delete on thread_follower to cordee_app;
grant update (refused_at), delete on thread_reply_address to cordee_app;

-- Of these people, those at home in the network today, as what, and by the address and in the language of their account.
create function thread_readers(people uuid[])
  returns table (
    person_id uuid, account_id uuid, address text, name text, locale text, time_zone text, role text, mandates jsonb
  )
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select p.id, a.id, a.email, p.name, a.locale, a.time_zone, s.role, s.mandates
  from person p
  join account a on a.id = p.account_id
  cross join lateral standing_of(a.id, p.network_id) s
  where p.network_id = app_network() and app_inside() and p.id = any(people)
$$;

-- The networks in which something was said of which not all have been told.
create function thread_networks_untold() returns setof uuid
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select network_id from thread_message where told_at is null group by network_id order by min(created_at) limit 200
$$;

-- What one follows, and where one can answer, goes with the account; what one said stays, without a name.
create function threads_forget_person() returns trigger
  language plpgsql security definer
  set search_path = public, pg_catalog, pg_temp
as $$
begin
  delete from thread_follower where network_id = new.network_id and person_id = new.id;
  delete from thread_reply_address where network_id = new.network_id and person_id = new.id;
  delete from thread_mention where network_id = new.network_id and person_id = new.id;
  return null;
end
$$;
create trigger threads_forget_person after update of erased_at on person
  for each row when (new.erased_at is not null) execute function threads_forget_person();

revoke all on function thread_readers, thread_networks_untold, threads_forget_person from public;
grant execute on function thread_readers, thread_networks_untold to cordee_app;

-- A file may be enclosed in something that says who reads it: it is in no list of the network's files.
alter table file drop constraint file_purpose_check;
alter table file add constraint file_purpose_check
  check (purpose in ('attachment', 'enclosure', 'logo', 'portrait', 'import'));

-- Things are done by mail as well.
alter table audit_entry drop constraint audit_entry_origin_check;
alter table audit_entry add constraint audit_entry_origin_check
  check (origin in ('page', 'api', 'command', 'job', 'mail'));

-- A kind of mail of its own, to be turned off by itself, beside whatever kinds there are by now.
do $$
declare
  name text;
  kinds text;
begin
  foreach name in array array['mail_message', 'mail_preference', 'mail_silence']
  loop
    select string_agg(distinct quote_literal(match.parts[1]), ', ') into kinds
      from pg_constraint, regexp_matches(pg_get_constraintdef(oid), '''([a-z_]+)''', 'g') match (parts)
      where conname = name || '_kind_check';
    execute format('alter table %I drop constraint %I', name, name || '_kind_check');
    execute format('alter table %I add constraint %I check (kind in (%s, ''discussion''))', name, name || '_kind_check', kinds);
  end loop;
end
$$;
