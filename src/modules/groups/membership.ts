import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import type { GroupRole } from '#modules/groups/kinds.ts'
import { inForce, today } from '#modules/groups/seeing.ts'

/** Rows of who is in a group, from when until when. Who may change them, and who hears of it, is for those who call. */

/**
 * From today on. Somebody who was in it before comes in anew, and the former stay is kept.
 * @returns whether they were not in it
 */
export async function enterGroup(
  trx: Trx,
  networkId: string,
  groupId: string,
  member: { personId: string; organisationId: string | null; role: GroupRole },
): Promise<boolean> {
  const { personId, organisationId, role } = member
  if (organisationId !== null) await enterOrganisation(trx, networkId, groupId, organisationId)
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('group_member')
    .values({
      network_id: networkId,
      group_id: groupId,
      person_id: personId,
      organisation_id: organisationId,
      role,
      valid_from: today(networkId),
    })
    .onConflict(conflict => conflict.columns(['network_id', 'group_id', 'person_id']).doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows) return true
  const { rows } = await sql`
    with former as (
      select * from group_member former
      where network_id = ${networkId}::uuid and group_id = ${groupId}::uuid and person_id = ${personId}::uuid
        and not ${inForce('former', networkId)}
      for update
    ), kept as (
      insert into group_stay (network_id, group_id, id, person_id, organisation_id, role, valid_from, valid_until)
      select network_id, group_id, ${newId()}::uuid, person_id, organisation_id, role, valid_from, valid_until
      from former where valid_until is not null
    )
    update group_member member
    set valid_from = ${today(networkId)}, valid_until = null, role = ${role}, organisation_id = ${organisationId}::uuid
    from former
    where member.network_id = former.network_id and member.group_id = former.group_id
      and member.person_id = former.person_id
    returning member.person_id`.execute(trx)
  return rows.length > 0
}

/** @returns whether it was not in the group */
export async function enterOrganisation(
  trx: Trx,
  networkId: string,
  groupId: string,
  organisationId: string,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('group_organisation')
    .values({
      network_id: networkId,
      group_id: groupId,
      organisation_id: organisationId,
      valid_from: today(networkId),
    })
    .onConflict(conflict => conflict.columns(['network_id', 'group_id', 'organisation_id']).doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows) return true
  const { rows } = await sql`
    with former as (
      select * from group_organisation former
      where network_id = ${networkId}::uuid and group_id = ${groupId}::uuid and organisation_id = ${organisationId}::uuid
        and not ${inForce('former', networkId)}
      for update
    ), kept as (
      insert into group_stay (network_id, group_id, id, organisation_id, valid_from, valid_until)
      select network_id, group_id, ${newId()}::uuid, organisation_id, valid_from, valid_until
      from former where valid_until is not null
    )
    update group_organisation member set valid_from = ${today(networkId)}, valid_until = null
    from former
    where member.network_id = former.network_id and member.group_id = former.group_id
      and member.organisation_id = former.organisation_id
    returning member.organisation_id`.execute(trx)
  return rows.length > 0
}

/** At once: yesterday was the last day. Who came today was never in it. */
export async function endMembers(
  trx: Trx,
  networkId: string,
  groupId: string,
  people: readonly string[],
): Promise<void> {
  const own = sql`network_id = ${networkId}::uuid and group_id = ${groupId}::uuid and person_id = any (${people}::uuid[])`
  await sql`delete from group_member where ${own} and valid_from >= ${today(networkId)}`.execute(trx)
  await sql`
    update group_member set valid_until = ${today(networkId)} - 1
    where ${own} and ${inForce('group_member', networkId)}`.execute(trx)
}

export async function endOrganisation(
  trx: Trx,
  networkId: string,
  groupId: string,
  organisationId: string,
): Promise<void> {
  const own = sql`network_id = ${networkId}::uuid and group_id = ${groupId}::uuid and organisation_id = ${organisationId}::uuid`
  await sql`delete from group_organisation where ${own} and valid_from >= ${today(networkId)}`.execute(trx)
  await sql`
    update group_organisation set valid_until = ${today(networkId)} - 1
    where ${own} and ${inForce('group_organisation', networkId)}`.execute(trx)
}
