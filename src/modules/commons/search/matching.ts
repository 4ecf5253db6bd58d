import { type RawBuilder, sql } from 'kysely'
import { facetKinds, facetOf } from '#modules/commons/facets.ts'
import type { CommonsQuery, Sort } from '#modules/commons/search/query.ts'
import type { TextQuery } from '#modules/commons/search/search-text.ts'

/** Beyond so many matches only title and tags decide the order: reading every text would take too long. */
const rankLimit = 2_000

/**
 * The matches of a query as a relation: `item_id`, and the column that it is to be sorted by (see `commons_match`).
 * @param options.box west, south, east, north in degrees
 * @param options.most so many, those with the lowest keys
 */
export function matches(
  query: CommonsQuery,
  text: TextQuery | null,
  options: { sort?: Sort; box?: number[]; most?: number } = {},
): RawBuilder<unknown> {
  const { sort, box, most } = options
  return sql`commons_match(${text?.tsquery ?? null}::tsquery, ${facetGroups(query)}::jsonb,
    ${box ?? null}::double precision[], ${sort === 'relevance' ? rankLimit : null}::integer, ${sort ?? null}::text,
    ${most ?? null}::integer)`
}

/** The facets of a query as `commons_condition` reads them: any one of a group, all of the groups. */
export function facetGroups(query: CommonsQuery): string {
  const groups = facetKinds.flatMap(kind => {
    const values = query.facets[kind]
    return values ? [values.map(value => facetOf(kind, value))] : []
  })
  return JSON.stringify(groups)
}
