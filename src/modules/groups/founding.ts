import { sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { groupKinds, joinings, visibilities } from '#modules/groups/kinds.ts'
import { enterGroup } from '#modules/groups/membership.ts'
import { type Group, openGroup } from '#modules/groups/opening.ts'
import { runsAll } from '#modules/groups/seeing.ts'
import { misplaced, mostLevels, type Placed } from '#modules/groups/tree.ts'
import { type Entry, nameField, optionalDay, optionalId, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

const mostQuestions = 10

export const groupInput = z
  .object({
    kind: z.enum(groupKinds),
    name: nameField,
    parent: optionalId,
    summary: z.string().trim().max(1_000).default(''),
    charter: z.string().trim().max(50_000).default(''),
    objectives: z.string().trim().max(10_000).default(''),
    visibility: z.enum(visibilities).default('network'),
    joining: z.enum(joinings).default('request'),
    /** One on each line. */
    questions: z
      .string()
      .max(5_000)
      .default('')
      .transform(text =>
        text
          .split('\n')
          .map(line => line.trim())
          .filter(Boolean),
      )
      .refine(lines => lines.length <= mostQuestions && lines.every(line => line.length <= 300), {
        error: 'group.error.questions',
      }),
    starts: optionalDay,
    ends: optionalDay,
  })
  .refine(({ starts, ends }) => !starts || !ends || starts <= ends, {
    path: ['ends'],
    error: 'mandate.error.order',
  })

export type GroupInput = z.output<typeof groupInput>

/**
 * Founds a group: whoever helps to run the network, or the group it is in. @param facilitates whether the founder does
 * @returns the last word of its address
 * @throws AppError 'forbidden', 'not-found'; Refusal
 */
export async function foundGroup(
  trx: Trx,
  entry: Entry,
  input: GroupInput,
  facilitates: boolean,
): Promise<{ id: string; slug: string }> {
  const networkId = entry.network.id
  if (input.parent !== null) await openGroup(trx, entry, input.parent, 'run')
  else if (!runsAll(entry)) throw new AppError('forbidden')
  refuseOpenness(entry, input)
  refuseMisplaced(await lockTree(trx, networkId), null, input.parent)
  const id = newId()
  const slug = await freeSlug(trx, networkId, input.name)
  await trx
    .insertInto('network_group')
    .values({ network_id: networkId, id, slug, created_by: entry.personId, ...asRow(input) })
    .execute()
  const organisationId = entry.mandates.find(one => one.id === entry.actor.mandateId)?.organisationId ?? null
  if (facilitates && entry.personId !== null)
    await enterGroup(trx, networkId, id, { personId: entry.personId, organisationId, role: 'facilitator' })
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: 'group.founded',
    subject: { type: 'group', id },
    after: recorded(input),
  })
  return { id, slug }
}

/** @throws AppError 'forbidden', 'not-found'; Refusal, for a circle by the names it goes through */
export async function changeGroup(
  trx: Trx,
  entry: Entry,
  idOrSlug: string,
  input: GroupInput,
): Promise<Group> {
  const networkId = entry.network.id
  const { group } = await openGroup(trx, entry, idOrSlug, 'run')
  if (input.parent !== group.parentId) {
    // Into another one, or to the top: for those who run what it comes into.
    if (input.parent !== null) await openGroup(trx, entry, input.parent, 'run')
    else if (!runsAll(entry)) throw new Refusal({ field: 'parent', message: 'group.error.top' })
    refuseMisplaced(await lockTree(trx, networkId), group.id, input.parent)
  }
  refuseOpenness(entry, input)
  await trx
    .updateTable('network_group')
    .set(asRow(input))
    .where('network_id', '=', networkId)
    .where('id', '=', group.id)
    .execute()
  if (input.visibility === 'group') await closeFiles(trx, networkId, group.id)
  await announceChange(trx, networkId)
  const before = {
    ...input,
    kind: group.kind,
    parent: group.parentId,
    visibility: group.visibility,
    joining: group.joining,
    starts: group.startsOn,
    ends: group.endsOn,
  }
  const texts = (['name', 'summary', 'charter', 'objectives'] as const).filter(
    name => input[name] !== group[name],
  )
  await recordChange(trx, networkId, entry.actor, {
    action: 'group.changed',
    subject: { type: 'group', id: group.id },
    before: { ...recorded(before), texts: [] },
    after: { ...recorded(input), texts },
  })
  return group
}

