-- Who a session belongs to, while it lives: asked at every page for someone signed in, hence in one step and by the
-- owner's rights, and in a language whose plans are kept. Whoever asks has the session's own token.
create function session_of(session_token text)
  returns table (
    session_id uuid, account_id uuid, name text, email text, email_verified boolean, locale text, time_zone text,
    two_factor boolean, demonstration boolean, due boolean
  )
  language plpgsql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select s.id, a.id, a.name, a.email, a.email_verified, a.locale, a.time_zone, coalesce(a.two_factor_enabled, false),
    a.demonstration, s.updated_at < now() - interval '1 day'
  from account_session s join account a on a.id = s.account_id
  where s.token = session_token and s.expires_at > now();
end
$$;
revoke all on function session_of from public;
grant execute on function session_of to cordee_app;
