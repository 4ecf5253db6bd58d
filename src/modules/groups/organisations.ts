import { sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { isId } from '#kernel/ids.ts'
import { settle } from '#modules/groups/joining.ts'
import { enterAll, enterOrganisations } from '#modules/groups/membership.ts'
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
): Promise<Proposed | null> {
  if (!isId(organisationId)) return null
  return (await proposedIn(trx, networkId, groupId, [organisationId]))[0] ?? null
}

/** Several, each with those who hold a mandate for it today. @throws AppError; Refusal */
export async function addGroupOrganisations(
  trx: Trx,
  entry: Entry,
  idOrSlug: string,
  organisations: readonly string[],
  linkOrigin: string,
): Promise<void> {
  const { group } = await openGroup(trx, entry, idOrSlug, 'run')
  const ids = [...new Set(organisations)]
  const found = await proposedIn(trx, entry.network.id, group.id, ids)
  if (found.length < ids.length) throw new Refusal({ field: 'organisations', message: 'form.error.choose' })
  await bringIn(trx, entry, group, found, linkOrigin)
}

/**
 * An organisation, and those of its people who were chosen: who has an account is told.
 * @throws AppError; Refusal
 */
export async function addGroupOrganisation(
  trx: Trx,
  entry: Entry,
  idOrSlug: string,
  input: { organisation: string; people: readonly string[] },
  linkOrigin: string,
): Promise<Group> {
  const { group } = await openGroup(trx, entry, idOrSlug, 'run')
  const [proposed] = await proposedIn(trx, entry.network.id, group.id, [input.organisation])
  if (!proposed) throw new Refusal({ field: 'organisation', message: 'form.error.choose' })
  const people = proposed.people.filter(({ id }) => input.people.includes(id))
  await bringIn(trx, entry, group, [{ ...proposed, people }], linkOrigin)
  return group
}

interface Proposed {
  organisation: Named
  people: Named[]
}

/** Of these organisations those of the network, each with whoever holds a mandate for it today and is not in the group. */
async function proposedIn(
  trx: Trx,
  networkId: string,
  groupId: string,
  organisations: readonly string[],
): Promise<Proposed[]> {
  const { rows } = await sql<Named & { people: Named[] }>`
    select organisation.id, organisation.name, held.people from membership
    join organisation on organisation.id = membership.organisation_id
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object('id', one.id, 'name', one.name)
        order by one.name collate name_order, one.id), '[]') as people
      from (
        select person.id, person.name from person
        where person.network_id = ${networkId}::uuid and person.erased_at is null
          and person.id in (
            select mandate.person_id from mandate
            where mandate.network_id = ${networkId}::uuid and mandate.organisation_id = organisation.id
              and ${inForce('mandate', networkId)})
          and not exists (
            select from group_member member
            where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
              and member.person_id = person.id and ${inForce('member', networkId)})
        order by person.name collate name_order, person.id limit ${mostPeople}
      ) one
    ) held
    where membership.network_id = ${networkId}::uuid and membership.organisation_id = any (${organisations}::uuid[])
      and ${inForce('membership', networkId)}
    order by organisation.name collate name_order, organisation.id`.execute(trx)
  return rows.map(({ id, name, people }) => ({ organisation: { id, name }, people }))
}

/** Whoever stands for several of them comes in for the first. */
async function bringIn(
  trx: Trx,
  entry: Entry,
  group: Group,
  found: readonly Proposed[],
  linkOrigin: string,
): Promise<void> {
  const networkId = entry.network.id
  const coming = new Map<string, Named>()
  for (const { organisation, people } of found)
    for (const { id } of people) if (!coming.has(id)) coming.set(id, organisation)
  await enterOrganisations(
    trx,
    networkId,
    found.map(({ organisation }) => ({ groupId: group.id, organisationId: organisation.id })),
  )
  await enterAll(
    trx,
    networkId,
    [...coming].map(([personId, { id }]) => ({
      groupId: group.id,
      personId,
      organisationId: id,
      role: 'member' as const,
    })),
  )
  await settle(trx, networkId, group.id, [...coming.keys()])
  const url = linkOrigin + groupAddress(entry, group.slug)
  await tell(
    trx,
    entry,
    [...coming.keys()],
    {
      template: 'group-added',
      params: id => ({ group: group.name, organisation: coming.get(id)?.name ?? '', url }),
      batch: 'daily',
    },
    linkOrigin,
  )
  await announceChange(trx, networkId)
  // The log is a chain: one line after the other, and there are few.
  for (const { organisation } of found)
    await recordChange(trx, networkId, entry.actor, {
      action: 'group.organisation-added',
      subject: { type: 'group', id: group.id },
      after: {
        organisation_id: organisation.id,
        people: [...coming].flatMap(([id, one]) => (one.id === organisation.id ? [id] : [])),
      },
    })
}
