import type { Occurrence, Rhythm } from '#modules/meetings/series/recurrence.ts'

/** A date of the series as it stands. */
export interface Standing {
  id: string
  /** The day the rhythm gave it. */
  date: string
}

/** What a new rhythm makes of the dates there are: every one of them and every occurrence comes up once. */
export interface Plan {
  /** The same day; a time may have changed. */
  stay: { id: string; occurrence: Occurrence }[]
  move: { id: string; from: string; occurrence: Occurrence }[]
  cancel: Standing[]
  add: Occurrence[]
}

/**
 * A date keeps its day where the new rhythm has it. Where it has not, the date moves to the occurrence that takes its
 * place: the next one in order that is nearer than a turn of the rhythm; so those who are registered stay so.
 * @param standing by day
 * @param reach days between two dates, of the old rhythm or the new, whichever is less
 */
export function planOf(
  standing: readonly Standing[],
  occurrences: readonly Occurrence[],
  reach: number,
): Plan {
  const byDate = new Map(occurrences.map(occurrence => [occurrence.date, occurrence]))
  const plan: Plan = { stay: [], move: [], cancel: [], add: [] }
  const displaced: Standing[] = []
  for (const one of standing) {
    const occurrence = byDate.get(one.date)
    if (occurrence) plan.stay.push({ id: one.id, occurrence })
    else displaced.push(one)
  }
  const kept = new Set(plan.stay.map(({ occurrence }) => occurrence.date))
  const free = occurrences.filter(({ date }) => !kept.has(date))
  let next = 0
  for (const one of displaced) {
    // What lies too far back for this one lies too far back for all after it.
    while (next < free.length && apart(free[next]?.date ?? '', one.date) <= -reach) {
      const passed = free[next++]
      if (passed) plan.add.push(passed)
    }
    const occurrence = free[next]
    if (occurrence && apart(occurrence.date, one.date) < reach) {
      plan.move.push({ id: one.id, from: one.date, occurrence })
      next++
    } else plan.cancel.push(one)
  }
  plan.add.push(...free.slice(next))
  return plan
}

/** Days between two dates of a rhythm, about. */
export function turnOf({ repeats, every }: Pick<Rhythm, 'repeats' | 'every'>): number {
  return { week: 7, month: 30, quarter: 91, year: 365 }[repeats] * every
}

function apart(one: string, other: string): number {
  return (Date.parse(one) - Date.parse(other)) / 86_400_000
}
