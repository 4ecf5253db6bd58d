import { sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { type GroupRole, groupRoles, runs } from '#modules/groups/kinds.ts'
import { endMembers, endOrganisation } from '#modules/groups/membership.ts'
import { type GroupPerson, groupPeople, type OpenedGroup, openGroup } from '#modules/groups/opening.ts'
import { inForce } from '#modules/groups/seeing.ts'
import { type Task, tasksOf } from '#modules/groups/tasks.ts'
import { groupAddress, tell } from '#modules/groups/telling.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** Who leaves: somebody, or an organisation with all who are there for it. */
export type Leaver = { person: string } | { organisation: string }

export interface Departure {
  opened: OpenedGroup
  people: GroupPerson[]
  /** The name of the organisation that leaves; null for somebody. */
  organisation: string | null
  /** What is to be handed over. */
  tasks: Task[]
  /** Who stays: they take it over. */
  heirs: GroupPerson[]
  /** Nobody else runs the group: somebody has to from then on. */
  needsSuccessor: boolean
}

/** As a form has it: `successor`, `heir` of all tasks, and `task.<id>` for single ones, with the id of a person. */
export const departureForm = z.record(z.string(), z.string().max(200))

/** What somebody leaves behind: for themselves, or for those who run the group. @throws AppError */
export async function departureOf(trx: Trx, entry: Entry, idOrSlug: string, who: Leaver): Promise<Departure> {
  const opened = await openGroup(trx, entry, idOrSlug, 'read')
  const networkId = entry.network.id
  const { group } = opened
  const own = 'person' in who && who.person === entry.personId && opened.role !== null
  if (!own && !opened.mayRun) throw new AppError('forbidden')
  const all = await groupPeople(trx, networkId, group.id)
  const leaves = (one: GroupPerson) =>
    'person' in who ? one.personId === who.person : one.organisationId === who.organisation
  const people = all.filter(leaves)
  const organisation = 'organisation' in who ? await nameIn(trx, networkId, group.id, who.organisation) : null
  if ('person' in who ? people.length === 0 : organisation === null) throw new AppError('not-found')
  const heirs = all.filter(one => !leaves(one))
  const tasks = await tasksOf(trx, entry, { groupId: group.id, state: 'open' })
  return {
    opened,
    people,
    organisation,
    tasks: tasks.filter(task => people.some(({ personId }) => personId === task.owner?.id)),
    heirs,
    needsSuccessor: people.some(one => runs(one.role)) && !heirs.some(one => runs(one.role)),
  }
}

/**
 * Leaves a group, from today on, and hands over what they had to do in it, to whom the form says; what it does not name is
 * nobody's. @throws AppError; Refusal when the group would be without anyone who runs it
 */
export async function depart(
  trx: Trx,
  entry: Entry,
  idOrSlug: string,
  who: Leaver,
  form: z.output<typeof departureForm>,
  linkOrigin: string,
): Promise<Departure> {
  const networkId = entry.network.id
  await lockGroup(trx, entry, idOrSlug)
  const departure = await departureOf(trx, entry, idOrSlug, who)
  const { opened, people, heirs, needsSuccessor } = departure
  const { group } = opened
  const successor = heirs.find(({ personId }) => personId === form.successor) ?? null
  if (needsSuccessor && heirs.length === 0)
    throw new Refusal({ field: '', message: 'group.error.nobody-left' })
  if (needsSuccessor && successor === null)
    throw new Refusal({ field: 'successor', message: 'group.error.last-facilitator' })
  const leaving = people.map(({ personId }) => personId)
  const heir = heirs.find(({ personId }) => personId === form.heir)?.personId ?? null
  const handed = await handOver(trx, networkId, group.id, leaving, chosenHeirs(form, heirs), heir)
  const role = people.find(one => runs(one.role))?.role ?? 'facilitator'
  if (successor !== null && needsSuccessor) await giveRole(trx, networkId, group.id, successor.personId, role)
  await endMembers(trx, networkId, group.id, leaving)
  if ('organisation' in who) await endOrganisation(trx, networkId, group.id, who.organisation)
  for (const { ownerId, count } of handed) {
    const params = {
      person: people[0]?.name ?? departure.organisation ?? '',
      group: group.name,
      count,
      url: linkOrigin + groupAddress(entry, group.slug, 'groupTasks'),
    }
    await tell(trx, entry, [ownerId], { template: 'tasks-handed-over', params }, linkOrigin)
  }
  if (needsSuccessor)
    await tell(
      trx,
      entry,
      [successor?.personId ?? null],
      {
        template: 'group-entrusted',
        params: { group: group.name, url: linkOrigin + groupAddress(entry, group.slug) },
      },
      linkOrigin,
    )
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: 'group.left',
    subject: { type: 'group', id: group.id },
    before: { people: leaving, organisation_id: 'organisation' in who ? who.organisation : null },
    after: { people: [], successor: needsSuccessor ? (successor?.personId ?? null) : null },
  })
  return departure
}

