import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { type Role, rank } from '#http/policies.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { cycleAfter } from '#modules/afterworks/cycles.ts'
import type { Rhythm, SeriesInput } from '#modules/afterworks/schema.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

export interface Series {
  id: string
  slug: string
  name: string
  summary: string
  about: string
  town: string
  rhythm: Rhythm
  visibility: 'network' | 'public'
  state: 'active' | 'lapsed' | 'ended'
  /** The last day on which the next edition can be confirmed. */
  confirmBy: string
  /** How many organisations have to want it, and how many do. */
  confirmations: number
  confirmed: number
  awareTarget: number | null
  adoptedTarget: number | null
  countedFrom: string
}

/** Who reads: an `Entry` is one. */
interface Reader {
  network: { id: string }
  role: Role
}

const mostSeries = 200

/** Those the reader may know of: the living first, by name. */
export async function listSeries(trx: Trx, entry: Reader): Promise<Series[]> {
  const { rows } = await sql<Series>`
    select ${columns} from afterwork_series series
    where series.network_id = ${entry.network.id} ${readable(entry)}
    order by array_position(array['active', 'lapsed', 'ended'], series.state), series.name collate name_order, series.id
    limit ${mostSeries}`.execute(trx)
  return rows
}

/** @throws AppError 'not-found' for a series that is not there, or not for this reader */
export async function openSeries(trx: Trx, entry: Reader, slug: string): Promise<Series> {
  const { rows } = await sql<Series>`
    select ${columns} from afterwork_series series
    where series.network_id = ${entry.network.id} and series.slug = ${slug} ${readable(entry)}`.execute(trx)
  const [series] = rows
  if (!series) throw new AppError('not-found')
  return series
}

/** @param linkOrigin with what links in mails begin: `services.linkOrigin` @returns its slug */
export async function addSeries(
  trx: Trx,
  entry: Entry,
  input: SeriesInput,
  linkOrigin: string,
): Promise<string> {
  const { network, personId } = entry
  await refusePast(trx, network.id, input)
  const id = newId()
  const slug = await freeSlug(trx, network.id, input.name)
  await trx
    .insertInto('afterwork_series')
    .values({
      network_id: network.id,
      id,
      slug,
      ...rowOf(input),
      anchor: input.confirmBy,
      link_origin: new URL(linkOrigin).origin,
      created_by: personId,
    })
    .execute()
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'afterwork-series.added',
    subject: { type: 'afterwork-series', id },
    after: recorded(input),
  })
  return slug
}

/** A day that is over would send the series to sleep at once. */
async function refusePast(trx: Trx, networkId: string, { confirmBy }: SeriesInput): Promise<void> {
  if (confirmBy < (await todayIn(trx, networkId)))
    throw new Refusal({ field: 'confirmBy', message: 'afterworks.error.past' })
}

export async function changeSeries(trx: Trx, entry: Entry, slug: string, input: SeriesInput): Promise<void> {
  const { network } = entry
  const before = await openSeries(trx, entry, slug)
  const moved = before.confirmBy !== input.confirmBy
  if (moved) await refusePast(trx, network.id, input)
  // Given another day to come, one that had lapsed lives again.
  const revived = before.state === 'lapsed' && input.confirmBy >= (await todayIn(trx, network.id))
  await trx
    .updateTable('afterwork_series')
    .set({ ...rowOf(input), ...(moved && { anchor: input.confirmBy }), ...(revived && { state: 'active' }) })
    .where('network_id', '=', network.id)
    .where('id', '=', before.id)
    .execute()
  if (moved) await moveConfirmations(trx, network.id, before.id, before.confirmBy, input.confirmBy)
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'afterwork-series.changed',
    subject: { type: 'afterwork-series', id: before.id },
    before: recorded(before),
    after: recorded(input),
  })
}

/** For good: what it was stays to be read. @throws Refusal where it has ended already */
export async function endSeries(trx: Trx, entry: Entry, slug: string): Promise<void> {
  const { network } = entry
  const { id } = await openSeries(trx, entry, slug)
  const done = await trx
    .updateTable('afterwork_series')
    .set({ state: 'ended' })
    .where('network_id', '=', network.id)
    .where('id', '=', id)
    .where('state', '<>', 'ended')
    .returning('id')
    .executeTakeFirst()
  if (!done) throw new Refusal({ field: '', message: 'afterworks.error.ended' })
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'afterwork-series.ended',
    subject: { type: 'afterwork-series', id },
  })
}

/**
 * An organisation wants the next edition: once in each cycle, whoever of its people says so. A series that had lapsed lives
 * again as soon as enough of them do: its next cycle ends a rhythm from today.
 * @throws Refusal where the series has ended; AppError 'forbidden' for an organisation one does not act for
 */
