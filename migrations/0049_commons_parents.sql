-- Which family stands directly above which, of those asked for and as far as the reader may know of both: what lays pages
-- out by family would otherwise show each under its own and again under every one above (decision 0040).

create function commons_parents(tag_kind text, keys text[]) returns table (key text, parent text)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  with decided as (
    select distinct on (rule.key) rule.key, rule.into_key
    from commons_family_rule rule
    where rule.network_id = app_network() and rule.kind = tag_kind and rule.action = 'parent'
      and rule.undone_at is null and rule.key = any (keys)
    order by rule.key, rule.number desc
  ), placed as (
    select decided.key, coalesce(alias.into_key, decided.into_key) as parent
    from decided
    left join commons_alias alias
      on alias.network_id = app_network() and alias.kind = tag_kind and alias.key = decided.into_key
    where decided.into_key is not null
  )
  select placed.key, placed.parent from placed
  where app_inside() or 2 = (
    select count(*) from commons_facet facet
    where facet.network_id = app_network() and facet.kind = tag_kind and facet.key in (placed.key, placed.parent)
      and facet.public_items > 0
  )
$$;
revoke all on function commons_parents from public;
grant execute on function commons_parents to cordee_app;
