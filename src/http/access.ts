import type { Policy } from '#http/policies.ts'
import type { RouteName } from '#http/routes.ts'

export type Method = 'GET' | 'POST'

/** The policy of every page, by method. A page that is not here cannot be opened, a method that is not here is not had. */
export const access = {
  home: { GET: 'site:read' },
  demonstration: { GET: 'site:read', POST: 'site:read' },
  start: { GET: 'site:read', POST: 'site:read' },
  platform: { GET: 'platform:manage' },
  platformNetworks: { POST: 'platform:manage' },
  accessibility: { GET: 'site:read' },
  account: { GET: 'account:own' },
  signIn: { GET: 'site:read', POST: 'site:read' },
  signOut: { POST: 'site:read' },
  network: { GET: 'network:read' },
  commons: { GET: 'commons:read' },
  commonsMap: { GET: 'commons:read' },
  commonsExport: { GET: 'commons:read' },
  commonsPlaces: { GET: 'commons:read' },
  item: { GET: 'commons:read' },
  itemSource: { GET: 'commons:read' },
  itemVersions: { GET: 'commons:read' },
  itemVersion: { GET: 'commons:read' },
} as const satisfies Record<RouteName, Partial<Record<Method, Policy>>>

export type Access = typeof access
