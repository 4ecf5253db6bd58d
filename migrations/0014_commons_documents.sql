-- The commons is written in. A document is a page being written: the page as it was last published, byte for byte, and
-- above it the answers not yet published. What is not shared is not in commons_item: nothing that reads, counts or exports
-- the commons can come upon it.

-- Templates, in every version some document was written by. The shipped ones are kept here when first used.
create table commons_template (
  network_id uuid not null references network (id) on delete cascade,
  key text not null check (key ~ '^[a-z][a-z0-9-]{0,59}$'),
  version integer not null check (version > 0),
  definition jsonb not null,
  person_id uuid,
  created_at timestamptz not null default now(),
  primary key (network_id, key, version),
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id)
);

create table commons_document (
  network_id uuid not null references network (id) on delete cascade,
  -- The item's own, once the document is shared.
  id uuid not null,
  template_key text not null,
  template_version integer not null,
  -- With whom it is shared. A draft is its authors' alone; what was taken back is nobody's but theirs.
  state text not null check (state in ('draft', 'network', 'public', 'withdrawn')),
  file_name text not null,
  -- In which the questions are asked.
  language text not null,
  title text not null,
  -- What the answers below are written above; null while there is an item: then it is the page as that now stands.
  base_source text,
  -- Grows with every answer.
  revision bigint not null default 0,
  person_id uuid,
  created_at timestamptz not null default now(),
  written_at timestamptz(3) not null default now(),
  primary key (network_id, id),
  unique (network_id, file_name),
  foreign key (network_id, template_key, template_version) references commons_template (network_id, key, version),
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id)
);
create index commons_document_recent on commons_document (network_id, written_at desc, id);

create table commons_author (
  network_id uuid not null,
  document_id uuid not null,
  person_id uuid not null,
  added_at timestamptz not null default now(),
  primary key (network_id, document_id, person_id),
  foreign key (network_id, document_id) references commons_document (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade
);
create index commons_author_person on commons_author (network_id, person_id);

-- Answers not yet published, each where it stands in the template: 'background', 'partners/2/name'.
create table commons_answer (
  network_id uuid not null,
  document_id uuid not null,
  path text not null check (length(path) between 1 and 300),
  -- Null: taken away.
  value jsonb,
  revision bigint not null,
  person_id uuid,
  written_at timestamptz not null default now(),
  primary key (network_id, document_id, path),
  foreign key (network_id, document_id) references commons_document (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id)
);

-- Who wrote what, in order: what history, comparison and restoring go by, and by which two who write at once are put
-- together. Of what was typed in one go, the steps in between are forgotten after a week.
create table commons_change (
  network_id uuid not null,
  document_id uuid not null,
  revision bigint not null,
  path text not null,
  before jsonb,
  after jsonb,
  person_id uuid,
  mandate_id uuid,
  changed_at timestamptz not null default now(),
  primary key (network_id, document_id, revision),
  foreign key (network_id, document_id) references commons_document (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id)
);
create index commons_change_path on commons_change (network_id, document_id, path, revision desc);

-- When a document became a version of its item, and for whom.
create table commons_publication (
  network_id uuid not null,
  document_id uuid not null,
  version integer not null check (version > 0),
  revision bigint not null,
  visibility text not null check (visibility in ('public', 'network')),
  person_id uuid,
  mandate_id uuid,
  published_at timestamptz not null default now(),
  -- Taken back and shared again, a page counts its versions anew.
  primary key (network_id, document_id, revision, version),
  foreign key (network_id, document_id) references commons_document (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id)
);

-- Who has the page open, and at which answer they are.
create table commons_presence (
  network_id uuid not null,
  document_id uuid not null,
  person_id uuid not null,
  path text,
  seen_at timestamptz not null default now(),
  primary key (network_id, document_id, person_id),
  foreign key (network_id, document_id) references commons_document (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade
);

do $$
declare
  name text;
begin
  foreach name in array array['commons_template', 'commons_document', 'commons_author', 'commons_answer', 'commons_change',
    'commons_publication', 'commons_presence']
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
grant select, insert on commons_template, commons_publication to cordee_app;
grant select, insert, delete on commons_author to cordee_app;
grant select, insert, update, delete on commons_document, commons_answer, commons_change, commons_presence to cordee_app;
