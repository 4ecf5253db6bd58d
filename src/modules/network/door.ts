import type { Hono } from 'hono'
import { sql } from 'kysely'
import type { Db } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import { type Access, access, type Method } from '#http/access.ts'
import { type AppContext, type AppEnv, clientAddress } from '#http/context.ts'
import { type Asker, type Decision, decide, type Policy, policies, type Role } from '#http/policies.ts'
import { type RouteName, routes } from '#http/routes.ts'
import type { Actor } from '#kernel/actor.ts'
import { AppError } from '#kernel/errors.ts'
import { actingMandate } from '#modules/network/acting.ts'
import {
  findNetwork,
  inLanguage,
  type Network,
  type StandingRow,
  visitedNetwork,
} from '#modules/network/networks.ts'
import { recogniseToken, type Token } from '#modules/network/tokens.ts'

/** A mandate in force: for whom one acts, and as what. */
export interface MandateInForce {
  id: string
  role: Exclude<Role, 'visitor'>
  title: string
  organisationId: string | null
  organisation: string | null
}

/** What an account is in a network today. */
export interface Standing {
  personId: string
  role: Exclude<Role, 'visitor'>
  /** The weightiest first. */
  mandates: MandateInForce[]
}

/** Someone let into a network: what handlers work with. */
export interface Entry {
  network: Network
  tenant: Tenant
  role: Role
  personId: string | null
  mandates: MandateInForce[]
  /** As the audit log names them. */
  actor: Actor
  /** What their key is for; null for someone who came by a page, or without a key. */
  scopes: readonly string[] | null
}

type PageHandler = (c: AppContext) => Response | Promise<Response>

/** Opens a page: one handler for each method that `access` has a policy for, behind that policy. */
export function openPage<Name extends RouteName>(
  app: Hono<AppEnv>,
  name: Name,
  handlers: { [M in keyof Access[Name]]: PageHandler },
): void {
  for (const [method, policy] of Object.entries(access[name]) as [Method, Policy][]) {
    const handler = (handlers as Partial<Record<Method, PageHandler>>)[method]
    if (!handler) throw new Error(`${method} ${name} has no handler`)
    app.on(method, routes[name], async c => {
      // A first word that is no language is no page of ours.
      if (c.req.param('locale') !== c.var.locale) throw new AppError('not-found')
      await enterByPage(c, policy)
      return handler(c)
    })
  }
}

/** @returns who was let into the network of this page */
export function entryOf(c: AppContext): Entry {
  const entry = c.get('entry') as Entry | undefined
  if (!entry) throw new AppError('internal', { cause: new Error('A page of a network without its door') })
  return entry
}

const nobody = '00000000-0000-0000-0000-000000000000'

/**
 * Lets a programme into a network, by its key or as the public. A personal key can do what its person may, no more.
 * @throws AppError 'unauthenticated', 'forbidden' or 'not-found'
 */
export async function enterByApi(c: AppContext, slug: string, policy: Policy): Promise<Entry> {
  const { db, rateLimits } = c.var.services
  const network = await findNetwork(db, slug)
  const secret = bearer(c)
  const { of, least } = policies[policy]
  if (of !== 'network') throw new AppError('internal', { cause: new Error(`${policy} is of no network`) })
  if (secret === null) {
    const asker: Asker = { signedIn: false, role: null, platformAdministrator: false, scopes: null }
    return admit(c, network, decide(policy, visibilityOf(network), asker), asker, null, null)
  }
  // A network that does not exist is asked for the key as well, so that both refusals take the same time.
  const inside: Tenant = { networkId: network?.id ?? nobody, audience: 'network' }
  const token = await inTenant(db, inside, trx => recogniseToken(trx, inside.networkId, secret))
  const standing = token?.accountId && network ? await standingOf(db, token.accountId, network.id) : null
  if (!network || !token || (token.accountId && !standing)) {
    await rateLimits.spend('token', clientAddress(c))
    throw new AppError(network?.visibility === 'public' ? 'unauthenticated' : 'not-found')
  }
  // A key of the network itself is for what its scopes say: an administrator gave them.
  const role = token.accountId ? (standing?.role ?? null) : least === 'visitor' ? 'member' : least
  const asker: Asker = { signedIn: false, role, platformAdministrator: false, scopes: token.scopes }
  const decision = decide(policy, network.visibility, asker)
  // A key that lacks a scope is told which; one whose person has not the role, that it is their role.
  if (decision === 'forbidden')
    throw new AppError('forbidden', token.scopes.includes(policy) ? {} : { params: { scope: policy } })
  return admit(c, network, decision, asker, standing, token)
}

