import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { type DeliverableState, deliverableStates } from '#modules/groups/kinds.ts'
import { openGroup } from '#modules/groups/opening.ts'
import { type Reader, seen, today } from '#modules/groups/seeing.ts'
import { type Entry, optionalDay, optionalId, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** What a group wants to have made by when. */
export interface Deliverable {
  id: string
  title: string
  details: string
  /** ISO day. */
  dueOn: string | null
  state: DeliverableState
  overdue: boolean
  /** Where it is: a file of the network, or a page. */
  file: { id: string; name: string } | null
  url: string | null
  deliveredAt: Date | null
  group: { id: string; slug: string; name: string }
}

export const deliverableInput = z.object({
  title: z.string().trim().min(1).max(300),
  details: z.string().trim().max(10_000).default(''),
  due: optionalDay,
  state: z.enum(deliverableStates).default('planned'),
  file: optionalId,
  /** Of the web, or of a page here, as `/fr/fil-commun/commons/…`. */
  url: z
    .string()
    .trim()
    .max(1_000)
    .nullish()
    .transform(text => text || null)
    .refine(text => text === null || isAddress(text), { error: 'form.error.url' }),
})

export type DeliverableInput = z.output<typeof deliverableInput>

/** Those not delivered first, by their day. @param page.after id of the last one already shown */
export async function listDeliverables(
  trx: Trx,
  reader: Reader,
  groupId: string,
  { after, limit = 50 }: { after?: string | undefined; limit?: number } = {},
): Promise<{ deliverables: Deliverable[]; next: string | null }> {
  const order = (table: string) =>
    sql`(${sql.ref(`${table}.state`)} in ('delivered', 'dropped'), coalesce(${sql.ref(`${table}.due_on`)}, 'infinity'::date), ${sql.ref(`${table}.id`)})`
  const rows = await selection(trx, reader)
    .where('deliverable.group_id', '=', groupId)
    .$if(after !== undefined && isId(after), query =>
      query.where(
        sql<SqlBool>`${order('deliverable')} > (
          select last.state in ('delivered', 'dropped'), coalesce(last.due_on, 'infinity'::date), last.id
          from deliverable last
          where last.network_id = ${reader.network.id}::uuid and last.group_id = ${groupId}::uuid
            and last.id = ${after}::uuid)`,
      ),
    )
    .orderBy(sql`deliverable.state in ('delivered', 'dropped')`)
    .orderBy(sql`coalesce(deliverable.due_on, 'infinity'::date)`)
    .orderBy('deliverable.id')
    .limit(limit + 1)
    .execute()
  const deliverables = rows.slice(0, limit).map(asDeliverable)
  return { deliverables, next: rows.length > limit ? (deliverables.at(-1)?.id ?? null) : null }
}

/** @throws AppError 'not-found' for one that is not there or not for this reader */
export async function findDeliverable(trx: Trx, reader: Reader, id: string): Promise<Deliverable> {
  const row = isId(id)
    ? await selection(trx, reader).where('deliverable.id', '=', id).executeTakeFirst()
    : undefined
  if (!row) throw new AppError('not-found')
  return asDeliverable(row)
}

/** @throws AppError 'not-found', 'forbidden'; Refusal for a file that is not the group's */
export async function addDeliverable(
  trx: Trx,
  entry: Entry,
  idOrSlug: string,
  input: DeliverableInput,
): Promise<string> {
  const networkId = entry.network.id
  const { group } = await openGroup(trx, entry, idOrSlug, 'take-part')
  await refuseForeignFile(trx, networkId, group.id, input.file)
  const id = newId()
  await trx
    .insertInto('deliverable')
    .values({ network_id: networkId, group_id: group.id, id, created_by: entry.personId, ...asRow(input) })
    .execute()
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: 'deliverable.added',
    subject: { type: 'deliverable', id },
    after: { group_id: group.id, due_on: input.due, state: input.state },
  })
  return id
}

