import type { MiddlewareHandler } from 'hono'
import { type AppEnv, originOf } from '#http/context.ts'
import { viewerOf } from '#platform/auth/viewer.ts'

/** Finds out who is signed in, for pages. The API knows people by their keys alone. */
export const recogniseViewer: MiddlewareHandler<AppEnv> = async (c, next) => {
  c.set('viewer', null)
  c.set('visit', null)
  const path = /^\/[a-z]{2}(?:\/([^/]*)|$)/.exec(c.req.path)
  if (!path) return next()
  const { db, secret, auth } = c.var.services
  const origin = originOf(c)
  const { viewer, visit, cookies } = await viewerOf(
    { db, secret, origin, auth: () => auth(origin) },
    c.req.raw.headers,
    path[1],
  )
  c.set('viewer', viewer)
  c.set('visit', visit)
  await next()
  // A page that signs in or out has set its own.
  if (!c.res.headers.has('set-cookie'))
    for (const cookie of cookies) c.header('set-cookie', cookie, { append: true })
}
