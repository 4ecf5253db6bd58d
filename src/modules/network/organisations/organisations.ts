import { type Expression, type SqlBool, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { isId } from '#kernel/ids.ts'
import { dayOf } from '#modules/network/mandates.ts'
import type { Identifier } from '#modules/network/organisations/identifiers.ts'
import type { OrganisationKind, SizeClass } from '#modules/network/organisations/input.ts'

export interface Organisation {
  id: string
  name: string
  /** ISO 3166-1 alpha-2. */
  country: string | null
  website: string | null
  kind: OrganisationKind | null
  sizeClass: SizeClass | null
  /** As `isic4:C20` or `naf2:20.42Z`. */
  sector: string | null
  /** Null also for one that is not a member of this network. */
  parentId: string | null
  address: string
  town: string
  region: string
  latitude: number | null
  longitude: number | null
  identifiers: Identifier[]
  /** In this network: 1 to 5, and how its lists call it. */
  engagement: number | null
  reference: string | null
  /** Of its membership, as ISO days, both included. */
  from: string
  until: string | null
  /** Who hold a mandate for it today. */
  people: number
  /** When what all its networks know of it was last changed, in whichever of them. */
  changedAt: Date | null
}

export interface OrganisationName {
  id: string
  name: string
}

export async function findOrganisation(
  trx: Trx,
  networkId: string,
  id: string,
): Promise<Organisation | null> {
  if (!isId(id)) return null
  const row = await organisationRows(trx, networkId, await dayOf(trx, networkId))
    .where('organisation.id', '=', id)
    .executeTakeFirst()
  return row ? asOrganisation(row) : null
}

/** What it belongs to and what belongs to it, of the members of this network. */
export async function familyOf(
  trx: Trx,
  networkId: string,
  organisation: Pick<Organisation, 'id' | 'parentId'>,
): Promise<{ parent: OrganisationName | null; parts: OrganisationName[] }> {
  const rows = await trx
    .selectFrom('membership')
    .innerJoin('organisation', 'organisation.id', 'membership.organisation_id')
    .select(['organisation.id', 'organisation.name', 'organisation.parent_id'])
    .where('membership.network_id', '=', networkId)
    .where(({ or, eb }) =>
      or([
        eb('organisation.parent_id', '=', organisation.id),
        ...(organisation.parentId ? [eb('organisation.id', '=', organisation.parentId)] : []),
      ]),
    )
    .orderBy(sql`organisation.name collate name_order`)
    .orderBy('organisation.id')
    .limit(200)
    .execute()
  const parent = rows.find(row => row.id === organisation.parentId)
  return {
    parent: parent ? { id: parent.id, name: parent.name } : null,
    parts: rows.filter(row => row.parent_id === organisation.id).map(({ id, name }) => ({ id, name })),
  }
}

/** For the lists of forms: those whose membership is not over, by name, at most a thousand. */
export async function organisationChoices(
  trx: Trx,
  networkId: string,
  most = 1_000,
): Promise<OrganisationName[]> {
  const today = await dayOf(trx, networkId)
  return trx
    .selectFrom('membership')
    .innerJoin('organisation', 'organisation.id', 'membership.organisation_id')
    .select(['organisation.id', 'organisation.name'])
    .where('membership.network_id', '=', networkId)
    .where(isMember(today))
    .orderBy(sql`organisation.name collate name_order`)
    .orderBy('organisation.id')
    .limit(most)
    .execute()
}

/** The one of the network called so, accents and capitals aside. */
export async function organisationNamed(
  trx: Trx,
  networkId: string,
  name: string,
  except: string | null = null,
): Promise<OrganisationName | null> {
  const row = await trx
    .selectFrom('membership')
    .innerJoin('organisation', 'organisation.id', 'membership.organisation_id')
    .select(['organisation.id', 'organisation.name'])
    .where('membership.network_id', '=', networkId)
    .where(sql<SqlBool>`organisation.name_folded = lower(unaccent(${name.trim()}))`)
    .$if(except !== null, query => query.where('organisation.id', '<>', except ?? ''))
    .orderBy('organisation.id')
    .executeTakeFirst()
  return row ?? null
}

/** In which of the reader's other networks it is a member today: nobody is told of networks that are not theirs. */
export async function otherNetworksOf(trx: Trx, networkId: string, id: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from organisation_own_networks(${id}::uuid) as own (id) where id <> ${networkId}::uuid order by id limit 50`.execute(
    trx,
  )
  return rows.map(row => row.id)
}

/** Whether the membership is not over. */
export function isMember(today: string): Expression<SqlBool> {
  return sql<SqlBool>`(membership.valid_until is null or membership.valid_until >= ${today}::date)`
}

export function organisationRows(trx: Trx, networkId: string, today: string) {
  return trx
    .selectFrom('membership')
    .innerJoin('organisation', 'organisation.id', 'membership.organisation_id')
    .select([
      'organisation.id',
      'organisation.name',
      'organisation.country',
      'organisation.website',
      'organisation.kind',
      'organisation.size_class',
      'organisation.sector',
      'organisation.address',
      'organisation.town',
      'organisation.region',
      'organisation.latitude',
      'organisation.longitude',
      'organisation.changed_at',
      'membership.engagement',
      'membership.reference',
      'membership.valid_from',
      'membership.valid_until',
    ])
    .select(({ selectFrom }) => [
      selectFrom('mandate')
        .select(sql<number>`count(distinct mandate.person_id)`.as('people'))
        .where('mandate.network_id', '=', networkId)
        .whereRef('mandate.organisation_id', '=', 'organisation.id')
        .where('mandate.valid_from', '<=', today)
        .where(({ or, eb }) =>
          or([eb('mandate.valid_until', 'is', null), eb('mandate.valid_until', '>=', today)]),
        )
        .as('people'),
      selectFrom('membership as of_parent')
        .select('of_parent.organisation_id')
        .where('of_parent.network_id', '=', networkId)
        .whereRef('of_parent.organisation_id', '=', 'organisation.parent_id')
        .as('parent_id'),
      selectFrom('organisation_identifier as number')
        .select(
          sql<
            Identifier[] | null
          >`jsonb_agg(jsonb_build_object('scheme', scheme, 'value', value) order by scheme, value)`.as('all'),
        )
        .whereRef('number.organisation_id', '=', 'organisation.id')
        .as('identifiers'),
    ])
    .where('membership.network_id', '=', networkId)
}

type Row = Awaited<ReturnType<ReturnType<typeof organisationRows>['executeTakeFirstOrThrow']>>

export function asOrganisation(row: Row): Organisation {
  return {
    id: row.id,
    name: row.name,
    country: row.country,
    website: row.website,
    kind: row.kind as OrganisationKind | null,
    sizeClass: row.size_class as SizeClass | null,
    sector: row.sector,
    parentId: row.parent_id,
    address: row.address,
    town: row.town,
    region: row.region,
    latitude: row.latitude,
    longitude: row.longitude,
    identifiers: row.identifiers ?? [],
    engagement: row.engagement,
    reference: row.reference,
    from: row.valid_from,
    until: row.valid_until,
    people: row.people ?? 0,
    changedAt: row.changed_at,
  }
}
