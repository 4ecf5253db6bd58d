import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import type { GroupRole } from '#modules/groups/kinds.ts'
import { inForce, today } from '#modules/groups/seeing.ts'

/** Rows of who is in a group, from when until when. Who may change them, and who hears of it, is for those who call. */

export interface Entering {
  groupId: string
  personId: string
  organisationId: string | null
  role: GroupRole
}

/**
 * From today on. Somebody who was in it before comes in anew, and the former stay is kept.
 * @returns whether they were not in it
 */
export async function enterGroup(
  trx: Trx,
  networkId: string,
  groupId: string,
  member: Omit<Entering, 'groupId'>,
): Promise<boolean> {
  return (await enterAll(trx, networkId, [{ groupId, ...member }])).length > 0
}

/**
 * The same of several, in two statements however many, with the organisations they come for.
 * @param members nobody twice in one group
 * @returns those who were not in it
 */
export async function enterAll(
  trx: Trx,
  networkId: string,
  members: readonly Entering[],
): Promise<{ groupId: string; personId: string }[]> {
  if (members.length === 0) return []
  const organisations = new Map<string, { groupId: string; organisationId: string }>()
  for (const { groupId, organisationId } of members)
    if (organisationId !== null)
      organisations.set(`${groupId} ${organisationId}`, { groupId, organisationId })
  await enterOrganisations(trx, networkId, [...organisations.values()])
  const given = members.map(({ groupId, personId, organisationId, role }) => ({
    group_id: groupId,
    person_id: personId,
    organisation_id: organisationId,
    role,
    stay: newId(),
  }))
  const { rows } = await sql<{ groupId: string; personId: string }>`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
        as given (group_id uuid, person_id uuid, organisation_id uuid, role text, stay uuid)
    ), former as (
      select former.*, given.stay from group_member former
      join given on given.group_id = former.group_id and given.person_id = former.person_id
      where former.network_id = ${networkId}::uuid and not ${inForce('former', networkId)}
      for update of former
    ), kept as (
      insert into group_stay (network_id, group_id, id, person_id, organisation_id, role, valid_from, valid_until)
      select network_id, group_id, stay, person_id, organisation_id, role, valid_from, valid_until
      from former where valid_until is not null
    )
    insert into group_member as member (network_id, group_id, person_id, organisation_id, role, valid_from)
    select ${networkId}::uuid, group_id, person_id, organisation_id, role, ${today(networkId)}
    -- Counted, so that they are read before they are changed.
    from given, (select count(*) from former) counted
    on conflict (network_id, group_id, person_id) do update
    set valid_from = excluded.valid_from, valid_until = null, role = excluded.role,
      organisation_id = excluded.organisation_id
    where not ${inForce('member', networkId)}
    returning member.group_id as "groupId", member.person_id as "personId"`.execute(trx)
  return rows
}

/** @returns whether it was not in the group */
export async function enterOrganisation(
  trx: Trx,
  networkId: string,
  groupId: string,
  organisationId: string,
): Promise<boolean> {
  return (await enterOrganisations(trx, networkId, [{ groupId, organisationId }])) > 0
}

/** @returns how many were not in their group */
export async function enterOrganisations(
  trx: Trx,
  networkId: string,
  organisations: readonly { groupId: string; organisationId: string }[],
): Promise<number> {
  if (organisations.length === 0) return 0
  const given = organisations.map(({ groupId, organisationId }) => ({
    group_id: groupId,
    organisation_id: organisationId,
    stay: newId(),
  }))
  const { rows } = await sql`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
        as given (group_id uuid, organisation_id uuid, stay uuid)
    ), former as (
      select former.*, given.stay from group_organisation former
      join given on given.group_id = former.group_id and given.organisation_id = former.organisation_id
      where former.network_id = ${networkId}::uuid and not ${inForce('former', networkId)}
      for update of former
    ), kept as (
      insert into group_stay (network_id, group_id, id, organisation_id, valid_from, valid_until)
      select network_id, group_id, stay, organisation_id, valid_from, valid_until
      from former where valid_until is not null
    )
    insert into group_organisation as member (network_id, group_id, organisation_id, valid_from)
    select ${networkId}::uuid, group_id, organisation_id, ${today(networkId)}
    from given, (select count(*) from former) counted
    on conflict (network_id, group_id, organisation_id) do update
    set valid_from = excluded.valid_from, valid_until = null
    where not ${inForce('member', networkId)}
    returning member.organisation_id`.execute(trx)
  return rows.length
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
