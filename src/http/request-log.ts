import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { AppEnv } from '#http/context.ts'
import type { Log } from '#kernel/log.ts'

export interface LoggedRequest {
  requestId: string
  method: string
  /** The pattern, never the address as typed: a search or a name may say who somebody is. */
  route: string
  status: number
  cached?: boolean
}

/** One line a request. */
export const logRequests: MiddlewareHandler<AppEnv> = async (c, next) => {
  const start = performance.now()
  await next()
  const { requestId, services } = c.var
  const { method } = c.req
  logRequest(services.log, { requestId, method, route: routePath(c), status: c.res.status }, start)
}

/** @param start when the request came, by `performance.now()` */
export function logRequest(log: Log, request: LoggedRequest, start: number): void {
  log.info({ ...request, ms: Math.round((performance.now() - start) * 10) / 10 }, 'request')
}
