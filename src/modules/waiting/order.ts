import type { Waiting } from '#modules/waiting/waiting.ts'

/** How near its date something is. */
export type Nearness = 'late' | 'week' | 'month' | 'none' | 'later'
/** What has no date concerns its reader now. */
export const nearnesses = ['late', 'week', 'month', 'none', 'later'] as const satisfies Nearness[]

type Ordered = Pick<Waiting, 'kind' | 'weight' | 'subjectId' | 'dueAt' | 'since'>

const week = 7 * 86_400_000
const month = 30 * 86_400_000

export function nearnessOf({ dueAt }: Pick<Waiting, 'dueAt'>, now: Date): Nearness {
  if (dueAt === null) return 'none'
  const left = dueAt.getTime() - now.getTime()
  if (left < 0) return 'late'
  if (left <= week) return 'week'
  return left <= month ? 'month' : 'later'
}

/**
 * The most useful first: what is late, then, before all that has more than a month left, what somebody else waits for, what is
 * due within a week, what weighs more, what is due sooner, what has waited longer. The last word is the id's, so that two are never equal.
 */
export function mostUsefulFirst<Row extends Ordered>(rows: readonly Row[], now: Date): Row[] {
  return rows
    .map(row => ({ row, rank: rankOf(row, now) }))
    .sort((one, other) => compare(one.rank, other.rank))
    .map(({ row }) => row)
}

type Rank = readonly (number | string)[]

function rankOf(row: Ordered, now: Date): Rank {
  const nearness = nearnessOf(row, now)
  return [
    nearness === 'late' ? 0 : nearness === 'later' ? 2 : 1,
    row.weight === 3 ? 0 : 1,
    nearness === 'week' ? 0 : 1,
    -row.weight,
    row.dueAt?.getTime() ?? Number.POSITIVE_INFINITY,
    row.since?.getTime() ?? Number.POSITIVE_INFINITY,
    row.kind,
    row.subjectId,
  ]
}

function compare(one: Rank, other: Rank): number {
  for (const [index, left] of one.entries()) {
    const right = other[index] ?? 0
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}
