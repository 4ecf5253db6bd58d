import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { nameField, optionalWebsite } from '#modules/network/fields.ts'
import { dayOf, keepingAnAdministrator } from '#modules/network/mandates.ts'
import { Refusal } from '#modules/network/refusal.ts'
import { recordChange } from '#platform/audit/record.ts'
import { country } from '#reference/countries.ts'

export interface Organisation {
  id: string
  name: string
  /** ISO 3166-1 alpha-2. */
  country: string | null
  website: string | null
  /** Of its membership, as ISO days, both included. */
  from: string
  until: string | null
  /** Who hold a mandate for it today. */
  people: number
}

export const organisationInput = z.object({
  name: nameField,
  country: z
    .string()
    .nullish()
    .transform(code => code || null)
    .refine(code => code === null || country(code) !== null, { error: 'form.error.choose' }),
  website: optionalWebsite,
})

export type OrganisationInput = z.infer<typeof organisationInput>

/** Members of the network, by name; `former`: those whose membership is over. @param after id of the last one shown */
export async function listOrganisations(
  trx: Trx,
  networkId: string,
  query: { q: string; former: boolean },
  { after, limit = 50 }: { after?: string | undefined; limit?: number } = {},
): Promise<{ organisations: Organisation[]; next: string | null }> {
  const today = await dayOf(trx, networkId)
  const words = query.q.trim().split(/\s+/).filter(Boolean).slice(0, 8)
  const rows = await selection(trx, networkId, today)
    .$if(!query.former, builder =>
      builder.where(({ or, eb }) => or([eb('valid_until', 'is', null), eb('valid_until', '>=', today)])),
    )
    .$if(query.former, builder => builder.where('valid_until', '<', today))
    .$if(words.length > 0, builder =>
      builder.where(({ and }) =>
        and(
          words.map(
            word =>
              sql<SqlBool>`unaccent(organisation.name) ilike unaccent(${`%${word.replace(/[\\%_]/g, '\\$&')}%`})`,
          ),
        ),
      ),
    )
    .$if(after !== undefined && isId(after), builder =>
      builder.where(
        sql<SqlBool>`(organisation.name collate name_order, organisation.id) > (
          select name collate name_order, id from organisation where id = ${after})`,
      ),
    )
    .orderBy(sql`organisation.name collate name_order`)
    .orderBy('organisation.id')
    .limit(limit + 1)
    .execute()
  const organisations = rows.slice(0, limit).map(asOrganisation)
  return { organisations, next: rows.length > limit ? (organisations.at(-1)?.id ?? null) : null }
}

export async function findOrganisation(
  trx: Trx,
  networkId: string,
  id: string,
): Promise<Organisation | null> {
  if (!isId(id)) return null
  const row = await selection(trx, networkId, await dayOf(trx, networkId))
    .where('organisation.id', '=', id)
    .executeTakeFirst()
  return row ? asOrganisation(row) : null
}

/** For the lists of forms: those whose membership is not over, by name, at most a thousand. */
export async function organisationChoices(
  trx: Trx,
  networkId: string,
): Promise<{ id: string; name: string }[]> {
  const today = await dayOf(trx, networkId)
  return trx
    .selectFrom('membership')
    .innerJoin('organisation', 'organisation.id', 'membership.organisation_id')
    .select(['organisation.id', 'organisation.name'])
    .where('membership.network_id', '=', networkId)
    .where(({ or, eb }) => or([eb('valid_until', 'is', null), eb('valid_until', '>=', today)]))
    .orderBy(sql`organisation.name collate name_order`)
    .orderBy('organisation.id')
    .limit(1_000)
    .execute()
}

/**
 * A new member of the network. Organisations of other networks are never looked up, so that whether they are known
 * there does not show.
 * @throws Refusal when the network has one of that name
 */
export async function addOrganisation(
  trx: Trx,
  networkId: string,
  actor: Actor,
  input: OrganisationInput,
): Promise<string> {
  await refuseTakenName(trx, networkId, input.name, null)
  const id = newId()
  // Not to be read before it is a member, hence nothing is returned.
  await trx
    .insertInto('organisation')
    .values({ id, ...input })
    .execute()
  await trx
    .insertInto('membership')
    .values({ network_id: networkId, organisation_id: id, valid_from: await dayOf(trx, networkId) })
    .execute()
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, actor, {
    action: 'organisation.added',
    subject: { type: 'organisation', id },
    after: { ...input },
  })
  return id
}

