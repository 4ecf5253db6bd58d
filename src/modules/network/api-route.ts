import { createRoute, type RouteConfig } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppEnv } from '#http/context.ts'
import { type Policy, policies } from '#http/policies.ts'
import { type LimitName, limitAddress } from '#http/rate-limit.ts'
import { enterByApi } from '#modules/network/door.ts'

type Definition<Path extends string> = Omit<RouteConfig, 'path' | 'middleware' | 'security'> & {
  path: Path
  /** How often one address may ask; 'api' where nothing is said. */
  limit?: LimitName
}

/**
 * An operation of the API behind its policy: nobody comes to the handler, nor to the examination of what they sent, whom
 * the policy does not let in; `entryOf` tells the handler who it is. The document shows what the policy asks for.
 * @param policy of the site for what is no network's, else of the network that `{network}` names
 */
export function apiRoute<Path extends string, Route extends Definition<Path>>(policy: Policy, route: Route) {
  const { limit = 'api', ...config } = route
  const { of, least } = policies[policy]
  const inNetwork = of === 'network'
  if (inNetwork !== route.path.includes('{network}') || !(inNetwork || policy === 'site:read'))
    throw new Error(`${route.path} cannot stand behind ${policy}`)
  const refusals = inNetwork ? problemResponses(401, 403, 404, 429) : problemResponses(429)
  // The public may come without a key; a programme with one is known by it.
  const keyed: Record<string, string[]>[] = [{ token: [policy] }]
  const open: Record<string, string[]>[] = [{}, ...keyed]
  const added = {
    'x-policy': policy,
    security: inNetwork ? (least === 'visitor' ? open : keyed) : [],
    middleware: entering(policy, limit, inNetwork),
    responses: { ...config.responses, ...refusals },
  }
  // Handlers answer as the route says; refusals are thrown, and none of their affair.
  return createRoute({ ...config, ...added } as unknown as Route)
}

function entering(policy: Policy, limit: LimitName, inNetwork: boolean): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await limitAddress(c, limit)
    if (inNetwork) c.set('entry', await enterByApi(c, c.req.param('network') ?? '', policy))
    await next()
  }
}
