import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Series } from '#modules/afterworks/series.ts'

export const counterNames = ['aware', 'adopted'] as const
export type Counter = (typeof counterNames)[number]

/** Distinct organisations against a target; what it counted is `countedIn`. */
export interface Counters {
  /** Organisations of which somebody came to an edition held since the day the series counts from. */
  aware: number
  /** Those that took up a tool, by their own word. */
  adopted: number
  /** Introductions agreed at its editions, and what came of them. */
  introductions: number
  jointProjects: number
  editions: number
}

/** Numbers alone: the public has them as well. */
export async function countersOf(trx: Trx, series: Pick<Series, 'id'>): Promise<Counters> {
  const { rows } = await sql<Counters>`
    select aware, adopted, introductions, joint_projects as "jointProjects", editions
    from afterwork_counts(${series.id}::uuid)`.execute(trx)
  return rows[0] ?? { aware: 0, adopted: 0, introductions: 0, jointProjects: 0, editions: 0 }
}

export interface CountedOrganisation {
  key: string
  /** Null for one that is no organisation of the network: as those who came wrote it. */
  id: string | null
  name: string
  /** To how many editions somebody of it came; how many tools it took up. */
  times: number
  /** ISO day. */
  first: string
}

/** Row by row what a counter counted, by name. @param after the key of the last one shown */
export async function countedIn(
  trx: Trx,
  series: Pick<Series, 'id'>,
  counter: Counter,
  { after = null, limit = 100 }: { after?: string | null; limit?: number } = {},
): Promise<{ organisations: CountedOrganisation[]; next: string | null }> {
  const { rows } = await sql<CountedOrganisation>`
    with counted as (
      select key, id, name collate name_order as name, times, first
      from afterwork_organisations(${series.id}::uuid, ${counter})
    )
    select key, id, name, times, first from counted
    ${after === null ? sql`` : sql`where (name, key) > (select name, key from counted where key = ${after})`}
    order by name, key limit ${limit + 1}`.execute(trx)
  const organisations = rows.slice(0, limit)
  return { organisations, next: rows.length > limit ? (organisations.at(-1)?.key ?? null) : null }
}
