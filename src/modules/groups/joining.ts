import { sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { enterGroup } from '#modules/groups/membership.ts'
import { type Group, type OpenedGroup, openGroup } from '#modules/groups/opening.ts'
import { inForce, present } from '#modules/groups/seeing.ts'
import { actorName, groupAddress, tell } from '#modules/groups/telling.ts'
import { type Entry, optionalId, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

export interface GroupRequest {
  id: string
  person: { id: string; name: string }
  organisation: { id: string; name: string } | null
  answers: { question: string; answer: string }[]
  state: 'waiting' | 'accepted' | 'declined' | 'withdrawn'
  word: string
  createdAt: Date
}

/** Besides, a field `answer.0`, `answer.1`… for each question. */
export const joinInput = z.object({ organisation: optionalId })
export const decisionInput = z.object({
  decision: z.enum(['accepted', 'declined']),
  word: z.string().trim().max(2_000).default(''),
})

/**
 * Comes in, where the group is open to the network; asks to, where it wants to be asked. For one of the organisations
 * whose mandate one holds, or for oneself.
 * @param answers to the questions of the group, in their order
 * @throws AppError 'not-found', 'forbidden'; Refusal
 */
export async function joinGroup(
  trx: Trx,
  entry: Entry,
  idOrSlug: string,
  input: { organisation: string | null; answers: string[] },
  linkOrigin: string,
): Promise<{ group: Group; state: 'joined' | 'requested' }> {
  const { group, role } = await openGroup(trx, entry, idOrSlug, 'read')
  const personId = joining(entry, group, role)
  refuseForeign(entry, input.organisation)
  if (group.joining === 'request') {
    await request(trx, entry, group, personId, input, linkOrigin)
    return { group, state: 'requested' }
  }
  await enterGroup(trx, entry.network.id, group.id, {
    personId,
    organisationId: input.organisation,
    role: 'member',
  })
  await settle(trx, entry.network.id, group.id, [personId])
  await announceChange(trx, entry.network.id)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'group.joined',
    subject: { type: 'group', id: group.id },
    after: { person_id: personId, organisation_id: input.organisation },
  })
  return { group, state: 'joined' }
}

/** What somebody asked for in a group and that waits; null where nothing does. */
export async function ownRequest(trx: Trx, entry: Entry, groupId: string): Promise<GroupRequest | null> {
  if (entry.personId === null) return null
  const row = await selection(trx, entry.network.id, groupId)
    .where('group_request.person_id', '=', entry.personId)
    .where('group_request.state', '=', 'waiting')
    .executeTakeFirst()
  return row ? asRequest(row) : null
}

export async function withdrawRequest(trx: Trx, entry: Entry, idOrSlug: string): Promise<Group> {
  const { group } = await openGroup(trx, entry, idOrSlug, 'read')
  const row = await trx
    .updateTable('group_request')
    .set({ state: 'withdrawn', decided_at: sql`now()` })
    .where('network_id', '=', entry.network.id)
    .where('group_id', '=', group.id)
    .where(sql`person_id`, '=', sql`${entry.personId}::uuid`)
    .where('state', '=', 'waiting')
    .returning('id')
    .executeTakeFirst()
  if (!row) throw new AppError('not-found')
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'group-request.withdrawn',
    subject: { type: 'group-request', id: row.id },
    after: { group_id: group.id },
  })
  return group
}

/** Those that wait, the first come first: two hundred at most. For those who run the group. */
export async function requestsOf(
  trx: Trx,
  entry: Entry,
  idOrSlug: string,
): Promise<{ opened: OpenedGroup; requests: GroupRequest[] }> {
  const opened = await openGroup(trx, entry, idOrSlug, 'run')
  const rows = await selection(trx, entry.network.id, opened.group.id)
    .where('group_request.state', '=', 'waiting')
    .orderBy('group_request.id')
    .limit(200)
    .execute()
  return { opened, requests: rows.map(asRequest) }
}

/** How many wait to be let in. */
export async function countWaiting(trx: Trx, networkId: string, groupId: string): Promise<number> {
  const { waiting } = await trx
    .selectFrom('group_request')
    .select(({ fn }) => fn.countAll<number>().as('waiting'))
    .where('network_id', '=', networkId)
    .where('group_id', '=', groupId)
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow()
  return Number(waiting)
}

export async function findRequest(
  trx: Trx,
  entry: Entry,
  idOrSlug: string,
  id: string,
): Promise<{ opened: OpenedGroup; request: GroupRequest }> {
  const opened = await openGroup(trx, entry, idOrSlug, 'run')
  const row = isId(id)
    ? await selection(trx, entry.network.id, opened.group.id)
        .where('group_request.id', '=', id)
        .executeTakeFirst()
    : undefined
  if (!row) throw new AppError('not-found')
  return { opened, request: asRequest(row) }
}

/** Lets somebody in, or not; they are told, with a word. @throws AppError; Refusal when it is decided */
export async function decideRequest(
  trx: Trx,
  entry: Entry,
  idOrSlug: string,
  id: string,
  { decision, word }: z.output<typeof decisionInput>,
  linkOrigin: string,
): Promise<Group> {
  const networkId = entry.network.id
  const { opened, request } = await findRequest(trx, entry, idOrSlug, id)
  const { group } = opened
  const { numUpdatedRows } = await trx
    .updateTable('group_request')
    .set({ state: decision, word, decided_by: entry.personId, decided_at: sql`now()` })
    .where('network_id', '=', networkId)
    .where('group_id', '=', group.id)
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new Refusal({ field: '', message: 'group.error.decided' })
  const organisationId = request.organisation?.id ?? null
  const accepted = decision === 'accepted'
  if (accepted)
    await enterGroup(trx, networkId, group.id, {
      personId: request.person.id,
      organisationId,
      role: 'member',
    })
  await tell(
    trx,
    entry,
    [request.person.id],
    {
      template: accepted ? 'group-request-accepted' : 'group-request-declined',
      params: { group: group.name, word, url: linkOrigin + groupAddress(entry, group.slug) },
    },
    linkOrigin,
  )
  await announceChange(trx, networkId)
  const told = { person_id: request.person.id, group_id: group.id, organisation_id: organisationId }
  await recordChange(trx, networkId, entry.actor, {
    action: accepted ? 'group-request.accepted' : 'group-request.declined',
    subject: { type: 'group-request', id },
    after: told,
  })
  return group
}

