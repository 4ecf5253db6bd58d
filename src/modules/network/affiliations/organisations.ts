import { type SqlBool, sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { asNetwork, type OtherNetwork } from '#modules/network/affiliations/affiliations.ts'
import { recordThere } from '#modules/network/affiliations/other-side.ts'
import type { Working } from '#modules/network/affiliations/working.ts'
import { dayOf } from '#modules/network/mandates.ts'
import { Refusal } from '#modules/network/refusal.ts'
import { recordChange } from '#platform/audit/record.ts'

/** An organisation of an affiliated network, which could become one of this network's. */
export interface Offered {
  id: string
  name: string
  country: string | null
  town: string
  network: OtherNetwork
  /** The organisation of this network that it seems to be. */
  sameAs: { id: string; name: string } | null
  /** By what: 'name', or the scheme of an identifier they share. */
  sameBy: string | null
}

export interface OfferedQuery {
  q: string
  /** Those alone for which whoever asks holds a mandate there: all that one sees who does not administer this network. */
  ownMandates: boolean
  /** Those that seem to be one of this network's, or those that do not. */
  alike: boolean
}

const pageSize = 50

/** By name. @param after id of the last one shown */
export async function offeredOrganisations(
  trx: Trx,
  query: OfferedQuery,
  after?: string,
): Promise<{ organisations: Offered[]; next: string | null }> {
  const words = query.q.trim().split(/\s+/).filter(Boolean).slice(0, 8)
  const conditions = [
    query.alike ? sql`same_as is not null` : sql`same_as is null`,
    ...(query.ownMandates ? [sql`own_mandate`] : []),
    ...words.map(
      word => sql`unaccent(name || ' ' || town) ilike unaccent(${`%${word.replace(/[\\%_]/g, '\\$&')}%`})`,
    ),
    ...(after !== undefined && isId(after)
      ? [
          sql`(name collate name_order, id) > (select name collate name_order, id from offered where id = ${after} limit 1)`,
        ]
      : []),
  ]
  const { rows } = await sql<OfferedRow>`
    with offered as materialized (select distinct on (id) * from affiliated_organisations() order by id, network_id),
    shown as (
      select * from offered where ${sql.join(conditions, sql` and `)}
      order by name collate name_order, id limit ${pageSize + 1}
    )
    select shown.id, shown.name, shown.country, shown.town, shown.same_as, shown.same_by, same.name as same_name,
      network.id as network_id, network.slug, network.name as network_name, network.locale, network.visibility
    from shown
    join network on network.id = shown.network_id
    left join organisation same on same.id = shown.same_as
    order by shown.name collate name_order, shown.id`.execute(trx)
  const organisations = rows.slice(0, pageSize).map(asOffered)
  return { organisations, next: rows.length > pageSize ? (organisations.at(-1)?.id ?? null) : null }
}

/** Whether whoever asks holds a mandate for an organisation that another network has and that could be brought in. */
export async function ownOffers(trx: Trx): Promise<boolean> {
  const { rows } = await sql`
    select from affiliated_organisations() where own_mandate and same_as is not null limit 1`.execute(trx)
  return rows.length > 0
}

/**
 * Makes an organisation of an affiliated network one of this network's, as the organisation it is. In place of one of this
 * network's own, what hangs on that one (mandates, groups, attendances) hangs on it from then on.
 * @param ownMandates for whoever does not administer this network: both must be organisations they hold a mandate for
 * @throws Refusal for what is not offered, and for a name that this network has and that is not replaced
 */
export async function takeOrganisation(
  trx: Trx,
  working: Working,
  id: string,
  options: { insteadOf: string | null; ownMandates: boolean },
): Promise<void> {
  const { network, actor } = working
  const { insteadOf, ownMandates } = options
  const offered = await offeredById(trx, id, ownMandates)
  if (!offered) throw new Refusal({ field: '', message: 'affiliations.organisations.gone' })
  if (insteadOf !== null && offered.sameAs?.id !== insteadOf) throw new AppError('not-found')
  if (ownMandates && !(insteadOf && (await holdsMandate(trx, working, insteadOf))))
    throw new AppError('forbidden')
  if (insteadOf === null && offered.sameBy === 'name')
    throw new Refusal({
      field: '',
      message: 'organisation.error.name-taken',
      values: { name: offered.sameAs?.name ?? '' },
    })
  await sql`select affiliated_organisation_take(${id}, ${insteadOf}, ${await dayOf(trx, network.id)})`.execute(
    trx,
  )
  await announceChange(trx, network.id)
  const subject = { type: 'organisation', id }
  await recordThere(trx, working, offered.network.id, {
    action: 'organisation.shared',
    subject,
    after: { network_id: network.id },
  })
  await recordChange(trx, network.id, actor, {
    action: 'organisation.taken-over',
    subject,
    after: { network_id: offered.network.id, ...(insteadOf && { instead_of: insteadOf }) },
  })
}

async function offeredById(trx: Trx, id: string, ownMandates: boolean): Promise<Offered | null> {
  if (!isId(id)) return null
  const { rows } = await sql<OfferedRow>`
    select offered.id, offered.name, offered.country, offered.town, same_as, same_by, same.name as same_name,
      network.id as network_id, network.slug, network.name as network_name, network.locale, network.visibility
    from affiliated_organisations() offered
    join network on network.id = offered.network_id
    left join organisation same on same.id = same_as
    where offered.id = ${id} and (own_mandate or not ${ownMandates}::boolean)
    order by network.id limit 1`.execute(trx)
  return rows[0] ? asOffered(rows[0]) : null
}

/** Whether whoever acts is entrusted with the organisation in this network too. */
async function holdsMandate(trx: Trx, { network, actor }: Working, organisationId: string): Promise<boolean> {
  const today = await dayOf(trx, network.id)
  const found = await trx
    .selectFrom('mandate')
    .innerJoin('person', join =>
      join.onRef('person.network_id', '=', 'mandate.network_id').onRef('person.id', '=', 'mandate.person_id'),
    )
    .select('mandate.id')
    .where('mandate.network_id', '=', network.id)
    .where('mandate.organisation_id', '=', organisationId)
    .where('person.account_id', '=', actor.accountId)
    .where(sql<SqlBool>`${today}::date between valid_from and coalesce(valid_until, 'infinity')`)
    .executeTakeFirst()
  return found !== undefined
}

interface OfferedRow {
  id: string
  name: string
  country: string | null
  town: string
  same_as: string | null
  same_by: string | null
  same_name: string | null
  network_id: string
  slug: string
  network_name: unknown
  locale: string
  visibility: string
}

function asOffered(row: OfferedRow): Offered {
  const { network_id, network_name, slug, locale, visibility } = row
  return {
    id: row.id,
    name: row.name,
    country: row.country,
    town: row.town,
    network: asNetwork({ id: network_id, slug, name: network_name, locale, visibility }),
    sameAs: row.same_as !== null ? { id: row.same_as, name: row.same_name ?? '' } : null,
    sameBy: row.same_by,
  }
}
