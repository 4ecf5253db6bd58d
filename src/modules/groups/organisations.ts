import { sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { isId } from '#kernel/ids.ts'
import { settle } from '#modules/groups/joining.ts'
import { enterGroup, enterOrganisation } from '#modules/groups/membership.ts'
import { type Group, openGroup } from '#modules/groups/opening.ts'
import { matching } from '#modules/groups/roll.ts'
import { inForce } from '#modules/groups/seeing.ts'
import { groupAddress, tell } from '#modules/groups/telling.ts'
import { type Entry, optionalId, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** How many people of one organisation are proposed, and added at once. */
const mostPeople = 100

/** How many organisations are shown, and added at once. */
const mostOrganisations = 50

const idField = z.string().refine(isId, { error: 'form.error.choose' })

/** Several, each with all its people; or one, with those of its people who come along. */
export const organisationsForm = z.object({
  organisations: z.array(idField).max(mostOrganisations).default([]),
  organisation: optionalId,
  people: z.array(idField).max(mostPeople).default([]),
})

export interface Named {
  id: string
  name: string
}

/** Organisations of the network that are not in the group, by words of their name where there are any: the first fifty. */
export async function findOrganisations(
  trx: Trx,
  networkId: string,
  groupId: string,
  q: string,
): Promise<{ found: Named[]; more: boolean }> {
  const { rows } = await sql<Named>`
    select organisation.id, organisation.name from membership
    join organisation on organisation.id = membership.organisation_id
    where membership.network_id = ${networkId}::uuid and ${inForce('membership', networkId)}
      and ${matching('organisation.name', q)}
      and not exists (
        select from group_organisation member
        where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
          and member.organisation_id = organisation.id and ${inForce('member', networkId)})
    order by organisation.name collate name_order, organisation.id
    limit ${mostOrganisations + 1}`.execute(trx)
  return { found: rows.slice(0, mostOrganisations), more: rows.length > mostOrganisations }
}

/** An organisation of the network, and who hold a mandate for it today and are not in the group. */
export async function proposedPeople(
  trx: Trx,
  networkId: string,
  groupId: string,
  organisationId: string,
): Promise<{ organisation: Named; people: Named[] } | null> {
  if (!isId(organisationId)) return null
  const { rows: found } = await sql<Named>`
    select organisation.id, organisation.name from membership
    join organisation on organisation.id = membership.organisation_id
    where membership.network_id = ${networkId}::uuid and membership.organisation_id = ${organisationId}::uuid
      and ${inForce('membership', networkId)}`.execute(trx)
  const [organisation] = found
  if (!organisation) return null
  const { rows: people } = await sql<Named>`
    select person.id, person.name from person
    where person.network_id = ${networkId}::uuid and person.erased_at is null
      and exists (
        select from mandate where mandate.network_id = ${networkId}::uuid and mandate.person_id = person.id
          and mandate.organisation_id = ${organisationId}::uuid and ${inForce('mandate', networkId)})
      and not exists (
        select from group_member member
        where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
          and member.person_id = person.id and ${inForce('member', networkId)})
    order by person.name collate name_order, person.id limit ${mostPeople}`.execute(trx)
  return { organisation, people }
}

/** Several, each with those who hold a mandate for it today. @throws AppError; Refusal */
export async function addGroupOrganisations(
  trx: Trx,
  entry: Entry,
  idOrSlug: string,
  organisations: readonly string[],
  linkOrigin: string,
): Promise<void> {
  for (const organisation of new Set(organisations))
    await addGroupOrganisation(trx, entry, idOrSlug, { organisation, people: null }, linkOrigin)
}

/**
 * An organisation, and those of its people who were chosen: who has an account is told.
 * @param input.people null: all
 * @throws AppError; Refusal
 */
export async function addGroupOrganisation(
  trx: Trx,
  entry: Entry,
  idOrSlug: string,
  input: { organisation: string; people: readonly string[] | null },
  linkOrigin: string,
): Promise<Group> {
  const networkId = entry.network.id
  const { group } = await openGroup(trx, entry, idOrSlug, 'run')
  const proposed = await proposedPeople(trx, networkId, group.id, input.organisation)
  if (!proposed) throw new Refusal({ field: 'organisation', message: 'form.error.choose' })
  const people = proposed.people.map(({ id }) => id).filter(id => input.people?.includes(id) ?? true)
  await enterOrganisation(trx, networkId, group.id, input.organisation)
  for (const personId of people) {
    await enterGroup(trx, networkId, group.id, {
      personId,
      organisationId: input.organisation,
      role: 'member',
    })
    await settle(trx, networkId, group.id, personId)
  }
  await tell(
    trx,
    entry,
    people,
    {
      template: 'group-added',
      params: {
        group: group.name,
        organisation: proposed.organisation.name,
        url: linkOrigin + groupAddress(entry, group.slug),
      },
      batch: 'daily',
    },
    linkOrigin,
  )
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: 'group.organisation-added',
    subject: { type: 'group', id: group.id },
    after: { organisation_id: input.organisation, people },
  })
  return group
}