/** It is only read from now on. */
export async function archiveGroup(trx: Trx, entry: Entry, idOrSlug: string): Promise<Group> {
  const { group } = await openGroup(trx, entry, idOrSlug, 'run')
  await setArchived(trx, entry, group.id, true)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'group.archived',
    subject: { type: 'group', id: group.id },
    after: {},
  })
  return group
}

export async function reopenGroup(trx: Trx, entry: Entry, idOrSlug: string): Promise<Group> {
  const { group, mayReopen } = await openGroup(trx, entry, idOrSlug, 'read')
  if (!mayReopen) throw new AppError('forbidden')
  await setArchived(trx, entry, group.id, false)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'group.reopened',
    subject: { type: 'group', id: group.id },
    after: {},
  })
  return group
}

async function setArchived(trx: Trx, { network }: Entry, id: string, archived: boolean): Promise<void> {
  await trx
    .updateTable('network_group')
    .set({ archived_at: archived ? sql`now()` : null })
    .where('network_id', '=', network.id)
    .where('id', '=', id)
    .execute()
  await announceChange(trx, network.id)
}

/** Whoever places a group waits for whoever does: two moves that are each right could make a circle together. */
async function lockTree(trx: Trx, networkId: string): Promise<Placed[]> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${networkId}, 4207030))`.execute(trx)
  return trx
    .selectFrom('network_group')
    .select(['id', 'parent_id as parentId', 'name'])
    .where('network_id', '=', networkId)
    .execute()
}

function refuseMisplaced(groups: Placed[], id: string | null, parentId: string | null): void {
  const problem = misplaced(groups, id, parentId)
  if (problem?.kind === 'circle')
    throw new Refusal({
      field: 'parent',
      message: 'group.error.circle',
      values: { names: problem.names.join(' › ') },
    })
  if (problem?.kind === 'depth')
    throw new Refusal({ field: 'parent', message: 'group.error.depth', values: { most: mostLevels } })
}

/** Nothing is for everyone in a private network, and nobody asks to join what they do not know of. */
function refuseOpenness({ network }: Entry, { visibility, joining }: GroupInput): void {
  if (visibility === 'public' && network.visibility === 'private')
    throw new Refusal({ field: 'visibility', message: 'group.error.private' })
  if (visibility === 'group' && joining !== 'invitation')
    throw new Refusal({ field: 'joining', message: 'group.error.unseen' })
}

/** What everyone could read of a group that closes is for its members alone. */
async function closeFiles(trx: Trx, networkId: string, groupId: string): Promise<void> {
  await trx
    .updateTable('file')
    .set({ visibility: 'network' })
    .where('network_id', '=', networkId)
    .where('group_id', '=', groupId)
    .where('visibility', '=', 'public')
    .execute()
}

/** Of the name, as it stands in an address; with a number where another has it, or a page of ours. */
async function freeSlug(trx: Trx, networkId: string, name: string): Promise<string> {
  const plain = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/œ/g, 'oe')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '')
  const base = plain.length < 2 ? 'groupe' : plain
  const { rows } = await sql<{ slug: string }>`
    select slug from network_group where network_id = ${networkId}::uuid and slug like ${`${base}%`}`.execute(
    trx,
  )
  const taken = new Set(['new', ...rows.map(row => row.slug)])
  if (!taken.has(base)) return base
  for (let number = 2; ; number++) if (!taken.has(`${base}-${number}`)) return `${base}-${number}`
}

function asRow(input: GroupInput) {
  return {
    kind: input.kind,
    parent_id: input.parent,
    name: input.name,
    summary: input.summary,
    charter: input.charter,
    objectives: input.objectives,
    visibility: input.visibility,
    joining: input.joining,
    questions: JSON.stringify(input.questions),
    starts_on: input.starts,
    ends_on: input.ends,
  }
}

/** Not what people write: the log forgets nothing. */
function recorded({ kind, parent, visibility, joining, starts, ends }: GroupInput) {
  return { kind, parent_id: parent, visibility, joining, starts_on: starts, ends_on: ends }
}
