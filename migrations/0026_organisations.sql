-- Organisations as a directory knows them: what they are, how large, in which sector, whose, where, registered as what.

alter table organisation
  add column kind text check (kind in ('company', 'cooperative', 'association', 'foundation', 'mutual', 'social_enterprise',
    'public_body', 'education', 'union', 'network', 'individual', 'other')),
  -- By persons employed: micro up to 9, small up to 49, medium up to 249, large beyond (EU recommendation 2003/361/EC).
  add column size_class text check (size_class in ('micro', 'small', 'medium', 'large')),
  -- A code of a classification in one of its versions, as 'isic4:A0121' or 'naf2:20.42Z': reference/sectors.json.
  add column sector text check (sector ~ '^[a-z]+[0-9]+:[A-Z0-9.]{1,10}$'),
  add column parent_id uuid references organisation (id) on delete set null,
  -- As people write it: a street, a town, a region.
  add column address text not null default '' check (length(address) <= 500),
  add column town text not null default '' check (length(town) <= 200),
  add column region text not null default '' check (length(region) <= 200),
  add column latitude double precision check (latitude between -90 and 90),
  add column longitude double precision check (longitude between -180 and 180),
  -- When what all its networks know of it was last changed, in whichever of them; null: never since it came.
  add column changed_at timestamptz,
  add constraint organisation_not_in_itself check (parent_id <> id),
  add constraint organisation_place check ((latitude is null) = (longitude is null));
create index organisation_parent on organisation (parent_id) where parent_id is not null;
create index organisation_name on organisation (name collate name_order, id);

-- The division it works in, the same two digits in ISIC Rev. 4 and NAF rév. 2, or the section where no more is known; and
-- as what it is looked for: without accents and capitals.
alter table organisation
  add column division text generated always as (coalesce(
    substring(sector from '^(?:isic4:[A-Z]|naf2:)([0-9]{2})'), substring(sector from '^isic4:([A-Z])'))) stored,
  add column name_folded text not null default '',
  add column words text not null default '';
create function organisation_fold() returns trigger
  language plpgsql
  set search_path = public, pg_catalog, pg_temp
as $$
begin
  new.name_folded := lower(unaccent(new.name));
  new.words := new.name_folded || ' ' || lower(unaccent(new.town));
  return new;
end
$$;
create trigger organisation_fold before insert or update of name, town on organisation
  for each row execute function organisation_fold();
update organisation set name = name;
create index organisation_name_folded on organisation (name_folded);
create index organisation_words on organisation using gin (words gin_trgm_ops);

-- What a register calls it: known to all its networks as the organisation is.
create table organisation_identifier (
  organisation_id uuid not null references organisation (id) on delete cascade,
  -- 'siren', 'siret', 'vat', 'lei', 'rccm', 'cnpj', 'nif', 'other': src/modules/network/organisations/identifiers.ts checks each.
  scheme text not null check (scheme ~ '^[a-z]{2,20}$'),
  value text not null check (length(value) between 1 and 60),
  primary key (organisation_id, scheme, value)
);
create index organisation_identifier_value on organisation_identifier (scheme, value);

-- What it is in this network alone. The network's own words for the five steps: {"fr": ["…", "…", "…", "…", "…"]}.
alter table network add column engagement_words jsonb not null default '{}';
grant update (engagement_words) on network to cordee_app;
alter table membership
  -- How far it has gone, in the network's own words (settings); 1 is the first step.
  add column engagement smallint check (engagement between 1 and 5),
  -- How the network's own lists call it.
  add column reference text check (length(reference) <= 60);

alter table organisation_identifier enable row level security;
alter table organisation_identifier force row level security;
create policy owner on organisation_identifier to current_user using (true) with check (true);
create policy tended on organisation_identifier to cordee_app
  using (app_inside() and exists (
    select from membership where membership.network_id = app_network()
      and membership.organisation_id = organisation_identifier.organisation_id))
  with check (app_inside() and exists (
    select from membership where membership.network_id = app_network()
      and membership.organisation_id = organisation_identifier.organisation_id));
grant select, insert, update, delete on organisation_identifier to cordee_app;

-- The members of this network with every word in their name and town, called so in its own lists, or registered under that
-- number. By the owner's rights: under row-level security no such search may use its index.
create function organisations_matching(query text[], number text) returns setof uuid
  language plpgsql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
declare
  conditions text;
