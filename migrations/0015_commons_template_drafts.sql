-- Templates a network changes for itself. A version is never edited: what is being changed lies apart until it is put
-- into use, and then it is the next version.

-- Which versions came with the program: the network's own, once it has any, are the ones in use.
alter table commons_template add column shipped boolean not null default false;

create table commons_template_draft (
  network_id uuid not null references network (id) on delete cascade,
  key text not null check (key ~ '^[a-z][a-z0-9-]{0,59}$'),
  -- The version it was begun from, so that a newer one put into use meanwhile is not undone unseen; 0: a new template.
  base_version integer not null check (base_version >= 0),
  definition jsonb not null,
  -- Grows with every change: two administrators do not overwrite each other.
  revision integer not null default 1,
  person_id uuid,
  updated_at timestamptz not null default now(),
  primary key (network_id, key),
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id)
);

alter table commons_template_draft enable row level security;
alter table commons_template_draft force row level security;
create policy owner on commons_template_draft to current_user using (true) with check (true);
create policy tenant on commons_template_draft to cordee_app
  using (network_id = app_network() and app_inside())
  with check (network_id = app_network() and app_inside());
grant select, insert, update, delete on commons_template_draft to cordee_app;
