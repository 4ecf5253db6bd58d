-- How many of the items that write a value so are public: a family that the public sees is called as the public writes it.
alter table commons_spelling add column public_items integer not null default 0;

-- Who wrote how stands in the pages alone. Where all of a family is public, so are its spellings; of a family with pages
-- inside as well, those count that stand as a value in a public page as it is now. `cordee reindex` counts them exactly.
update commons_spelling spelling set public_items = spelling.items
from commons_facet facet
where facet.network_id = spelling.network_id and facet.kind = spelling.kind and facet.key = spelling.key
  and facet.public_items = facet.items;

update commons_spelling spelling set public_items = counted.items
from (
  select mixed.network_id, mixed.kind, mixed.written, count(*) as items
  from (
    select spelling.network_id, spelling.kind, spelling.key, spelling.written
    from commons_spelling spelling
    join commons_facet facet using (network_id, kind, key)
    where spelling.items > 0 and facet.public_items between 1 and facet.items - 1
  ) mixed
  join commons_item item on item.network_id = mixed.network_id and item.visibility = 'public'
    and item.facets @> array[mixed.kind || ':' || mixed.key]
  join commons_version version on version.network_id = item.network_id and version.item_id = item.id
    and version.number = item.version and strpos(version.source, ':' || mixed.written || ']]') > 0
  group by mixed.network_id, mixed.kind, mixed.written
) counted
where counted.network_id = spelling.network_id and counted.kind = spelling.kind and counted.written = spelling.written;

-- Names that the public is not to be told: the commonest public spelling instead, or else the key.
update commons_facet facet set label = coalesce((
  select written from commons_spelling spelling
  where spelling.network_id = facet.network_id and spelling.kind = facet.kind and spelling.key = facet.key
    and spelling.public_items > 0
  order by spelling.public_items desc, written collate name_order limit 1
), facet.key)
where facet.public_items > 0
  and exists (
    select from commons_spelling spelling
    where spelling.network_id = facet.network_id and spelling.kind = facet.kind and spelling.key = facet.key
  )
  and not exists (
    select from commons_spelling spelling
    where spelling.network_id = facet.network_id and spelling.kind = facet.kind and spelling.key = facet.key
      and spelling.written = facet.label and spelling.public_items > 0
  );
