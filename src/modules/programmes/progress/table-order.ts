import { type Call, needsCall } from '#modules/programmes/progress/attention.ts'
import { isUpToDate, ratioOf } from '#modules/programmes/progress/progress.ts'

export const tableOrders = ['call', 'name', 'completion', 'presence', 'since'] as const
export type TableOrder = (typeof tableOrders)[number]

export const tableFilters = ['all', 'call', 'catch-up', 'up-to-date'] as const
export type TableFilter = (typeof tableFilters)[number]

/** @param calls as `callsFor` gives them: those to call first */
export function ordered(calls: readonly Call[], order: TableOrder, filter: TableFilter): Call[] {
  const kept = calls.filter(call => {
    if (filter === 'all') return true
    if (filter === 'call') return needsCall(call)
    return isUpToDate(call.organisation) === (filter === 'up-to-date')
  })
  if (order === 'call') return kept
  return kept.sort((a, b) => keyOf(a, order) - keyOf(b, order) || byName(a, b))
}

/** The least first: who needs a look stands on top. */
function keyOf({ organisation }: Call, order: Exclude<TableOrder, 'call'>): number {
  if (order === 'completion') return ratioOf(organisation.completion) ?? 2
  if (order === 'presence') return ratioOf(organisation.presence) ?? 2
  // The latest first.
  if (order === 'since') return -Date.parse(organisation.since)
  return 0
}

const collator = new Intl.Collator('fr')

function byName(a: Call, b: Call): number {
  return collator.compare(a.organisation.name, b.organisation.name)
}
