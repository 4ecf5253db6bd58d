import { sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { type MandateRole, optionalDay, optionalId, roleField, titleField } from '#modules/network/fields.ts'
import { Refusal } from '#modules/network/refusal.ts'
import { recordChange } from '#platform/audit/record.ts'

/** What a person is entrusted with. Both days are included, as the network's time zone counts them. */
export interface Mandate {
  id: string
  personId: string
  role: MandateRole
  title: string
  organisationId: string | null
  organisation: string | null
  /** ISO days; `until` null: for good. */
  from: string
  until: string | null
}

export const mandateInput = z
  .object({
    role: roleField,
    organisation: optionalId,
    title: titleField,
    /** Empty: today. */
    from: optionalDay,
    until: optionalDay,
  })
  .refine(({ from, until }) => !from || !until || from <= until, {
    path: ['until'],
    error: 'mandate.error.order',
  })

export type MandateInput = z.infer<typeof mandateInput>

/** Entrusts a person with something. @returns its id @throws Refusal, AppError 'not-found' */
export async function giveMandate(
  trx: Trx,
  networkId: string,
  actor: Actor,
  personId: string,
  input: MandateInput,
): Promise<string> {
  const person = await trx
    .selectFrom('person')
    .select('id')
    .where('network_id', '=', networkId)
    .where('id', '=', personId)
    .executeTakeFirst()
  if (!person) throw new AppError('not-found')
  const values = await asValues(trx, networkId, input)
  const id = newId()
  await trx
    .insertInto('mandate')
    .values({ network_id: networkId, id, person_id: personId, ...values })
    .execute()
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, actor, {
    action: 'mandate.given',
    subject: { type: 'mandate', id },
    after: { person_id: personId, ...values },
  })
  return id
}

/** @throws Refusal when the network would be left without an administrator; AppError 'not-found' */
export async function changeMandate(
  trx: Trx,
  networkId: string,
  actor: Actor,
  id: string,
  input: MandateInput,
): Promise<void> {
  const values = await asValues(trx, networkId, input)
  await keepingAnAdministrator(trx, networkId, async () => {
    const before = await lockMandate(trx, networkId, id)
    await trx
      .updateTable('mandate')
      .set(values)
      .where('network_id', '=', networkId)
      .where('id', '=', id)
      .execute()
    await announceChange(trx, networkId)
    await recordChange(trx, networkId, actor, {
      action: 'mandate.changed',
      subject: { type: 'mandate', id },
      before,
      after: { person_id: before.person_id, ...values },
    })
  })
}

/**
 * Ends a mandate on a day, the last on which it holds; 'now' takes it away at once. One that would have had no day
 * is removed.
 * @throws Refusal for a day before it began, or when the network would be left without an administrator
 */
export async function endMandate(
  trx: Trx,
  networkId: string,
  actor: Actor,
  id: string,
  lastDay: string | 'now',
): Promise<void> {
  const yesterday = await dayOf(trx, networkId, -1)
  const before = await findRow(trx, networkId, id)
  if (lastDay === 'now' && before.valid_from > yesterday) return removeMandate(trx, networkId, actor, id)
  const until = lastDay === 'now' ? yesterday : lastDay
  if (until < before.valid_from) throw new Refusal({ field: 'until', message: 'mandate.error.order' })
  await keepingAnAdministrator(trx, networkId, async () => {
    const locked = await lockMandate(trx, networkId, id)
    // What ended earlier stays ended.
    const valid_until = locked.valid_until !== null && locked.valid_until < until ? locked.valid_until : until
    await trx
      .updateTable('mandate')
      .set({ valid_until })
      .where('network_id', '=', networkId)
      .where('id', '=', id)
      .execute()
    await announceChange(trx, networkId)
    await recordChange(trx, networkId, actor, {
      action: 'mandate.ended',
      subject: { type: 'mandate', id },
      before: { valid_until: locked.valid_until },
      after: { valid_until },
    })
  })
}

/** For one given by mistake: as if it had never been, but in the audit log. */
export async function removeMandate(trx: Trx, networkId: string, actor: Actor, id: string): Promise<void> {
  await keepingAnAdministrator(trx, networkId, async () => {
    const before = await lockMandate(trx, networkId, id)
    await trx.deleteFrom('mandate').where('network_id', '=', networkId).where('id', '=', id).execute()
    await announceChange(trx, networkId)
    await recordChange(trx, networkId, actor, {
      action: 'mandate.removed',
      subject: { type: 'mandate', id },
      before,
    })
  })
}

/** Of one person, those in force first, then the latest. */
export async function mandatesOf(trx: Trx, networkId: string, personId: string): Promise<Mandate[]> {
  const rows = await selection(trx, networkId)
    .where('mandate.person_id', '=', personId)
    .orderBy('mandate.valid_until', order => order.desc().nullsFirst())
    .orderBy('mandate.valid_from', 'desc')
    .orderBy('mandate.id')
    .limit(500)
    .execute()
  return rows.map(asMandate)
}

export async function findMandate(trx: Trx, networkId: string, id: string): Promise<Mandate | null> {
  if (!isId(id)) return null
  const row = await selection(trx, networkId).where('mandate.id', '=', id).executeTakeFirst()
  return row ? asMandate(row) : null
}