/** @throws Refusal when the network has another of that name; AppError 'not-found' */
export async function changeOrganisation(
  trx: Trx,
  networkId: string,
  actor: Actor,
  id: string,
  input: OrganisationInput,
): Promise<void> {
  const before = await findOrganisation(trx, networkId, id)
  if (!before) throw new AppError('not-found')
  await refuseTakenName(trx, networkId, input.name, id)
  await trx.updateTable('organisation').set(input).where('id', '=', id).execute()
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, actor, {
    action: 'organisation.changed',
    subject: { type: 'organisation', id },
    before: { name: before.name, country: before.country, website: before.website },
    after: { ...input },
  })
}

/**
 * Ends a membership, and with it the mandates held for the organisation: the day given is the last of both.
 * @throws Refusal for a day before it began, or when the network would be left without an administrator
 */
export async function endMembership(
  trx: Trx,
  networkId: string,
  actor: Actor,
  id: string,
  lastDay: string,
): Promise<void> {
  const before = await findOrganisation(trx, networkId, id)
  if (!before) throw new AppError('not-found')
  if (lastDay < before.from) throw new Refusal({ field: 'until', message: 'mandate.error.order' })
  await keepingAnAdministrator(trx, networkId, async () => {
    await trx
      .updateTable('membership')
      .set({ valid_until: lastDay })
      .where('network_id', '=', networkId)
      .where('organisation_id', '=', id)
      .execute()
    const ended = await trx
      .updateTable('mandate')
      .set({ valid_until: lastDay })
      .where('network_id', '=', networkId)
      .where('organisation_id', '=', id)
      .where('valid_from', '<=', lastDay)
      .where(({ or, eb }) => or([eb('valid_until', 'is', null), eb('valid_until', '>', lastDay)]))
      .returning('id')
      .execute()
    // Those that would have begun later never do.
    const removed = await trx
      .deleteFrom('mandate')
      .where('network_id', '=', networkId)
      .where('organisation_id', '=', id)
      .where('valid_from', '>', lastDay)
      .returning('id')
      .execute()
    await announceChange(trx, networkId)
    await recordChange(trx, networkId, actor, {
      action: 'membership.ended',
      subject: { type: 'organisation', id },
      before: { valid_until: before.until },
      after: {
        valid_until: lastDay,
        mandates: ended.map(row => row.id),
        removed: removed.map(row => row.id),
      },
    })
  })
}

/** Takes back an end that was a mistake, or has come to nothing. Its mandates are to be given again. */
export async function resumeMembership(trx: Trx, networkId: string, actor: Actor, id: string): Promise<void> {
  const before = await findOrganisation(trx, networkId, id)
  if (!before) throw new AppError('not-found')
  await trx
    .updateTable('membership')
    .set({ valid_until: null })
    .where('network_id', '=', networkId)
    .where('organisation_id', '=', id)
    .execute()
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, actor, {
    action: 'membership.resumed',
    subject: { type: 'organisation', id },
    before: { valid_until: before.until },
    after: { valid_until: null },
  })
}

async function refuseTakenName(
  trx: Trx,
  networkId: string,
  name: string,
  except: string | null,
): Promise<void> {
  const taken = await trx
    .selectFrom('membership')
    .innerJoin('organisation', 'organisation.id', 'membership.organisation_id')
    .select('organisation.name')
    .where('membership.network_id', '=', networkId)
    .where(sql<SqlBool>`lower(unaccent(organisation.name)) = lower(unaccent(${name}))`)
    .$if(except !== null, query => query.where('organisation.id', '<>', except ?? ''))
    .executeTakeFirst()
  if (taken)
    throw new Refusal({
      field: 'name',
      message: 'organisation.error.name-taken',
      values: { name: taken.name },
    })
}

function selection(trx: Trx, networkId: string, today: string) {
  return trx
    .selectFrom('membership')
    .innerJoin('organisation', 'organisation.id', 'membership.organisation_id')
    .select([
      'organisation.id',
      'organisation.name',
      'organisation.country',
      'organisation.website',
      'membership.valid_from',
      'membership.valid_until',
    ])
    .select(({ selectFrom }) =>
      selectFrom('mandate')
        .select(sql<number>`count(distinct mandate.person_id)`.as('people'))
        .where('mandate.network_id', '=', networkId)
        .whereRef('mandate.organisation_id', '=', 'organisation.id')
        .where('mandate.valid_from', '<=', today)
        .where(({ or, eb }) =>
          or([eb('mandate.valid_until', 'is', null), eb('mandate.valid_until', '>=', today)]),
        )
        .as('people'),
    )
    .where('membership.network_id', '=', networkId)
}

type Row = Awaited<ReturnType<ReturnType<typeof selection>['executeTakeFirstOrThrow']>>

function asOrganisation(row: Row): Organisation {
  return {
    id: row.id,
    name: row.name,
    country: row.country,
    website: row.website,
    from: row.valid_from,
    until: row.valid_until,
    people: row.people ?? 0,
  }
}