/** What somebody asked for, or was asked, comes to its end when they are in. */
export async function settle(
  trx: Trx,
  networkId: string,
  groupId: string,
  people: readonly string[],
): Promise<void> {
  await sql`
    update group_request set state = 'accepted', decided_at = now()
    where network_id = ${networkId}::uuid and group_id = ${groupId}::uuid and person_id = any (${people}::uuid[])
      and state = 'waiting'`.execute(trx)
  await sql`
    update group_invitation set state = 'accepted', answered_at = now()
    where network_id = ${networkId}::uuid and group_id = ${groupId}::uuid and person_id = any (${people}::uuid[])
      and state = 'waiting'`.execute(trx)
}

/** One comes in for an organisation whose mandate one holds. */
export function refuseForeign(entry: Entry, organisationId: string | null): void {
  if (organisationId !== null && !entry.mandates.some(mandate => mandate.organisationId === organisationId))
    throw new Refusal({ field: 'organisation', message: 'form.error.choose' })
}

/** Who may. @returns who comes in */
function joining(entry: Entry, group: Group, role: OpenedGroup['role']): string {
  if (entry.personId === null) throw new AppError('forbidden')
  if (group.archivedAt !== null) throw new Refusal({ field: '', message: 'group.error.archived' })
  if (role !== null) throw new Refusal({ field: '', message: 'group.error.member' })
  if (group.joining === 'invitation') throw new Refusal({ field: '', message: 'group.error.by-invitation' })
  return entry.personId
}

async function request(
  trx: Trx,
  entry: Entry,
  group: Group,
  personId: string,
  input: { organisation: string | null; answers: string[] },
  linkOrigin: string,
): Promise<void> {
  const { network } = entry
  const missing = group.questions.flatMap((_, index) => (input.answers[index]?.trim() ? [] : [index]))
  if (missing.length > 0)
    throw new Refusal(
      ...missing.map(index => ({ field: `answer.${index}`, message: 'form.error.required' as const })),
    )
  const id = newId()
  const answers = group.questions.map((question, index) => ({
    question,
    answer: (input.answers[index] ?? '').trim().slice(0, 5_000),
  }))
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('group_request')
    .values({
      network_id: network.id,
      group_id: group.id,
      id,
      person_id: personId,
      organisation_id: input.organisation,
      answers: JSON.stringify(answers),
    })
    .onConflict(conflict =>
      conflict
        .columns(['network_id', 'group_id', 'person_id'])
        .where(sql<boolean>`state = 'waiting'`)
        .doNothing(),
    )
    .executeTakeFirst()
  if (!numInsertedOrUpdatedRows) throw new Refusal({ field: '', message: 'group.error.waiting' })
  await tell(
    trx,
    entry,
    await runningIt(trx, network.id, group.id),
    {
      template: 'group-requested',
      params: {
        person: await actorName(trx, entry),
        group: group.name,
        url: linkOrigin + groupAddress(entry, group.slug, 'groupRequests'),
      },
    },
    linkOrigin,
  )
  await recordChange(trx, network.id, entry.actor, {
    action: 'group-request.made',
    subject: { type: 'group-request', id },
    after: { group_id: group.id },
  })
}

/** Those who run it; where nobody does, those who help to run the network. */
async function runningIt(trx: Trx, networkId: string, groupId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with own as (
      select person_id as id from group_member member
      where network_id = ${networkId}::uuid and group_id = ${groupId}::uuid and role <> 'member'
        and ${present('member', networkId)}
    )
    select id from own
    union
    select person_id from mandate
    where network_id = ${networkId}::uuid and role in ('facilitator', 'administrator')
      and ${inForce('mandate', networkId)} and not exists (select from own)
    limit 50`.execute(trx)
  return rows.map(row => row.id)
}

function selection(trx: Trx, networkId: string, groupId: string) {
  return trx
    .selectFrom('group_request')
    .innerJoin('person', join =>
      join
        .onRef('person.network_id', '=', 'group_request.network_id')
        .onRef('person.id', '=', 'group_request.person_id'),
    )
    .leftJoin('organisation', 'organisation.id', 'group_request.organisation_id')
    .select([
      'group_request.id',
      'group_request.person_id',
      'person.name as person',
      'group_request.organisation_id',
      'organisation.name as organisation',
      'group_request.answers',
      'group_request.state',
      'group_request.word',
      'group_request.created_at',
    ])
    .where('group_request.network_id', '=', networkId)
    .where('group_request.group_id', '=', groupId)
}

type Row = Awaited<ReturnType<ReturnType<typeof selection>['executeTakeFirstOrThrow']>>

function asRequest(row: Row): GroupRequest {
  return {
    id: row.id,
    person: { id: row.person_id, name: row.person },
    organisation:
      row.organisation_id === null ? null : { id: row.organisation_id, name: row.organisation ?? '' },
    answers: row.answers as GroupRequest['answers'],
    state: row.state as GroupRequest['state'],
    word: row.word,
    createdAt: row.created_at,
  }
}
