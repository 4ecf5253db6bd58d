-- What members say about a page being written, or proposed to write instead: beside the page, never part of it, and never
-- for the public.

create table commons_comment (
  network_id uuid not null,
  id uuid not null,
  document_id uuid not null,
  -- The comment that this one answers; null: it begins a thread. Where it stands, what it proposes and what became of it
  -- is said by the first of a thread alone.
  parent_id uuid,
  -- The answer it is about; null: the whole page.
  path text check (length(path) between 1 and 300),
  -- The passage it is about, with a little of what stands before and after to find it again (W3C Web Annotation Data
  -- Model, text quote selector); '': the whole answer.
  quote text not null default '' check (length(quote) <= 10000),
  prefix text not null default '' check (length(prefix) <= 100),
  suffix text not null default '' check (length(suffix) <= 100),
  kind text not null check (kind in ('comment', 'suggestion')),
  body text not null check (length(body) <= 5000),
  -- What a suggestion would have instead of the passage.
  replacement text check (length(replacement) <= 5000),
  state text not null default 'open' check (state in ('open', 'resolved', 'accepted', 'declined')),
  -- Said about what was not yet published: between those who write it, also afterwards.
  audience text not null check (audience in ('network', 'writers')),
  person_id uuid,
  mandate_id uuid,
  created_at timestamptz(3) not null default now(),
  edited_at timestamptz(3),
  -- Taken back by its author; it stays because others answered it.
  removed_at timestamptz(3),
  decided_by uuid,
  decided_at timestamptz(3),
  primary key (network_id, id),
  foreign key (network_id, document_id) references commons_document (network_id, id) on delete cascade,
  foreign key (network_id, parent_id) references commons_comment (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id),
  foreign key (network_id, decided_by) references person (network_id, id) on delete set null (decided_by),
  check ((kind = 'suggestion') = (replacement is not null)),
  check (parent_id is null or (kind = 'comment' and path is null and quote = '' and state = 'open'))
);
create index commons_comment_threads on commons_comment (network_id, document_id, id) where parent_id is null;
create index commons_comment_answers on commons_comment (network_id, parent_id, id) where parent_id is not null;
create index commons_comment_person on commons_comment (network_id, person_id);
create index commons_comment_decider on commons_comment (network_id, decided_by) where decided_by is not null;

alter table commons_comment enable row level security;
alter table commons_comment force row level security;
create policy owner on commons_comment to current_user using (true) with check (true);
create policy tenant on commons_comment to cordee_app
  using (network_id = app_network() and app_inside()) with check (network_id = app_network() and app_inside());
grant select, insert, update, delete on commons_comment to cordee_app;
