export const votes = ['yes', 'maybe', 'no'] as const
export type Vote = (typeof votes)[number]

export interface Proposed {
  id: string
  startsAt: Date
}

export interface Answered {
  /** Whom they answer for; null for themselves. */
  organisationId: string | null
  /** By the id of an option; one that came later has none. */
  votes: ReadonlyMap<string, Vote>
}

/** What a date came to. */
export interface Standing {
  id: string
  yes: number
  maybe: number
  no: number
  /** Who answered before it was proposed. */
  open: number
  /** Distinct ones of which somebody could come. */
  organisations: number
  /** From 1; dates that are as good share it. */
  rank: number
}

/** What made the first date better than the one after it; null where nothing did, or nobody can come. */
export type Reason = 'yes' | 'maybe' | 'organisations' | null

/**
 * Most yes first, then most “if need be”, then most organisations covered; what is as good stays in the order of time.
 * @returns standings, the best first, and what decided between the first and the second rank
 */
export function bestDates(
  options: readonly Proposed[],
  answers: readonly Answered[],
): { standings: Standing[]; reason: Reason } {
  const counted = options
    .map(option => ({ startsAt: option.startsAt, ...countFor(option.id, answers) }))
    .sort((a, b) => compare(a, b) || a.startsAt.getTime() - b.startsAt.getTime())
  const standings: Standing[] = []
  let rank = 0
  counted.forEach(({ startsAt: _, ...standing }, index) => {
    const previous = counted[index - 1]
    if (!previous || compare(previous, standing) !== 0) rank = index + 1
    standings.push({ ...standing, rank })
  })
  return { standings, reason: reasonFor(standings) }
}

type Counts = Omit<Standing, 'rank'>

function countFor(id: string, answers: readonly Answered[]): Counts {
  const counts = { id, yes: 0, maybe: 0, no: 0, open: 0 }
  const organisations = new Set<string>()
  for (const { organisationId, votes } of answers) {
    const vote = votes.get(id)
    counts[vote ?? 'open'] += 1
    if (organisationId && (vote === 'yes' || vote === 'maybe')) organisations.add(organisationId)
  }
  return { ...counts, organisations: organisations.size }
}

const criteria = ['yes', 'maybe', 'organisations'] as const

function compare(a: Counts, b: Counts): number {
  for (const name of criteria) if (a[name] !== b[name]) return b[name] - a[name]
  return 0
}

function reasonFor(standings: readonly Standing[]): Reason {
  const [best] = standings
  const other = standings.find(({ rank }) => rank > 1)
  if (!best || !other || best.yes + best.maybe === 0) return null
  return criteria.find(name => best[name] !== other[name]) ?? null
}