export async function confirmNext(
  trx: Trx,
  entry: Entry,
  slug: string,
  organisationId: string,
): Promise<Series> {
  const { network, personId } = entry
  if (!entry.mandates.some(mandate => mandate.organisationId === organisationId))
    throw new AppError('forbidden')
  const { id } = await openSeries(trx, entry, slug)
  // Two who bring a series back at the same moment do it once.
  const series = await trx
    .selectFrom('afterwork_series')
    .select(['state', 'confirm_by', 'confirmations', 'rhythm'])
    .where('network_id', '=', network.id)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (series.state === 'ended') throw new Refusal({ field: '', message: 'afterworks.error.ended' })
  const said = await trx
    .insertInto('afterwork_confirmation')
    .values({
      network_id: network.id,
      series_id: id,
      cycle: series.confirm_by,
      organisation_id: organisationId,
      person_id: personId,
    })
    .onConflict(conflict => conflict.doNothing())
    .returning('organisation_id')
    .executeTakeFirst()
  const { confirmed } = await openSeries(trx, entry, slug)
  if (series.state === 'lapsed' && confirmed >= series.confirmations) {
    const next = cycleAfter(await todayIn(trx, network.id), series.rhythm as Rhythm)
    await moveConfirmations(trx, network.id, id, series.confirm_by, next)
    await reviveSeries(trx, network.id, id, next)
  }
  if (!said) return openSeries(trx, entry, slug)
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'afterwork-series.confirmed',
    subject: { type: 'afterwork-series', id },
    after: { organisation: organisationId, cycle: series.confirm_by },
  })
  return openSeries(trx, entry, slug)
}

/** Lives again: its cycles are counted from this day. */
export async function reviveSeries(
  trx: Trx,
  networkId: string,
  id: string,
  confirmBy: string,
): Promise<void> {
  await trx
    .updateTable('afterwork_series')
    .set({ state: 'active', confirm_by: confirmBy, anchor: confirmBy })
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .execute()
}

/** The organisations that want the next edition, by name: for members. */
export async function confirmedBy(
  trx: Trx,
  { network }: Entry,
  series: Series,
): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select organisation.id, organisation.name from afterwork_confirmation confirmation
    join organisation on organisation.id = confirmation.organisation_id
    where confirmation.network_id = ${network.id} and confirmation.series_id = ${series.id}
      and confirmation.cycle = ${series.confirmBy}::date
    order by organisation.name collate name_order, organisation.id limit 100`.execute(trx)
  return rows
}

/** Today where the network is, as an ISO day. */
export async function todayIn(trx: Trx, networkId: string): Promise<string> {
  const { rows } = await sql<{ today: string }>`
    select (now() at time zone time_zone)::date as today from network where id = ${networkId}`.execute(trx)
  const [row] = rows
  if (!row) throw new AppError('not-found')
  return row.today
}

/** What was said of a cycle is said of the one that takes its place. */
async function moveConfirmations(
  trx: Trx,
  networkId: string,
  id: string,
  from: string,
  to: string,
): Promise<void> {
  await sql`
    with gone as (
      delete from afterwork_confirmation
      where network_id = ${networkId} and series_id = ${id} and cycle = ${from}::date
      returning organisation_id, person_id, created_at
    )
    insert into afterwork_confirmation (network_id, series_id, cycle, organisation_id, person_id, created_at)
    select ${networkId}, ${id}, ${to}::date, organisation_id, person_id, created_at from gone
    on conflict (network_id, series_id, cycle, organisation_id) do nothing`.execute(trx)
}

const columns = sql`
  series.id, series.slug, series.name, series.summary, series.about, series.town, series.rhythm, series.visibility,
  series.state, series.confirm_by as "confirmBy", series.confirmations, series.aware_target as "awareTarget",
  series.adopted_target as "adoptedTarget", series.counted_from as "countedFrom",
  (
    select count(*)::integer from afterwork_confirmation confirmation
    where confirmation.network_id = series.network_id and confirmation.series_id = series.id
      and confirmation.cycle = series.confirm_by
  ) as confirmed`

function readable({ role }: Reader) {
  return rank(role) >= rank('member') ? sql`` : sql`and series.visibility = 'public'`
}

function rowOf(input: SeriesInput) {
  return {
    name: input.name,
    summary: input.summary,
    about: input.about,
    town: input.town,
    rhythm: input.rhythm,
    visibility: input.visibility,
    confirm_by: input.confirmBy,
    confirmations: input.confirmations,
    aware_target: input.awareTarget,
    adopted_target: input.adoptedTarget,
    counted_from: input.countedFrom,
  }
}

function recorded(
  of: Pick<Series, 'rhythm' | 'visibility' | 'confirmBy' | 'confirmations' | 'awareTarget' | 'adoptedTarget'>,
) {
  const { rhythm, visibility, confirmBy, confirmations, awareTarget, adoptedTarget } = of
  return { rhythm, visibility, confirmBy, confirmations, awareTarget, adoptedTarget }
}

async function freeSlug(trx: Trx, networkId: string, name: string): Promise<string> {
  const base = slugOf(name)
  const rows = await trx
    .selectFrom('afterwork_series')
    .select('slug')
    .where('network_id', '=', networkId)
    .where('slug', 'like', `${base}%`)
    .execute()
  const taken = new Set([...rows.map(row => row.slug), 'new'])
  let slug = base
  for (let number = 2; taken.has(slug); number++) slug = `${base}-${number}`
  return slug
}

/** What stands for a name in an address, where nothing else does yet. */
export function slugOf(name: string): string {
  const words = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '')
  return words.length < 2 ? 'afterworks' : words
}