/** @throws AppError 'not-found', 'forbidden'; Refusal for a file that is not the group's */
export async function changeDeliverable(
  trx: Trx,
  entry: Entry,
  id: string,
  input: DeliverableInput,
): Promise<Deliverable> {
  const networkId = entry.network.id
  const before = await findDeliverable(trx, entry, id)
  await openGroup(trx, entry, before.group.id, 'take-part')
  if (input.file !== (before.file?.id ?? null))
    await refuseForeignFile(trx, networkId, before.group.id, input.file)
  await trx
    .updateTable('deliverable')
    .set(asRow(input))
    .where('network_id', '=', networkId)
    .where('group_id', '=', before.group.id)
    .where('id', '=', id)
    .execute()
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: 'deliverable.changed',
    subject: { type: 'deliverable', id },
    before: { due_on: before.dueOn, state: before.state, file_id: before.file?.id ?? null, texts: [] },
    after: {
      due_on: input.due,
      state: input.state,
      file_id: input.file,
      texts: (['title', 'details', 'url'] as const).filter(name => input[name] !== before[name]),
    },
  })
  return before
}

/** Of the web, or of a page of this site. */
function isAddress(text: string): boolean {
  if (/^\/(?!\/)/.test(text)) return URL.canParse(text, 'https://cordee.invalid')
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

async function refuseForeignFile(
  trx: Trx,
  networkId: string,
  groupId: string,
  fileId: string | null,
): Promise<void> {
  if (fileId === null) return
  const file = await trx
    .selectFrom('file')
    .select('id')
    .where('network_id', '=', networkId)
    .where('id', '=', fileId)
    .where('group_id', '=', groupId)
    .executeTakeFirst()
  if (!file) throw new Refusal({ field: 'file', message: 'form.error.choose' })
}

function asRow(input: DeliverableInput) {
  return {
    title: input.title,
    details: input.details,
    due_on: input.due,
    state: input.state,
    file_id: input.file,
    url: input.url,
    delivered_at: input.state === 'delivered' ? sql<Date>`now()` : null,
  }
}

function selection(trx: Trx, reader: Reader) {
  const networkId = reader.network.id
  return trx
    .selectFrom('deliverable')
    .innerJoin('network_group', join =>
      join
        .onRef('network_group.network_id', '=', 'deliverable.network_id')
        .onRef('network_group.id', '=', 'deliverable.group_id'),
    )
    .leftJoin('file', join =>
      join
        .onRef('file.network_id', '=', 'deliverable.network_id')
        .onRef('file.id', '=', 'deliverable.file_id'),
    )
    .select([
      'deliverable.id',
      'deliverable.title',
      'deliverable.details',
      'deliverable.due_on',
      'deliverable.state',
      'deliverable.file_id',
      'file.name as file_name',
      'deliverable.url',
      'deliverable.delivered_at',
      'deliverable.group_id',
      'network_group.slug as group_slug',
      'network_group.name as group_name',
    ])
    .select(
      sql<boolean>`deliverable.state in ('planned', 'drafting') and coalesce(deliverable.due_on < ${today(networkId)}, false)`.as(
        'overdue',
      ),
    )
    .where('deliverable.network_id', '=', networkId)
    .where(seen(reader))
}

function asDeliverable(
  row: Awaited<ReturnType<ReturnType<typeof selection>['executeTakeFirstOrThrow']>>,
): Deliverable {
  return {
    id: row.id,
    title: row.title,
    details: row.details,
    dueOn: row.due_on,
    state: row.state as DeliverableState,
    overdue: row.overdue,
    file: row.file_id !== null && row.file_name !== null ? { id: row.file_id, name: row.file_name } : null,
    url: row.url,
    deliveredAt: row.delivered_at,
    group: { id: row.group_id, slug: row.group_slug, name: row.group_name },
  }
}
