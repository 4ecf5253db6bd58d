/**
 * Who may do what, by name. Every address has a policy for each of its methods (`access` below for pages, `apiRoute` for
 * the API), and the names are the scopes of keys. A test lists every route with the answer each role gets.
 */

/** In a network, from least to most. */
export const roles = ['visitor', 'member', 'facilitator', 'administrator'] as const
export type Role = (typeof roles)[number]

interface Rule {
  /**
   * 'site': the installation's own pages; 'network': one network, private ones unknown to those outside;
   * 'link': whoever holds the link, also in a private network; 'platform': those who run the installation.
   */
  of: 'site' | 'network' | 'link' | 'platform'
  /** In a network: the least role. Of the site: 'member' is anyone signed in. */
  least: Role
}

export const policies = {
  'site:read': { of: 'site', least: 'visitor' },
  'account:own': { of: 'site', least: 'member' },
  'platform:manage': { of: 'platform', least: 'member' },
  'network:read': { of: 'network', least: 'visitor' },
  'network:join': { of: 'network', least: 'visitor' },
  'invitation:answer': { of: 'link', least: 'visitor' },
  'feed:read': { of: 'link', least: 'visitor' },
  'commons:read': { of: 'network', least: 'visitor' },
  'commons:contribute': { of: 'network', least: 'member' },
  'commons:curate': { of: 'network', least: 'facilitator' },
  'commons:write': { of: 'network', least: 'facilitator' },
  'templates:manage': { of: 'network', least: 'administrator' },
  'members:read': { of: 'network', least: 'member' },
  'members:manage': { of: 'network', least: 'administrator' },
  'networks:affiliate': { of: 'network', least: 'administrator' },
  'organisations:manage': { of: 'network', least: 'facilitator' },
  'showcase:read': { of: 'network', least: 'visitor' },
  'groups:read': { of: 'network', least: 'visitor' },
  'groups:take-part': { of: 'network', least: 'member' },
  'groups:manage': { of: 'network', least: 'facilitator' },
  'threads:write': { of: 'network', least: 'member' },
  'threads:leave': { of: 'link', least: 'visitor' },
  'meetings:read': { of: 'network', least: 'visitor' },
  'meetings:register': { of: 'network', least: 'visitor' },
  'meetings:take-part': { of: 'network', least: 'member' },
  'meetings:run': { of: 'network', least: 'member' },
  'meetings:arrive': { of: 'link', least: 'visitor' },
  'calendar:read': { of: 'link', least: 'visitor' },
  'afterworks:read': { of: 'network', least: 'visitor' },
  'afterworks:take-part': { of: 'network', least: 'member' },
  'afterworks:run': { of: 'network', least: 'facilitator' },
  'programmes:read': { of: 'network', least: 'member' },
  'programmes:take-part': { of: 'network', least: 'member' },
  'programmes:manage': { of: 'network', least: 'facilitator' },
  'waiting:own': { of: 'network', least: 'member' },
  'files:read': { of: 'network', least: 'visitor' },
  'files:write': { of: 'network', least: 'member' },
  'settings:manage': { of: 'network', least: 'administrator' },
  'audit:read': { of: 'network', least: 'administrator' },
  'jobs:manage': { of: 'network', least: 'administrator' },
  'mail:read': { of: 'network', least: 'administrator' },
  'mail:manage': { of: 'network', least: 'administrator' },
  'tokens:own': { of: 'network', least: 'member' },
  'tokens:manage': { of: 'network', least: 'administrator' },
  'webhooks:manage': { of: 'network', least: 'administrator' },
} as const satisfies Record<string, Rule>

export type Policy = keyof typeof policies

/** What can be granted to a key: what is done in a network, by whom it may be done. */
export const scopes = [
  'commons:read',
  'commons:contribute',
  'commons:curate',
  'commons:write',
  'templates:manage',
  'members:read',
  'members:manage',
  'organisations:manage',
  'groups:read',
  'groups:take-part',
  'groups:manage',
  'threads:write',
  'meetings:read',
  'meetings:take-part',
  'meetings:run',
  'afterworks:read',
  'afterworks:take-part',
  'afterworks:run',
  'programmes:read',
  'programmes:take-part',
  'programmes:manage',
  'waiting:own',
  'files:read',
  'files:write',
  'audit:read',
  'jobs:manage',
  'webhooks:manage',
] as const satisfies Policy[]
export type Scope = (typeof scopes)[number]

export interface Asker {
  signedIn: boolean
  /** Their role in the network asked for; null where they have none. */
  role: Exclude<Role, 'visitor'> | null
  platformAdministrator: boolean
  /** What their key is for; null without a key. */
  scopes: readonly string[] | null
}

export type Decision = 'enter' | 'unauthenticated' | 'forbidden' | 'not-found'

/**
 * Decides, for a network that is public, private, or not there (null; for pages of the site as well). Of a private network
 * those outside are told what they are told of none at all.
 */
export function decide(policy: Policy, network: 'public' | 'private' | null, asker: Asker): Decision {
  const { of, least }: Rule = policies[policy]
  const refusal = asker.signedIn || asker.scopes !== null ? 'forbidden' : 'unauthenticated'
  if (of === 'site') return least === 'visitor' || asker.signedIn ? 'enter' : 'unauthenticated'
  if (of === 'platform') return asker.platformAdministrator ? 'enter' : refusal
  if (network === null) return 'not-found'
  if (of === 'link') return 'enter'
  if (network === 'private' && asker.role === null) return 'not-found'
  if (asker.scopes !== null && !asker.scopes.includes(policy)) return 'forbidden'
  return rank(asker.role ?? 'visitor') >= rank(least) ? 'enter' : refusal
}

export function rank(role: Role): number {
  return roles.indexOf(role)
}
