import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** For the archive of somebody's own data: the groups they are and were in, what they asked there, and what they have to do. */
export async function personalData(trx: Trx, networkId: string, accountId: string) {
  const { rows } = await sql<{ groups: unknown; requests: unknown; invitations: unknown; tasks: unknown }>`
    with me as (
      select id from person where network_id = ${networkId}::uuid and account_id = ${accountId}::uuid
    ), stays as (
      select group_id, organisation_id, role, valid_from, valid_until from group_member
      where network_id = ${networkId}::uuid and person_id in (select id from me)
      union all
      select group_id, organisation_id, role, valid_from, valid_until from group_stay
      where network_id = ${networkId}::uuid and person_id in (select id from me)
    )
    select
      (select coalesce(json_agg(json_build_object('group', g.name, 'organisation', o.name, 'role', stays.role,
        'from', stays.valid_from, 'until', stays.valid_until) order by stays.valid_from), '[]')
       from stays join network_group g on g.network_id = ${networkId}::uuid and g.id = stays.group_id
       left join organisation o on o.id = stays.organisation_id) as groups,
      (select coalesce(json_agg(json_build_object('group', g.name, 'answers', r.answers, 'state', r.state,
        'word', r.word, 'at', r.created_at) order by r.created_at), '[]')
       from group_request r join network_group g on g.network_id = r.network_id and g.id = r.group_id
       where r.network_id = ${networkId}::uuid and r.person_id in (select id from me)) as requests,
      (select coalesce(json_agg(json_build_object('group', g.name, 'message', i.message, 'state', i.state,
        'at', i.created_at) order by i.created_at), '[]')
       from group_invitation i join network_group g on g.network_id = i.network_id and g.id = i.group_id
       where i.network_id = ${networkId}::uuid and i.person_id in (select id from me)) as invitations,
      (select coalesce(json_agg(json_build_object('title', task.title, 'due', task.due_on, 'state', task.state)
        order by task.id), '[]')
       from task where task.network_id = ${networkId}::uuid and task.owner_id in (select id from me)) as tasks`.execute(
    trx,
  )
  const { groups, requests, invitations, tasks } = rows[0] ?? {}
  return { groups, groupRequests: requests, groupInvitations: invitations, tasks }
}
