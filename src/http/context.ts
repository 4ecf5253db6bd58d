import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type pg from 'pg'
import type { Db } from '#db/database.ts'
import type { Finding } from '#db/examination.ts'
import type { Assets } from '#http/assets.ts'
import type {
  Arriving,
  ExpectationKind,
  OrganisationGroups,
  PersonalData,
  Section,
  SectionPlace,
  ThreadSubject,
  WaitingSource,
} from '#http/module.ts'
import type { PageCache } from '#http/page-cache.ts'
import type { Role } from '#http/policies.ts'
import type { RateLimits } from '#http/rate-limit.ts'
import type { Config } from '#kernel/config.ts'
import type { Locale } from '#kernel/locale.ts'
import type { Log } from '#kernel/log.ts'
import type { OpenedAuths } from '#platform/auth/auth.ts'
import type { Viewer, Visit } from '#platform/auth/viewer.ts'
import type { Storage } from '#platform/files/storage.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import type { Jobs } from '#platform/jobs/jobs.ts'

/** What the program holds for as long as it runs, handed to every request. */
export interface Services {
  config: Config
  db: Db
  log: Log
  assets: Assets
  pageCache: PageCache
  rateLimits: RateLimits
  jobs: Jobs
  /** Where the bytes of files are kept. */
  storage: Storage
  /** Accounts, for those who reach the site at this origin; 'provider' for what is done with the one of identities. */
  auth: OpenedAuths
  /** For founding networks and no other purpose: the application's own role may not. */
  asOwner<T>(work: (owner: pg.Client) => Promise<T>): Promise<T>
  /** Signs cookies and links, and makes the code of the first start. */
  secret: string
  /** With what links in mails begin: never what a request says of itself, which anyone can write. */
  linkOrigin: string
  /** What the modules show on pages of others, in their order. */
  sections: Record<SectionPlace, Section[]>
  /** What comes about when somebody takes up an invitation. */
  arriving: Arriving[]
  /** What each module holds about a person. */
  personalData: PersonalData[]
  /** What people speak about in threads, by kind, of all modules. */
  threadSubjects: Record<string, ThreadSubject>
  /** What of each module waits for people. */
  waiting: WaitingSource[]
  /** In which groups organisations are; null where no module has groups. */
  organisationGroups: OrganisationGroups | null
  /** Kinds of expectation of programmes, of all modules. */
  expectations: Record<string, ExpectationKind>
  /** Looks the installation over, as `cordee doctor` does. */
  examine(): Promise<Finding[]>
}

export interface Variables {
  services: Services
  requestId: string
  locale: Locale
  i18n: I18n
  /** Who is signed in. */
  viewer: Viewer | null
  /** What they are in the network that the address names: read by its door. */
  visit: Visit | null
  place: Place | undefined
  /** Set by the door of a network, read by its `entryOf`. */
  entry: unknown
  /** Set by a page that every visitor would get alike: the network whose changes make it stale. */
  shared: { networkId: string } | undefined
}

/** The network a page belongs to, once its reader was let in: what even a page of failure shows. */
export interface Place {
  slug: string
  name: string
  demonstration: boolean
  role: Role
}

export interface AppEnv {
  Bindings: HttpBindings
  Variables: Variables
}

export type AppContext = Context<AppEnv>

/** Where the site is reached: as configured, else as the visitor reached it. */
export function originOf(c: AppContext): string {
  return c.var.services.config.baseUrl ?? new URL(c.req.url).origin
}

/** The visitor's address, believing as many proxies as the configuration trusts. */
export function clientAddress(c: AppContext): string {
  const direct = c.env?.incoming?.socket?.remoteAddress ?? 'unknown'
  const trusted = c.var.services.config.trustedProxies
  if (trusted === 0) return direct
  const forwarded = (c.req.header('x-forwarded-for') ?? '').split(',').map(part => part.trim())
  return withoutPort(forwarded.at(-trusted) ?? '') || direct
}

/** Some proxies name the port as well: 192.0.2.1:4711, [2001:db8::1]:4711. */
function withoutPort(address: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1] ?? address.replace(/^([\d.]+):\d+$/, '$1')
}
