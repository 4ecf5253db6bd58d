import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import { pruneNews } from '#modules/commons/following/news.ts'
import { nextDigest } from '#platform/mail/index.ts'

/** Pages looked at in one transaction: with ten thousand who follow different things, some seconds of one statement. */
const batchPages = 250

/** Of one following at one moment: who follows everything of a kind hears of an import, not of each of its pages. */
const mostEach = 100

/**
 * Holds what is new or changed in a network against all that is followed there. Each batch is kept by itself, with the mark
 * that it was looked at: cut short and done again, it goes on, and nothing is news twice.
 * @returns how many pages were looked at, and how many times one matched
 */
export async function matchFollowings(
  db: Db,
  networkId: string,
  now: Date,
  signal?: AbortSignal,
): Promise<{ pages: number; news: number }> {
  const tenant: Tenant = { networkId, audience: 'network' }
  const total = { pages: 0, news: 0 }
  for (;;) {
    const found = await inTenant(db, tenant, trx => matchBatch(trx, now, batchPages))
    total.pages += found.pages
    total.news += found.news
    if (found.pages < batchPages || signal?.aborted) break
  }
  await inTenant(db, tenant, trx => pruneNews(trx, networkId, now))
  return total
}

/** Up to `most` pages, with as many statements however many follow. */
export async function matchBatch(
  trx: Trx,
  now: Date,
  most: number,
): Promise<{ pages: number; news: number }> {
  const zones = await sql<{ time_zone: string }>`
    select distinct time_zone from commons_followers()`.execute(trx)
  const dues = [...new Set(zones.rows.map(row => row.time_zone))].flatMap(timeZone => [
    { cadence: 'now', timeZone, at: now },
    { cadence: 'daily', timeZone, at: nextDigest(now, 'daily', timeZone) },
    { cadence: 'weekly', timeZone, at: nextDigest(now, 'weekly', timeZone) },
  ])
  const { rows } = await sql<{ pages: number; news: number }>`
    select pages, news from commons_look(${now}, ${most}::integer, ${mostEach}::integer, ${JSON.stringify(dues)}::jsonb)`.execute(
    trx,
  )
  return rows[0] ?? { pages: 0, news: 0 }
}
