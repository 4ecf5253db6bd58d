-- Following: what people want to hear of, what there was, and how far the looking has come (decision 0042).

create table commons_following (
  network_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  kind text not null check (kind in ('search', 'theme', 'author', 'item', 'collection')),
  -- Of a search, as its address has it; of a theme, its key.
  query text check (length(query) <= 16000),
  -- Of an author the person, of an item or a collection its id. What is gone since is followed in vain.
  subject_id uuid,
  -- Null: called as what it leads to is called.
  name text check (length(name) between 1 and 200),
  cadence text not null check (cadence in ('now', 'daily', 'weekly', 'never')),
  -- What a search asks, ready to be held against a page; both null where it is no search and no theme.
  words tsquery,
  facet_groups jsonb,
  created_at timestamptz(3) not null default now(),
  primary key (network_id, id),
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade,
  check ((kind in ('search', 'theme')) = (query is not null)),
  check ((kind in ('search', 'theme')) = (facet_groups is not null)),
  check ((kind in ('author', 'item', 'collection')) = (subject_id is not null))
);
-- A search can be longer than an index takes.
create unique index commons_following_once
  on commons_following (network_id, person_id, kind, md5(coalesce(query, subject_id::text)));
create index commons_following_subject on commons_following (network_id, subject_id) where subject_id is not null;

-- Who follows: how far they have looked, and where their feed can be read without signing in.
create table commons_follower (
  network_id uuid not null,
  person_id uuid not null,
  -- What came later is new to them.
  seen_until timestamptz(3) not null default now(),
  looked_at timestamptz(3) not null default now(),
  -- SHA-256 of what the address of the feed ends with.
  feed_hash bytea,
  feed_since timestamptz(3),
  -- Where the links of mail lead.
  base_url text not null,
  primary key (network_id, person_id),
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade
);
create unique index commons_follower_feed on commons_follower (network_id, feed_hash) where feed_hash is not null;