begin
  if not app_inside() then
    return;
  end if;
  select string_agg(format('organisation.words like %L',
    '%' || regexp_replace(lower(unaccent(word)), '([\\%_])', '\\\1', 'g') || '%'), ' and ')
  into conditions from unnest(query) word;
  return query execute format(
    'select organisation.id from organisation
     join membership on membership.organisation_id = organisation.id and membership.network_id = $1
     where %s', coalesce(conditions, 'true')) using app_network();
  return query select membership.organisation_id from membership
    where membership.network_id = app_network() and lower(membership.reference) = lower(array_to_string(query, ' '));
  return query select membership.organisation_id from organisation_identifier
    join membership on membership.organisation_id = organisation_identifier.organisation_id
      and membership.network_id = app_network()
    where organisation_identifier.scheme in ('siren', 'siret', 'vat', 'lei', 'rccm', 'cnpj', 'nif', 'other')
      and organisation_identifier.value = number;
end
$$;

-- Whether an organisation lies within another, through whatever parents, also those that are in other networks alone: a
-- circle closes across networks as well. Asked of two that the reader sees, and tells nothing of those between.
create function organisation_lies_in(inner_one uuid, outer_one uuid) returns boolean
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  with recursive above as (
    select inner_one as id
    union
    select organisation.parent_id from organisation join above on above.id = organisation.id
    where organisation.parent_id is not null
  )
  select exists (select from above where id = outer_one)
$$;

-- In which networks of the reader's own an organisation is a member today. Of others nobody is told.
create function organisation_own_networks(one uuid) returns setof uuid
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select membership.network_id
  from networks_of(app_account()) mine
  join membership on membership.network_id = mine.network_id and membership.organisation_id = one
  join network on network.id = membership.network_id
  where coalesce(membership.valid_until, 'infinity') >= (now() at time zone network.time_zone)::date
$$;

revoke all on function organisations_matching, organisation_lies_in, organisation_own_networks from public;
grant execute on function organisations_matching, organisation_lies_in, organisation_own_networks to cordee_app;

-- How an organisation shows itself in one network, and to whom: it decides that for each network by itself.
create table organisation_showcase (
  network_id uuid not null,
  organisation_id uuid not null,
  -- 'none': its own people and the network's administrators; 'members': the network; 'public': everyone, where the network is public.
  state text not null default 'none' check (state in ('none', 'members', 'public')),
  -- Markdown.
  about text not null default '' check (length(about) <= 20000),
  -- One to a line.
  offers text not null default '' check (length(offers) <= 4000),
  seeks text not null default '' check (length(seeks) <= 4000),
  -- [{"url": "https://…", "label": "…"}], at most 10.
  links jsonb not null default '[]',
  -- What of the organisation is shown.
  shown text[] not null default array['kind', 'sector', 'place', 'website']
    check (shown <@ array['kind', 'size', 'sector', 'place', 'address', 'website']),
  -- Whoever holds a mandate for it; with an end to that, they are no longer named, nor reached by what follows.
  contact_person_id uuid,
  contact_email text check (length(contact_email) <= 254),
  contact_phone text check (length(contact_phone) <= 40),
  picture_file_id uuid,
  picture_text text not null default '' check (length(picture_text) <= 300),
  changed_at timestamptz not null default now(),
  primary key (network_id, organisation_id),
  foreign key (network_id, organisation_id) references membership (network_id, organisation_id) on delete cascade,
  foreign key (network_id, contact_person_id) references person (network_id, id) on delete set null (contact_person_id)
);
create index organisation_showcase_contact on organisation_showcase (network_id, contact_person_id)
  where contact_person_id is not null;

alter table organisation_showcase enable row level security;
alter table organisation_showcase force row level security;
create policy owner on organisation_showcase to current_user using (true) with check (true);
create policy tenant on organisation_showcase to cordee_app
  using (network_id = app_network() and app_inside()) with check (network_id = app_network() and app_inside());
grant select, insert, update, delete on organisation_showcase to cordee_app;

-- What is shown of them: of each what it chose to show, with its contact as long as that one holds a mandate for it. The
-- public reads the public ones of a public network, and does not see the organisations themselves: a view reads them with
-- its owner's rights, and tells no more than this.
create view showcase_shown with (security_barrier) as
select showcase.network_id, organisation.id as organisation_id, organisation.name, showcase.state,
  showcase.about, showcase.offers, showcase.seeks, showcase.links, showcase.picture_file_id, showcase.picture_text,
  case when 'kind' = any (showcase.shown) then organisation.kind end as kind,
  case when 'size' = any (showcase.shown) then organisation.size_class end as size_class,
  case when 'sector' = any (showcase.shown) then organisation.sector end as sector,
  case when 'place' = any (showcase.shown) then organisation.town end as town,
  case when 'place' = any (showcase.shown) then organisation.region end as region,
  case when 'place' = any (showcase.shown) then organisation.country end as country,
  case when 'address' = any (showcase.shown) then organisation.address end as address,
  case when 'website' = any (showcase.shown) then organisation.website end as website,
  case when showcase.contact_person_id is null
    then jsonb_build_object('name', null, 'title', '', 'email', showcase.contact_email, 'phone', showcase.contact_phone)
    else (
      select jsonb_build_object('name', person.name, 'title', mandate.title,
        'email', showcase.contact_email, 'phone', showcase.contact_phone)
      from person join mandate on mandate.network_id = person.network_id and mandate.person_id = person.id
      where person.network_id = showcase.network_id and person.id = showcase.contact_person_id and person.erased_at is null
        and mandate.organisation_id = showcase.organisation_id
        and (now() at time zone network.time_zone)::date
          between mandate.valid_from and coalesce(mandate.valid_until, 'infinity')
      order by mandate.created_at, mandate.id
      limit 1
    ) end as contact,
  showcase.changed_at
from organisation_showcase showcase
join network on network.id = showcase.network_id
join membership on membership.network_id = showcase.network_id and membership.organisation_id = showcase.organisation_id
  and coalesce(membership.valid_until, 'infinity') >= (now() at time zone network.time_zone)::date
join organisation on organisation.id = showcase.organisation_id
where showcase.network_id = app_network()
  and (app_inside() or (showcase.state = 'public' and network.visibility = 'public'));
grant select on showcase_shown to cordee_app;