/** Today where the network is, or some days from it. */
export async function dayOf(trx: Trx, networkId: string, days = 0): Promise<string> {
  const { rows } = await sql<{ day: string }>`
    select ((now() at time zone time_zone)::date + ${days}::integer)::text as day from network where id = ${networkId}`.execute(
    trx,
  )
  return rows[0]?.day ?? new Date().toISOString().slice(0, 10)
}

export function isInForce(mandate: Pick<Mandate, 'from' | 'until'>, today: string): boolean {
  return mandate.from <= today && (mandate.until === null || today <= mandate.until)
}

/**
 * Does what may take an administrator away, one such work at a time in each network, and undoes it (by throwing) if
 * it brings nearer the day on which nobody with an account administers the network.
 */
export async function keepingAnAdministrator<T>(
  trx: Trx,
  networkId: string,
  work: () => Promise<T>,
): Promise<T> {
  const before = await lastAdministeredDay(trx, networkId)
  const result = await work()
  if ((await lastAdministeredDay(trx, networkId)) < before)
    throw new Refusal({ field: '', message: 'mandate.error.last-administrator' })
  return result
}

export interface Span {
  from: string
  until: string | null
}

const never = '0000-00-00'
const always = '9999-99-99'

/** @returns the last day up to which, from today on, there is no day without a span */
export function coveredUntil(spans: readonly Span[], today: string): string {
  let covered = never
  for (const { from, until } of [...spans].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const end = until ?? always
    if (end < today || end <= covered) continue
    if (covered === never ? from > today : from > dayAfter(covered)) break
    covered = end
  }
  return covered
}

/**
 * Two administrators who end each other's mandates at once wait for one another here: the rows are locked, always in
 * one order, and read again by the second.
 */
async function lastAdministeredDay(trx: Trx, networkId: string): Promise<string> {
  const rows = await trx
    .selectFrom('mandate')
    .select(['id', 'valid_from as from', 'valid_until as until'])
    .where('network_id', '=', networkId)
    .where('role', '=', 'administrator')
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('person')
          .select('person.id')
          .whereRef('person.network_id', '=', 'mandate.network_id')
          .whereRef('person.id', '=', 'mandate.person_id')
          .where('person.account_id', 'is not', null),
      ),
    )
    .orderBy('id')
    .forUpdate()
    .execute()
  return coveredUntil(rows, await dayOf(trx, networkId))
}

function dayAfter(day: string): string {
  return day === always ? always : new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}

async function asValues(trx: Trx, networkId: string, input: MandateInput) {
  const from = input.from ?? (await dayOf(trx, networkId))
  if (input.until && input.until < from) throw new Refusal({ field: 'until', message: 'mandate.error.order' })
  await refuseForeignOrganisation(trx, networkId, input.organisation)
  return {
    organisation_id: input.organisation,
    role: input.role,
    title: input.title,
    valid_from: from,
    valid_until: input.until,
  }
}

/** A mandate is held for an organisation of the network, or for none. */
export async function refuseForeignOrganisation(
  trx: Trx,
  networkId: string,
  id: string | null,
): Promise<void> {
  if (id === null) return
  const found = await trx
    .selectFrom('membership')
    .select('organisation_id')
    .where('network_id', '=', networkId)
    .where('organisation_id', '=', id)
    .executeTakeFirst()
  if (!found) throw new Refusal({ field: 'organisation', message: 'form.error.choose' })
}

async function findRow(trx: Trx, networkId: string, id: string) {
  if (!isId(id)) throw new AppError('not-found')
  const row = await ownRow(trx, networkId, id).executeTakeFirst()
  if (!row) throw new AppError('not-found')
  return row
}

async function lockMandate(trx: Trx, networkId: string, id: string) {
  if (!isId(id)) throw new AppError('not-found')
  const row = await ownRow(trx, networkId, id).forUpdate().executeTakeFirst()
  if (!row) throw new AppError('not-found')
  return row
}

function ownRow(trx: Trx, networkId: string, id: string) {
  return trx
    .selectFrom('mandate')
    .select(['person_id', 'organisation_id', 'role', 'title', 'valid_from', 'valid_until'])
    .where('network_id', '=', networkId)
    .where('id', '=', id)
}

function selection(trx: Trx, networkId: string) {
  return trx
    .selectFrom('mandate')
    .leftJoin('organisation', 'organisation.id', 'mandate.organisation_id')
    .select([
      'mandate.id',
      'mandate.person_id',
      'mandate.role',
      'mandate.title',
      'mandate.organisation_id',
      'organisation.name as organisation',
      'mandate.valid_from',
      'mandate.valid_until',
    ])
    .where('mandate.network_id', '=', networkId)
}

type Row = Awaited<ReturnType<ReturnType<typeof selection>['executeTakeFirstOrThrow']>>

function asMandate(row: Row): Mandate {
  return {
    id: row.id,
    personId: row.person_id,
    role: row.role as MandateRole,
    title: row.title,
    organisationId: row.organisation_id,
    organisation: row.organisation,
    from: row.valid_from,
    until: row.valid_until,
  }
}
