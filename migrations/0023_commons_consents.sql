-- Consent of the people a page speaks of: who gave it, for what, from when until when, with what proof. Taken back or run
-- out, it takes the page out of the commons until somebody has settled the matter.
create table commons_consent (
  network_id uuid not null,
  id uuid not null,
  document_id uuid not null,
  -- Gone once the consent is taken back: then nobody has to be named any more.
  about text check (length(about) between 1 and 200),
  -- What they agreed to, in words.
  scope text not null check (length(scope) <= 1000),
  proof text check (length(proof) <= 500),
  given_on date not null,
  -- The last day; null: until it is taken back.
  valid_until date,
  ended_at timestamptz,
  ended_by text check (ended_by in ('withdrawal', 'expiry')),
  -- The page speaks of this person no more, or there is a new consent.
  settled_at timestamptz,
  -- When the authors were told that it runs out.
  announced_at timestamptz,
  -- With what links in mails begin.
  link_origin text not null,
  person_id uuid,
  recorded_at timestamptz not null default now(),
  primary key (network_id, id),
  foreign key (network_id, document_id) references commons_document (network_id, id) on delete cascade,
  foreign key (network_id, person_id) references person (network_id, id) on delete set null (person_id),
  check ((ended_at is null) = (ended_by is null)),
  check (valid_until is null or valid_until >= given_on)
);
create index commons_consent_document on commons_consent (network_id, document_id);
create index commons_consent_end on commons_consent (valid_until) where valid_until is not null and ended_at is null;

alter table commons_consent enable row level security;
alter table commons_consent force row level security;
create policy owner on commons_consent to current_user using (true) with check (true);
create policy tenant on commons_consent to cordee_app
  using (network_id = app_network() and app_inside()) with check (network_id = app_network() and app_inside());
grant select, insert, update on commons_consent to cordee_app;

-- Consents that have run out, or will within a month and whose authors do not know: in all networks, by the day it is in
-- each. Runs as the owner, since the application sees one network at a time; it tells keys and nothing else.
create function commons_consents_due(at timestamptz, most integer)
  returns table (network_id uuid, id uuid, document_id uuid, has_ended boolean)
  language sql stable security definer
  set search_path = pg_catalog, public, pg_temp
as $$
  select consent.network_id, consent.id, consent.document_id,
    consent.valid_until < (at at time zone network.time_zone)::date
  from public.commons_consent consent
  join public.network on network.id = consent.network_id
  where consent.ended_at is null and consent.settled_at is null
    and (consent.valid_until < (at at time zone network.time_zone)::date
      or (consent.announced_at is null and consent.valid_until < (at at time zone network.time_zone)::date + 30))
  order by consent.valid_until, consent.id
  limit most
$$;
revoke all on function commons_consents_due from public;
grant execute on function commons_consents_due to cordee_app;
