-- Translations of items, kept beside them (decision 0041): who reads an item reads those of them that are shared.

create table commons_translation (
  network_id uuid not null,
  item_id uuid not null,
  -- ISO 639-1.
  language text not null check (language ~ '^[a-z]{2,3}$'),
  state text not null check (state in ('draft', 'shared')),
  -- As lists tell them; of what is not translated, null.
  title text,
  summary text,
  person_id uuid,
  mandate_id uuid,
  created_at timestamptz not null default now(),
  written_at timestamptz(3) not null default now(),
  shared_at timestamptz,
  primary key (network_id, item_id, language),
  foreign key (network_id, item_id) references commons_item (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id)
);

-- Passage by passage, each with what it translates: when that has changed since, the translation is to be looked at again.
create table commons_translated_passage (
  network_id uuid not null,
  item_id uuid not null,
  language text not null,
  -- The path of the answer; 'body/3' for text that answers no question, 'question/…' and 'heading/…' for what is asked.
  path text not null check (length(path) between 1 and 320),
  text text not null,
  source_text text not null,
  source_hash bytea not null,
  person_id uuid,
  mandate_id uuid,
  written_at timestamptz not null default now(),
  primary key (network_id, item_id, language, path),
  foreign key (network_id, item_id, language) references commons_translation (network_id, item_id, language) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id)
);

do $$
declare
  name text;
begin
  foreach name in array array['commons_translation', 'commons_translated_passage']
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
grant select, insert, update, delete on commons_translation, commons_translated_passage to cordee_app;

-- The public reads what is shared of what it reads.
create policy readers on commons_translation for select to cordee_app
  using (
    network_id = app_network()
    and state = 'shared'
    and exists (
      select from commons_item item
      where item.network_id = commons_translation.network_id and item.id = commons_translation.item_id
        and item.visibility = 'public'
    )
  );
create policy readers on commons_translated_passage for select to cordee_app
  using (
    network_id = app_network()
    and exists (
      select from commons_translation translation
      where translation.network_id = commons_translated_passage.network_id
        and translation.item_id = commons_translated_passage.item_id
        and translation.language = commons_translated_passage.language
        and translation.state = 'shared'
    )
  );