-- What matched: each version of an item once for each following.
create table commons_news (
  network_id uuid not null,
  following_id uuid not null,
  item_id uuid not null,
  version integer not null,
  person_id uuid not null,
  at timestamptz(3) not null,
  -- Null: written to them, or not to be.
  mail_due_at timestamptz(3),
  primary key (network_id, following_id, item_id, version),
  foreign key (network_id, following_id) references commons_following (network_id, id) on delete cascade,
  foreign key (network_id, item_id) references commons_item (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade
);
create index commons_news_feed on commons_news (network_id, person_id, at desc, item_id desc);
create index commons_news_item on commons_news (network_id, item_id);
create index commons_news_due on commons_news (network_id, mail_due_at) where mail_due_at is not null;
create index commons_news_at on commons_news (network_id, at);

-- How far a network's pages have been looked at. A page is dated when its transaction begins and seen when it ends: those
-- of the hour before are therefore looked for again, and told by what is kept of them.
create table commons_looking (
  network_id uuid not null references network (id) on delete cascade,
  until timestamptz(3) not null,
  primary key (network_id)
);

create table commons_looked_at (
  network_id uuid not null,
  item_id uuid not null,
  version integer not null,
  updated_at timestamptz(3) not null,
  primary key (network_id, item_id),
  foreign key (network_id, item_id) references commons_item (network_id, id) on delete cascade
);
create index commons_looked_at_when on commons_looked_at (network_id, updated_at);

do $$
declare
  name text;
begin
  foreach name in array array['commons_following', 'commons_follower', 'commons_news', 'commons_looking',
    'commons_looked_at']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner on %I to current_user using (true) with check (true)', name);
    execute format(
      'create policy tenant on %I to cordee_app using (network_id = app_network() and app_inside()) '
      'with check (network_id = app_network() and app_inside())', name);
  end loop;
end
$$;
grant select, insert, update, delete on commons_following to cordee_app;
grant select, insert, update on commons_follower to cordee_app;
grant select, update, delete on commons_news to cordee_app;

-- Those who follow and are at home in the network today: nobody else hears of anything.
create function commons_followers()
  returns table (person_id uuid, account_id uuid, address text, name text, locale text, time_zone text)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select p.id, a.id, a.email, a.name, a.locale, a.time_zone
  from person p
  join account a on a.id = p.account_id
  join network n on n.id = p.network_id
  where p.network_id = app_network() and app_inside()
    and exists (select from commons_follower f where f.network_id = p.network_id and f.person_id = p.id)
    and exists (
      select from mandate m
      where m.network_id = p.network_id and m.person_id = p.id
        and (now() at time zone n.time_zone)::date between m.valid_from and coalesce(m.valid_until, 'infinity')
    )
$$;

-- The networks in which someone follows, and there are pages not yet looked at or mail to be written.
create function commons_networks_to_look_at(now_is timestamptz) returns setof uuid
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select n.id
  from network n left join commons_looking l on l.network_id = n.id
  where exists (select from commons_following f where f.network_id = n.id)
    and (
      l.until is null
      or exists (
        select from commons_item i
        where i.network_id = n.id and i.updated_at > l.until - interval '1 hour'
          and not exists (
            select from commons_looked_at a
            where a.network_id = i.network_id and a.item_id = i.id and a.version >= i.version
          )
      )
      or exists (select from commons_news w where w.network_id = n.id and w.mail_due_at <= now_is)
    )
  order by l.until nulls first, n.id
$$;

-- Holds up to `most` pages that are new or changed against all that is followed in the tenant, and keeps what matches:
-- of one following `most_each` at one moment, the latest. Every question is asked once, whoever asks it, of an index over these
-- pages alone. `dues`: when mail of this moment is due, by cadence and time zone.
create function commons_look(now_is timestamptz, most integer, most_each integer, dues jsonb)
  returns table (pages integer, news integer)
  language plpgsql volatile security definer
  set search_path = public, pg_catalog, pg_temp
  set enable_seqscan = off
as $$
declare
  tenant uuid := app_network();
  since timestamptz;
  aliased boolean := exists (select from commons_alias where network_id = app_network());
begin
  if tenant is null or not app_inside() then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(tenant::text, 4207021));
  insert into commons_looking (network_id, until)
    select tenant, min(created_at) from commons_following where network_id = tenant having count(*) > 0
    on conflict do nothing;
  -- What is older than all followings interests nobody.
  select greatest(l.until, (select min(f.created_at) from commons_following f where f.network_id = tenant))
    into since from commons_looking l where l.network_id = tenant;
  create temporary table commons_changed on commit drop as
    select i.id, i.facets, i.search, i.version, i.updated_at, v.created_at
    from commons_item i
    join commons_version v on v.network_id = i.network_id and v.item_id = i.id and v.number = i.version
    where i.network_id = tenant and i.updated_at > since - interval '1 hour'
      and not exists (
        select from commons_looked_at a
        where a.network_id = i.network_id and a.item_id = i.id and a.version >= i.version
      )
    order by i.updated_at, i.id
    limit most;
  create index commons_changed_search on commons_changed using gin (search) with (fastupdate = off);
  create index commons_changed_facets on commons_changed using gin (facets) with (fastupdate = off);
  create index commons_changed_id on commons_changed (id);
  analyze commons_changed;

  with follower as materialized (
    select * from commons_followers()
  ), asked as materialized (
    select f.id, f.person_id, f.created_at, f.cadence, r.time_zone, f.words, f.facet_groups,
      dense_rank() over (order by f.words, f.facet_groups) as question
    from commons_following f join follower r on r.person_id = f.person_id
    where f.network_id = tenant and f.kind in ('search', 'theme')
  ), distinct_question as (
    select distinct on (question) question, words, facet_groups from asked order by question
  ), current_question as materialized (
    -- Families that were merged since, as a search reads them (0019).
    select question, words, case when aliased and jsonb_array_length(facet_groups) > 0 then (
        select jsonb_agg(to_jsonb(commons_families(array(select jsonb_array_elements_text(g)))))
        from jsonb_array_elements(facet_groups) g
      ) else facet_groups end as facet_groups
    from distinct_question
  ), question as materialized (
    select question, words, facet_groups, array(select jsonb_array_elements_text(facet_groups -> 0)) as first_group
    from current_question
  ), hit as materialized (
    select q.question, c.id
    from question q join commons_changed c on c.search @@ q.words
    where q.words is not null and not exists (
      select from jsonb_array_elements(q.facet_groups) g
      where not c.facets && array(select jsonb_array_elements_text(g))
    )
    union all
    select q.question, c.id
    from question q join commons_changed c on c.facets && q.first_group
    where q.words is null and not exists (
      select from jsonb_array_elements(q.facet_groups) g
      where not c.facets && array(select jsonb_array_elements_text(g))
    )
  ), matched as (
    select a.id as following_id, a.person_id, a.created_at, a.cadence, a.time_zone, h.id as item_id
    from asked a join hit h on h.question = a.question
    union all
    select f.id, f.person_id, f.created_at, f.cadence, r.time_zone, c.id
    from commons_following f
    join follower r on r.person_id = f.person_id
    join commons_author w on w.network_id = tenant and w.person_id = f.subject_id
    join commons_changed c on c.id = w.document_id
    where f.network_id = tenant and f.kind = 'author'
    union all
    select f.id, f.person_id, f.created_at, f.cadence, r.time_zone, c.id
    from commons_changed c
    join commons_following f on f.network_id = tenant and f.kind = 'item' and f.subject_id = c.id
    join follower r on r.person_id = f.person_id
  ), weighed as (
    select m.*, c.version,
      row_number() over (partition by m.following_id order by c.updated_at desc, c.id) as place
    from matched m join commons_changed c on c.id = m.item_id
    -- What was there before is no news, nor what one wrote oneself.
    where c.created_at > m.created_at and not exists (
      select from commons_author own
      where own.network_id = tenant and own.document_id = m.item_id and own.person_id = m.person_id
    )
  ), before as materialized (
    select following_id, count(*) as items from commons_news where network_id = tenant and at = now_is group by following_id
  ), kept as (
    insert into commons_news (network_id, following_id, item_id, version, person_id, at, mail_due_at)
    select tenant, w.following_id, w.item_id, w.version, w.person_id, now_is, (d ->> 'at')::timestamptz
    from weighed w
    left join before b on b.following_id = w.following_id
    left join jsonb_array_elements(dues) d on d ->> 'cadence' = w.cadence and d ->> 'timeZone' = w.time_zone
    where w.place + coalesce(b.items, 0) <= most_each
    on conflict do nothing
    returning 1
  )
  select (select count(*) from commons_changed)::integer, (select count(*) from kept)::integer into pages, news;

  insert into commons_looked_at as known (network_id, item_id, version, updated_at)
    select tenant, id, version, updated_at from commons_changed
    on conflict (network_id, item_id) do update set version = excluded.version, updated_at = excluded.updated_at;
  update commons_looking
    set until = case
      when pages < most then greatest(since, now())
      else greatest(since, (select max(updated_at) from commons_changed))
    end
    where network_id = tenant;
  delete from commons_looked_at a using commons_looking l
    where a.network_id = tenant and l.network_id = tenant and a.updated_at <= l.until - interval '1 hour';
  drop table commons_changed;
  return next;