export const roleInput = z.object({ role: z.enum(groupRoles) })

/** Entrusts somebody of the group with it, or takes it from them: who runs it does, or who helps to run the network. */
export async function setRole(
  trx: Trx,
  entry: Entry,
  idOrSlug: string,
  personId: string,
  role: GroupRole,
  linkOrigin: string,
): Promise<OpenedGroup> {
  const networkId = entry.network.id
  await lockGroup(trx, entry, idOrSlug)
  const opened = await openGroup(trx, entry, idOrSlug, 'run')
  const { group } = opened
  const people = await groupPeople(trx, networkId, group.id)
  const before = people.find(one => one.personId === personId)
  if (!before) throw new AppError('not-found')
  const others = people.filter(one => one.personId !== personId)
  if (runs(before.role) && !runs(role) && !others.some(one => runs(one.role)))
    throw new Refusal({ field: 'role', message: 'group.error.last-facilitator' })
  await giveRole(trx, networkId, group.id, personId, role)
  if (runs(role) && !runs(before.role)) {
    const params = { group: group.name, url: linkOrigin + groupAddress(entry, group.slug) }
    await tell(trx, entry, [personId], { template: 'group-entrusted', params }, linkOrigin)
  }
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: 'group.role-changed',
    subject: { type: 'group', id: group.id },
    before: { person_id: personId, role: before.role },
    after: { person_id: personId, role },
  })
  return opened
}

/** Two who leave at once: the second waits, and finds that it would be the last. */
async function lockGroup(trx: Trx, entry: Entry, idOrSlug: string): Promise<void> {
  await trx
    .selectFrom('network_group')
    .select('id')
    .where('network_id', '=', entry.network.id)
    .where(isId(idOrSlug) ? 'id' : 'slug', '=', idOrSlug)
    .forNoKeyUpdate()
    .execute()
}

/** @returns what the form names for each task, of those who stay */
function chosenHeirs(form: Record<string, string>, heirs: GroupPerson[]): [string, string][] {
  const staying = new Set(heirs.map(({ personId }) => personId))
  return Object.entries(form).flatMap(([name, personId]) => {
    const task = /^task\.(.+)$/.exec(name)?.[1] ?? ''
    return isId(task) && staying.has(personId) ? [[task, personId] as [string, string]] : []
  })
}

/** @returns how many tasks each got */
async function handOver(
  trx: Trx,
  networkId: string,
  groupId: string,
  from: string[],
  chosen: [string, string][],
  others: string | null,
): Promise<{ ownerId: string; count: number }[]> {
  const { rows } = await sql<{ ownerId: string | null; count: number }>`
    with chosen as (
      select * from unnest(${chosen.map(([task]) => task)}::uuid[], ${chosen.map(([, heir]) => heir)}::uuid[]) as one (task, heir)
    ), handed as (
      update task set owner_id = coalesce((select heir from chosen where chosen.task = task.id), ${others}::uuid)
      where network_id = ${networkId}::uuid and group_id = ${groupId}::uuid and state = 'open'
        and owner_id = any (${from}::uuid[])
      returning owner_id
    )
    select owner_id as "ownerId", count(*)::int as count from handed group by owner_id`.execute(trx)
  return rows.flatMap(({ ownerId, count }) => (ownerId === null ? [] : [{ ownerId, count }]))
}

async function giveRole(
  trx: Trx,
  networkId: string,
  groupId: string,
  personId: string,
  role: GroupRole,
): Promise<void> {
  await trx
    .updateTable('group_member')
    .set({ role })
    .where('network_id', '=', networkId)
    .where('group_id', '=', groupId)
    .where('person_id', '=', personId)
    .execute()
}

async function nameIn(
  trx: Trx,
  networkId: string,
  groupId: string,
  organisationId: string,
): Promise<string | null> {
  if (!isId(organisationId)) return null
  const { rows } = await sql<{ name: string }>`
    select organisation.name from group_organisation member
    join organisation on organisation.id = member.organisation_id
    where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
      and member.organisation_id = ${organisationId}::uuid and ${inForce('member', networkId)}`.execute(trx)
  return rows[0]?.name ?? null
}