/** Whether an account is at home in a network, and as what. */
export async function standingOf(db: Db, accountId: string, networkId: string): Promise<Standing | null> {
  const { rows } = await sql<StandingRow>`
    select person_id, role, mandates from standing_of(${accountId}::uuid, ${networkId}::uuid)`.execute(db)
  const [row] = rows
  return row ? asStanding(row) : null
}

export async function isPlatformAdministrator(db: Db, accountId: string): Promise<boolean> {
  const { rows } = await sql<{
    so: boolean
  }>`select is_platform_administrator(${accountId}::uuid) as so`.execute(db)
  return rows[0]?.so === true
}

async function enterByPage(c: AppContext, policy: Policy): Promise<void> {
  const { db } = c.var.services
  const { viewer } = c.var
  const { of } = policies[policy]
  const signedIn = viewer !== null
  if (of === 'site' || of === 'platform') {
    const platformAdministrator =
      of === 'platform' && viewer !== null && (await isPlatformAdministrator(db, viewer.accountId))
    const decision = decide(policy, null, { signedIn, role: null, platformAdministrator, scopes: null })
    if (decision !== 'enter') throw new AppError(decision)
    return
  }
  const { network, standing } = await askedFor(c, c.req.param('network') ?? '')
  const asker: Asker = { signedIn, role: standing?.role ?? null, platformAdministrator: false, scopes: null }
  const entry = admit(c, network, decide(policy, visibilityOf(network), asker), asker, standing, null)
  c.set('entry', entry)
}

/** Of someone signed in both are known from who they are; the public is asked for the network alone. */
async function askedFor(
  c: AppContext,
  slug: string,
): Promise<{ network: Network | null; standing: Standing | null }> {
  const { viewer, visit, services } = c.var
  if (viewer && visit?.slug === slug)
    return {
      network: visitedNetwork(visit.place),
      standing: visit.standing ? asStanding(visit.standing as StandingRow) : null,
    }
  const network = await findNetwork(services.db, slug)
  return {
    network,
    standing: viewer && network ? await standingOf(services.db, viewer.accountId, network.id) : null,
  }
}

function asStanding({ person_id, role, mandates }: StandingRow): Standing {
  return { personId: person_id, role: role as Standing['role'], mandates: mandates as MandateInForce[] }
}

/** Names the tenant of one let in, or refuses. */
function admit(
  c: AppContext,
  network: Network | null,
  decision: Decision,
  asker: Asker,
  standing: Standing | null,
  token: Token | null,
): Entry {
  const role = asker.role ?? 'visitor'
  if (network && (network.visibility === 'public' || standing || token)) {
    const { text: name } = inLanguage(network.name, c.var.locale, network.locale)
    c.set('place', { slug: network.slug, name, demonstration: network.demonstration, role })
  }
  if (decision !== 'enter') throw new AppError(decision)
  if (!network) throw new AppError('not-found')
  const accountId = token ? token.accountId : (c.var.viewer?.accountId ?? null)
  const audience = standing || token ? 'network' : 'public'
  return {
    network,
    tenant: { networkId: network.id, audience, ...(accountId && { accountId }) },
    role,
    personId: standing?.personId ?? null,
    mandates: standing?.mandates ?? [],
    actor: {
      accountId,
      mandateId:
        (token ? standing?.mandates[0] : actingMandate(c, network.id, standing?.mandates ?? []))?.id ?? null,
      tokenId: token?.id ?? null,
      origin: token ? 'api' : 'page',
    },
    scopes: asker.scopes,
  }
}

function visibilityOf(network: Network | null): 'public' | 'private' | null {
  return network?.visibility ?? null
}

/** @returns the key as sent, well-formed or not; null when none was. Other schemes are for proxies in front. */
function bearer(c: AppContext): string | null {
  const match = /^Bearer(?:\s+(.*))?$/i.exec(c.req.header('authorization') ?? '')
  return match && (match[1] ?? '')
}
