-- Who looks at a page before it is for everyone. Where nobody is named, facilitators and administrators do.
create table commons_reviewer (
  network_id uuid not null references network (id) on delete cascade,
  person_id uuid not null,
  added_at timestamptz not null default now(),
  primary key (network_id, person_id),
  foreign key (network_id, person_id) references person (network_id, id) on delete cascade
);

-- What is looked at first: only what is to be public (so too where there is no row), what is to be for the network as well, or
-- nothing.
create table commons_review_rule (
  network_id uuid not null references network (id) on delete cascade,
  applies text not null check (applies in ('public', 'both', 'none')),
  primary key (network_id)
);

-- Asked for by an author, decided by a reviewer; what is taken back was decided by its authors.
create table commons_review (
  network_id uuid not null,
  id uuid not null,
  document_id uuid not null,
  -- For whom the page is to be.
  visibility text not null check (visibility in ('network', 'public')),
  -- Of the document, when it was asked for; once accepted, that which was published.
  revision bigint not null,
  asked_by uuid,
  asked_at timestamptz not null default now(),
  decision text check (decision in ('accepted', 'returned', 'taken-back')),
  decided_by uuid,
  decided_at timestamptz,
  -- What the authors are told when it is sent back.
  reason text not null default '' check (length(reason) <= 5000),
  primary key (network_id, id),
  foreign key (network_id, document_id) references commons_document (network_id, id) on delete cascade,
  foreign key (network_id, asked_by) references person (network_id, id) on delete set null (asked_by),
  foreign key (network_id, decided_by) references person (network_id, id) on delete set null (decided_by),
  check ((decision is null) = (decided_at is null))
);
create unique index commons_review_waiting on commons_review (network_id, document_id) where decision is null;
create index commons_review_latest on commons_review (network_id, document_id, id desc);

do $$
declare
  name text;
begin
  foreach name in array array['commons_reviewer', 'commons_review_rule', 'commons_review']
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
grant select, insert, delete on commons_reviewer to cordee_app;
grant select, insert, update on commons_review_rule, commons_review to cordee_app;
