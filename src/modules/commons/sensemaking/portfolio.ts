import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { STAGES, type Stage } from '#modules/commons/format/stages.ts'
import { matches } from '#modules/commons/search/matching.ts'
import type { CommonsQuery } from '#modules/commons/search/query.ts'
import { readText } from '#modules/commons/search/search-text.ts'

export interface PortfolioItem {
  id: string
  slug: string
  title: string
  type: string | null
  year: number | null
  language: string | null
  /** All of its stages, in the order of the cycle. */
  stages: Stage[]
}

/** Where in the learning cycle the items of a search or a collection stand. */
export interface Portfolio {
  /** Items with a stage, each once. */
  items: number
  /** Those in several stages, each once. */
  several: number
  counts: Record<Stage, number>
  /** How many stand in two stages alike. */
  shared: { stages: [Stage, Stage]; items: number }[]
  /** Of each stage the latest. */
  columns: Record<Stage, PortfolioItem[]>
}

/** Shown of each stage. */
export const mostInColumn = 12

/**
 * Reads and counts in two statements.
 * @param ids those of a collection; null: all that is found
 */
export async function readPortfolio(
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  ids: string[] | null = null,
): Promise<Portfolio> {
  const text = query.q ? await readText(trx, query.q) : null
  if (text && text.tsquery === null) return portfolioOf([], [])
  // Each with its stages, in the order of the cycle.
  const found = sql`
    select item.id, item.newest_first, array(
      select stage from unnest(${[...STAGES]}::text[]) with ordinality as cycle (stage, place)
      where item.facets @> array['stage:' || stage] order by place
    ) as stages
    from ${matches(staged(query), text)} found
    join commons_item item on item.network_id = ${networkId} and item.id = found.item_id
    ${ids === null ? sql`` : sql`where item.id = any (${ids}::uuid[])`}`
  const counted = await sql<{ stages: Stage[]; items: number }>`
    select stages, count(*)::integer as items from (${found}) staged group by stages`.execute(trx)
  const shown = await sql<PortfolioItem & { stage: Stage }>`
    with latest as (
      select id, stages, stage, place from (
        select id, stages, stage, row_number() over (partition by stage order by newest_first, id) as place
        from (${found}) staged cross join lateral unnest(stages) as stage
      ) placed
      where place <= ${mostInColumn}
    )
    select item.id, item.slug, item.title, item.type, item.year, item.language, latest.stages, latest.stage
    from latest join commons_item item on item.network_id = ${networkId} and item.id = latest.id
    order by latest.place`.execute(trx)
  return portfolioOf(counted.rows, shown.rows)
}

/** The same search, of what says its stage. */
export function staged(query: CommonsQuery): CommonsQuery {
  return query.facets.stage ? query : { ...query, facets: { ...query.facets, stage: [...STAGES] } }
}

/** @param counted how many items have which stages */
export function portfolioOf(
  counted: readonly { stages: Stage[]; items: number }[],
  shown: readonly (PortfolioItem & { stage: Stage })[],
): Portfolio {
  const sum = (keep: (stages: Stage[]) => boolean) =>
    counted.reduce((total, { stages, items }) => total + (keep(stages) ? items : 0), 0)
  const byStage = <Value>(value: (stage: Stage) => Value) =>
    Object.fromEntries(STAGES.map(stage => [stage, value(stage)])) as Record<Stage, Value>
  const pairs = STAGES.flatMap((one, index) =>
    STAGES.slice(index + 1).map((other): [Stage, Stage] => [one, other]),
  )
  return {
    items: sum(() => true),
    several: sum(stages => stages.length > 1),
    counts: byStage(stage => sum(stages => stages.includes(stage))),
    shared: pairs
      .map(stages => ({ stages, items: sum(own => stages.every(stage => own.includes(stage))) }))
      .filter(({ items }) => items > 0),
    columns: byStage(stage =>
      shown.filter(item => item.stage === stage).map(({ stage: _, ...item }) => item),
    ),
  }
}

/** The same search narrowed to one stage. */
export function atStage(query: CommonsQuery, stage: Stage): CommonsQuery {
  return { ...query, after: null, facets: { ...query.facets, stage: [stage] } }
}