end
$$;

-- To whom mail is due. What was held for those who have left the network since is let go.
create function commons_mail_due(now_is timestamptz, most integer)
  returns table (
    person_id uuid, account_id uuid, address text, name text, locale text, time_zone text, base_url text
  )
  language plpgsql volatile security definer
  set search_path = public, pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  if not app_inside() then
    return;
  end if;
  update commons_news n set mail_due_at = null
    where n.network_id = app_network() and n.mail_due_at <= now_is
      and n.person_id not in (select f.person_id from commons_followers() f);
  return query
    select f.person_id, f.account_id, f.address, f.name, f.locale, f.time_zone, w.base_url
    from (
      select n.person_id, min(n.mail_due_at) as since from commons_news n
      where n.network_id = app_network() and n.mail_due_at <= now_is
      group by n.person_id
    ) due
    join commons_followers() f on f.person_id = due.person_id
    join commons_follower w on w.network_id = app_network() and w.person_id = f.person_id
    order by due.since, f.person_id
    limit most;
end
$$;

revoke all on function commons_followers, commons_networks_to_look_at, commons_look, commons_mail_due from public;
grant execute on function commons_followers, commons_networks_to_look_at, commons_look, commons_mail_due to cordee_app;

-- What one follows is one's own: it goes with the account.
create function commons_forget_follower() returns trigger
  language plpgsql security definer
  set search_path = public, pg_catalog, pg_temp
as $$
begin
  delete from commons_following where network_id = new.network_id and person_id = new.id;
  delete from commons_follower where network_id = new.network_id and person_id = new.id;
  return null;
end
$$;
create trigger commons_forget_follower after update of erased_at on person
  for each row when (new.erased_at is not null) execute function commons_forget_follower();
revoke all on function commons_forget_follower from public;

-- A kind of mail of its own, to be turned off by itself.
alter table mail_message drop constraint mail_message_kind_check;
alter table mail_message add constraint mail_message_kind_check check (kind in
  ('security', 'invitation', 'membership', 'work', 'following', 'administration', 'digest'));
alter table mail_preference drop constraint mail_preference_kind_check;
alter table mail_preference add constraint mail_preference_kind_check check (kind in
  ('invitation', 'membership', 'work', 'following', 'administration'));
alter table mail_silence drop constraint mail_silence_kind_check;
alter table mail_silence add constraint mail_silence_kind_check check (kind in
  ('invitation', 'membership', 'work', 'following', 'administration'));
