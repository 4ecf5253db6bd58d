-- Typing keeps an answer many times. A week later the steps of one sitting are one change: what it began with and what it
-- came to. What was published in between, and what somebody else wrote, stays a change of its own. In all networks; runs as
-- the owner, and tells how many steps it forgot.
create index commons_change_at on commons_change (changed_at);

create function commons_forget_steps(since timestamptz, until timestamptz) returns bigint
  language plpgsql volatile security definer
  set search_path = public, pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  forgotten bigint;
begin
  with neighbour as (
    select network_id, document_id, path, revision, before,
      lag(revision) over before_it as former,
      lag(person_id) over before_it is not distinct from person_id
        and changed_at - lag(changed_at) over before_it < interval '10 minutes' as goes_on
    from commons_change
    where changed_at >= since and changed_at < until
    window before_it as (partition by network_id, document_id, path order by revision)
  ), step as (
    select network_id, document_id, path, revision, before,
      case when goes_on and not exists (
        select from commons_publication publication
        where publication.network_id = neighbour.network_id and publication.document_id = neighbour.document_id
          and publication.revision >= neighbour.former and publication.revision < neighbour.revision
      ) then 0 else 1 end as begins
    from neighbour
  ), sitting as (
    select *, sum(begins) over (partition by network_id, document_id, path order by revision) as number from step
  ), ends as (
    select network_id, document_id, path, number, max(revision) as last,
      (array_agg(before order by revision))[1] as before
    from sitting
    group by network_id, document_id, path, number
    having count(*) > 1
  ), gone as (
    delete from commons_change change using sitting, ends
    where sitting.network_id = ends.network_id and sitting.document_id = ends.document_id and sitting.path = ends.path
      and sitting.number = ends.number and sitting.revision < ends.last
      and change.network_id = sitting.network_id and change.document_id = sitting.document_id
      and change.revision = sitting.revision
    returning 1
  ), joined as (
    update commons_change change set before = ends.before
    from ends
    where change.network_id = ends.network_id and change.document_id = ends.document_id and change.revision = ends.last
  )
  select count(*) from gone into forgotten;
  -- Who was where is of no use to anybody the day after.
  delete from commons_presence where seen_at < now() - interval '1 day';
  return forgotten;
end
$$;
revoke all on function commons_forget_steps from public;
grant execute on function commons_forget_steps to cordee_app;
