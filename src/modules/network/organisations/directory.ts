import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { isId } from '#kernel/ids.ts'
import { dayOf } from '#modules/network/mandates.ts'
import {
  engagementLevels,
  type OrganisationKind,
  organisationKinds,
  type SizeClass,
  sizeClasses,
} from '#modules/network/organisations/input.ts'
import {
  asOrganisation,
  type Organisation,
  organisationRows,
} from '#modules/network/organisations/organisations.ts'
import { country } from '#reference/countries.ts'

/** What the directory is narrowed to. */
export interface DirectoryQuery {
  /** Every word in the name or the town, or the whole a registered number or the network's own reference. */
  q: string
  /** Those whose membership is over instead of those who are members. */
  former: boolean
  kind: OrganisationKind | null
  size: SizeClass | null
  /** A division of two digits, or a section for those of which no more is known. */
  division: string | null
  country: string | null
  region: string | null
  engagement: number | null
  /** Its id. */
  group: string | null
}

export const wholeDirectory: DirectoryQuery = {
  q: '',
  former: false,
  kind: null,
  size: null,
  division: null,
  country: null,
  region: null,
  engagement: null,
  group: null,
}

const ownFacets = ['kind', 'size', 'division', 'country', 'region', 'engagement'] as const
export const facets = [...ownFacets, 'group'] as const
export type Facet = (typeof facets)[number]

/** A query that gives `organisation_id` and `group_id`, of groups the reader may know of; null: nobody is in any. */
export type Belonging = RawBuilder<unknown> | null

/** Of each facet its values, the commonest first; what one of them leads to, with all else that is chosen. */
export type FacetCounts = Record<Facet, { value: string; count: number }[]>

/** As an address says it; what is not understood counts as not chosen. */
export function readDirectoryQuery(search: URLSearchParams): DirectoryQuery {
  const given = (name: string) => search.get(name) ?? ''
  const division = given('division')
  const level = Number(given('engagement'))
  return {
    q: given('q').slice(0, 200).trim(),
    former: given('former') === 'yes',
    kind: organisationKinds.find(kind => kind === given('kind')) ?? null,
    size: sizeClasses.find(size => size === given('size')) ?? null,
    division: /^(?:\d{2}|[A-U])$/.test(division) ? division : null,
    country: country(given('country')) ? given('country') : null,
    region: given('region').slice(0, 200).trim() || null,
    engagement: engagementLevels.find(one => one === level) ?? null,
    group: isId(given('group')) ? given('group') : null,
  }
}

export function writeDirectoryQuery(query: DirectoryQuery): URLSearchParams {
  const search = new URLSearchParams()
  if (query.q) search.set('q', query.q)
  for (const facet of facets) {
    const value = query[facet]
    if (value !== null) search.set(facet, String(value))
  }
  if (query.former) search.set('former', 'yes')
  return search
}

/** By name, as people sort them. @param after id of the last one shown */
export async function listOrganisations(
  trx: Trx,
  networkId: string,
  query: DirectoryQuery,
  {
    after,
    limit = 50,
    belonging = null,
  }: { after?: string | undefined; limit?: number; belonging?: Belonging } = {},
): Promise<{ organisations: Organisation[]; next: string | null }> {
  const today = await dayOf(trx, networkId)
  const rows = await organisationRows(trx, networkId, today)
    .where(matching(query, today, belonging))
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

/** How many there are, and where each value of each facet would lead: counted in one reading of those the words find. */
export async function countOrganisations(
  trx: Trx,
  networkId: string,
  query: DirectoryQuery,
  belonging: Belonging = null,
): Promise<{ all: number; facets: FacetCounts }> {
  const today = await dayOf(trx, networkId)
  const { q, former } = query
  const counted = facets.map(facet => {
    const value = facet === 'group' ? sql`belonging.group_id` : sql.ref(facet)
    return sql`
      (select ${facet}::text as facet, ${value}::text as value, count(*)::int as count from found
       ${facet === 'group' ? sql`join belonging on belonging.organisation_id = found.id` : sql``}
       where ${value} is not null and ${chosen(
         query,
         facets.filter(one => one !== facet),
       )}
       group by 2 order by 3 desc, 2 limit ${mostValues})`
  })
  const { rows } = await sql<{ facet: Facet | 'all'; value: string; count: number }>`
    with belonging as materialized (${belonging ?? nobody}), found as materialized (
      select organisation.id, ${sql.join(ownFacets.map(facet => sql`${columns[facet]} as ${sql.ref(facet)}`))}
      from membership join organisation on organisation.id = membership.organisation_id
      where membership.network_id = ${networkId} and ${matching({ ...wholeDirectory, q, former }, today, null)}
    )
    select 'all' as facet, '' as value, count(*)::int as count from found where ${chosen(query, facets)}
    union all ${sql.join(counted, sql` union all `)}`.execute(trx)
  const all = rows.find(row => row.facet === 'all')?.count ?? 0
  const of = (facet: Facet) =>
    rows.filter(row => row.facet === facet).map(({ value, count }) => ({ value, count }))
  return {
    all,
    facets: {
      kind: of('kind'),
      size: of('size'),
      division: of('division'),
      country: of('country'),
      region: of('region'),
      engagement: of('engagement'),
      group: of('group'),
    },
  }
}

/** More than there are divisions; of regions the commonest. */
const mostValues = 120

/** In place of groups, where there are none. */
const nobody = sql`select null::uuid as organisation_id, null::uuid as group_id where false`

/** Where each facet is read from. */
const columns: Record<(typeof ownFacets)[number], RawBuilder<unknown>> = {
  kind: sql`organisation.kind`,
  size: sql`organisation.size_class`,
  division: sql`organisation.division`,
  country: sql`organisation.country`,
  region: sql`nullif(organisation.region, '')`,
  engagement: sql`membership.engagement`,
}

function matching(query: DirectoryQuery, today: string, belonging: Belonging) {
  const words = query.q.trim().split(/\s+/).filter(Boolean).slice(0, 8)
  const number = query.q.toUpperCase().replace(/[\s./-]+/g, '')
  const conditions = [
    query.former
      ? sql`membership.valid_until < ${today}::date`
      : sql`coalesce(membership.valid_until, 'infinity') >= ${today}::date`,
    ...(words.length > 0
      ? [sql`organisation.id in (select organisations_matching(${words}::text[], ${number}))`]
      : []),
    ...ownFacets
      .filter(facet => query[facet] !== null)
      .map(facet => sql`${columns[facet]} = ${query[facet]}`),
    ...(query.group === null
      ? []
      : [sql`organisation.id in (${membersOf(query.group, sql`(${belonging ?? nobody})`)})`]),
  ]
  return sql<SqlBool>`${sql.join(conditions, sql` and `)}`
}

/** The same, of what was found already. */
function chosen(query: DirectoryQuery, of: readonly Facet[]) {
  const conditions = of
    .filter(facet => query[facet] !== null)
    .map(facet =>
      facet === 'group'
        ? sql`found.id in (${membersOf(query.group, sql`belonging`)})`
        : sql`${sql.ref(facet)} = ${query[facet]}`,
    )
  return sql.join([sql`true`, ...conditions], sql` and `)
}

function membersOf(group: string | null, belonging: RawBuilder<unknown>) {
  return sql`select own.organisation_id from ${belonging} as own where own.group_id = ${group}::uuid`
}
