import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { GroupRole } from '#modules/groups/kinds.ts'
import { inForce, present, type Reader } from '#modules/groups/seeing.ts'

/** What the page of a group shows of who is in it. */
export interface GroupFace {
  organisations: { name: string }[]
  /** Of organisations, in all. */
  count: number
  /** Of people, in all; 0 for visitors. */
  members: number
  people: { name: string; role: GroupRole; organisation: string | null }[]
}

const nobody: GroupFace = { organisations: [], count: 0, members: 0, people: [] }
const mostShown = 40

/** Those inside the network see it of every group they may know of, visitors of one that is public: its roles alone. */
export async function faceOf(trx: Trx, reader: Reader, groupId: string): Promise<GroupFace> {
  const networkId = reader.network.id
  if (reader.role === 'visitor') {
    const { rows } = await sql<{ face: Omit<GroupFace, 'members'> | null }>`
      select public_group_face(${networkId}::uuid, ${groupId}::uuid) as face`.execute(trx)
    return rows[0]?.face ? { ...rows[0].face, members: 0 } : nobody
  }
  const { rows } = await sql<GroupFace>`
    select
      (select coalesce(jsonb_agg(jsonb_build_object('name', shown.name)), '[]') from (
        select organisation.name from group_organisation member
        join organisation on organisation.id = member.organisation_id
        where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
          and ${inForce('member', networkId)}
        order by organisation.name collate name_order, organisation.id limit ${mostShown}
      ) shown) as organisations,
      (select count(*)::int from group_organisation member
        where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
          and ${inForce('member', networkId)}) as count,
      (select count(*)::int from group_member member
        where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
          and ${present('member', networkId)}) as members,
      (select coalesce(jsonb_agg(jsonb_build_object(
        'name', shown.name, 'role', shown.role, 'organisation', shown.organisation)), '[]') from (
        select person.name, member.role, organisation.name as organisation from group_member member
        join person on person.network_id = member.network_id and person.id = member.person_id
        left join organisation on organisation.id = member.organisation_id
        where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid and member.role <> 'member'
          and ${present('member', networkId)} and person.erased_at is null
        order by person.name collate name_order, person.id limit 50
      ) shown) as people`.execute(trx)
  return rows[0] ?? nobody
}
