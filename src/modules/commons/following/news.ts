import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'

/** A version of an item, and why one hears of it. */
export interface NewsItem {
  itemId: string
  slug: string
  title: string
  type: string | null
  summary: string
  language: string | null
  year: number | null
  facets: string[]
  version: number
  at: Date
  /** Those of one's followings that it matches. */
  followings: string[]
}

export const newsPageSize = 20

/** After so many days it is no news. */
const keptDays = 180

/**
 * What matched what a person follows, the latest first. Read under the policies: what they may no longer read is not there.
 * @param after as `next` of the page before; null for the first
 * @throws AppError 'invalid-input' for one that we did not write
 */
export async function readNews(
  trx: Trx,
  networkId: string,
  personId: string,
  after: string | null,
  size = newsPageSize,
): Promise<{ news: NewsItem[]; next: string | null }> {
  const start = after === null ? null : readCursor(after)
  const { rows } = await sql<Row>`
    select item.id, item.slug, item.title, item.type, item.summary, item.language, item.year, item.facets,
      news.version, news.at, news.followings
    from (
      select at, item_id, version, array_agg(following_id order by following_id) as followings
      from commons_news
      where network_id = ${networkId} and person_id = ${personId}
        ${start ? sql`and (at, item_id) < (${start.at}::timestamptz, ${start.itemId}::uuid)` : sql``}
      group by at, item_id, version
      order by at desc, item_id desc, version desc
      limit ${size + 1}
    ) news
    join commons_item item on item.network_id = ${networkId} and item.id = news.item_id
    order by news.at desc, news.item_id desc, news.version desc`.execute(trx)
  const news = rows.slice(0, size).map(asNews)
  const last = rows.length > size ? news.at(-1) : undefined
  return { news, next: last ? `${last.at.toISOString()}_${last.itemId}` : null }
}

/** Forgets what is old. */
export async function pruneNews(trx: Trx, networkId: string, now: Date): Promise<void> {
  await trx
    .deleteFrom('commons_news')
    .where('network_id', '=', networkId)
    .where('at', '<', new Date(now.getTime() - keptDays * 86_400_000))
    .execute()
}

interface Row {
  id: string
  slug: string
  title: string
  type: string | null
  summary: string
  language: string | null
  year: number | null
  facets: string[]
  version: number
  at: Date
  followings: string[]
}

function asNews({ id, ...row }: Row): NewsItem {
  return { itemId: id, ...row }
}

function readCursor(cursor: string): { at: string; itemId: string } {
  const [at = '', itemId = ''] = cursor.split('_')
  const sound =
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at) && !Number.isNaN(Date.parse(at)) && isId(itemId)
  if (!sound) throw new AppError('invalid-input', { fields: [{ field: 'after', message: 'field.cursor' }] })
  return { at, itemId }
}
