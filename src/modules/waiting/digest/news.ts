import { mostUsefulFirst, nearnessOf } from '#modules/waiting/order.ts'
import type { Waiting } from '#modules/waiting/waiting.ts'

/** Something is told of once when it is new, once when it is due within a week, once when it is late. */
export type Stage = 'new' | 'soon' | 'late'

/** What a digest said before. */
export interface Told {
  kind: string
  subjectId: string
  stage: Stage
  dueAt: Date | null
  toldAt: Date
}

export interface News<Row> {
  /** To be told, the most useful first; the others wait for the next digest, and are counted. */
  told: { row: Row; stage: Stage }[]
  /** Written to them by itself since the last digest: told, and not to be said again. */
  known: { row: Row; stage: Stage }[]
  /** How much waits beside what is told. */
  rest: number
}

type Row = Pick<Waiting, 'kind' | 'weight' | 'subjectId' | 'number' | 'dueAt' | 'since'>

/** How much one digest tells of one network. */
export const mostTold = 12

const stages = { late: 'late', week: 'soon', month: 'new', none: 'new', later: 'new' } as const

export function stageOf(row: Pick<Waiting, 'dueAt'>, now: Date): Stage {
  return stages[nearnessOf(row, now)]
}

/**
 * What of all that waits a digest has to tell.
 * @param told what was told of these before
 * @param wasMailed whether there was mail about it since the last digest
 */
export function newsOf<Item extends Row>(
  rows: readonly Item[],
  told: readonly Told[],
  wasMailed: (row: Item) => boolean,
  now: Date,
): News<Item> {
  const before = new Map(told.map(one => [keyOf(one), one]))
  const fresh = mostUsefulFirst(rows, now)
    .map(row => ({ row, stage: stageOf(row, now) }))
    .filter(({ row, stage }) => !isTold(row, before.get(keyOf({ ...row, stage }))))
  // That it is late, or soon will be, is worth a word all the same.
  const known = fresh.filter(({ row, stage }) => stage === 'new' && wasMailed(row))
  const left = fresh.filter(one => !known.includes(one)).slice(0, mostTold)
  return { told: left, known, rest: rows.length - left.length }
}

/** Unless its date was moved since, or more has come to what is counted. */
function isTold(row: Row, before: Told | undefined): boolean {
  if (!before) return false
  if (before.dueAt?.getTime() !== row.dueAt?.getTime()) return false
  return row.number === null || row.since === null || row.since <= before.toldAt
}

function keyOf({ kind, subjectId, stage }: Pick<Told, 'kind' | 'subjectId' | 'stage'>): string {
  return `${kind} ${subjectId} ${stage}`
}
