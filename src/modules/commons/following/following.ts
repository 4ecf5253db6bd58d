import type { CommonsQuery } from '#modules/commons/search/query.ts'
import type { Cadence } from '#platform/mail/index.ts'

/** What one can follow. `collection` has its place in the table; nothing matches it yet. */
export const followingKinds = ['search', 'theme', 'author', 'item'] as const

export type FollowingKind = (typeof followingKinds)[number]

/** What one asks to hear of. */
export type Subject =
  | { kind: 'search'; query: CommonsQuery }
  /** The key of a family of themes. */
  | { kind: 'theme'; key: string }
  | { kind: 'author'; personId: string }
  | { kind: 'item'; itemId: string }

/** What a search asks after: where that is one theme alone, the theme, whatever it will be called. */
export function subjectOfSearch(query: CommonsQuery): Subject {
  const [only, ...others] = Object.entries(query.facets)
  const theme = only?.[0] === 'theme' && only[1].length === 1 ? only[1][0] : undefined
  return query.q === '' && others.length === 0 && theme !== undefined
    ? { kind: 'theme', key: theme }
    : { kind: 'search', query }
}

/** What is followed, with what it is called now; null where it is gone. */
export type Followed =
  | { kind: 'search'; query: CommonsQuery; labels: Map<string, string> }
  | { kind: 'theme'; key: string; label: string }
  | { kind: 'author'; personId: string; name: string | null }
  | { kind: 'item'; itemId: string; title: string | null; slug: string | null }

export interface Following {
  id: string
  followed: Followed
  /** As its follower calls it; null: as what it leads to is called. */
  name: string | null
  cadence: Cadence
  createdAt: Date
}

/** Who follows: a person of the network, with an account. */
export interface Follower {
  networkId: string
  personId: string
  accountId: string
  /** Where the links of their mail lead. */
  baseUrl: string
}

/** More than anyone reads; each is asked again at every change. */
export const mostFollowings = 200

export const longestName = 200
