-- The course of a programme: what its meetings begin with, who is reminded when, tasks of those who run it.

alter table programme
  -- { place, address, videoUrl, state }: what its meetings are made with, those of later changes too.
  add column meeting_terms jsonb not null default '{}';

alter table programme_step
  -- Days before its last day on which those are reminded who have not done what it expects.
  add column reminders integer[] not null default '{}' check (array_length(reminders, 1) <= 10);

-- A reminder that was sent: of each step and distance once, however often it is looked for, and wherever the step moves.
create table programme_reminder (
  network_id uuid not null,
  programme_id uuid not null,
  step_id uuid not null,
  days integer not null,
  sent_at timestamptz not null default now(),
  primary key (network_id, programme_id, step_id, days),
  foreign key (network_id, programme_id, step_id) references programme_step (network_id, programme_id, id) on delete cascade
);

-- Tasks of those who run it, which move along with their step.
create table programme_task (
  network_id uuid not null,
  programme_id uuid not null,
  step_id uuid not null,
  task_id uuid not null,
  -- Days from the step's last day to the task's; negative: before it.
  offset_days integer not null,
  primary key (network_id, programme_id, step_id, task_id),
  foreign key (network_id, programme_id, step_id) references programme_step (network_id, programme_id, id) on delete cascade,
  foreign key (network_id, task_id) references task (network_id, id) on delete cascade
);
create index programme_task_task on programme_task (network_id, task_id);

do $$
declare
  name text;
begin
  foreach name in array array['programme_reminder', 'programme_task']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner on %I to current_user using (true) with check (true)', name);
    execute format(
      'create policy tenant on %I to cordee_app using (network_id = app_network() and app_inside()) '
      'with check (network_id = app_network() and app_inside())', name);
    execute format('grant select, insert, update, delete on %I to cordee_app', name);
  end loop;
end
$$;

-- Steps whose reminder is due by the clocks of their programme, in all networks: the nearest of those not yet sent.
create function programmes_to_remind_of(at timestamptz, most integer)
  returns table (network_id uuid, programme_id uuid, step_id uuid, days integer)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select step.network_id, step.programme_id, step.id, min(reminder.days)
  from programme
  join programme_step step on step.network_id = programme.network_id and step.programme_id = programme.id
  cross join unnest(step.reminders) as reminder (days)
  where programme.state = 'running' and step.dropped_at is null
    and step.due_on >= (at at time zone programme.time_zone)::date
    and step.due_on - reminder.days <= (at at time zone programme.time_zone)::date
    and step.opens_on <= (at at time zone programme.time_zone)::date
    and not exists (
      select from programme_reminder sent
      where sent.network_id = step.network_id and sent.programme_id = step.programme_id and sent.step_id = step.id
        and sent.days <= reminder.days
    )
  group by step.network_id, step.programme_id, step.id
  order by step.network_id, step.programme_id, step.id
  limit most
$$;

-- Programmes in which an organisation has no task yet for what an open step expects as one.
create function programmes_lacking_tasks(at timestamptz, past uuid, most integer)
  returns table (network_id uuid, programme_id uuid)
  language sql stable security definer
  set search_path = public, pg_catalog, pg_temp
as $$
  select distinct on (programme.id) programme.network_id, programme.id
  from programme
  join programme_step step on step.network_id = programme.network_id and step.programme_id = programme.id
  join programme_expectation expectation on expectation.network_id = step.network_id
    and expectation.programme_id = step.programme_id and expectation.step_id = step.id and expectation.kind = 'task'
  join group_organisation member on member.network_id = programme.network_id and member.group_id = programme.group_id
  where programme.state = 'running' and programme.id > coalesce(past, '00000000-0000-0000-0000-000000000000')
    and step.dropped_at is null and step.opens_on <= (at at time zone programme.time_zone)::date
    and (at at time zone programme.time_zone)::date
      between member.valid_from and coalesce(member.valid_until, 'infinity'::date)
    and not exists (
      select from task
      where task.network_id = expectation.network_id and task.origin_id = expectation.id
        and task.organisation_id = member.organisation_id
    )
    and not exists (
      select from programme_arrangement arrangement
      where arrangement.network_id = step.network_id and arrangement.programme_id = step.programme_id
        and arrangement.step_id = step.id and arrangement.organisation_id = member.organisation_id
        and arrangement.kind = 'waived'
    )
  order by programme.id
  limit most
$$;
revoke all on function programmes_to_remind_of, programmes_lacking_tasks from public;
grant execute on function programmes_to_remind_of, programmes_lacking_tasks to cordee_app;
