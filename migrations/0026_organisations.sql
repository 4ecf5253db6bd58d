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
  add constraint organisation_not_in_itself check (parent_id <> id),
  add constraint organisation_place check ((latitude is null) = (longitude is null));
create index organisation_parent on organisation (parent_id) where parent_id is not null;

-- What a register calls it: known to all its networks as the organisation is.
create table organisation_identifier (
  organisation_id uuid not null references organisation (id) on delete cascade,
  -- 'siren', 'siret', 'vat', 'lei', 'rccm', 'cnpj', 'nif', 'other': src/modules/network/identifiers.ts checks each.
  scheme text not null check (scheme ~ '^[a-z]{2,20}$'),
  value text not null check (length(value) between 1 and 60),
  primary key (organisation_id, scheme, value)
);
create index organisation_identifier_value on organisation_identifier (scheme, value);

-- What it is in this network alone.
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
