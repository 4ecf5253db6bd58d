import { type RawBuilder, sql } from 'kysely'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import type { CommonsQuery, Sort } from '#modules/commons/search/query.ts'

/** What a list may be sorted by; the columns are those of commons_item and of commons_match alike. */
export interface SortedRow {
  id: string
  relevance: number
  newest_first: number
  title: string
  updated_at: Date
}

/** Each order is total, by the key of the item at the end, so that a page can start exactly after another. */
export interface Order {
  name: Sort
  /** Ends in the name of the key: `id` of an item, `item_id` of a match. */
  by(key: 'id' | 'item_id'): RawBuilder<unknown>
  /** The condition of what comes after a cursor. @throws AppError 'invalid-input' for one we did not write for this order */
  after(cursor: string, key: 'id' | 'item_id'): RawBuilder<unknown>
  cursor(last: SortedRow): string
}

export function orderOf(query: CommonsQuery): Order {
  const name = query.sort === 'relevance' && !query.q ? 'recent' : query.sort
  const { by, after, value } = orders[name]
  return {
    name,
    by: key => by(sql.ref(key)),
    after: (cursor, key) => {
      const start = readCursor(cursor, name)
      return after(start.value, sql`${start.id}::uuid`, sql.ref(key))
    },
    cursor: last => Buffer.from(JSON.stringify([name, value(last), last.id])).toString('base64url'),
  }
}

type Fragment = RawBuilder<unknown>

/** The same search in the order it has by itself, from its first page: for what keeps no order of the reader's. */
export function unordered(query: CommonsQuery): CommonsQuery {
  return { ...query, sort: query.q ? 'relevance' : 'recent', after: null }
}

interface OrderKind {
  by(key: Fragment): Fragment
  after(value: string, id: Fragment, key: Fragment): Fragment
  value(last: SortedRow): string
  isValue(value: string): boolean
}

const orders: Record<Sort, OrderKind> = {
  relevance: {
    by: key => sql`relevance desc, ${key}`,
    after: (value, id, key) =>
      sql`(relevance < ${value}::real or (relevance = ${value}::real and ${key} > ${id}))`,
    value: last => String(last.relevance),
    // PostgreSQL refuses what a real cannot hold; weights of ours stay far from both ends.
    isValue: value =>
      /^\d{1,10}(\.\d{1,20})?(e-\d{1,2})?$/.test(value) && (Number(value) === 0 || Number(value) > 1e-37),
  },
  recent: {
    by: key => sql`newest_first, ${key}`,
    after: (value, id, key) => sql`(newest_first, ${key}) > (${value}::smallint, ${id})`,
    value: last => String(last.newest_first),
    isValue: value => /^(0|-\d{1,4})$/.test(value),
  },
  title: {
    by: key => sql`title collate name_order, ${key}`,
    after: (value, id, key) => sql`(title collate name_order, ${key}) > (${value}, ${id})`,
    value: last => last.title,
    isValue: value => !value.includes('\0'),
  },
  updated: {
    by: key => sql`updated_at desc, ${key}`,
    after: (value, id, key) =>
      sql`updated_at <= ${value}::timestamptz and (updated_at < ${value}::timestamptz or ${key} > ${id})`,
    value: last => last.updated_at.toISOString(),
    isValue: value =>
      // A day that is none (30 February) would be rolled over here and refused by PostgreSQL, which has no year 0.
      /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) &&
      !Number.isNaN(Date.parse(value)) &&
      new Date(value).toISOString() === value,
  },
}

function readCursor(cursor: string, name: Sort): { value: string; id: string } {
  try {
    const [order, value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[]
    const sound =
      order === name &&
      typeof id === 'string' &&
      isId(id) &&
      typeof value === 'string' &&
      orders[name].isValue(value)
    if (sound) return { value, id }
  } catch {
    // Not ours, as below.
  }
  throw new AppError('invalid-input', { fields: [{ field: 'after', message: 'field.cursor' }] })
}
