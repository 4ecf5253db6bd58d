import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { AppEnv } from '#http/context.ts'

/** One line a request: the route, never the address as typed, since a search or a name may say who somebody is. */
export const logRequests: MiddlewareHandler<AppEnv> = async (c, next) => {
  const start = performance.now()
  await next()
  c.var.services.log.info(
    {
      requestId: c.var.requestId,
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      ms: Math.round((performance.now() - start) * 10) / 10,
    },
    'request',
  )
}
