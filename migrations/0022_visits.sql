-- Who comes with a session, and into which network: the session's account, the network by its address and what the account
-- is in it, in one step. Asked at every page for someone signed in.
create function visit_of(session_token text, network_slug text)
  returns table (
    session_id uuid, account_id uuid, name text, email text, email_verified boolean, locale text, time_zone text,
    two_factor boolean, demonstration boolean, due boolean, place jsonb, standing jsonb
  )
  language plpgsql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select s.id, a.id, a.name, a.email, a.email_verified, a.locale, a.time_zone, coalesce(a.two_factor_enabled, false),
    a.demonstration, s.updated_at < now() - interval '1 day', to_jsonb(n),
    case when standing.person_id is null then null else to_jsonb(standing) end
  from account_session s
  join account a on a.id = s.account_id
  left join network n on n.slug = network_slug
  left join lateral standing_of(a.id, n.id) standing on n.id is not null
  where s.token = session_token and s.expires_at > now();
end
$$;
revoke all on function visit_of from public;
grant execute on function visit_of to cordee_app;
drop function session_of;
