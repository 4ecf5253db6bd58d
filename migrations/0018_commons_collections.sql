-- Making sense of the commons: collections, put together by hand, and links between items.

create table commons_collection (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  slug text not null check (length(slug) between 1 and 100),
  title text not null check (length(title) between 1 and 200),
  -- Markdown.
  about text not null default '' check (length(about) <= 20000),
  -- Who reads it: its keepers, the network, everyone.
  state text not null check (state in ('private', 'network', 'public')),
  -- In which its keepers write.
  language text not null check (language ~ '^[a-z]{2}$'),
  person_id uuid,
  created_at timestamptz not null default now(),
  -- Milliseconds: all that JavaScript can say.
  updated_at timestamptz(3) not null default now(),
  primary key (network_id, id),
  unique (network_id, slug),
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id)
);
create index commons_collection_recent on commons_collection (network_id, updated_at, id);

-- Who may change it.
create table commons_collection_keeper (
  network_id uuid not null,
  collection_id uuid not null,
  person_id uuid not null,
  added_at timestamptz not null default now(),
  primary key (network_id, collection_id, person_id),
  foreign key (network_id, collection_id) references commons_collection (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade
);
create index commons_collection_keeper_person on commons_collection_keeper (network_id, person_id);

-- The items keep no key of commons_item: one that is taken back and shared again finds its places and notes again.
-- Nothing of an item that is not there, or not for the reader, is ever shown: every read joins the item.
create table commons_collection_entry (
  network_id uuid not null,
  collection_id uuid not null,
  item_id uuid not null,
  -- Numbered with gaps: what is moved takes a number between its neighbours', and only where there is none left are
  -- all numbered anew.
  position integer not null,
  -- The heading under which it stands. Entries of one section follow each other; those without one come first.
  section text check (length(section) between 1 and 200),
  -- Markdown: why it is here.
  note text not null default '' check (length(note) <= 5000),
  person_id uuid,
  added_at timestamptz(3) not null default now(),
  -- Taken out, but for so long that it can be put back as it was.
  removed_at timestamptz,
  primary key (network_id, collection_id, item_id),
  foreign key (network_id, collection_id) references commons_collection (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id)
);
create index commons_collection_entry_order on commons_collection_entry (network_id, collection_id, position);
create index commons_collection_entry_item on commons_collection_entry (network_id, item_id) where removed_at is null;
create index commons_collection_entry_person on commons_collection_entry (network_id, person_id);

-- What one item is to another: "from builds on to". As with collections, items keep their links while they are away.
create table commons_link (
  network_id uuid not null references network (id) on delete cascade,
  id uuid not null,
  from_item uuid not null,
  to_item uuid not null,
  kind text not null check (kind in ('builds_on', 'contradicts', 'pilot_of', 'adapts', 'answers', 'related')),
  note text not null default '' check (length(note) <= 2000),
  person_id uuid,
  created_at timestamptz not null default now(),
  primary key (network_id, id),
  unique (network_id, from_item, to_item, kind),
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id),
  check (from_item <> to_item),
  -- What holds in both directions is written in one.
  check (kind <> 'related' or from_item < to_item)
);
create index commons_link_to on commons_link (network_id, to_item);
create index commons_link_person on commons_link (network_id, person_id);

do $$
declare
  name text;
begin
  foreach name in array array['commons_collection', 'commons_collection_keeper', 'commons_collection_entry', 'commons_link']
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
grant select, insert, update, delete on commons_collection, commons_collection_entry to cordee_app;
grant select, insert, delete on commons_collection_keeper, commons_link to cordee_app;

-- The public reads public collections, and of them what is public; the policies of the tables asked hold here as well.
create policy readers on commons_collection for select to cordee_app
  using (network_id = app_network() and state = 'public');

create policy readers on commons_collection_entry for select to cordee_app
  using (
    network_id = app_network()
    and removed_at is null
    and exists (
      select from commons_collection collection
      where collection.network_id = commons_collection_entry.network_id
        and collection.id = commons_collection_entry.collection_id
    )
    and exists (
      select from commons_item item
      where item.network_id = commons_collection_entry.network_id and item.id = commons_collection_entry.item_id
    )
  );

create policy readers on commons_link for select to cordee_app
  using (
    network_id = app_network()
    and exists (
      select from commons_item item
      where item.network_id = commons_link.network_id and item.id = commons_link.from_item
    )
    and exists (
      select from commons_item item
      where item.network_id = commons_link.network_id and item.id = commons_link.to_item
    )
  );

-- Who leaves for good keeps nothing, and a private collection that nobody keeps any more goes with its last keeper.
create function commons_collection_left() returns trigger
  language plpgsql volatile security definer
  set search_path = public, pg_catalog, pg_temp
as $$
declare
  kept uuid[];
begin
  with gone as (
    delete from commons_collection_keeper where network_id = old.network_id and person_id = old.id returning collection_id
  )
  select array_agg(collection_id) into kept from gone;
  delete from commons_collection collection
  where collection.network_id = old.network_id and collection.id = any (kept) and collection.state = 'private'
    and not exists (
      select from commons_collection_keeper keeper
      where keeper.network_id = collection.network_id and keeper.collection_id = collection.id
    );
  return old;
end
$$;
revoke all on function commons_collection_left from public;
-- Before the row goes: its foreign keys would take the keepers away unseen.
create trigger commons_collection_left before delete on person
  for each row execute function commons_collection_left();
create trigger commons_collection_erased after update of erased_at on person
  for each row when (old.erased_at is null and new.erased_at is not null) execute function commons_collection_left();
